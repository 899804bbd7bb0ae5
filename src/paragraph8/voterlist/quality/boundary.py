"""L19: entries equal in name and birth date at neighbouring stations."""

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, Audit
from paragraph8.voterlist.quality.chance import count_range
from paragraph8.voterlist.quality.rows import frame_of, not_run
from paragraph8.voterlist.quality.same_day import KIN, NAMED, NAMESAKE, make_namesakes

NEIGHBOUR, CODE = "quality_neighbour", "quality_code"
TOO_MANY = "streets lie in too many stations to tell which are neighbours; give a table of them."
NO_STREET = "the list has no street, and no table of neighbouring stations was given."
BY_STREET = "Neighbours are stations with a street of one area and locality in common."
ON_STREET = "street IS NOT NULL AND station >= 0"
AT_STATION = f"{NAMED} AND station >= 0"


def boundary(audit: Audit) -> pl.DataFrame:
    """L19. Pairs of one name and birth date at two stations that are neighbours."""
    if audit.extras.neighbours is not None:
        _given_neighbours(audit)
        note = None
    elif not audit.has("street") and not audit.has("address"):
        return not_run(NO_STREET)
    elif _on_one_street(audit) > audit.limits.most_neighbours:
        return not_run(TOO_MANY)
    else:
        _street_neighbours(audit)
        note = BY_STREET
    return frame_of([*_pairs(audit, note), _same_building(audit)])


def _on_one_street(audit: Audit) -> int:
    """Pairs of stations that share a street, counted before they are made."""
    found = audit.engine.row(
        "SELECT CAST(coalesce(sum(n * (n - 1) // 2), 0) AS BIGINT)"
        f" FROM (SELECT count(DISTINCT place) AS n FROM {ENTRY} WHERE {ON_STREET}"
        " GROUP BY area, locality, street) AS s"
    )
    return int(found[0])


def _street_neighbours(audit: Audit) -> None:
    streets = f"SELECT DISTINCT area, locality, street, place FROM {ENTRY} WHERE {ON_STREET}"
    audit.make(
        NEIGHBOUR,
        f"WITH streets AS ({streets}) SELECT DISTINCT a.place AS one, b.place AS other"
        " FROM streets AS a JOIN streets AS b ON a.area = b.area AND a.street = b.street"
        " AND a.locality IS NOT DISTINCT FROM b.locality AND a.place < b.place",
    )


def _given_neighbours(audit: Audit) -> None:
    """From codes of areas and stations; a station that is not on the list has no neighbour."""
    given = audit.extras.neighbours
    assert given is not None
    places = audit.coded(
        audit.engine.frame(f"SELECT DISTINCT area, station, place FROM {ENTRY} WHERE station >= 0")
    )
    found = given.join(places.rename({"place": "one"}), on=["area", "station"]).join(
        places.rename({"area": "other_area", "station": "other_station", "place": "other"}),
        on=["other_area", "other_station"],
    )
    lower, upper = pl.min_horizontal("one", "other"), pl.max_horizontal("one", "other")
    pairs = found.select(one=lower, other=upper).filter(pl.col("one") < pl.col("other")).unique()
    audit.put(NEIGHBOUR, pairs)


def _pairs(audit: Audit, note: str | None) -> list[dict[str, object]]:
    """Pairs at neighbouring stations, expected and seen; pairs of stations with many of them."""
    make_namesakes(audit)
    met = (
        "FROM parts AS a JOIN parts AS b ON a.kin = b.kin"
        " AND a.patronymic IS NOT DISTINCT FROM b.patronymic{}"
        f" JOIN {NEIGHBOUR} AS t ON t.one = a.place AND t.other = b.place"
    )
    seen, stations = audit.ask(
        f"WITH {_parts('kin, patronymic, day')}"
        " SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n,"
        f" count(*) FILTER (WHERE n >= {audit.limits.boundary_entries}) AS stations FROM"
        f" (SELECT sum(a.n * b.n) AS n {met.format(' AND a.day = b.day')}"
        " GROUP BY a.place, b.place) AS p"
    ).row(0)
    mean = audit.ask(
        f"WITH {_parts('kin, patronymic')} SELECT coalesce(sum(a.n * b.n * q.same), 0.0) AS mean"
        f" {met.format('')} JOIN {KIN} AS q ON q.kin = a.kin"
    ).item()
    low, high = count_range(float(mean), float(mean), audit.limits.level)
    return [
        {"measure": "pairs", "n": seen, "value": float(seen), "expected": float(mean),
         "expected_low": low, "expected_high": high, "unit": "pairs", "note": note},
        {"measure": "station_pairs", "n": stations, "value": float(stations),
         "unit": "pairs of stations",
         "note": f"With {audit.limits.boundary_entries} equal entries or more in common."},
    ]  # fmt: skip


def _parts(keys: str) -> str:
    """SQL: entries by person and station, of people who stand at more than one station."""
    return (
        f"every AS (SELECT {keys}, place, count(*) AS n FROM {NAMESAKE} WHERE station >= 0"
        f" GROUP BY {keys}, place),"
        f" parts AS (SELECT * FROM (SELECT *, count(*) OVER (PARTITION BY {keys}) AS stations"
        " FROM every) AS e WHERE stations > 1)"
    )


def _same_building(audit: Audit) -> dict[str, object]:
    """Pairs of one name, birth date and building at different stations, neighbours or not."""
    keys = "surname, given, patronymic, birth, area, locality, street, house"
    n = audit.ask(
        "SELECT CAST(coalesce(sum((n * n - squares) // 2), 0) AS BIGINT) AS n FROM"
        f" (SELECT sum(n) AS n, sum(n * n) AS squares FROM (SELECT {keys}, station, count(*) AS n"
        f" FROM {ENTRY} WHERE {AT_STATION} AND house IS NOT NULL GROUP BY {keys}, station) AS s"
        f" GROUP BY {keys} HAVING count(*) > 1) AS g"
    ).item()
    return {"measure": "pairs_same_building", "n": n, "value": float(n), "expected": 0.0,
            "unit": "pairs"}  # fmt: skip
