"""The queries to teams as SQL, so that a stranger can count the flags again.

Each gives the number of observations of a form that a query flags.
"""

from collections.abc import Iterable, Mapping, Sequence

from paragraph8.analysis.quality.limits import Limits
from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.tables.answers_sql import counted_sql

ROWS = "SELECT count(*) FROM counted"
# As `AnswerGrid.verdicts`: any answer, a number above nought, or one of a list.
IS_PROBLEM = (
    "CASE f.problem WHEN 'any' THEN true\n"
    "    WHEN 'positive' THEN coalesce(TRY_CAST(a.value AS DOUBLE) > 0, false)\n"
    "    ELSE list_has_any(string_split(a.value, ';'), string_split(f.problem, ';')) END"
)
GIVEN_PROBLEMS = (
    "SELECT c.observation, f.serious,\n"
    f"  {IS_PROBLEM} AS problem\n"
    "FROM counted c JOIN answer a USING (observation) JOIN form_item f USING (item)\n"
    "WHERE a.state = 'given' AND f.problem IS NOT NULL AND f.type NOT IN ('rating', 'rating_five')"
)
EARTH_KM = 6371.0


def counted_step(election: str, form: str) -> Steps:
    """The queried reports of a form as a step named `counted`: late ones too."""
    return {"counted": counted_sql(election, form, late=True)}


def count_query(election: str, form: str, condition: str) -> str:
    """SQL for the reports of a form that fulfil a condition on the columns of `counted`."""
    return query(counted_step(election, form), f"{ROWS} WHERE {condition}")


def mark_query(election: str, form: str, overall: str, mark: str, serious: bool) -> str:
    """SQL for the forms with this overall mark and some serious problem, or without any problem."""
    beside = "bool_or(p.problem AND p.serious)" if serious else "NOT bool_or(p.problem)"
    steps = {**counted_step(election, form), "given": GIVEN_PROBLEMS}
    steps["beside"] = f"SELECT p.observation FROM given p GROUP BY p.observation HAVING {beside}"
    return query(
        steps,
        f"{ROWS} JOIN beside USING (observation) JOIN answer a USING (observation)\n"
        f"WHERE a.item = {literal(overall)} AND a.state = 'given' AND a.value = {literal(mark)}",
    )


def comment_query(election: str, form: str, comments: Iterable[str]) -> str:
    """SQL for the forms with a serious problem and no comment, of versions that ask for one."""
    steps = {**counted_step(election, form), "given": GIVEN_PROBLEMS}
    steps["serious"] = "SELECT DISTINCT observation FROM given WHERE problem AND serious"
    steps["room"] = (
        "SELECT c.observation, c.version, a.state\n"
        "FROM counted c JOIN answer a USING (observation)\n"
        f"WHERE a.item IN ({listed(comments)})"
    )
    return query(
        steps,
        f"{ROWS} JOIN serious USING (observation)\n"
        "WHERE version IN (SELECT version FROM room) AND observation NOT IN (\n"
        "  SELECT observation FROM room WHERE state IN ('given', 'withheld'))",
    )


def received_query(election: str, form: str, limits: Limits) -> str:
    """SQL for the reports received before the departure they tell of."""
    ahead = limits.utc_offset_minutes + limits.clock_margin_minutes
    received = "epoch(TRY_CAST(replace(received, 'Z', '') AS TIMESTAMP)) / 60"
    return count_query(election, form, f"{_since_1970('day', 'departed')} > {received} + {ahead:g}")


def places_query(forms: Sequence[str], election: str, form: str, limits: Limits) -> str:
    """SQL for the observations that share time with one of the same team at another place."""
    steps = {"visit": _visits(election, forms), "ordered": "FROM visit WHERE ended >= begun"}
    return query(
        steps,
        "SELECT count(DISTINCT a.observation) FROM ordered a JOIN ordered b USING (team)\n"
        f"WHERE a.form = {literal(form)} AND a.place <> b.place\n"
        "  AND least(a.ended, b.ended) - greatest(a.begun, b.begun) "
        f">= {limits.overlap_minutes:g}",
    )


def travel_query(forms: Sequence[str], election: str, form: str, limits: Limits) -> str:
    """SQL for the observations before or after a way too long for the time between."""
    steps = {"visit": _visits(election, forms)}
    steps["stop"] = (
        "SELECT v.*, radians(s.longitude) AS x, radians(s.latitude) AS y\n"
        "FROM visit v JOIN station s ON s.station = v.station\n"
        f"  AND s.election = {literal(election)}\n"
        "WHERE ended >= begun AND s.longitude IS NOT NULL AND s.latitude IS NOT NULL"
    )
    steps["leg"] = (
        "SELECT observation, form, station, ended, x, y,\n"
        + ",\n".join(
            f"  lead({column}) OVER route AS next_{column}"
            for column in ("observation", "form", "station", "begun", "x", "y")
        )
        + "\nFROM stop WINDOW route AS (PARTITION BY team ORDER BY begun, ended, observation)"
    )
    steps["way"] = (
        "SELECT *, next_begun - ended + "
        f"{limits.travel_slack_minutes:g} AS minutes,\n"
        f"  2 * {EARTH_KM} * asin(least(1, sqrt(pow(sin((next_y - y) / 2), 2)\n"
        "    + cos(y) * cos(next_y) * pow(sin((next_x - x) / 2), 2)))) AS km\n"
        "FROM leg WHERE station <> next_station"
    )
    steps["too_far"] = (
        f"SELECT * FROM way WHERE km >= {limits.travel_least_km:g}\n"
        f"  AND (minutes <= 0 OR km > {limits.travel_kmh:g} * minutes / 60)"
    )
    return query(
        steps,
        "SELECT count(DISTINCT observation) FROM (\n"
        "  SELECT observation, form FROM too_far\n"
        "  UNION ALL SELECT next_observation, next_form FROM too_far)\n"
        f"WHERE form = {literal(form)}",
    )


