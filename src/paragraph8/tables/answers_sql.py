"""Counted observations and their answers as SQL, so that a stranger can count again."""

from collections.abc import Iterable

from paragraph8.kernel.sql import literal


def counted_sql(election: str, form: str, late: bool = False) -> str:
    """SELECT of the observations of a form that analyses count, as `answer_grids` counts them.

    Columns: observation, team, observers, station, form, version, day, arrived, departed, seen,
    received, setting, channels, area (the lowest area of the station, else as the form names it).
    """
    in_time = "" if late else "\n  AND NOT o.late"
    return (
        "SELECT o.observation, o.team, t.observers, o.station, o.form, o.version, o.day,\n"
        "  o.arrived, o.departed, o.seen, o.received, coalesce(o.setting, s.setting) AS setting,\n"
        "  s.channels, coalesce(s.area, o.area) AS area\n"
        "FROM observation o\n"
        "LEFT JOIN station s USING (election, station)\n"
        "LEFT JOIN team t USING (team)\n"
        f"WHERE o.election = {literal(election)} AND o.form = {literal(form)}\n"
        f"  AND o.replaced_by IS NULL AND o.excluded IS NULL AND t.excluded IS NULL{in_time}"
    )


def answered_sql(item: str, problem: Iterable[str]) -> str:
    """SELECT of the counted observations (a step named `counted`) that answer the item.

    Adds `problem`: whether the answer is one of these (`any`: every answer, `positive`: a number
    above nought; several answers of one question are joined by a semicolon).
    """
    return (
        f"SELECT c.*, a.value, {_is_problem(list(problem))} AS problem\n"
        "FROM counted c JOIN answer a USING (observation)\n"
        f"WHERE a.item = {literal(item)} AND a.state = 'given'"
    )


def _is_problem(problem: list[str]) -> str:
    if problem == ["any"]:
        return "true"
    if problem == ["positive"]:
        return "TRY_CAST(a.value AS DOUBLE) > 0"
    answers = ", ".join(literal(answer) for answer in problem)
    return f"list_has_any(string_split(a.value, ';'), [{answers}])"
