"""Figures that come from observers' forms: they describe what teams told, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paragraph8.kernel.figure import NOTHING, Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker


@dataclass(frozen=True, slots=True)
class Observed:
    """Makes counts of one election: what a `FigureMaker` makes, as observers' forms give it."""

    maker: FigureMaker
    election: str

    def count(
        self,
        name: str,
        numerator: int,
        unit: str,
        *,
        base: str,
        query: str,
        denominator: int | None = None,
        excluded: Mapping[str, int] = NOTHING,
        evidence: Evidence | None = None,
        where: Mapping[str, str] | None = None,
    ) -> Figure:
        """A count of `unit`, out of `denominator` of the base where there is one.

        where   dimensions besides the election
        """
        counted = self.maker.count(
            name,
            numerator,
            unit,
            kind=Kind.OBSERVATION_SHARE,
            base=base,
            denominator=denominator,
            excluded=excluded,
            query=query,
            evidence=evidence,
            where={"election": self.election, **(where or {})},
        )
        return replace(counted, interval=OBSERVED)

    def rows(self, table: str, **where: str) -> Evidence:
        """The evidence rows of this election for which columns have these values."""
        return Evidence(table, {"election": self.election, **where})
