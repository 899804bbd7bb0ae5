"""L17: the order of the list: breaks in it, blocks, gaps in the serial numbers, late runs."""

from bisect import bisect_right
from dataclasses import dataclass

import polars as pl

from paragraph8.voterlist.quality.audit import Audit
from paragraph8.voterlist.quality.line import LINE, make_line
from paragraph8.voterlist.quality.rows import frame_of, not_run, together
from paragraph8.voterlist.quality.runs import entered_runs, number_runs
from paragraph8.voterlist.quality.serials import serial_rows
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, share_rows, tally

# Column of the line -> how a reader would call the order; the first wins among equals.
ORDERS = {
    "by_code": "surname, by the code of its letters",
    "by_alphabet": "surname, by the alphabet",
    "by_key": "surname, in Latin letters",
    "digits": "number",
    "birth": "birth date",
    "dwelling": "house and flat within the street",
}
# An order can only be told from neighbours that differ in it: at least so many of all.
TELLING = 0.1
NO_ORDER = "The list is in none of the orders that were tried."


@dataclass(frozen=True, slots=True)
class Order:
    """The order a list is in: a column of the line, and the share of neighbours that keep it."""

    column: str
    falling: bool
    share: float
    compared: int  # neighbours that differ in the column

    @property
    def words(self) -> str:
        """How a reader would call it."""
        return ORDERS[self.column] + (", falling" if self.falling else "")

    @property
    def breaks(self) -> str:
        """SQL: an entry of the line that is out of order with the one before it."""
        return f"{self.column} {'>' if self.falling else '<'} b_{self.column}"


def order_of_list(audit: Audit) -> pl.DataFrame:
    """L17. The order of the list and what breaks it."""
    if not audit.entries:
        return not_run("the list has no entries.")
    make_line(audit)
    found = dominant_order(audit)
    parts = [_order_row(found)]
    if found is not None:
        parts += [_breaks(audit, found), _misplaced(audit, found)]
    if audit.has("serial"):
        parts.append(serial_rows(audit))
    if audit.has("entered"):
        parts.append(entered_runs(audit))
    if audit.has("number") and (found is None or found.column != "digits"):
        parts.append(number_runs(audit))
    return together(parts)


def dominant_order(audit: Audit) -> Order | None:
    """The order that most neighbours of one station keep; None where it is fewer than the limit.

    In a list without order half of the neighbours rise. Neighbours that are equal say nothing, and
    houses are compared within a street only.
    """
    counts = ", ".join(
        f"count(*) FILTER (WHERE {name} > b_{name}) AS up_{name},"
        f" count(*) FILTER (WHERE {name} < b_{name}) AS down_{name}"
        for name in ORDERS
    )
    found = audit.ask(f"SELECT count(b_row) AS neighbours, {counts} FROM {LINE}").row(0, named=True)
    orders = []
    for name in ORDERS:
        up, down = found[f"up_{name}"], found[f"down_{name}"]
        if up + down > 0 and up + down >= TELLING * found["neighbours"]:
            orders.append(Order(name, down > up, max(up, down) / (up + down), up + down))
    best = max(orders, key=lambda order: order.share, default=None)
    return best if best is not None and best.share >= audit.limits.order_share else None


def _order_row(found: Order | None) -> pl.DataFrame:
    row: dict[str, object] = {"measure": "order", "unit": "share", "note": NO_ORDER}
    if found is not None:
        kept = round(found.share * found.compared)
        row |= {"n": kept, "denominator": found.compared, "value": found.share, "expected": 0.5,
                "note": f"In order of {found.words}; without order: a half."}  # fmt: skip
    return frame_of([row])


def _breaks(audit: Audit, found: Order) -> pl.DataFrame:
    """Neighbours out of order, of those that can be compared."""
    share = Share(found.breaks, f"({found.breaks}) IS NOT NULL")
    counts = tally(audit, {"sort_breaks": share}, LINE)
    return share_rows(counts, audit.limits, PER_THOUSAND, 0.0)


def _misplaced(audit: Audit, found: Order) -> pl.DataFrame:
    """Entries to be taken out so that the rest is in order; and blocks of such entries."""
    street = ", street" if found.column == "dwelling" else ""
    line = audit.ask(
        f"SELECT place{street}, {found.column} AS key FROM {LINE}"
        f" WHERE {found.column} IS NOT NULL ORDER BY place, position, row"
    )
    key = -pl.col("key") if found.falling else pl.col("key")
    within = ["place", *(["street"] if street else [])]
    out = line.with_row_index("at").with_columns(
        out=key.map_batches(misplaced, return_dtype=pl.Boolean).over(within)
    )
    blocks = (
        out.with_columns(run=pl.struct("place", "out").rle_id())
        .filter("out")
        .group_by("run")
        .len("size")
        .filter(pl.col("size") >= audit.limits.block_entries)["size"]
    )
    entries, of = int(blocks.sum()), line.height
    single = int(out["out"].sum())
    return frame_of(
        [
            {"measure": "misplaced", "n": single, "denominator": of,
             "value": 1000 * single / of, "expected": 0.0, "unit": PER_THOUSAND.words},
            {"measure": "blocks", "n": len(blocks), "value": float(len(blocks)), "expected": 0.0,
             "unit": "runs of entries"},
            {"measure": "block_entries", "n": entries, "denominator": of,
             "value": 1000 * entries / of, "expected": 0.0, "unit": PER_THOUSAND.words},
        ]
    )  # fmt: skip


def misplaced(keys: pl.Series) -> pl.Series:
    """Which keys are to be taken out, as few as can be, so that the rest never falls.

    Source: longest increasing subsequence, Fredman, Discrete Mathematics 11 (1975), 29-35.
    """
    # Of each length the lowest key that a rising row of that length ends with, and where it stands.
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, key in enumerate(keys.to_list()):
        length = bisect_right(ends, key)
        before.append(places[length - 1] if length else -1)
        if length == len(ends):
            ends.append(key)
            places.append(place)
        else:
            ends[length], places[length] = key, place
    out = [True] * len(keys)
    place = places[-1] if places else -1
    while place >= 0:
        out[place] = False
        place = before[place]
    return pl.Series(out, dtype=pl.Boolean)
