"""How often intervals of observers' shares hold the planted truth: prints a table.

One truth and deployment of the rehearsal, reported many times with other seeds, without planted
faults. For each item the interval of the share of observations is made as observation.items makes
it, and beside it Wilson's, which takes forms of one team for independent. The truth is the share
expected under this deployment, never the share of all stations. Run from the project's folder:

    PYTHONPATH=src python benchmarks/coverage_of_intervals.py [SEEDS]

Groups of items, by what is expected of a mission (`Truth.expected_counts`):
    usual         always asked, 15 problems and 15 other answers or more: aim 92 to 97 per cent
    rare          always asked, fewer of either
    conditional   asked only after another, 15 and 15 or more
    few           asked only after another, fewer of either
"""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.observation.items import NAME, items
from paragraph8.analysis.observation.parameters import DRAWS, SEED
from paragraph8.analysis.observation.uncertainty import LEVEL
from paragraph8.analysis.stats.clusters import bootstrap_shares, team_sums
from paragraph8.analysis.stats.intervals import wilson
from paragraph8.kernel.figure import Interval
from paragraph8.rehearsal.drawn import Drawn, draw_forms
from paragraph8.rehearsal.filled import GIVEN
from paragraph8.rehearsal.mission import SEED as MISSION
from paragraph8.rehearsal.mission import tables_of
from paragraph8.rehearsal.reports import reports
from paragraph8.rehearsal.truth import Truth, truth
from paragraph8.tables.codebook_reader import Item

SEEDS, LEAST, PROCESSES, BATCH = 2000, 15, 2, 25
GROUPS = ("usual", "rare", "conditional", "few")
NO_INTERVAL = 2
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Targets:
    """Of one form, an entry per planted item: its truth, and the group it belongs to."""

    items: tuple[Item, ...]
    share: Numbers
    group: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one seed: group -> for each item where the interval lies, 0 if it holds the truth, -1 and
    1 if it lies below and above it. The team bootstrap gives none (2) where drawing teams says
    nothing; Wilson's is there for every item with an answer.
    """

    bootstrap: dict[str, NDArray[np.int8]]
    naive: dict[str, NDArray[np.int8]]


@cache
def happened() -> Truth:
    """The truth that all reports are of."""
    return truth(MISSION)


@cache
def targets(form: str) -> Targets:
    """The truth of each planted item of a form."""
    planted = happened().planted[form]
    share, group = [], []
    for item, always in zip(planted.items, planted.shared, strict=True):
        usual = min(happened().expected_counts(form, item.id)) >= LEAST
        share.append(happened().expected_share(form, item.id))
        group.append(
            ("usual" if usual else "rare") if always else "conditional" if usual else "few"
        )
    return Targets(planted.items, np.array(share), np.array(group))


def verdicts(form: str, drawn: Drawn) -> NDArray[np.int8]:
    """1 problem, 0 none, -1 no answer that counts: (planted items, visits)."""
    part = (drawn.visits["seen"].fill_null("start") == "part").to_numpy()
    rows = []
    for item in targets(form).items:
        given = drawn.filled.states[item.id] == GIVEN
        if item.whole:
            given &= ~part
        problem = np.isin(drawn.filled.values[item.id], item.problem or ("yes",))
        rows.append(np.where(given, problem, -1).astype(np.int8))
    return np.array(rows)


def intervals(form: str, drawn: Drawn) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Low and high of the team bootstrap, then of Wilson's interval, per planted item."""
    names = happened().observers.team["team"].gather(drawn.visits["team"].cast(pl.UInt32))
    team = names.rank("dense").cast(pl.Int64).to_numpy() - 1
    found = verdicts(form, drawn)
    problems, answered = team_sums(team, found == 1), team_sums(team, found >= 0)
    low, high = bootstrap_shares(
        problems, answered, draws=DRAWS, seed=SEED, level=LEVEL, method="wilson"
    )
    return low, high, *wilson((found == 1).sum(axis=1), (found >= 0).sum(axis=1))


def outcome(seed: int) -> Outcome:
    """Where the intervals of one set of reports lie."""
    parts = [
        (known.group, _sides(known.share, low, high), _sides(known.share, naive_low, naive_high))
        for form, drawn in draw_forms(happened(), seed).items()
        for known in [targets(form)]
        for low, high, naive_low, naive_high in [intervals(form, drawn)]
    ]
    groups, bootstrap, naive = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Outcome(
        {group: bootstrap[groups == group] for group in GROUPS},
        {group: naive[groups == group] for group in GROUPS},
    )


