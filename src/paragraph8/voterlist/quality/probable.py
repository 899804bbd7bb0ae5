"""L04, L05: probable duplicates, and pairs that a family explains, as found by `duplicates`."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from paragraph8.voterlist.quality.audit import ENTRY, MARKED, Audit
from paragraph8.voterlist.quality.marks import repeat_rows
from paragraph8.voterlist.quality.rows import frame_of, not_run, shaped, together

HOUSEHOLD = "household"
NO_KIND = "the pairs do not say which of them a family explains."
PAIRS = "quality_pair"


def probable(audit: Audit) -> pl.DataFrame:
    """L04. Pairs that are probably one person, and the entries that they concern."""
    pairs = _pairs(audit).filter(pl.col("kind") != HOUSEHOLD)
    _mark(audit, pairs)
    rows = repeat_rows(audit, "TRUE", audit.entries, None)
    # Entries linked through others are one group, but only the pairs found are counted.
    rows = rows.filter(pl.col("measure") != "pairs")
    return together([_counted(pairs, audit), _by_kind(pairs), _same_station(audit, pairs), rows])


def by_household(audit: Audit) -> pl.DataFrame:
    """L05. Pairs that look like one person and that a family explains: not duplicates."""
    given = audit.extras.pairs
    if given is None or "kind" not in given.columns:
        return not_run(NO_KIND)
    every = _pairs(audit)
    pairs = every.filter(kind=HOUSEHOLD)
    share = pairs.height / every.height if every.height else None
    _mark(audit, pairs)
    rows = repeat_rows(audit, "TRUE", audit.entries, None)
    excluded = {"measure": "pairs", "n": pairs.height, "denominator": every.height,
                "value": float(pairs.height), "unit": "pairs"}  # fmt: skip
    of_all = {"measure": "share_of_pairs", "n": pairs.height, "denominator": every.height,
              "value": share, "unit": "share"}  # fmt: skip
    kept = rows.filter(pl.col("measure").str.starts_with("entries"))
    return together([frame_of([excluded, of_all]), kept])


def _pairs(audit: Audit) -> pl.DataFrame:
    given = audit.extras.pairs
    assert given is not None  # the registry says that these tests need it
    kind = pl.col("kind") if "kind" in given.columns else pl.lit("probable").alias("kind")
    return given.with_columns(kind.fill_null("probable"))


def _mark(audit: Audit, pairs: pl.DataFrame) -> None:
    """Mark the entries in a pair with the lowest row of all that are linked to them."""
    audit.put(PAIRS, linked(pairs))
    audit.make(MARKED, f"SELECT row, head, count(*) OVER (PARTITION BY head) AS size FROM {PAIRS}")


def linked(pairs: pl.DataFrame) -> pl.DataFrame:
    """row, head: the entries in a pair, and the lowest row of all that are linked to each."""
    ends = [pairs[name].cast(pl.Int64) for name in ("row_a", "row_b")]
    rows = pl.concat(ends).unique().sort()
    if rows.is_empty():
        return pl.DataFrame({"row": rows, "head": rows})
    a, b = (np.searchsorted(rows.to_numpy(), end.to_numpy()) for end in ends)
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(rows), len(rows)))
    _, group = connected_components(graph, directed=False)
    frame = pl.DataFrame({"row": rows, "group": group})
    return frame.select("row", head=pl.col("row").min().over("group"))


def _counted(pairs: pl.DataFrame, audit: Audit) -> pl.DataFrame:
    per = 1000 / audit.entries if audit.entries else float("nan")
    counted = {"measure": "pairs", "n": pairs.height, "denominator": audit.entries}
    rows = [
        {**counted, "value": float(pairs.height), "unit": "pairs"},
        {**counted, "measure": "rate_per_1000", "value": pairs.height * per,
         "unit": "pairs per 1,000 entries"},
    ]  # fmt: skip
    if "probability" in pairs.columns:
        surely = float(pairs["probability"].sum())
        note = "Sum of the probabilities of the pairs counted."
        rows.append({**counted, "measure": "pairs_estimated", "value": surely, "unit": "pairs",
                     "note": note})  # fmt: skip
    return frame_of(rows)


def _by_kind(pairs: pl.DataFrame) -> pl.DataFrame:
    counted = pairs.group_by(group=pl.col("kind")).len("n").sort("group")
    return shaped(
        counted.with_columns(
            measure=pl.lit("pairs_by_kind"),
            n=pl.col("n").cast(pl.Int64),
            denominator=pl.lit(pairs.height, pl.Int64),
            value=pl.col("n").cast(pl.Float64),
            unit=pl.lit("pairs"),
        )
    )


def _same_station(audit: Audit, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of which both entries stand at one station."""
    if not audit.has("station"):
        return frame_of([])
    audit.put(PAIRS, pairs.select("row_a", "row_b"))
    n = audit.ask(
        f"SELECT count(*) AS n FROM {PAIRS} AS p JOIN {ENTRY} AS a ON a.row = p.row_a"
        f" JOIN {ENTRY} AS b ON b.row = p.row_b WHERE a.place = b.place"
    ).item()
    return frame_of(
        [{"measure": "pairs_same_station", "n": n, "denominator": pairs.height, "value": float(n),
          "unit": "pairs"}]
    )  # fmt: skip
