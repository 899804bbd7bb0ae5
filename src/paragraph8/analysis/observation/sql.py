"""Shares of observers' reports as SQL, so that a stranger can count again."""

from collections.abc import Iterable, Mapping, Sequence

from paragraph8.analysis.observation.bases import Base
from paragraph8.analysis.observation.stage import Stage
from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.tables.answers import item_is_rating
from paragraph8.tables.answers_sql import answered_sql, counted_sql

# How the problems of a step named `answered` become the numerator, by base.
NUMERATORS = {
    Base.OBSERVATIONS: "SELECT count(*) FILTER (problem) FROM answered",
    Base.STATIONS: (
        "SELECT count(*) FILTER (problem) FROM (\n"
        "  SELECT {collapse} AS problem FROM answered WHERE station IS NOT NULL GROUP BY station\n)"
    ),
    Base.OBSERVERS: (
        "SELECT coalesce(sum(observers) FILTER (problem), 0) FROM (\n"
        "  SELECT any_value(observers) AS observers, bool_or(problem) AS problem\n"
        "  FROM answered GROUP BY team\n)"
    ),
}
LAST = (
    "arg_max(problem, (coalesce(epoch(day) / 60 + coalesce(arrived, 0), -1e18), received,"
    " observation))"
)


def share_query(stage: Stage, item: str, base: Base, among: str = "") -> str:
    """SQL for the numerator of an item's share. `among`: a condition on the observation, in SQL."""
    row = stage.item(item)
    problem = problem_answers(row)
    collapse = LAST if item_is_rating(row) else "bool_or(problem)"
    return query(
        {
            "counted": _counted(stage),
            "answered": answered_sql(item, problem) + _only(stage, item, among),
        },
        NUMERATORS[base].format(collapse=collapse),
    )


def chosen_query(
    stage: Stage, item: str, answers: Sequence[str], base: Base = Base.OBSERVATIONS
) -> str:
    """SQL for the forms that give one of these answers, or the stations whose last form does."""
    answered = answered_sql(item, answers) + _only(stage, item)
    steps: Steps = {"counted": _counted(stage), "answered": answered}
    return query(steps, NUMERATORS[base].format(collapse=LAST))


def number_query(stage: Stage, item: str, value: str, by_station: str = "") -> str:
    """SQL for a value over the numbers given (`n`); by station they are summed up or the largest,
    and a station where the question above says that there was no case has nought."""
    steps: Steps = {"counted": _counted(stage), "answered": answered_sql(item, ["any"])}
    number = "TRY_CAST(value AS DOUBLE)"
    if not by_station:
        steps["numbers"] = f"SELECT {number} AS n FROM answered"
        return query(steps, f"SELECT {value} FROM numbers")
    each = f"SELECT station, {number} AS n FROM answered"
    if above := stage.parent(item):
        steps["above"] = answered_sql(above, stage.above_answers(item))
        none = "NOT problem" if stage.trigger(item) else "problem"
        each += f"\nUNION ALL\nSELECT station, 0 AS n FROM above WHERE {none}"
    steps["numbers"] = (
        f"SELECT station, {by_station}(n) AS n FROM (\n{each}\n)\n"
        "WHERE station IS NOT NULL GROUP BY station"
    )
    return query(steps, f"SELECT {value} FROM numbers")


def any_query(stage: Stage, items: Sequence[str], base: Base, all_answered: bool = False) -> str:
    """SQL for at least one problem among several items."""
    parts = "\nUNION ALL\n".join(f"SELECT * FROM ({_answered(stage, item)})" for item in items)
    having = f"\nHAVING count(*) = {len(items)}" if all_answered else ""
    answered = (
        "SELECT observation, any_value(team) AS team, any_value(observers) AS observers,\n"
        "  any_value(station) AS station, bool_or(problem) AS problem\n"
        f"FROM parts GROUP BY observation{having}"
    )
    steps: Steps = {"counted": _counted(stage), "parts": parts, "answered": answered}
    return query(steps, NUMERATORS[base].format(collapse="bool_or(problem)"))


def of_all_query(stage: Stage, child: str, parent: str) -> str:
    """SQL for the problems of a question that is asked only after another."""
    return share_query(stage, child, Base.OBSERVATIONS, among=_answered_too(stage, parent))


def both_query(stage: Stage, item: str, first: str, second: str) -> str:
    """SQL for problems and answers in two groups: four numbers in one row."""
    parts = [
        f"count(*) FILTER ({condition}{problem}) AS {name}"
        for group, condition in (("first", first), ("second", second))
        for name, problem in ((f"{group}_problems", " AND problem"), (f"{group}_answers", ""))
    ]
    steps: Steps = {"counted": _counted(stage), "c": _answered(stage, item)}
    return query(steps, f"SELECT {', '.join(parts)} FROM c")


def by_team_query(stage: Stage, item: str, value: str) -> str:
    """SQL for a value over teams: `problems` and `answers` of each."""
    by_team = (
        "SELECT team, count(*) FILTER (problem) AS problems, count(*) AS answers\n"
        "FROM answered GROUP BY team"
    )
    steps: Steps = {
        "counted": _counted(stage),
        "answered": _answered(stage, item),
        "teams": by_team,
    }
    return query(steps, f"SELECT {value} FROM teams")


def rows_query(stage: Stage, item: str, columns: str, tail: str = "") -> str:
    """SQL for columns of the forms that answer an item, with their `problem`."""
    steps: Steps = {"counted": _counted(stage), "answered": _answered(stage, item)}
    return query(steps, f"SELECT {columns} FROM answered{tail}")


def problem_answers(row: Mapping[str, object]) -> list[str]:
    """The answers that count: those of the codebook, "yes" of a neutral yes/no item."""
    return str(row["problem"] or "yes").split(";")


def counted(stage: Stage) -> str:
    """SQL for the counted forms of a stage."""
    return _counted(stage)


def _answered_too(stage: Stage, parent: str) -> str:
    answered = answered_sql(parent, ["any"]) + _only(stage, parent)
    return f"c.observation IN (SELECT observation FROM (\n{answered}\n))"


def _answered(stage: Stage, item: str) -> str:
    return answered_sql(item, problem_answers(stage.item(item))) + _only(stage, item)


def _counted(stage: Stage) -> str:
    return counted_sql(stage.election, stage.form, stage.settings.late)


def _only(stage: Stage, item: str, among: str = "") -> str:
    conditions: list[str] = [among] if among else []
    if stage.item(item)["whole"]:
        conditions.append("c.seen = 'start'")
    if versions := stage.settings.polarity_changed.get(item):
        conditions.append(f"c.version NOT IN ({_list(versions)})")
    if parent := stage.parent(item):
        above = answered_sql(parent, stage.above_answers(item)) + _only(stage, parent)
        other = "NOT problem" if stage.trigger(item) else "problem"
        conditions.append(
            f"c.observation NOT IN (SELECT observation FROM (\n{above}\n) WHERE {other})"
        )
    return "".join(f"\n  AND {condition}" for condition in conditions)


def _list(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)
