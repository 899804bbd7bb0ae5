"""What a file may cost before anything in it is believed."""

from dataclasses import dataclass

from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost before it is believed: bytes on disk, bytes unpacked, rows, cells."""

    max_bytes: int = 200_000_000
    max_unpacked_bytes: int = 1_000_000_000
    max_rows: int = 2_000_000
    max_cells: int = 200_000_000


# A header is the one row that is parsed before cells can be counted, and each column costs about
# a kilobyte whether it holds anything or not. A spreadsheet has 16,384 columns.
MAX_COLUMNS = 16_384


def check_size(file: str, size: int, limits: Limits) -> None:
    """Refuse a file by the size the file system gives, before a byte of it is read.

    Problems: intake.empty_file, intake.file_too_large.
    """
    if size == 0:
        raise Problem("intake.empty_file", file=file)
    if size > limits.max_bytes:
        raise Problem("intake.file_too_large", file=file, size=size, limit=limits.max_bytes)


def check_shape(file: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a table by the rows and columns it will have, before they are parsed.

    Problems: intake.too_many_rows, intake.too_many_cells, intake.damaged_file (too many columns).
    """
    if columns > MAX_COLUMNS:
        raise Problem(
            "intake.damaged_file",
            file=file,
            format="a table",
            reason=f"its header has {columns:,} columns, more than the {MAX_COLUMNS:,} of a sheet",
        )
    if rows > limits.max_rows:
        raise Problem("intake.too_many_rows", file=file, limit=limits.max_rows)
    if rows * columns > limits.max_cells:
        raise Problem("intake.too_many_cells", file=file, limit=limits.max_cells)
