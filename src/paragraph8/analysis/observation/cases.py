"""Numbers of cases: how many in all, at how many stations, and how they spread."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.groups import Collapse, case_items, presence_items
from paragraph8.analysis.observation.sql import number_query
from paragraph8.analysis.observation.stage import Stage
from paragraph8.kernel.figure import Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker

CASES = "cases"
MEDIAN = "quantile_cont(n, 0.5) FILTER (n > 0)"


def case_figures(maker: FigureMaker, stage: Stage) -> Iterator[Figure]:
    """Figures of one stage; numbers that were not known enter none of them.

    cases                 all cases; of a number that grows over the day the largest of each station
                          in the list
    stations_with_cases   stations with at least one, of stations that gave a number, or where the
                          question above says that there was none
    median_cases, largest_cases   over forms that gave a number above nought
    present               forms with at least one agent (or group) present, of forms that gave it
    """
    for item, collapse in case_items().items():
        if stage.grid.has(item):
            yield from _Cases(maker, stage, item, collapse).figures()
    for item in presence_items():
        if stage.grid.has(item):
            yield from _present(maker, stage, item)


class _Cases:
    def __init__(self, maker: FigureMaker, stage: Stage, item: str, collapse: Collapse) -> None:
        self.maker, self.stage, self.item, self.collapse = maker, stage, item, collapse
        self.numbers = stage.grid.numbers(item)
        self.with_noughts = _with_noughts(stage, item, self.numbers)
        self.where = {"election": stage.election, "form": stage.form, "item": item}

    def figures(self) -> Iterator[Figure]:
        given = ~np.isnan(self.numbers)
        if not given.any():
            return
        stations = self._by_station()
        total = self.numbers[given].sum() if self.collapse == "sum" else stations.sum()
        yield self._number(
            "cases",
            float(total),
            number_query(self.stage, self.item, "sum(n)", "" if self.collapse == "sum" else "max"),
        )
        if len(stations):
            yield self.maker.share(
                "stations_with_cases",
                int((stations > 0).sum()),
                len(stations),
                base=base_words(self.stage.form, Base.STATIONS),
                excluded={"no answer": self._stations - len(stations)},
                query=number_query(self.stage, self.item, "count(*) FILTER (n > 0)", self.collapse),
                evidence=self._evidence(),
                where=self.where,
            )
        some = self.numbers[given & (self.numbers > 0)]
        if len(some):
            for name, value, sql in (
                ("median_cases", float(np.median(some)), MEDIAN),
                ("largest_cases", float(some.max()), "max(n)"),
            ):
                yield self._number(name, value, number_query(self.stage, self.item, sql))

    def _by_station(self) -> NDArray[np.float64]:
        here = (self.stage.station >= 0) & ~np.isnan(self.with_noughts)
        station, numbers = self.stage.station[here], self.with_noughts[here]
        found = np.full(int(station.max(initial=-1)) + 1, np.nan)
        present = np.unique(station)
        found[present] = 0
        if self.collapse == "sum":
            np.add.at(found, station, numbers)
        else:
            np.maximum.at(found, station, numbers)
        known: NDArray[np.float64] = found[~np.isnan(found)]
        return known

    @property
    def _stations(self) -> int:
        return int(self.stage.station.max(initial=-1)) + 1

    def _number(self, name: str, value: float, sql: str) -> Figure:
        return self.maker.number(
            name,
            int(value) if value.is_integer() else value,
            str(self.stage.item(self.item)["unit"] or "cases"),
            base=base_words(self.stage.form, Base.OBSERVATIONS),
            kind=Kind.OBSERVATION_SHARE,
            interval=OBSERVED,
            excluded=self._excluded(),
            query=sql,
            evidence=self._evidence(),
            where=self.where,
        )

    def _evidence(self) -> Evidence:
        return Evidence(CASES, {"election": self.stage.election, "item": self.item}, "cases")

    def _excluded(self) -> dict[str, int]:
        return self.stage.without_answer(self.item)


def _present(maker: FigureMaker, stage: Stage, item: str) -> Iterator[Figure]:
    numbers = stage.grid.numbers(item)
    given = ~np.isnan(numbers)
    if given.any():
        yield maker.share(
            "present",
            int((numbers > 0).sum()),
            int(given.sum()),
            base=base_words(stage.form, Base.OBSERVATIONS),
            excluded=stage.without_answer(item),
            query=number_query(stage, item, "count(*) FILTER (n > 0)"),
            where={"election": stage.election, "form": stage.form, "item": item},
        )


def _with_noughts(stage: Stage, item: str, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The numbers, and nought where the question above says that there was no case."""
    if not stage.parent(item):
        return numbers
    verdict = stage.above(item)
    none = (verdict >= 0) & (verdict != stage.trigger(item)) & np.isnan(numbers)
    return np.where(none, 0.0, numbers)