def twice_query(election: str, form: str) -> str:
    """SQL for the observations whose team reports the same place for the same time once more."""
    steps: Steps = {
        "visit": _visits(election, [form]),
        "stay": (
            "SELECT observation, team, place, begun,\n"
            "  greatest(begun, coalesce(ended, begun)) AS till\n"
            "FROM visit WHERE place IS NOT NULL AND begun IS NOT NULL"
        ),
    }
    return query(
        steps,
        "SELECT count(DISTINCT a.observation) FROM stay a JOIN stay b USING (team, place)\n"
        "WHERE a.observation <> b.observation AND (a.begun = b.begun\n"
        "  OR a.begun < b.begun AND b.begun < a.till\n"
        "  OR b.begun < a.begun AND a.begun < b.till)",
    )


def photo_query(election: str, forms: Sequence[str], form: str) -> str:
    """SQL for the observations with a photograph that another observation has too."""
    every = "\nUNION ALL\n".join(
        f"SELECT observation, form FROM ({counted_sql(election, one, late=True)})" for one in forms
    )
    steps: Steps = {"counted": every}
    steps["shown"] = (
        "SELECT DISTINCT observation, form, sha256\n"
        "FROM counted JOIN attachment USING (observation)"
    )
    return query(
        steps,
        "SELECT count(DISTINCT a.observation) FROM shown a JOIN shown b USING (sha256)\n"
        f"WHERE a.form = {literal(form)} AND a.observation <> b.observation",
    )


def station_query(election: str, form: str) -> str:
    """SQL for the observations whose station is not in the list."""
    return query(
        {
            **counted_step(election, form),
            "listed": f"SELECT station FROM station WHERE election = {literal(election)}",
        },
        f"{ROWS} JOIN observation o USING (observation)\n"
        "WHERE counted.station NOT IN (SELECT station FROM listed)\n"
        "  OR counted.station IS NULL AND o.station_stated IS NOT NULL",
    )


def item_query(election: str, form: str) -> str:
    """SQL for the observations that answer a question that the codebook does not have."""
    return query(
        counted_step(election, form),
        "SELECT count(DISTINCT observation) FROM counted JOIN answer a USING (observation)\n"
        "WHERE a.item NOT IN (SELECT item FROM form_item)\n"
        "  AND split_part(a.item, '-', 1) NOT IN (SELECT item FROM form_item)",
    )


def numbers_query(election: str, form: str, items: Mapping[str, str], condition: str) -> str:
    """SQL for the observations whose numbers fulfil a condition; items: name in it -> item."""
    columns = ",\n".join(
        f"  max(TRY_CAST(a.value AS DOUBLE)) FILTER (a.item = {literal(item)}) AS {name}"
        for name, item in items.items()
    )
    steps = counted_step(election, form)
    steps["numbers"] = (
        f"SELECT observation,\n{columns}\nFROM counted JOIN answer a USING (observation)\n"
        "WHERE a.state = 'given' GROUP BY observation"
    )
    return query(steps, f"SELECT count(*) FROM numbers WHERE {condition}")


def answers_query(election: str, form: str, types: Iterable[str]) -> str:
    """SQL for the answers from which forms are compared: observation, team, item, value."""
    return query(
        counted_step(election, form),
        "SELECT c.observation, c.team, a.item, a.value\n"
        "FROM counted c JOIN answer a USING (observation) JOIN form_item f USING (item)\n"
        f"WHERE a.state = 'given' AND f.form = {literal(form)} AND f.type IN ({listed(types)})\n"
        "ORDER BY ALL",
    )


def versions_query(election: str, form: str) -> str:
    """SQL for problems and answers by item and version, from which versions are compared."""
    steps = counted_step(election, form)
    steps["given"] = (
        f"SELECT c.version, a.item, {IS_PROBLEM} AS problem\n"
        "FROM counted c JOIN answer a USING (observation) JOIN form_item f USING (item)\n"
        "WHERE a.state = 'given' AND f.problem IS NOT NULL"
    )
    return query(
        steps,
        "SELECT item, version, count(*) FILTER (problem) AS problems, count(*) AS answers\n"
        "FROM given GROUP BY ALL ORDER BY ALL",
    )


def listed(words: Iterable[str]) -> str:
    """Words as a list in SQL."""
    return ", ".join(literal(word) for word in words)


def _visits(election: str, forms: Sequence[str]) -> str:
    every = "\nUNION ALL\n".join(
        f"SELECT observation FROM ({counted_sql(election, form, late=True)})" for form in forms
    )
    return (
        "SELECT o.observation, o.form, o.team, o.station,\n"
        "  coalesce('station ' || o.station, 'stated ' || o.station_stated,\n"
        "    CASE WHEN o.form = 'tabulation' THEN 'area ' || o.area END) AS place,\n"
        f"  {_since_1970('o.day', 'o.arrived')} AS begun,\n"
        f"  {_since_1970('o.day', 'o.departed')} AS ended\n"
        f"FROM observation o JOIN (\n{every}\n) USING (observation)"
    )


def _since_1970(day: str, minutes: str) -> str:
    return f"date_diff('day', DATE '1970-01-01', {day}) * 1440 + {minutes}"
