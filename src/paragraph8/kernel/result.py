"""Result: what an analysis hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from paragraph8.kernel.check import CheckTally
from paragraph8.kernel.figure import Figure


class Rows(Protocol):
    """A table of evidence, as the tables layer builds it (a Polars DataFrame)."""

    @property
    def columns(self) -> list[str]: ...

    @property
    def height(self) -> int: ...

    def to_dicts(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one analysis on one snapshot.

    figures    every number that may be quoted
    checks     tallies of rules, by election and area
    evidence   name -> rows by station, to which figures point
    notes      what the analysis could not do on these data and why, in sentences
    limits     what the result cannot show; the same text stands under every result
    """

    analysis: str
    snapshot: str
    figures: tuple[Figure, ...]
    limits: tuple[str, ...]
    checks: tuple[CheckTally, ...] = ()
    evidence: Mapping[str, Rows] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def figure(self, figure_id: str) -> Figure | None:
        """The figure with this id, or None."""
        return next((f for f in self.figures if f.id == figure_id), None)
