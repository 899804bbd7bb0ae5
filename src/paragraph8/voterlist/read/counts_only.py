"""Lists without names: what can be counted where no name may be copied, page by page.

One row for each page of a printed list, or for each printed run of an electronic one. No cell of
a person enters, and none is asked for; what stands in a cell is not repeated in messages either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.cells import number_of, whole_numbers
from paragraph8.intake.raw_rows import SOURCE_ROW, FileOptions
from paragraph8.intake.readers import RawRows, read_rows
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.read.serials import serial_faults

KEY: Final = ("station", "list")
_TEXTS: Final = (*KEY, "page")
_NUMBERS: Final = ("first_serial", "last_serial", "names", "struck_out", "added", "printed_total")
_NEEDED: Final = (*KEY, "names")
_OTHERS: Final = (
    "page",
    "first_serial",
    "last_serial",
    "struck_out",
    "added",
)
FAULTS: Final = {
    SOURCE_ROW: pl.UInt32,
    "column": pl.String,
    "code": pl.String,
    "other_row": pl.UInt32,
}


@dataclass(frozen=True, slots=True)
class CountedPages:
    """What a form of counts holds.

    pages         source_row UInt32 (line or sheet row), station, list, page String, the six
                  numbers Int64, used Boolean: one row for each row of the form
    faults        source_row, column, code, other_row; a fault does not take a row out of the
                  totals unless it is one of its station, list or names
    totals        station, list, pages, names, struck_out, added, net = names - struck_out + added,
                  blank (cells of struck_out and added left blank, which count as 0), flagged
                  (pages with a fault), printed_total (null where not given)
    differences   station, paper and electronic (net, null where the list was not counted),
                  difference = paper - electronic
    rows_in       rows of the form; as many as rows of `pages`
    """

    file: str
    pages: pl.DataFrame
    faults: pl.DataFrame
    totals: pl.DataFrame
    differences: pl.DataFrame
    rows_in: int


def read_counts(
    file: str, content: bytes, options: FileOptions = FileOptions(), limits: Limits = Limits()
) -> CountedPages:
    """Read a form with the columns station, list (paper or electronic), page, first_serial,
    last_serial, names, struck_out, added and, if it was noted, printed_total.

    names     lines with a name that are printed on the page, those struck out included
    added     names written in by hand, which are not part of `names`
    Assumes that every page of a list was counted: a gap in the serial numbers is a fault, a
    missing last page shows only where printed_total was noted.

    Problems: those of `read_rows`, intake.missing_column, voterlist.no_counts. Faults:
        fault.ragged_row, fault.no_station, voterlist.unknown_list, voterlist.not_a_count,
        voterlist.first_after_last, voterlist.names_not_serials, voterlist.overlapping_serials,
        voterlist.serial_gap, voterlist.struck_above_names, voterlist.printed_total_differs.
    """
    raw = read_rows(file, content, options, limits)
    rows = _own_columns(raw)
    numbers, wrong = whole_numbers(rows, _NUMBERS, "")
    pages = numbers.select(
        SOURCE_ROW,
        "station",
        pl.col("list").str.to_lowercase(),
        "page",
        *(pl.col(number_of(name)).alias(name) for name in _NUMBERS),
    ).with_columns(
        used=pl.col("station").is_not_null()
        & pl.col("list").is_in((PAPER, ELECTRONIC)).fill_null(False)
        & pl.col("names").is_not_null()
    )
    pages = _with_ragged(pages, raw.ragged)
    used = pages.filter("used")
    if used.is_empty():
        raise Problem("voterlist.no_counts", file=file, rows=pages.height)
    faults = _gathered(
        [
            *_row_faults(pages, raw.ragged),
            _not_counts(pages, wrong, raw.ragged),
            *_page_faults(used),
            serial_faults(used),
            _printed_faults(used),
        ]
    )
    totals = _totals(used, faults)
    return CountedPages(file, pages, faults, totals, _differences(totals), pages.height)


def fault_sentence(form: CountedPages, fault: dict[str, object]) -> str:
    """One row of `faults` as a sentence with place and remedy."""
    return CATALOGUE[str(fault["code"])].format(
        file=form.file,
        row=fault[SOURCE_ROW],
        column=fault["column"],
        other_row=fault["other_row"],
    )


def _own_columns(raw: RawRows) -> pl.DataFrame:
    """The columns of the form, whatever their case; those that may lack are empty."""
    known = {name.strip().lower().replace(" ", "_"): name for name in raw.rows.columns}
    missing = [name for name in (*_NEEDED, *_OTHERS) if name not in known]
    if missing:
        found = ", ".join(name for name in raw.rows.columns if name != SOURCE_ROW)
        raise Problem(
            "intake.missing_column", file=raw.file, missing=", ".join(missing), found=found
        )
    return raw.rows.select(
        SOURCE_ROW,
        *(
            pl.col(known[name]).alias(name)
            if name in known
            else pl.lit(None, pl.String).alias(name)
            for name in (*_TEXTS, *_NUMBERS)
        ),
    )


def _with_ragged(pages: pl.DataFrame, ragged: Sequence[tuple[int, str]]) -> pl.DataFrame:
    """The pages and, without any cell, the rows that do not fit the header."""
    lost = pl.DataFrame({SOURCE_ROW: [row for row, _ in ragged]}, schema={SOURCE_ROW: pl.UInt32})
    both = pl.concat([pages, lost.with_columns(used=pl.lit(False))], how="diagonal")
    return both.sort(SOURCE_ROW)


def _row_faults(pages: pl.DataFrame, ragged: Sequence[tuple[int, str]]) -> list[pl.DataFrame]:
    lines = pl.Series([row for row, _ in ragged], dtype=pl.UInt32)
    whole = pages.filter(~pl.col(SOURCE_ROW).is_in(lines.implode()))
    known_list = pl.col("list").is_in((PAPER, ELECTRONIC)).fill_null(False)
    return [
        _fault(pages.filter(pl.col(SOURCE_ROW).is_in(lines.implode())), "*", "fault.ragged_row"),
        _fault(whole.filter(pl.col("station").is_null()), "station", "fault.no_station"),
        _fault(whole.filter(~known_list), "list", "voterlist.unknown_list"),
    ]


def _not_counts(
    pages: pl.DataFrame, wrong: pl.DataFrame, ragged: Sequence[tuple[int, str]]
) -> pl.DataFrame:
    """Cells that are no number, and blank numbers of names, which every page needs."""
    cells = wrong.select(SOURCE_ROW, "column")
    lost = pl.Series([row for row, _ in ragged], dtype=pl.UInt32).implode()
    blank = pages.filter(pl.col("names").is_null() & ~pl.col(SOURCE_ROW).is_in(lost))
    blank = blank.select(SOURCE_ROW, column=pl.lit("names"))
    every = pl.concat([cells, blank]).unique()
    return every.with_columns(code=pl.lit("voterlist.not_a_count"))


def _page_faults(used: pl.DataFrame) -> list[pl.DataFrame]:
    first, last, names = pl.col("first_serial"), pl.col("last_serial"), pl.col("names")
    return [
        _fault(used.filter(first > last), "last_serial", "voterlist.first_after_last"),
        _fault(
            used.filter((first <= last) & (names != last - first + 1)),
            "names",
            "voterlist.names_not_serials",
        ),
        _fault(
            used.filter(pl.col("struck_out") > names + pl.col("added").fill_null(0)),
            "struck_out",
            "voterlist.struck_above_names",
        ),
    ]


def _printed_faults(used: pl.DataFrame) -> pl.DataFrame:
    """Rows whose printed total is not the sum of the names of their list."""
    summed = used.with_columns(summed=pl.col("names").sum().over(KEY))
    differs = summed.filter(pl.col("printed_total") != pl.col("summed"))
    return _fault(differs, "printed_total", "voterlist.printed_total_differs")


def _fault(rows: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
    return rows.select(SOURCE_ROW, column=pl.lit(column), code=pl.lit(code))


def _gathered(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    empty = pl.DataFrame(schema=FAULTS)
    return pl.concat([empty, *parts], how="diagonal_relaxed").sort(SOURCE_ROW, "code", "column")


def _totals(used: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    flagged = pl.col(SOURCE_ROW).is_in(faults[SOURCE_ROW].implode())
    blank = pl.col("struck_out").is_null().cast(pl.Int64) + pl.col("added").is_null().cast(pl.Int64)
    return (
        used.group_by(KEY)
        .agg(
            pages=pl.len().cast(pl.Int64),
            names=pl.col("names").sum(),
            struck_out=pl.col("struck_out").sum(),
            added=pl.col("added").sum(),
            blank=blank.sum(),
            flagged=flagged.sum().cast(pl.Int64),
            printed_total=pl.col("printed_total").max(),
        )
        .with_columns(net=pl.col("names") - pl.col("struck_out") + pl.col("added"))
        .sort(KEY)
    )


def _differences(totals: pl.DataFrame) -> pl.DataFrame:
    def net(name: str) -> pl.DataFrame:
        return totals.filter(pl.col("list") == name).select("station", pl.col("net").alias(name))

    return (
        net(PAPER)
        .join(net(ELECTRONIC), on="station", how="full", coalesce=True)
        .with_columns(difference=pl.col(PAPER) - pl.col(ELECTRONIC))
        .sort("station")
    )
