"""L12, L13: how many entries an address has, and addresses that lie in several stations."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.quality.audit import ENTRY, MARKED, Audit
from paragraph8.voterlist.quality.marks import WITH_MARKS
from paragraph8.voterlist.quality.rows import ALL, frame_of, together
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, share_rows, tally

ADDRESS = "quality_address"
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99_9": 0.999, "largest": 1.0}
# An address with a flat is a home; without one it may be a whole building.
HOME, HOUSE = "with flat", "without flat"


def _known(audit: Audit) -> str:
    """SQL: entries whose address says which house is meant."""
    if audit.has("house"):
        return "house IS NOT NULL AND (street IS NOT NULL OR locality IS NOT NULL)"
    # The whole address stands in one cell.
    return "street IS NOT NULL"


def crowded(audit: Audit) -> pl.DataFrame:
    """L12. Entries per address, and addresses with many entries or many surnames."""
    many, roots = audit.limits.crowded_entries, audit.limits.many_surnames
    keys = "area, locality, street, house, flat"
    audit.make(
        ADDRESS,
        f"SELECT {keys}, count(*) AS size, count(DISTINCT surname_root) AS roots"
        f" FROM {ENTRY} WHERE {_known(audit)} GROUP BY {keys}",
    )
    kind = f"CASE WHEN flat IS NULL THEN '{HOUSE}' ELSE '{HOME}' END"
    sizes = audit.ask(
        f'SELECT {kind} AS "group", size, count(*) AS addresses,'
        f" count(*) FILTER (WHERE roots > {roots}) AS many FROM {ADDRESS}"
        " GROUP BY ALL ORDER BY ALL"
    )
    groups = [ALL, *sizes["group"].unique().sort()]
    parts = [
        frame_of(_described(sizes if g == ALL else sizes.filter(group=g), g, many)) for g in groups
    ]
    same = " AND ".join(f"e.{key} IS NOT DISTINCT FROM a.{key}" for key in keys.split(", "))
    audit.make(
        MARKED,
        f"SELECT e.row, a.size AS head FROM (SELECT * FROM {ENTRY} WHERE {_known(audit)}) AS e"
        f" JOIN (SELECT * FROM {ADDRESS} WHERE size > {many}) AS a ON {same}",
    )
    counts = tally(audit, {"crowded_entries": Share("head IS NOT NULL", _known(audit))}, WITH_MARKS)
    return together([*parts, share_rows(counts, audit.limits, PER_THOUSAND)])


def _described(sizes: pl.DataFrame, group: str, many: int) -> list[dict[str, object]]:
    """Quantiles of entries per address, and how many addresses lie above the limits."""
    size, number = sizes["size"].to_numpy(), sizes["addresses"].to_numpy()
    of = int(number.sum())
    common = {"group": group, "denominator": of}
    rows: list[dict[str, object]] = [
        {**common, "measure": name, "value": _quantile(size, number, share),
         "unit": "entries per address"}
        for name, share in QUANTILES.items()
    ]  # fmt: skip
    counts = {
        "crowded_addresses": int(number[size > many].sum()),
        "many_surnames": int(sizes["many"].sum()),
    }
    for measure, n in counts.items():
        rate = 1000 * n / of if of else None
        rows.append({**common, "measure": measure, "n": n, "value": rate,
                     "unit": "per 1,000 addresses"})  # fmt: skip
    return rows


def _quantile(sizes: NDArray[np.int64], number: NDArray[np.int64], share: float) -> float | None:
    """The smallest size that at least this share of the addresses do not exceed."""
    if not number.sum():
        return None
    order = np.argsort(sizes, kind="stable")
    reached = np.cumsum(number[order]) >= share * number.sum() - 1e-9
    return float(sizes[order][np.argmax(reached)])


def several_stations(audit: Audit) -> pl.DataFrame:
    """L13. Addresses, and whole buildings, whose entries stand at more than one station."""
    building = "area, locality, street, house"
    rows = [
        _split(audit, "buildings", building, _known(audit)),
        _split(audit, "homes", f"{building}, flat", f"{_known(audit)} AND flat IS NOT NULL"),
    ]
    return together([frame_of(rows), _away(audit, building)])


def _split(audit: Audit, measure: str, keys: str, where: str) -> dict[str, object]:
    n, of = audit.ask(
        "SELECT count(*) FILTER (WHERE lowest < highest) AS n, count(*) AS addresses FROM"
        f" (SELECT min(station) AS lowest, max(station) AS highest FROM {ENTRY}"
        f" WHERE {where} AND station >= 0 GROUP BY {keys} HAVING count(*) > 1) AS a"
    ).row(0)
    return {"measure": measure, "n": n, "denominator": of, "value": 1000 * n / of if of else None,
            "expected": 0.0, "unit": f"per 1,000 {measure}"}  # fmt: skip


def _away(audit: Audit, keys: str) -> pl.DataFrame:
    """Entries at another station than most of their building: of equally many, the lower number."""
    where = f"{_known(audit)} AND station >= 0"
    same = " AND ".join(f"e.{key} IS NOT DISTINCT FROM b.{key}" for key in keys.split(", "))
    audit.make(
        MARKED,
        f"WITH parts AS (SELECT {keys}, station, count(*) AS n FROM {ENTRY} WHERE {where}"
        f" GROUP BY {keys}, station),"
        f" split AS (SELECT {keys} FROM parts GROUP BY {keys} HAVING count(*) > 1),"
        " ranked AS (SELECT p.*, row_number() OVER (PARTITION BY"
        f" {', '.join(f'p.{k.strip()}' for k in keys.split(','))} ORDER BY p.n DESC, p.station)"
        " AS place_in FROM parts AS p JOIN split AS b ON"
        f" {same.replace('e.', 'p.')})"
        f" SELECT e.row, e.row AS head FROM {ENTRY} AS e JOIN ranked AS b ON {same}"
        " AND e.station = b.station WHERE b.place_in > 1",
    )
    counts = tally(audit, {"entries_away": Share("head IS NOT NULL", where)}, WITH_MARKS)
    return share_rows(counts, audit.limits, PER_THOUSAND, 0.0)
