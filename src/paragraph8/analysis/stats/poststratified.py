"""A share of observations, weighted as if each part of the country had its due number of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem

Stratum = tuple[str, str]  # major and minor, such as region and setting


@dataclass(frozen=True, slots=True)
class Poststratified:
    """A weighted share, and how much weighting and merging it took."""

    share: float | None  # 0..1; None without an answer in any stratum of the frame
    strata_used: int  # strata with a weight of their own, after merging
    merged: int  # strata of the frame without answers, merged with others of their major
    frame_not_covered: float  # share of the frame's stations in majors without answers, 0..1
    largest_weight: float | None  # of an observation; the mean weight is 1
    outside_frame: int  # answers in strata that the frame does not have, not in the share


def poststratified(
    problems: NDArray[np.bool_],
    answered: NDArray[np.bool_],
    strata: Sequence[Stratum],
    sizes: Mapping[Stratum, int],
) -> list[Poststratified]:
    """Weight shares of observations by the stations in each stratum of the country.

        problems   bool   (items, observations), problem seen; read only where answered
        answered   bool   (items, observations)
        strata            (major, minor) of each observation, as region and setting
        sizes             (major, minor) -> stations in the country, 0 or more: the frame
    An observation weighs (stations of its stratum / stations of the frame covered) / (answers in
    its stratum / all answers used). Where a stratum of the frame has no answers, all strata of
    its major are treated as one; a major without any answers is left out.

    Returns a Poststratified per item. Compare the share with the plain one: a large difference
    says that it matters where the teams went. NEVER a headline, and no estimate for the country.
    Assumes that, WITHIN A STRATUM, THE STATIONS OBSERVED ARE LIKE THE OTHERS. Teams choose their
    stations, so nothing warrants that. A large `largest_weight` says that few forms carry much.

    Problems: analysis.bad_parameter.
    Source: Holt & Smith, J. R. Statist. Soc. A 142 (1979), 33-46.
    """
    _check(problems, answered, strata, sizes)
    frame = [stratum for stratum in sorted(sizes) if sizes[stratum]]
    place = {stratum: column for column, stratum in enumerate(frame)}
    # One column more, for what lies outside the frame.
    column = np.array([place.get(stratum, len(frame)) for stratum in strata], dtype=np.int64)
    stations = [sizes[stratum] for stratum in frame]
    majors = [
        [place[stratum] for stratum in of_major] for _, of_major in groupby(frame, itemgetter(0))
    ]
    return [
        _weighted(
            majors,
            stations,
            np.bincount(column[asked & seen], minlength=len(frame) + 1).tolist(),
            np.bincount(column[asked], minlength=len(frame) + 1).tolist(),
        )
        for seen, asked in zip(problems, answered, strict=True)
    ]


class _Cell(NamedTuple):
    stations: int
    problems: int
    answers: int


def _weighted(
    majors: list[list[int]], stations: list[int], problems: list[int], answers: list[int]
) -> Poststratified:
    used: list[_Cell] = []
    merged = missed = 0
    for columns in majors:
        cells = [_Cell(stations[at], problems[at], answers[at]) for at in columns]
        together = _Cell(*map(sum, zip(*cells, strict=True)))
        empty = sum(cell.answers == 0 for cell in cells)
        if not together.answers:
            missed += together.stations
        elif empty:
            used.append(together)
            merged += empty
        else:
            used += cells
    covered, total = sum(stations) - missed, sum(cell.answers for cell in used)
    # Each term is exact where all or none of a stratum's observations have the problem.
    expected = fsum(cell.stations * cell.problems / cell.answers for cell in used)
    return Poststratified(
        share=expected / covered if used else None,
        strata_used=len(used),
        merged=merged,
        frame_not_covered=missed / sum(stations),
        largest_weight=max(c.stations / c.answers for c in used) * total / covered
        if used
        else None,
        outside_frame=answers[-1],
    )


def _check(
    problems: NDArray[np.bool_],
    answered: NDArray[np.bool_],
    strata: Sequence[Stratum],
    sizes: Mapping[Stratum, int],
) -> None:
    if answered.ndim != 2 or problems.shape != answered.shape or answered.shape[1] != len(strata):
        raise Problem(
            "analysis.bad_parameter",
            parameter="strata",
            value=f"{len(strata)} beside {problems.shape} and {answered.shape}",
            expected="a stratum per observation, and two tables with a row per item",
        )
    if min(sizes.values(), default=0) < 0 or not any(sizes.values()):
        raise Problem(
            "analysis.bad_parameter",
            parameter="sizes",
            value=f"{sum(sizes.values())} stations in {len(sizes)} strata",
            expected="stations by stratum, 0 or more, and not all 0",
        )
