"""What the audit keeps of a file it has read: everything but the names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from paragraph8.intake.limits import Limits
from paragraph8.kernel.problem import Problem

LIST_LIMITS: Final = Limits(
    max_bytes=4_000_000_000,
    max_unpacked_bytes=16_000_000_000,
    max_rows=10_000_000,
    max_cells=1_000_000_000,
)

TOO_FEW, TOO_MANY, OPEN_QUOTE = "too_few_cells", "too_many_cells", "open_quotation_mark"
EXAMPLES: Final = 10


@dataclass(frozen=True, slots=True)
class RowFault:
    """Rows with the same fault; they are in the list with the cells they have.

    kind       too_few_cells, too_many_cells, open_quotation_mark
    rows       how many
    examples   row numbers of the first ten
    """

    kind: str
    rows: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was given and read. It holds no cell of any person.

    list             name of its entry in the mapping
    bytes, sha256    of the file as it was given, packed if it was packed
    format           csv, xlsx or parquet
    rows             rows with at least one filled cell: the rows of the raw table
    empty_rows       rows without one, which are in no table
    faults           see RowFault; the rows are part of `rows`
    encoding         of the text; "" where the format leaves no choice
    columns_used     role -> headers
    columns_unused   headers that the mapping leaves out, as the file has them
    dates            order of day, month and year in birth_date; ymd where the file gives its type
    mapping_sha256   see mapping_hash
    """

    list: str
    file: str
    sha256: str
    bytes: int
    format: str
    rows: int
    empty_rows: int
    faults: tuple[RowFault, ...]
    encoding: str
    columns_used: Mapping[str, tuple[str, ...]]
    columns_unused: tuple[str, ...]
    dates: str | None
    id_kind: str
    supplier: str
    legal_basis: str
    received: date
    mapping_sha256: str

    @property
    def rows_in(self) -> int:
        """Rows below the header, each of which is either a row of the list or empty."""
        return self.rows + self.empty_rows


def check_pair(paper: Source, electronic: Source) -> None:
    """Raises voterlist.same_file if one file was given for both lists."""
    if paper.sha256 == electronic.sha256:
        raise Problem(
            "voterlist.same_file",
            paper=paper.file,
            electronic=electronic.file,
            sha256=f"{paper.sha256[:12]}…",
        )
