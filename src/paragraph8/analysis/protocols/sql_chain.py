"""The chain of sources as SQL over the tables of a snapshot."""

from collections.abc import Mapping, Sequence

from paragraph8.analysis.protocols.chain_numbers import (
    ALONE,
    DISTRICT,
    NEIGHBOURS,
    OBSERVERS,
    ORDER,
    POSTED,
    PUBLISHED,
    SIGNED,
    UNCHANGED,
    VOTES,
    Pair,
)
from paragraph8.kernel.sql import Steps, literal, matches, query
from paragraph8.tables.answers_sql import answered_sql, counted_sql

STATION = "contest, station"
NUMBER = f"{STATION}, what, contestant, channel"
LISTED = ", ".join(literal(source) for source in ORDER)
UP_TO_DISTRICT = f"{POSTED}_says, {SIGNED}_says, {DISTRICT}_says"
SAID = """\
SELECT {columns}, 'votes' AS what, contestant, channel, votes AS value
FROM sheet JOIN protocol_vote USING (protocol)
UNION ALL
SELECT {columns}, field, '', channel, value
FROM sheet JOIN protocol_figure USING (protocol)"""
# Each number with the next source that gives it.
FOLLOWED = f"""\
SELECT *, lead(value) OVER later AS next_value, lead(place) OVER later AS next_place
FROM said WINDOW later AS (PARTITION BY {NUMBER} ORDER BY place)"""
# The observers' number is no other source's, and those up to the district agree.
ALONE_NUMBERS = f"""\
SELECT {NUMBER} FROM number
WHERE {OBSERVERS}_says <> coalesce({POSTED}_says, {SIGNED}_says)
  AND {OBSERVERS}_says IS DISTINCT FROM {PUBLISHED}_says
  AND len(list_distinct([{UP_TO_DISTRICT}])) = 1
  AND len(list_distinct([{UP_TO_DISTRICT}, {PUBLISHED}_says]))
    < list_count([{UP_TO_DISTRICT}, {PUBLISHED}_says])"""
CHANGES = f"""\
SELECT {STATION}, place, next_place FROM followed
WHERE value <> next_value AND (place > 1 OR ({NUMBER}) NOT IN (FROM alone))"""
POSTINGS = """\
SELECT station, bool_or(problem) AS not_posted
FROM answered WHERE station IS NOT NULL GROUP BY station"""


def pair_query(pair: Pair, scope: Mapping[str, str], value: str, what: str = "") -> str:
    """SQL for a value over the numbers that a pair both give: `before`, `after`.

    scope   election, and contest where there are several
    what    votes, or `field:channel`; without it all numbers
    """
    return query(_pair_steps(pair, scope), f"SELECT {value} FROM compared{_of(what)}")


def pair_stations_query(pair: Pair, scope: Mapping[str, str], condition: str) -> str:
    """SQL that counts the stations of a pair by how many of their numbers are `differing`."""
    counted = (
        f"SELECT count(*) FILTER (before <> after) AS differing\nFROM compared GROUP BY {STATION}"
    )
    steps = {**_pair_steps(pair, scope), "station_compared": counted}
    return query(steps, f"SELECT count(*) FROM station_compared WHERE {condition}")


def first_step_query(scope: Mapping[str, str], first_step: str) -> str:
    """SQL that counts stations with an observers' or a posted copy by their first step."""
    steps = {
        **_change_steps(scope),
        "first": f"SELECT {STATION}, min(10 * place + next_place) AS step FROM change GROUP BY ALL",
        "copied": (
            f"SELECT DISTINCT {STATION} FROM sheet\n"
            f"WHERE source IN ({literal(OBSERVERS)}, {literal(POSTED)})"
        ),
    }
    unmoved = f"FROM copied ANTI JOIN first USING ({STATION})"
    if first_step == ALONE:
        return query(steps, f"SELECT count(*) {unmoved} SEMI JOIN alone USING ({STATION})")
    if first_step == UNCHANGED:
        return query(
            steps,
            f"SELECT count(*) {unmoved} SEMI JOIN comparable USING ({STATION})\n"
            f"  ANTI JOIN alone USING ({STATION})",
        )
    (pair,) = (pair for pair in NEIGHBOURS if pair.step == first_step)
    step = 10 * (ORDER.index(pair.left) + 1) + ORDER.index(pair.right) + 1
    return query(
        steps, f"SELECT count(*) FROM copied JOIN first USING ({STATION}) WHERE step = {step}"
    )


