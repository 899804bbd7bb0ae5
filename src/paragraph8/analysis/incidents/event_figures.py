"""Figures of events: what the mission may state as fact, and apart from it what it was told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.incidents.events import BY_TEAMS, CONTRADICTED, LEAST_TEAMS
from paragraph8.analysis.incidents.observed import Observed
from paragraph8.analysis.incidents.settings import Settings
from paragraph8.analysis.incidents.sql import IncidentSql, listed
from paragraph8.analysis.incidents.standing import (
    ALLEGED,
    EVENTS_OF,
    FACT,
    RECEIVED,
    REFUTED,
    levels_of,
)
from paragraph8.kernel.figure import NOTHING, Evidence, Figure
from paragraph8.kernel.sql import literal

SEVERITIES = ("1", "2", "3", "4")
NO_AREA, NO_SEVERITY = "no area known", "severity not stated"
NO_EFFECT, EFFECT_NOT_KNOWN = "effect not stated", "effect not known"


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Counts of the events of one election; no figure holds events of two standings.

    events       frame as `event_rows` makes it; categories: as `event_categories`
    """

    observed: Observed
    sql: IncidentSql
    settings: Settings
    events: pl.DataFrame
    categories: pl.DataFrame

    def figures(self) -> Iterator[Figure]:
        """All of them:

            events; events_by_level, _by_category, _by_severity, _by_effect, _by_area;
            events_serious     may be stated as fact; of all of them that say so much
            received_events, received_by_category     known from a single credible source
            alleged_events     a tally, of nothing
            corroborated_by_two_teams, contradicted [standing]     that several teams told of at
                               first hand; that another report refutes: for a person to decide
        What an event says is said by the reports that carry it, never by weaker ones.
        """
        facts = self._of(FACT)
        yield self._count("events", facts.height, FACT, self.sql.events(FACT))
        if facts.height:
            yield from self._by_level(facts)
            yield from self._by_category("events_by_category", FACT)
            yield from self._by_severity(facts)
            yield from self._by_effect(facts)
            yield from self._by_area(facts)
        received = self._of(RECEIVED).height
        yield self._count("received_events", received, RECEIVED, self.sql.events(RECEIVED))
        yield from self._by_category("received_by_category", RECEIVED)
        alleged = self._of(ALLEGED).height
        yield self._count("alleged_events", alleged, ALLEGED, self.sql.events(ALLEGED))
        for standing in (FACT, RECEIVED, ALLEGED):
            yield from self._to_decide(standing)

    def _of(self, standing: str) -> pl.DataFrame:
        return self.events.filter(standing=standing)

    def _count(
        self,
        name: str,
        n: int,
        standing: str,
        query: str,
        *,
        of: int | None = None,
        excluded: Mapping[str, int] = NOTHING,
        evidence: Evidence | None = None,
        **dimensions: str,
    ) -> Figure:
        return self.observed.count(
            name,
            n,
            "events",
            denominator=of,
            base=EVENTS_OF[standing],
            excluded=excluded,
            query=query,
            evidence=evidence or self.observed.rows("events", standing=standing, **dimensions),
            where=dimensions,
        )

    def _by_level(self, facts: pl.DataFrame) -> Iterator[Figure]:
        order = " ".join(
            f"WHEN {literal(level)} THEN {n}" for n, level in enumerate(levels_of(FACT))
        )
        for n, level in enumerate(levels_of(FACT)):
            yield self._count(
                "events_by_level",
                facts.filter(level=level).height,
                FACT,
                self.sql.events_by(
                    FACT, f"min(CASE level {order} END) AS strongest", f"strongest = {n}"
                ),
                of=facts.height,
                level=level,
            )

    def _by_category(self, name: str, standing: str) -> Iterator[Figure]:
        of_standing = self.categories.filter(standing=standing)
        events = self._of(standing)
        without = events.height - of_standing["event"].n_unique()
        for category in of_standing["category"].unique().sort():
            if category in self.settings.inner_categories:
                continue
            rows = self.observed.rows("event_categories", standing=standing, category=category)
            yield self._count(
                name,
                of_standing.filter(category=category).height,
                standing,
                self.sql.events(standing, f"category = {literal(category)}"),
                of=events.height - without,
                excluded={"category not stated": without},
                evidence=rows,
                category=category,
            )

    def _by_severity(self, facts: pl.DataFrame) -> Iterator[Figure]:
        stated = facts.drop_nulls("severity")
        excluded = {NO_SEVERITY: facts.height - stated.height}
        highest = "max(severity) AS highest"
        for severity in SEVERITIES if stated.height else ():
            yield self._count(
                "events_by_severity",
                stated.filter(severity=severity).height,
                FACT,
                self.sql.events_by(FACT, highest, f"highest = {severity}"),
                of=stated.height,
                excluded=excluded,
                severity=severity,
            )
        if stated.height:
            least = self.settings.serious_from
            yield self._count(
                "events_serious",
                stated.filter(pl.col("severity").cast(pl.Int64) >= least).height,
                FACT,
                self.sql.events_by(FACT, highest, f"highest >= {least}"),
                of=stated.height,
                excluded=excluded,
            )

    def _by_effect(self, facts: pl.DataFrame) -> Iterator[Figure]:
        known = facts.filter(pl.col("effect").is_in(self.settings.effects))
        not_known = facts.filter(effect=self.settings.effect_not_known).height
        excluded = {
            EFFECT_NOT_KNOWN: not_known,
            NO_EFFECT: facts.height - known.height - not_known,
        }
        order = [*self.settings.effects, self.settings.effect_not_known]
        rank = " ".join(f"WHEN {literal(effect)} THEN {n}" for n, effect in enumerate(order))
        for n, effect in enumerate(self.settings.effects if known.height else ()):
            yield self._count(
                "events_by_effect",
                known.filter(effect=effect).height,
                FACT,
                self.sql.events_by(
                    FACT, f"min(CASE effect {rank} END) AS gravest", f"gravest = {n}"
                ),
                of=known.height,
                excluded=excluded,
                effect=effect,
            )

    def _by_area(self, facts: pl.DataFrame) -> Iterator[Figure]:
        placed = facts.filter(pl.col("area") != "")
        for area in placed["area"].unique().sort():
            yield self._count(
                "events_by_area",
                placed.filter(area=area).height,
                FACT,
                self.sql.events(FACT, f"region = {literal(area)}"),
                of=placed.height,
                excluded={NO_AREA: facts.height - placed.height},
                area=area,
            )

    def _to_decide(self, standing: str) -> Iterator[Figure]:
        events = self._of(standing)
        direct, refuted = listed(self.settings.direct), literal(REFUTED)
        sources = (
            f"count(DISTINCT team) FILTER (\n  how_known IN ({direct}) AND level <> {refuted})"
            " AS sources"
        )
        several = f"sources >= {LEAST_TEAMS}"
        untrue = f"bool_or(level = {refuted}) AS untrue"
        for name, column, each, condition in (
            (BY_TEAMS, "computed_level", sources, several),
            (CONTRADICTED, "contradicted", untrue, "untrue"),
        ):
            if events.height:
                rows = {"standing": standing, column: name}
                yield self.observed.count(
                    name,
                    events.filter(pl.col(column) == name).height,
                    "events",
                    denominator=events.height,
                    base=EVENTS_OF[standing],
                    query=self.sql.events_told(standing, each, condition),
                    evidence=self.observed.rows("events", **rows),
                    where={"standing": standing},
                )
