"""The numbers of one station by source, as SQL over the tables of a snapshot."""

from collections.abc import Iterable, Mapping
from typing import Final

from paragraph8.analysis.voterlist.station_numbers_rules import Frame, Rule
from paragraph8.analysis.voterlist.station_numbers_sources import (
    ADDED,
    ANYONE,
    DERIVED,
    ELECTRONIC_LIST,
    FIELDS,
    FORMS,
    LOCK,
    NOT_GIVEN,
    NOT_ON_LIST,
    NUMBERS,
    ON_BOTH,
    PAPER_LIST,
    TURNED_AWAY,
    WRONGLY,
    YES_NO,
)
from paragraph8.kernel.sql import Steps, literal, matches, query
from paragraph8.tables.answers_sql import counted_sql
from paragraph8.tables.contracts_list_audit import ANY, ONLY_ELECTRONIC, ONLY_PAPER

# Stations of the audit where observers said whether anyone was turned away.
OBSERVED: Final = "audit JOIN seen USING (station) WHERE turned_away IS NOT NULL"


def fails_query(rule: Rule, where: Mapping[str, str], late: bool, value: str = "count(*)") -> str:
    """SQL for a value over the rows of a rule that fail; `difference` is found - expected.

    where   election, source; contest where there are several; comparison for an audited list
    """
    frames = dict.fromkeys((rule.rows, rule.beside))
    steps: Steps = {}
    for frame in frames:
        steps |= _steps(frame, where, late)
    using = " USING (station)" if len(frames) > 1 else ""
    return query(
        steps,
        f"SELECT {value} FROM (\n  SELECT {rule.found} - ({rule.expected}) AS difference\n"
        f"  FROM {' JOIN '.join(frames)}{using} WHERE {rule.fails}\n)",
    )


def audit_query(where: Mapping[str, str], value: str) -> str:
    """SQL for a value over the stations of a comparison."""
    return query(_audit(where), f"SELECT {value} FROM audit")


def observed_query(where: Mapping[str, str], late: bool, value: str) -> str:
    """SQL for a value over the stations of a comparison where observers said whether anyone was
    turned away."""
    steps = {**_audit(where), **_seen(where["election"], late)}
    return query(steps, f"SELECT {value} FROM {OBSERVED}")


def exposure_query(where: Mapping[str, str], late: bool, lock: str) -> str:
    """SQL for names on both lists at stations with both channels; `lock`: a condition."""
    steps = {**_audit(where), **_seen(where["election"], late)}
    return query(
        steps,
        "SELECT sum(on_both) FROM audit LEFT JOIN seen USING (station)\n"
        f"WHERE {lock} AND station IN (\n"
        f"  SELECT station FROM station WHERE election = {literal(where['election'])}"
        " AND channels = 'both'\n)",
    )


def _steps(frame: Frame, where: Mapping[str, str], late: bool) -> Steps:
    if frame == Frame.AUDIT:
        return _audit(where)
    if frame == Frame.SEEN:
        return _seen(where["election"], late)
    return _protocols({k: where[k] for k in ("election", "source", "contest") if k in where})


def _audit(where: Mapping[str, str]) -> Steps:
    scope = matches({k: where[k] for k in ("election", "comparison")})
    on_both = f"side = 'paper' AND category IN ({_listed(ON_BOTH)})"
    columns = {
        "paper": "sum(entries) FILTER (side = 'paper')",
        "electronic": "sum(entries) FILTER (side = 'electronic')",
        "only_paper": f"coalesce(sum(entries) FILTER (category = '{ONLY_PAPER}'), 0)",
        "only_electronic": f"coalesce(sum(entries) FILTER (category = '{ONLY_ELECTRONIC}'), 0)",
        "on_both": f"coalesce(sum(entries) FILTER ({on_both}), 0)",
    }
    return {
        "audit": (
            f"SELECT station,\n  {_named(columns)}\n"
            f"FROM list_comparison WHERE {scope}\n"
            f"  AND field = '{ANY}' AND station <> '{NOT_GIVEN}'\nGROUP BY station"
        )
    }


def _protocols(scope: Mapping[str, str]) -> Steps:
    columns = {
        name: f"max(value) FILTER ({matches({'field': field, 'channel': channel})})"
        for name, (field, channel) in FIELDS.items()
    }
    return {
        "given": (
            f"SELECT protocol, station,\n  {_named(columns)}\n"
            "FROM protocol JOIN protocol_figure USING (protocol)\n"
            f"WHERE {matches(scope)} AND copy = 1\nGROUP BY protocol, station"
        ),
        "numbers": f"SELECT *,\n  {_named(DERIVED)}\nFROM given",
    }


def _seen(election: str, late: bool) -> Steps:
    columns = {
        "paper_seen": _agreed(PAPER_LIST),
        "electronic_seen": _agreed(ELECTRONIC_LIST),
        "added_seen": _of("max", ADDED),
        "turned_away": (
            f"coalesce({_of('sum', TURNED_AWAY)}, CASE WHEN {_of('min', ANYONE)} = 1 THEN 0 END)"
        ),
        "not_on_list": _of("sum", NOT_ON_LIST),
        "wrongly_refused": _of("sum", WRONGLY),
        "not_instant": f"{_of('max', LOCK)} = 1",
    }
    return {
        "counted": "\nUNION ALL\n".join(counted_sql(election, form, late) for form in FORMS),
        # Of a question that is answered by yes or no, 1 stands for "no".
        "said": (
            "SELECT c.station, a.item,\n"
            f"  CASE WHEN a.item IN ({_listed(YES_NO)}) THEN CAST(a.value = 'no' AS INTEGER)\n"
            "  ELSE TRY_CAST(a.value AS BIGINT) END AS n\n"
            "FROM counted c JOIN answer a USING (observation)\n"
            "WHERE a.state = 'given' AND c.station IS NOT NULL\n"
            f"  AND a.item IN ({_listed((*NUMBERS, *YES_NO))})"
        ),
        "seen": f"SELECT station,\n  {_named(columns)}\nFROM said GROUP BY station",
    }


def _of(aggregate: str, *items: str) -> str:
    return f"{aggregate}(n) FILTER (item IN ({_listed(items)}))"


def _agreed(items: Iterable[str]) -> str:
    low, high = _of("min", *items), _of("max", *items)
    return f"CASE WHEN {low} = {high} THEN {low} END"


def _named(columns: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{sql} AS {name}" for name, sql in columns.items())


def _listed(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
