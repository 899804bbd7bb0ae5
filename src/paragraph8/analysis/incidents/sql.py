"""Incident reports and events as SQL over the tables of a snapshot, for a stranger to count again.

The steps follow `told.py` and `matching.py`; what each means stands there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from paragraph8.analysis.incidents.places import region_steps
from paragraph8.analysis.incidents.settings import Settings
from paragraph8.analysis.incidents.standing import (
    REFUTED,
    STANDINGS,
    level_sql,
    levels_of,
)
from paragraph8.analysis.incidents.told import (
    CONSENT,
    DATE,
    FORM,
    HAPPENED_AT,
    HAPPENED_ON,
    MINUTES_OF_DAY,
    TIME,
)
from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.tables.answers_sql import counted_sql

RANK = {standing: rank for rank, standing in enumerate(STANDINGS)}


@dataclass(frozen=True, slots=True)
class IncidentSql:
    """Queries on the incident reports of one election, as the settings say."""

    election: str
    settings: Settings

    def reports(self, condition: str) -> str:
        """How many counted reports meet a condition on the columns of the step `told`."""
        return query(self._told(), f"SELECT count(*) FROM told WHERE {condition}")

    def events(self, standing: str, condition: str = "true") -> str:
        """How many events of a standing there are; the condition is on the reports that carry one,
        and on `category`."""
        steps = {**self._told(), **self._pairs(), **_tiers(standing)}
        return query(
            steps,
            f"SELECT count(DISTINCT event) FROM {_event(standing)}\n"
            "JOIN told USING (observation) LEFT JOIN category USING (observation)\n"
            f"WHERE {condition}",
        )

    def events_by(self, standing: str, each: str, condition: str) -> str:
        """How many events of a standing meet a condition on `each`: aggregates, with names, over
        the reports that carry the event."""
        steps = {**self._told(), **self._pairs(), **_tiers(standing)}
        steps["one_event"] = (
            f"SELECT event, {each}\nFROM {_event(standing)} JOIN told USING (observation)\n"
            "GROUP BY event"
        )
        return query(steps, f"SELECT count(*) FROM one_event WHERE {condition}")

    def events_told(self, standing: str, each: str, condition: str) -> str:
        """As `events_by`, over all reports of the event: those that carry it and those attached."""
        steps = {**self._told(), **self._pairs(), **_tiers(REFUTED), "member": _MEMBERS}
        steps["one_event"] = (
            f"SELECT event, {each}\nFROM member JOIN told USING (observation)\n"
            f"WHERE of_standing = {literal(standing)} GROUP BY event"
        )
        return query(steps, f"SELECT count(*) FROM one_event WHERE {condition}")

    def _told(self) -> Steps:
        return {
            **region_steps(self.election),
            "counted": counted_sql(self.election, FORM),
            "said": _SAID,
            "told": _TOLD.format(
                level=level_sql("i.verification"),
                date=literal(DATE),
                time=literal(TIME),
                minutes=MINUTES_OF_DAY,
                inner=literal(self.settings.inner_consent),
            ),
        }

    def _pairs(self) -> Steps:
        return {
            "category": _CATEGORIES,
            "pair": _PAIRS.format(window=self.settings.window_minutes),
        }


def standing_sql(standing: str) -> str:
    """The condition that a report has this standing."""
    return f"level IN ({listed(levels_of(standing))})"


def listed(words: Iterable[str]) -> str:
    """Words as SQL lists them."""
    return ", ".join(literal(word) for word in words)


def _event(standing: str) -> str:
    return f"{standing}_event"


def _tiers(last: str) -> Steps:
    """A step per standing down to the last one, with the reports that carry its events."""
    steps: Steps = {}
    for standing in STANDINGS[: RANK[last] + 1]:
        above = "".join(
            f"\n  AND NOT EXISTS (FROM pair JOIN {_event(stronger)} AS e\n"
            "    ON e.observation = pair.other WHERE pair.observation = told.observation)"
            for stronger in STANDINGS[: RANK[standing]]
        )
        own, linked = f"{standing}_report", f"{standing}_linked"
        steps[own] = f"SELECT observation FROM told WHERE {standing_sql(standing)}{above}"
        steps[linked] = (
            f"SELECT observation, observation AS reached FROM {own}\nUNION\n"
            f"SELECT l.observation, pair.other FROM {linked} AS l\n"
            f"JOIN pair ON pair.observation = l.reached\n"
            f"JOIN {own} AS o ON o.observation = pair.other"
        )
        steps[_event(standing)] = (
            f"SELECT observation, min(reached) AS event FROM {linked} GROUP BY observation"
        )
    return steps


_SAID = f"""\
SELECT observation,
  max(value) FILTER (item = '{HAPPENED_ON}') AS happened_on,
  max(value) FILTER (item = '{HAPPENED_AT}') AS happened_at,
  max(value) FILTER (item = '{CONSENT}') AS consent