def two_copies_query(scope: Mapping[str, str]) -> str:
    """SQL that counts stations where a further observers' copy differs from the first."""
    sheet = (
        "SELECT protocol, contest, station, copy FROM protocol\n"
        f"WHERE {matches({**scope, 'source': OBSERVERS})}"
    )
    steps = {"sheet": sheet, "said": SAID.format(columns=f"{STATION}, copy")}
    return query(
        steps,
        "SELECT count(DISTINCT (one.contest, one.station))\n"
        f"FROM said one JOIN said other USING ({NUMBER})\n"
        "WHERE one.copy = 1 AND other.copy > 1 AND one.value <> other.value",
    )


def posting_query(
    election: str, item: str, problem: Sequence[str], late: bool, condition: str
) -> str:
    """SQL that counts counted forms that answer the item; `problem`: no protocol was posted,
    `in_hand`: there is a posted copy of that station."""
    copies = matches({"election": election, "source": POSTED})
    in_hand = (
        "SELECT answered.*,\n"
        f"  station IN (SELECT station FROM protocol WHERE {copies}) AS in_hand\n"
        "FROM answered"
    )
    steps = {**_answered_steps(election, item, problem, late), "posting": in_hand}
    return query(steps, f"SELECT count(*) FROM posting WHERE {condition}")


def changed_later_query(
    election: str, item: str, problem: Sequence[str], late: bool, posted: bool
) -> str:
    """SQL that counts stations by what forms say of posting, whose numbers changed at some step."""
    steps = {
        **_change_steps({"election": election}),
        **_answered_steps(election, item, problem, late),
        "posting": POSTINGS,
    }
    return query(
        steps,
        "SELECT count(*) FROM posting SEMI JOIN change USING (station)\n"
        f"WHERE {'NOT ' if posted else ''}not_posted",
    )


def _said_steps(scope: Mapping[str, str]) -> Steps:
    says = "".join(
        f",\n  max(value) FILTER (source = {literal(source)}) AS {source}_says" for source in ORDER
    )
    return {
        "sheet": (
            "SELECT protocol, contest, station, source,\n"
            f"  list_position([{LISTED}], source) AS place\n"
            f"FROM protocol WHERE {matches(scope)} AND copy = 1 AND source IN ({LISTED})\n"
            f"QUALIFY count(*) OVER (PARTITION BY {STATION}) > 1"
        ),
        "said": SAID.format(columns=f"{STATION}, source, place"),
        "number": f"SELECT {NUMBER}{says}\nFROM said GROUP BY ALL",
    }


def _pair_steps(pair: Pair, scope: Mapping[str, str]) -> Steps:
    left, right = f"{pair.left}_says", f"{pair.right}_says"
    silent = "".join(f" AND {source}_says IS NULL" for source in pair.between)
    compared = (
        f"SELECT {NUMBER}, {left} AS before, {right} AS after\n"
        f"FROM number WHERE {left} IS NOT NULL AND {right} IS NOT NULL{silent}"
    )
    return {**_said_steps(scope), "compared": compared}


def _change_steps(scope: Mapping[str, str]) -> Steps:
    return {
        **_said_steps(scope),
        "followed": FOLLOWED,
        "comparable": f"SELECT DISTINCT {STATION} FROM followed WHERE next_value IS NOT NULL",
        "alone": ALONE_NUMBERS,
        "change": CHANGES,
    }


def _answered_steps(election: str, item: str, problem: Sequence[str], late: bool) -> Steps:
    return {
        "counted": counted_sql(election, "counting", late),
        "answered": answered_sql(item, problem),
    }


def _of(what: str) -> str:
    if not what:
        return ""
    if what == VOTES:
        return f" WHERE {matches({'what': VOTES})}"
    field, channel = what.rsplit(":", 1)
    return f" WHERE {matches({'what': field, 'channel': channel})}"
