"""Serial numbers of pages: do they follow one another without overlap or gap?"""

import polars as pl

from paragraph8.intake.raw_rows import SOURCE_ROW

_KEY = ("station", "list")


def serial_faults(pages: pl.DataFrame) -> pl.DataFrame:
    """Pages that begin before, or more than one after, the highest serial of those before them.

        pages   source_row, station, list, first_serial and last_serial of pages; rows where one
                of the two is null, or the first is above the last, are left out
    Returns source_row, column, code, and other_row: the page with that highest serial.
    The codes are voterlist.overlapping_serials and voterlist.serial_gap.
    """
    first, last = pl.col("first_serial"), pl.col("last_serial")
    runs = pages.filter(first <= last).sort(*_KEY, "first_serial", SOURCE_ROW)
    reached = runs.with_columns(highest=last.cum_max().over(_KEY))
    # Where a page sets a new highest serial it is the one to name; else the one that did before.
    setter = pl.when(last == pl.col("highest")).then(pl.col(SOURCE_ROW))
    named = reached.with_columns(setter=setter)
    found = named.with_columns(
        highest=pl.col("highest").shift(1).over(_KEY),
        other_row=pl.col("setter").forward_fill().shift(1).over(_KEY),
    )
    overlap, gap = first <= pl.col("highest"), first > pl.col("highest") + 1
    return found.filter(overlap | gap).select(
        SOURCE_ROW,
        column=pl.lit("first_serial"),
        code=pl.when(overlap)
        .then(pl.lit("voterlist.overlapping_serials"))
        .otherwise(pl.lit("voterlist.serial_gap")),
        other_row="other_row",
    )