def _sides(true: Numbers, low: Numbers, high: Numbers) -> NDArray[np.int8]:
    sides = np.where(high < true, -1, np.where(low > true, 1, 0))
    return np.where(np.isnan(low), NO_INTERVAL, sides).astype(np.int8)


def outcomes(seeds: Sequence[int]) -> list[Outcome]:
    """Outcomes of several seeds."""
    return [outcome(seed) for seed in seeds]


def differing_from_the_analysis(seed: int) -> list[str]:
    """Items whose interval here is not that of observation.items on the tables of a mission."""
    told = reports(happened(), seed, blemished=False)
    # A form is late here where a commission worked until morning; the truth is of all visits.
    result = items(tables_of(happened(), told), {"observation": {"late": True}})
    theirs = {
        (figure.dimensions["form"], figure.dimensions["item"]): figure.interval
        for figure in result.figures
        if figure.name.removeprefix(f"{NAME}.") in ("problem", "yes", "negative")
        and figure.dimensions["base"] == "observations"
    }
    wrong = []
    for form, drawn in draw_forms(happened(), seed).items():
        low, high, *_ = intervals(form, drawn)
        for place, item in enumerate(targets(form).items):
            given = theirs.get((form, item.id), "")
            ends = (given.low, given.high) if isinstance(given, Interval) else (np.nan, np.nan)
            if not np.array_equal(ends, (low[place], high[place]), equal_nan=True):
                wrong.append(f"{form} {item.id}")
    return wrong


def coverage(found: Sequence[Outcome], group: str, naive: bool = False) -> tuple[float, float]:
    """Share of a group's intervals that hold the truth, and its standard error.

    Items of one mission share its teams and are not independent; missions are. The error is that
    of the mean over missions.
    """
    by_seed = []
    for one in found:
        sides = (one.naive if naive else one.bootstrap)[group]
        made = sides[sides != NO_INTERVAL]
        if len(made):
            by_seed.append(float((made == 0).mean()))
    values = np.array(by_seed)
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    batches = [range(start, min(start + BATCH, n)) for start in range(0, n, BATCH)]
    # A forked process would inherit the locks of threads that it does not have.
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        found = [one for batch in pool.map(outcomes, batches) for one in batch]
    wrong = [item for seed in range(min(3, n)) for item in differing_from_the_analysis(seed)]
    lines = [
        f"{n} sets of reports of one truth, intervals of {LEVEL:.0%}, {DRAWS} draws of teams",
        f"items whose interval differs from that of observation.items: {len(wrong)}",
        "",
        f"{'items':12} {'number':>7} {'team bootstrap':>22} {'no interval':>12} {'naive':>18}",
    ]
    for group in GROUPS:
        share, error = coverage(found, group)
        plain, plain_error = coverage(found, group, naive=True)
        none = float(np.mean([(one.bootstrap[group] == NO_INTERVAL).mean() for one in found]))
        size = len(found[0].bootstrap[group])
        lines.append(
            f"{group:12} {size:>7} {share:>14.2%} ± {error:.2%} {none:>12.1%} "
            f"{plain:>10.2%} ± {plain_error:.2%}"
        )
    sides = np.concatenate([one.bootstrap["usual"] for one in found])
    below, above = (float((sides == side).mean()) for side in (-1, 1))
    lines.append(f"usual items: interval below the truth {below:.2%}, above it {above:.2%}")
    lines += ["", "worst covered of the usual items:", *_worst(found)]
    sys.stdout.write("\n".join(lines) + "\n")


def _worst(found: Sequence[Outcome], shown: int = 8) -> list[str]:
    held = np.array([one.bootstrap["usual"] == 0 for one in found]).mean(axis=0)
    names = [
        (form, item.id, share)
        for form in happened().visits
        for item, share, group in zip(
            targets(form).items, targets(form).share, targets(form).group, strict=True
        )
        if group == "usual"
    ]
    return [
        f"  {names[at][0]:12} {names[at][1]:8} share {names[at][2]:.2f}  covered {held[at]:.1%}"
        for at in np.argsort(held, kind="stable")[:shown]
    ]


if __name__ == "__main__":
    main()