FROM counted LEFT JOIN answer USING (observation)
GROUP BY observation"""

_TOLD = """\
SELECT c.observation, c.team, c.station, i.how_known, i.categories, i.severity, i.effect,
  CASE WHEN c.station IS NULL THEN o.station_stated END AS stated,
  c.area AS named, coalesce(p.region, c.area, '') AS region,
  {level} AS level,
  level IS NOT DISTINCT FROM i.verification AS level_stated,
  CASE WHEN regexp_matches(s.happened_on, {date})
    THEN TRY_CAST(s.happened_on AS DATE) END AS said_day,
  CASE WHEN regexp_matches(s.happened_at, {time})
    THEN split_part(s.happened_at, ':', 1)::BIGINT * 60 + split_part(s.happened_at, ':', 2)::BIGINT
    END AS clock,
  CASE WHEN said_day IS NULL OR said_day = c.day THEN c.arrived END AS arrival,
  datediff('day', DATE '1970-01-01', coalesce(said_day, c.day)) * {minutes}
    + coalesce(clock, arrival) AS minute
FROM counted c
JOIN observation o USING (observation)
JOIN said s USING (observation)
LEFT JOIN incident i ON i.incident = c.observation
LEFT JOIN place p ON p.words = c.area
WHERE s.consent IS DISTINCT FROM {inner}"""

_CATEGORIES = """\
SELECT DISTINCT observation, category
FROM (SELECT observation, unnest(string_split(categories, ';')) AS category FROM told)
WHERE category <> ''"""

_PAIRS = """\
SELECT DISTINCT a.observation, b.observation AS other, abs(a.minute - b.minute) AS apart
FROM category x JOIN category y USING (category)
JOIN told a ON a.observation = x.observation
JOIN told b ON b.observation = y.observation
WHERE a.observation <> b.observation AND abs(a.minute - b.minute) <= {window}
  AND CASE
    WHEN coalesce(a.station, b.station) IS NOT NULL THEN a.station = b.station
    WHEN coalesce(a.stated, b.stated) IS NOT NULL
      THEN a.stated = b.stated AND coalesce(a.named = b.named, true)
    ELSE a.named = b.named END"""

# A weaker report goes to the strongest event it is like, among equals to the nearest in time.
_CARRIERS = "\nUNION ALL ".join(
    f"SELECT observation, event, '{standing}' AS of_standing, {rank} AS rank"
    f" FROM {_event(standing)}"
    for standing, rank in RANK.items()
)
_MEMBERS = f"""\
WITH carrier AS (
  {_CARRIERS.replace(chr(10), chr(10) + "  ")}
)
SELECT observation, event, of_standing FROM carrier
UNION ALL
SELECT observation, event, of_standing FROM (
  SELECT pair.observation, c.event, c.of_standing, row_number() OVER (
    PARTITION BY pair.observation ORDER BY c.rank, pair.apart, c.event) AS nearest
  FROM pair JOIN carrier c ON c.observation = pair.other
  WHERE pair.observation NOT IN (SELECT observation FROM carrier))
WHERE nearest = 1"""
