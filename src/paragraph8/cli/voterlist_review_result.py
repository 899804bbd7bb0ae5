"""What a review says: agreement of the two, and counts corrected by it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from pathlib import Path

import polars as pl

from paragraph8.analysis.stats.intervals import wilson
from paragraph8.cli.terminal import print_table, say
from paragraph8.cli.voterlist_audit import SNAPSHOT, replace_snapshot
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts_list_audit import LIST_TEST, REVIEWED, SIMULATED
from paragraph8.tables.snapshot import read_snapshot
from paragraph8.tables.tables import Tables
from paragraph8.voterlist.decided import DECISIONS
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.privacy.working import AGGREGATES
from paragraph8.voterlist.review.aggregates import (
    COUNTED,
    Corrected,
    Number,
    corrected_numbers,
    corrected_rows,
)
from paragraph8.voterlist.review.agreement import (
    ReviewerAgreement,
    compare_reviewers,
    final_answers,
    to_adjudicate,
)
from paragraph8.voterlist.review.answers import answer_path, read_answers
from paragraph8.voterlist.review.estimates import (
    CorrectedLists,
    correct_duplicates,
    correct_lists,
    sentence,
)
from paragraph8.voterlist.review.rates import duplicates_without_review, lists_without_review
from paragraph8.voterlist.review.sample import Sample, hash_of
from paragraph8.voterlist.review.stored import ABOUT, read_sample
from paragraph8.voterlist.review.totals import Estimate, Precision

FIRST, SECOND, THIRD = "a", "b", "third"
SEED = 2004
LEVEL = 0.95
NAMES = {PAPER: "paper list", ELECTRONIC: "electronic list"}


def items_for(folder: Path, sample: Sample, reviewer: str) -> list[int]:
    """All items for the two reviewers; for the third, those on which they disagree."""
    if reviewer not in (FIRST, SECOND, THIRD):
        expected = f"{FIRST}, {SECOND} or {THIRD}"
        raise Problem(
            "analysis.bad_parameter", parameter="--reviewer", value=reviewer[:20], expected=expected
        )
    if reviewer != THIRD:
        return [int(item) for item in sample.frame["item"].to_list()]
    return list(to_adjudicate(*(read_answers(answer_path(folder, x)) for x in (FIRST, SECOND))))


def print_result(folder: Path, romanised: bool, entries: Mapping[str, int]) -> None:
    """Agreement and corrected counts; before a sample is drawn, bounds from invented lists.

    romanised   for these bounds only: one list is in Latin letters throughout
    entries     list -> rows
    The numbers are kept among the aggregates.
    """
    decisions = pl.read_parquet(folder / DECISIONS)
    if not (folder / ABOUT).exists():
        _print_simulated(folder, decisions, romanised, entries)
        return
    sample = read_sample(folder, hash_of(decisions))
    first, second = (read_answers(answer_path(folder, label)) for label in (FIRST, SECOND))
    agreement = compare_reviewers(first, second)
    third_file = answer_path(folder, THIRD)
    third = read_answers(third_file) if third_file.exists() else None
    _print_agreement(agreement, len(set(to_adjudicate(first, second)) - set(third or {})))
    answers = final_answers(first, second, third)
    corrected = _corrected(sample, answers, Precision(SEED, level=LEVEL))
    _keep(folder, _agreement_rows(agreement), corrected)
    _print_numbers(corrected)
    say(
        f"{corrected.reviewed:,} of {sample.frame.height:,} pairs reviewed by both;"
        f" {corrected.unsure:,} that nobody could tell, read both ways"
    )


def _corrected(sample: Sample, answers: Mapping[int, str], precision: Precision) -> Corrected:
    correct = correct_lists if sample.two_lists else correct_duplicates
    return correct(sample, answers, precision)


def _print_simulated(
    folder: Path, decisions: pl.DataFrame, romanised: bool, entries: Mapping[str, int]
) -> None:
    corrected: Corrected = (
        lists_without_review(decisions, romanised, LEVEL)
        if "category" in decisions.columns
        else duplicates_without_review(decisions, entries[LIST], LEVEL)
    )
    say(
        "SIMULATED: nobody has compared pairs. The bounds are what the counts would be if the audit"
    )
    say("erred here as often as on invented lists. Review a sample with --reviewer a")
    _keep(folder, (), corrected)
    _print_numbers(corrected)


def _print_agreement(agreement: ReviewerAgreement, waiting: int) -> None:
    beyond = ", ".join(
        f"{name} {'–' if value is None else f'{value:.2f}'}"
        for name, value in (("kappa", agreement.kappa), ("AC1", agreement.ac1))
    )
    say(f"{agreement.agreeing:,} of {agreement.items:,} pairs answered alike; {beyond}")
    if waiting:
        say(f"{waiting:,} pairs wait for the third person: --reviewer {THIRD}")


def _print_numbers(corrected: Corrected) -> None:
    shown = [
        (
            measure.replace("_", " ") + ("" if category == "all" else f", {category}"),
            *(
                f"{end:.3f}" if measure not in COUNTED else f"{end:,.0f}"
                for end in astuple(estimate)
            ),
        )
        for measure, category, estimate in corrected_numbers(corrected)
    ]
    columns = ("", "low (95 %)", "estimate, fewest", "estimate, most", "high (95 %)")
    print_table(columns, shown, right=1)
    if isinstance(corrected, CorrectedLists):
        _print_sentences(corrected)
        if corrected.rows_twice:
            say(
                f"{corrected.rows_twice:,} entries were judged one person with two others: a list "
                "holds duplicates, and missed matches may be counted too high"
            )


def _print_sentences(corrected: CorrectedLists) -> None:
    for name, only, entries in (
        (PAPER, corrected.only_paper, corrected.paper_rows),
        (ELECTRONIC, corrected.only_electronic, corrected.electronic_rows),
    ):
        said = sentence(only, entries, corrected.level, NAMES[name])
        say(f"simulated: {said}" if corrected.simulated else said)


def _agreement_rows(agreement: ReviewerAgreement) -> Iterator[Number]:
    """A row for each measure; only the share has an interval."""
    for measure, value in (("kappa", agreement.kappa), ("ac1", agreement.ac1)):
        if value is not None:
            yield measure, "all", Estimate(value, value, value, value)
    if agreement.share is not None:
        low, high = (float(x[0]) for x in wilson([agreement.agreeing], [agreement.items], LEVEL))
        yield "answered_alike", "all", Estimate(low, agreement.share, agreement.share, high)


def _keep(folder: Path, more: Iterable[Number], corrected: Corrected) -> None:
    """In the snapshot of the audit, in place of what stood there before."""
    tables = read_snapshot(folder / AGGREGATES / SNAPSHOT)
    election = str(tables["election"]["election"].item())
    rows = corrected_rows(corrected, election, _name(tables), more)
    others = tables["list_test"].filter(~pl.col("test").is_in([REVIEWED, SIMULATED]))
    changed = pl.concat([others, LIST_TEST.shape(rows)])
    frames = {**tables.frames, "list_test": changed}
    replace_snapshot(folder, Tables(frames, tables.as_of, tables.sources))


def _name(tables: Tables) -> str:
    """Of the comparison, or of the list."""
    compared = tables["list_comparison"]["comparison"].unique()
    return str(compared.item()) if len(compared) else LIST
