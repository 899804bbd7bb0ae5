"""Serial numbers of the list: numbers left out and numbers given more than once."""

import polars as pl

from paragraph8.voterlist.quality.audit import Audit
from paragraph8.voterlist.quality.line import LINE
from paragraph8.voterlist.quality.rows import ALL, frame_of, not_run, shaped, together

# Serial numbers run through the whole list where nearly all differ from each other.
DISTINCT = 0.9
# So many numbers for each entry, and they are other numbers: of documents, or of persons, which a
# longest gap would give away.
WIDEST = 1_000
THROUGH, BY_STATION = "through the whole list", "anew at each station"


def serial_rows(audit: Audit) -> pl.DataFrame:
    """Numbers missing between the first and the last, gaps, and numbers that come again."""
    known, distinct = audit.ask(
        f"SELECT count(serial_no) AS n, count(DISTINCT serial_no) AS d FROM {LINE}"
    ).row(0)
    if not known:
        return _nothing("no serial number is a whole number.")
    through = distinct >= DISTINCT * known or not audit.has("station")
    keys = "" if through else "area, station, "
    order = "" if through else "PARTITION BY place "
    counted = audit.ask(
        f"SELECT {keys}count(*) AS entries, min(serial_no) AS first, max(serial_no) AS last,"
        " count(DISTINCT serial_no) AS numbers,"
        " count(*) FILTER (WHERE step > 1) AS gaps, max(step) AS longest FROM"
        f" (SELECT *, serial_no - lag(serial_no) OVER ({order}ORDER BY serial_no) AS step"
        f" FROM {LINE} WHERE serial_no IS NOT NULL) AS l {_grouped(keys)}"
    )
    span = counted.select(span=pl.col("last") - pl.col("first"))["span"].to_list()
    if max(span) > WIDEST * known:
        return _nothing("the column is none of serial numbers: they reach far beyond the list.")
    note = f"Serial numbers run {THROUGH if through else BY_STATION}."
    parts = [frame_of(_whole(counted, note))]
    if not through:
        parts.append(_stations(audit, counted))
    return together(parts)


def _nothing(why: str) -> pl.DataFrame:
    return not_run(why).with_columns(
        measure=pl.lit("missing_serials"), unit=pl.lit("serial numbers")
    )


def _grouped(keys: str) -> str:
    return f"GROUP BY {keys.removesuffix(', ')} ORDER BY {keys.removesuffix(', ')}" if keys else ""


def _whole(counted: pl.DataFrame, note: str) -> list[dict[str, object]]:
    span = int((counted["last"] - counted["first"] + 1).sum())
    missing = span - int(counted["numbers"].sum())
    repeated = int((counted["entries"] - counted["numbers"]).sum())
    entries = int(counted["entries"].sum())
    longest = max(0, int(counted["longest"].fill_null(0).max() or 0) - 1)  # type: ignore[arg-type]
    gaps = int(counted["gaps"].sum())
    common = {"area": ALL, "station": ALL, "expected": 0.0, "note": note}
    return [
        {**common, "measure": "missing_serials", "n": missing, "denominator": span,
         "value": float(missing), "unit": "serial numbers"},
        {**common, "measure": "serial_gaps", "n": gaps, "denominator": entries,
         "value": float(gaps), "unit": "gaps"},
        {**common, "measure": "longest_gap", "value": float(longest), "unit": "serial numbers"},
        {**common, "measure": "repeated_serials", "n": repeated, "denominator": entries,
         "value": 1000 * repeated / entries, "unit": "per 1,000 entries"},
    ]  # fmt: skip


def _stations(audit: Audit, counted: pl.DataFrame) -> pl.DataFrame:
    span = pl.col("last") - pl.col("first") + 1
    measures = {
        "missing_serials": (span - pl.col("numbers"), span, "serial numbers"),
        "repeated_serials": (pl.col("entries") - pl.col("numbers"), pl.col("entries"), "entries"),
    }
    return together(
        shaped(
            audit.coded(counted).select(
                "area",
                "station",
                measure=pl.lit(measure),
                n=n,
                denominator=of,
                value=n.cast(pl.Float64),
                unit=pl.lit(unit),
            )
        )
        for measure, (n, of, unit) in measures.items()
    )
