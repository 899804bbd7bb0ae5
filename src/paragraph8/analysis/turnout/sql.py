"""Turnout as SQL over the tables of a snapshot, so that a stranger can count again."""

from collections.abc import Mapping

from paragraph8.kernel.sql import Steps, literal, matches, query

ALL_KINDS = "all"
STATION_TURNOUT = """\
SELECT coalesce(
    max(value) FILTER (field = 'voted' AND channel = 'all'),
    max(value) FILTER (field = 'signatures' AND channel = 'all'),
    max(value) FILTER (field = 'issued' AND channel = 'paper'),
    sum(value) FILTER (field = 'ballots_in_box' AND channel IN ('all', 'paper', 'machine'))
  ) AS took_part,
  max(value) FILTER (field = 'registered' AND channel = 'all')
    + coalesce(max(value) FILTER (field = 'added' AND channel = 'all'), 0) AS electorate
FROM protocol JOIN protocol_figure USING (protocol) JOIN station USING (election, station)
WHERE """


def turnout_query(value: str, where: Mapping[str, str]) -> str:
    """SQL for a value over the stations that have a turnout; `took_part` and `electorate` are the
    voters of each.

    where   election, source, perhaps contest, and `stations` (a kind of station, or all) or `area`
            (the name of a highest area)
    """
    conditions = {k: where[k] for k in ("election", "source", "contest") if k in where}
    if where.get("stations", ALL_KINDS) != ALL_KINDS:
        conditions["kind"] = where["stations"]
    condition = f"{matches(conditions)} AND copy = 1"
    steps: Steps = {}
    if "area" in where:
        steps["RECURSIVE inside"] = _inside(where["election"], where["area"])
        condition += "\n  AND area IN (SELECT area FROM inside)"
    steps["station_turnout"] = (
        f"{STATION_TURNOUT}{condition}\nGROUP BY protocol HAVING electorate > 0"
    )
    return query(steps, f"SELECT {value} FROM station_turnout WHERE took_part IS NOT NULL")


def _inside(election: str, name: str) -> str:
    """The highest areas of this name, and all areas below them."""
    return (
        "SELECT area FROM area\n"
        f"WHERE election = {literal(election)} AND parent IS NULL AND name = {literal(name)}\n"
        "UNION ALL\n"
        "SELECT area.area FROM area JOIN inside ON area.parent = inside.area\n"
        f"WHERE election = {literal(election)}"
    )
