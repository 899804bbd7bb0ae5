"""Figures of incident reports: how many there are of each standing."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.incidents.observed import Observed
from paragraph8.analysis.incidents.settings import Settings
from paragraph8.analysis.incidents.sql import IncidentSql, listed, standing_sql
from paragraph8.analysis.incidents.standing import (
    ALLEGED,
    FACT,
    RECEIVED,
    REFUTED,
    REPORTS_OF,
    levels_of,
)
from paragraph8.kernel.figure import Figure

OBSERVED_LEVEL = "observed"
COUNTED_APART = {"reports_received": RECEIVED, "allegations": ALLEGED, "refuted": REFUTED}
HOW_KNOWN_NOT_SAID = "how it is known is not said"


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Counts of the reports of one election; no figure holds reports of two standings.

    told       the counted reports, frame as `told_incidents` makes it
    left_out   reason, level, reports: those that no figure counts
    """

    observed: Observed
    sql: IncidentSql
    settings: Settings
    told: pl.DataFrame
    left_out: pl.DataFrame

    def figures(self) -> Iterator[Figure]:
        """All of them; names and meanings stand in the docstring of the analysis."""
        yield from self._as_fact()
        yield from self._apart()
        yield from self._without_level()
        yield from self._seen()

    def _as_fact(self) -> Iterator[Figure]:
        facts = self.told.filter(standing=FACT)
        for level in levels_of(FACT):
            yield self.observed.count(
                "stated_as_fact",
                facts.filter(level=level).height,
                "reports",
                denominator=facts.height,
                base=REPORTS_OF[FACT],
                excluded=self._excluded(FACT),
                query=self.sql.reports(f"level = '{level}'"),
                evidence=self.observed.rows("reports", level=level),
                where={"level": level},
            )

    def _apart(self) -> Iterator[Figure]:
        for name, standing in COUNTED_APART.items():
            yield self.observed.count(
                name,
                self.told.filter(standing=standing).height,
                "reports",
                base=REPORTS_OF[standing],
                excluded=self._excluded(standing),
                query=self.sql.reports(standing_sql(standing)),
                evidence=self.observed.rows("reports", standing=standing),
            )

    def _without_level(self) -> Iterator[Figure]:
        alleged = self.told.filter(standing=ALLEGED)
        yield self.observed.count(
            "without_level",
            alleged.filter(~pl.col("level_stated")).height,
            "reports",
            denominator=alleged.height,
            base=REPORTS_OF[ALLEGED],
            query=self.sql.reports("NOT level_stated"),
            evidence=self.observed.rows("reports", level_stated="no"),
        )

    def _seen(self) -> Iterator[Figure]:
        of_level = self.told.filter(level=OBSERVED_LEVEL)
        known = of_level.drop_nulls("how_known")
        seeing = self.settings.seeing
        yield self.observed.count(
            "seen",
            known.filter(pl.col("how_known").is_in(seeing)).height,
            "reports",
            denominator=known.height,
            base="reports stated as observed that say how it is known",
            excluded={HOW_KNOWN_NOT_SAID: of_level.height - known.height},
            query=self.sql.reports(
                f"level = '{OBSERVED_LEVEL}' AND how_known IN ({listed(seeing)})"
            ),
            evidence=self.observed.rows("reports", level=OBSERVED_LEVEL),
        )

    def _excluded(self, standing: str) -> dict[str, int]:
        out = self.left_out.filter(pl.col("level").is_in(levels_of(standing)))
        return dict(out.group_by("reason").agg(pl.col("reports").sum()).sort("reason").rows())
