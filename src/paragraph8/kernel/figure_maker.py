"""FigureMaker: what all figures of one run of an analysis have in common, said once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paragraph8.kernel.figure import FIGURE, NOTHING, Evidence, Figure, Interval, Kind

COMPLETE = "none: a complete count of what was published, not a sample"
OBSERVED = "none: describes what was observed, not a sample of all stations"


@dataclass(frozen=True, slots=True)
class FigureMaker:
    """Makes the figures of one analysis on one snapshot; names get the analysis's name in front."""

    analysis: str
    snapshot: str
    as_of: str
    parameters: Mapping[str, object]
    limits: tuple[str, ...]

    def count(
        self,
        name: str,
        numerator: int,
        unit: str,
        *,
        kind: Kind = Kind.OWN_MEASUREMENT,
        denominator: int | None = None,
        base: str = "",
        interval: Interval | str = COMPLETE,
        excluded: Mapping[str, int] = NOTHING,
        query: str = "",
        query_gives: str = FIGURE,
        evidence: Evidence | None = None,
        where: Mapping[str, str],
    ) -> Figure:
        """A whole count of `unit`, out of `denominator` of the base where there is one."""
        counted = self.number(
            name,
            numerator,
            unit,
            base=base or unit,
            kind=kind,
            interval=interval,
            excluded=excluded,
            query=query,
            query_gives=query_gives,
            evidence=evidence,
            where=where,
        )
        return replace(counted, numerator=numerator, denominator=denominator)

    def share(
        self,
        name: str,
        numerator: int,
        denominator: int,
        *,
        base: str,
        kind: Kind = Kind.OBSERVATION_SHARE,
        interval: Interval | str = OBSERVED,
        excluded: Mapping[str, int] = NOTHING,
        query: str = "",
        query_gives: str = FIGURE,
        evidence: Evidence | None = None,
        limits: tuple[str, ...] = (),
        where: Mapping[str, str],
    ) -> Figure:
        """numerator / denominator, 0..1; `limits` are this figure's own, before those of all.

        The query gives the numerator. Needs a denominator above 0.
        """
        shared = self.number(
            name,
            numerator / denominator,
            "share",
            base=base,
            kind=kind,
            interval=interval,
            excluded=excluded,
            query=query,
            query_gives=query_gives,
            evidence=evidence,
            where=where,
        )
        return replace(
            shared,
            numerator=numerator,
            denominator=denominator,
            limits=(*limits, *self.limits),
        )

    def number(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        base: str,
        kind: Kind = Kind.OWN_MEASUREMENT,
        interval: Interval | str = COMPLETE,
        excluded: Mapping[str, int] = NOTHING,
        query: str = "",
        query_gives: str = FIGURE,
        evidence: Evidence | None = None,
        where: Mapping[str, str],
    ) -> Figure:
        """A number that is not a part of a whole: a median, a largest value, a p-value."""
        return Figure(
            name=f"{self.analysis}.{name}",
            value=value,
            unit=unit,
            kind=kind,
            base=base,
            interval=interval,
            as_of=self.as_of,
            snapshot=self.snapshot,
            dimensions=where,
            excluded={reason: n for reason, n in excluded.items() if n},
            parameters=self.parameters,
            limits=self.limits,
            query=query,
            query_gives=query_gives,
            evidence=evidence,
        )
