"""Bounds where nobody reviewed: error rates of invented lists, whose truth is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paragraph8.analysis.stats.intervals import wilson
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.review.estimates import CorrectedDuplicates, CorrectedLists
from paragraph8.voterlist.review.sample import ONLY_ELECTRONIC, ONLY_PAPER
from paragraph8.voterlist.review.totals import Estimate, add, at_most, minus


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """What the matching did with one pair of invented lists, or the search with one list.

    right    category, or kind -> pairs made that are one person
    made     category, or kind -> pairs made
    missed   matches that were not made
    """

    right: Mapping[str, int]
    made: Mapping[str, int]
    missed: int


# Nothing is known of such a category: all of it may be wrong, or right.
_UNKNOWN = Estimate(0.0, 0.0, 1.0, 1.0)


def simulated_bounds(
    counts: Mapping[str, Mapping[str, int]],
    paired: Mapping[str, int],
    runs: Sequence[SimulatedRun],
    level: float = 0.95,
) -> CorrectedLists:
    """Bounds for the counts of a reconciliation, as if it erred as often as on invented lists.

        counts   list -> category -> rows: paper and electronic, as in Sample
        paired   category -> pairs made
        runs     one or more, with errors of different size in the lists
        level    of the intervals for the rates of each run
    For each run and category the share that is right (Wilson's interval) is taken for the pairs
    made here; the missed matches of a run, as a share of its right ones, are added. The bounds are
    the widest over all runs; the middle two are the lowest and the highest of the runs' estimates.

    Returns a CorrectedLists with `simulated` True and nothing reviewed. A category that a run
    lacks has the widest of the others; one that no run has may be all right or all wrong. It must
    be shown as simulated wherever it is shown.
    Assumes that THE LISTS ARE LIKE THE INVENTED ONES. Nothing in the lists themselves tests that.

    Problems: analysis.bad_parameter.
    Source: own.
    """
    _check_runs(runs)
    paper, electronic = counts[PAPER], counts[ELECTRONIC]
    only_paper, only_electronic = paper.get(ONLY_PAPER, 0), electronic.get(ONLY_ELECTRONIC, 0)
    total, open_rows = sum(paired.values()), min(only_paper, only_electronic)
    shares = _shares(paired, runs, level)
    by_run = [
        _of_run(paired, of_run, run, level, open_rows)
        for of_run, run in zip(shares, runs, strict=True)
    ]
    both = _widest([add(right, missed) for right, missed in by_run])
    both = at_most(both, total + open_rows)
    return CorrectedLists(
        both=both,
        only_paper=minus(total + only_paper, both),
        only_electronic=minus(total + only_electronic, both),
        missed=_widest([missed for _, missed in by_run]),
        precision=_widest_shares(paired, shares),
        found_share=None,
        paper_rows=sum(paper.values()),
        electronic_rows=sum(electronic.values()),
        other_paper=sum(paper.values()) - total - only_paper,
        other_electronic=sum(electronic.values()) - total - only_electronic,
        reviewed=0,
        unsure=0,
        rows_twice=0,
        level=level,
        remote=True,
        simulated=True,
    )


def simulated_duplicates(
    reported: Mapping[str, int], rows: int, runs: Sequence[SimulatedRun], level: float = 0.95
) -> CorrectedDuplicates:
    """Bounds for the duplicates of one list, as if the search erred as often as on invented lists.

        reported   kind -> pairs that the search gave
        rows       of the list
        runs       one or more, of searches of one list each
        level      of the intervals for the rates of each run
    As `simulated_bounds`: the share of each kind that is one person, and pairs missed as a share of
    the right ones.

    Returns a CorrectedDuplicates with `simulated` True and nothing reviewed.
    Assumes that THE LIST IS LIKE THE INVENTED ONES, in how many second entries it has, too: where
    they are rarer, more of the pairs reported are two people.

    Problems: analysis.bad_parameter.
    Source: own.
    """
    _check_runs(runs)
    shares = _shares(reported, runs, level)
    by_run = [
        _of_run(reported, of_run, run, level, rows * (rows - 1) // 2)
        for of_run, run in zip(shares, runs, strict=True)
    ]
    return CorrectedDuplicates(
        pairs=_widest([add(right, missed) for right, missed in by_run]),
        missed=_widest([missed for _, missed in by_run]),
        precision=_widest_shares(reported, shares),
        reported=sum(reported.values()),
        reviewed=0,
        unsure=0,
        level=level,
        remote=True,
        simulated=True,
    )


def _check_runs(runs: Sequence[SimulatedRun]) -> None:
    if not runs:
        raise Problem(
            "analysis.bad_parameter", parameter="runs", value="none", expected="one or more"
        )


def _of_run(
    paired: Mapping[str, int],
    shares: Mapping[str, Estimate],
    run: SimulatedRun,
    level: float,
    open_rows: int,
) -> tuple[Estimate, Estimate]:
    """Pairs made here that are right, and matches missed here, at the rates of one run."""
    right = Estimate(
        *(
            sum(number * getattr(shares[category], end) for category, number in paired.items())
            for end in ("low", "if_fewest", "if_most", "high")
        )
    )
    found = sum(run.right.values())
    low, high = (float(end[0]) for end in wilson([run.missed], [run.missed + found], level))
    rate = run.missed / max(run.missed + found, 1)
    missed = Estimate(
        _missed(right.low, low, open_rows),
        _missed(right.if_fewest, rate, open_rows),
        _missed(right.if_most, rate, open_rows),
        _missed(right.high, high, open_rows),
    )
    return right, missed


def _shares(
    paired: Mapping[str, int], runs: Sequence[SimulatedRun], level: float
) -> list[dict[str, Estimate]]:
    """For each run, the share of each category that is right."""
    seen = {
        category: [_share(category, run, level) for run in runs if run.made.get(category)]
        for category in paired
    }
    elsewhere = {name: _widest(shares) if shares else _UNKNOWN for name, shares in seen.items()}
    return [
        {
            name: _share(name, run, level) if run.made.get(name) else elsewhere[name]
            for name in paired
        }
        for run in runs
    ]


def _widest_shares(
    paired: Mapping[str, int], shares: Sequence[Mapping[str, Estimate]]
) -> dict[str, Estimate]:
    return {name: _widest([of_run[name] for of_run in shares]) for name in sorted(paired)}


def _share(category: str, run: SimulatedRun, level: float) -> Estimate:
    made, right = run.made[category], run.right.get(category, 0)
    low, high = (float(end[0]) for end in wilson([right], [made], level))
    return Estimate(low, right / made, right / made, high)


def _missed(right: float, share: float, open_rows: int) -> float:
    """Matches missed beside the right ones, where they are a share of both; a row has one."""
    return min(right * share / (1 - share), open_rows) if share < 1 else float(open_rows)


def _widest(estimates: Sequence[Estimate]) -> Estimate:
    return Estimate(
        min(e.low for e in estimates),
        min(e.if_fewest for e in estimates),
        max(e.if_most for e in estimates),
        max(e.high for e in estimates),
    )
