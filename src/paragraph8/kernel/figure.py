"""Figure: a number that is never bare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Dimensions = Mapping[str, str]
# What a query may give: see Figure.query_gives.
FIGURE, INPUT = "figure", "input"
NOTHING: Mapping[str, int] = MappingProxyType({})


class Kind(StrEnum):
    """What a number can claim. Kinds are never mixed in one table or sum."""

    OBSERVATION_SHARE = "observation_share"
    SAMPLE_ESTIMATE = "sample_estimate"
    OFFICIAL = "official"
    OWN_MEASUREMENT = "own_measurement"


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval around `Figure.value`, in its unit, with its level (0..1) and how it was made."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the rows behind a figure stand: a table of the Result, and which of its rows.

    `where` holds column -> value; a row belongs to the figure if all of them match.
    `order_by` names the column by which a reader should see the rows, largest first.
    """

    table: str
    where: Mapping[str, str] = field(default_factory=dict)
    order_by: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that is needed to quote it and to compute it again.

    value        the number itself; a share is numerator / denominator, 0..1
    unit         what is counted ("protocols", "votes", "voters", …) or "share"
    base         what the denominator counts, in words that can follow "of the"
    numerator, denominator   whole counts; None where the figure is not a part of something
    excluded     reason -> how many of the base could not be used
    interval     an Interval, or the reason why there is none
    as_of        the state of the data, as the snapshot gives it
    query        SQL over the tables of the snapshot that gives the numerator (or the value)
    query_gives  "figure", or "input" where SQL cannot compute the figure (an exact test, seats):
                 the query then gives the numbers that it was computed from
    limits       what the figure cannot show
    """

    name: str
    value: float | int
    unit: str
    kind: Kind
    base: str
    interval: Interval | str
    as_of: str
    snapshot: str
    dimensions: Dimensions = field(default_factory=dict)
    numerator: int | None = None
    denominator: int | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    query: str = ""
    query_gives: str = FIGURE
    evidence: Evidence | None = None

    @property
    def id(self) -> str:
        """`analysis.name[key=value, …]`, keys in alphabetical order; unique within a snapshot."""
        return figure_id(self.name, self.dimensions)


def figure_id(name: str, dimensions: Dimensions) -> str:
    """The id of the figure `name` for these dimensions."""
    if not dimensions:
        return name
    inside = ", ".join(f"{key}={dimensions[key]}" for key in sorted(dimensions))
    return f"{name}[{inside}]"
