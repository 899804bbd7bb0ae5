"""Counts of a reconciliation or of duplicates, corrected by what people found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.review.answers import CANNOT_TELL, DIFFERENT, SAME
from paragraph8.voterlist.review.sample import ONLY_ELECTRONIC, ONLY_PAPER, Sample
from paragraph8.voterlist.review.strata import APART, REMOTE, category
from paragraph8.voterlist.review.totals import (
    Estimate,
    Judged,
    Precision,
    add,
    at_most,
    minus,
    same_pairs,
)


@dataclass(frozen=True, slots=True)
class CorrectedLists:
    """How many people two lists share, and how many rows only one of them has.

    both + only_paper + other_paper = rows of the paper list, whichever ends are taken: the high end
    of `both` belongs to the low ends of the others. The same for the electronic list.
    """

    both: Estimate  # rows of either list that have their person in the other
    only_paper: Estimate
    only_electronic: Estimate
    missed: Estimate  # matches that the matching did not make; part of `both`
    precision: Mapping[str, Estimate]  # category of pairs -> share that is one person, 0..1
    found_share: Estimate | None  # matches made / all matches, 0..1; None without any match
    paper_rows: int
    electronic_rows: int
    other_paper: int  # rows that were not reviewed: unusable, duplicates, ambiguous
    other_electronic: int
    reviewed: int  # pairs; 0 where `simulated`
    unsure: int  # of these, cannot tell or not agreed
    rows_twice: int  # rows with the same person in two or more of the pairs reviewed
    level: float
    remote: bool  # whether the ends hold what could be hidden in remote strata
    simulated: bool  # whether error rates are those of invented lists


@dataclass(frozen=True, slots=True)
class CorrectedDuplicates:
    """How many pairs of entries of one list are the same person."""

    pairs: Estimate  # among those the search gave, and missed, together
    missed: Estimate
    precision: Mapping[str, Estimate]  # kind -> share of its pairs that is one person, 0..1
    reported: int  # pairs that the search gave, those explained by a family among them
    reviewed: int  # pairs; 0 where `simulated`
    unsure: int
    level: float
    remote: bool
    simulated: bool  # whether error rates are those of invented lists


def judged(sample: Sample, answers: Mapping[int, str]) -> tuple[Judged, ...]:
    """Count the answers in each stratum.

        sample    as drawn
        answers   item -> final answer, of `agreement.final_answers`
    A review that stopped early is used as far as it came: items are in random order, so the first
    of them are a random sample of each stratum too.

    Returns a Judged per stratum, by name.
    Assumes that ITEMS WERE ANSWERED IN THEIR ORDER. Whoever leaves out hard pairs breaks it.

    Problems: voterlist.review_other_items, voterlist.review_stratum_unreviewed.
    """
    items = set(sample.frame["item"].to_list())
    if strange := answers.keys() - items:
        raise Problem("voterlist.review_other_items", item=min(strange), items=len(items))
    counted = Counter(
        (stratum, answers[item])
        for item, stratum in sample.frame.select("item", "stratum").iter_rows()
        if item in answers
    )
    strata = sample.frame.select("stratum", "stratum_size").unique().sort("stratum")
    result = []
    for name, size in strata.iter_rows():
        counts = (counted[name, answer] for answer in (SAME, DIFFERENT, CANNOT_TELL))
        stratum = Judged(name, size, *counts)
        if not stratum.reviewed:
            raise Problem("voterlist.review_stratum_unreviewed", stratum=name, size=size)
        result.append(stratum)
    return tuple(result)


def correct_lists(
    sample: Sample, answers: Mapping[int, str], precision: Precision
) -> CorrectedLists:
    """Correct the counts of a reconciliation by a review.

        sample      of `draw_sample`
        answers     item -> final answer
        precision   level of the intervals, and seed
    A pair of the matching that is two people adds one row to only_paper and one to
    only_electronic; a missed match takes one from each.

    Returns a CorrectedLists, `simulated` False.
    Assumes that A PERSON IS AT MOST ONCE IN EACH LIST, and that nobody whose entries agree in no
    name and not in the date of birth is in both. Duplicates break the first and
    make `missed` too large: see `rows_twice`. Broken, the second makes `only_…` too large.

    Problems: those of `judged` and `same_pairs`; analysis.bad_parameter for a sample of one list.
    Source: Horvitz & Thompson, J. Am. Statist. Assoc. 47 (1952), 663-685; Cochran, Sampling
        Techniques (3rd ed., 1977), ch. 5.
    """
    if not sample.two_lists:
        raise Problem(
            "analysis.bad_parameter",
            parameter="sample",
            value="pairs of one list",
            expected="a sample of two lists; correct_duplicates takes the other",
        )
    strata = judged(sample, answers)
    paper, electronic = sample.counts[PAPER], sample.counts[ELECTRONIC]
    only_paper, only_electronic = paper.get(ONLY_PAPER, 0), electronic.get(ONLY_ELECTRONIC, 0)
    made = [s for s in strata if category(s.stratum) != APART]
    paired = sum(s.size for s in made)
    right = same_pairs(made, precision)
    # A row has one partner at most.
    missed = at_most(_missed(strata, precision), min(only_paper, only_electronic))
    both = add(right, missed)
    return CorrectedLists(
        both=both,
        only_paper=minus(paired + only_paper, both),
        only_electronic=minus(paired + only_electronic, both),
        missed=missed,
        precision=_precision(made, precision),
        found_share=_found_share(right, missed),
        paper_rows=sum(paper.values()),
        electronic_rows=sum(electronic.values()),
        other_paper=sum(paper.values()) - paired - only_paper,
        other_electronic=sum(electronic.values()) - paired - only_electronic,
        reviewed=sum(s.reviewed for s in strata),
        unsure=sum(s.unsure for s in strata),
        rows_twice=_rows_twice(sample, answers),
        level=precision.level,
        remote=precision.remote,
        simulated=False,
    )


def correct_duplicates(
    sample: Sample, answers: Mapping[int, str], precision: Precision
) -> CorrectedDuplicates:
    """Correct the count of duplicates of one list by a review.

        sample, answers, precision   as for `correct_lists`; the sample of `draw_duplicates`
    Returns a CorrectedDuplicates. It counts pairs: three entries of one person are three of them.
    Assumes that nobody has two entries that agree in no name and not in the date of birth.

    Problems: those of `judged` and `same_pairs`.
    Source: as for `correct_lists`.
    """
    strata = judged(sample, answers)
    reported = [s for s in strata if category(s.stratum) != APART]
    missed = _missed(strata, precision)
    return CorrectedDuplicates(
        pairs=add(same_pairs(reported, precision), missed),
        missed=missed,
        precision=_precision(reported, precision),
        reported=sum(s.size for s in reported),
        reviewed=sum(s.reviewed for s in strata),
        unsure=sum(s.unsure for s in strata),
        level=precision.level,
        remote=precision.remote,
        simulated=False,
    )


def sentence(only: Estimate, rows: int, level: float, list_name: str) -> str:
    """What may be said of rows that only one list has; ends are rounded outwards.

    only        of CorrectedLists
    rows        of the list
    list_name   such as "paper list"
    """
    low, high = floor(only.low + 1e-9), ceil(only.high - 1e-9)
    if low == high:
        return f"{low:,} names of {rows:,} are only on the {list_name}"
    return (
        f"between {low:,} and {high:,} names ({100 * level:g} %) of {rows:,} "
        f"are only on the {list_name}"
    )


def _missed(strata: Sequence[Judged], precision: Precision) -> Estimate:
    apart = [s for s in strata if category(s.stratum) == APART]
    return same_pairs(apart, precision, REMOTE)


def _precision(strata: Sequence[Judged], precision: Precision) -> dict[str, Estimate]:
    """The share that is one person, of each category."""
    shares = {}
    for name in sorted({category(s.stratum) for s in strata}):
        of_category = [s for s in strata if category(s.stratum) == name]
        size = sum(s.size for s in of_category)
        pairs = same_pairs(of_category, precision)
        shares[name] = Estimate(
            pairs.low / size, pairs.if_fewest / size, pairs.if_most / size, pairs.high / size
        )
    return shares


def _found_share(right: Estimate, missed: Estimate) -> Estimate | None:
    """Matches made, of all matches. Each end takes the worst of both numbers at once, which is
    more cautious than the level asks for."""

    def share(made: float, not_made: float) -> float:
        return made / (made + not_made) if made + not_made else 0.0

    if right.high + missed.high == 0:
        return None
    return Estimate(
        share(right.low, missed.high),
        share(right.if_fewest, missed.if_most),
        share(right.if_most, missed.if_fewest),
        share(right.high, missed.low),
    )


def _rows_twice(sample: Sample, answers: Mapping[int, str]) -> int:
    same = [item for item, answer in answers.items() if answer == SAME]
    pairs = sample.frame.filter(pl.col("item").is_in(same))
    return sum(int((pairs[row].value_counts()["count"] > 1).sum()) for row in sample.rows)
