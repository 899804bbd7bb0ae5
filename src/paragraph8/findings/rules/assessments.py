"""The sentence on a stage: its overall assessment, then the reasons, worst stage contrasted."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.analysis.observation import coverage, electronic, items
from paragraph8.analysis.observation.overall import OVERALL
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.findings.rules.areas import in_most_areas
from paragraph8.findings.scope import scope_of
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Strength

# Form -> section, what was assessed, commitments.
STAGES = {
    "opening": ("opening", "The opening", ("CPH-7.4", "CGP-I.3.2")),
    "voting": ("voting", "Voting", ("CPH-7.4", "CGP-I.3.2")),
    "evoting": ("electronic", "Electronic voting", ("REC17-31", "CPH-7.4", "CGP-I.3.2")),
    "counting": ("count", "The count", ("CPH-7.4", "CGP-I.3.2")),
    "tabulation": ("results", "Tabulation", ("CPH-7.4", "CGP-I.3.2")),
}
REASONS = 2
# What the base of a question says that was asked only after another.
ASKED_AFTER_ANOTHER = "where the question arose"
SINGLED_OUT = 3


def assessments(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each stage that was assessed: the positive share where most assessments are
    good, the negative one where the count or tabulation had many bad ones; then the reasons."""
    for form, (section, subject, standards) in STAGES.items():
        item = OVERALL[form]
        negative = evidence.figure(
            f"{items.NAME}.negative", form=form, item=item, base="observations"
        )
        positive = evidence.figure(
            f"{items.NAME}.positive", form=form, item=item, base="observations"
        )
        if negative is None or positive is None or not negative.denominator:
            continue
        reasons = _reasons(evidence, form, negative)
        sentence = _assessment(evidence, subject, negative, positive)
        if negative.value and reasons:
            because = " and ".join(f"{words} ({ref(figure, 'of')})" for words, figure in reasons)
            told = negative.value <= evidence.profile.some_share
            sentence += (
                f"; where it was not, this was mainly because {because}"
                if told
                else f", mainly because {because}"
            )
        yield finding(
            evidence,
            id=f"observation.assessment.{form}",
            section=section,
            figures=(negative, positive, *(figure for _, figure in reasons)),
            standards=standards,
            strength=Strength.OBSERVED,
            scope=scope_of(negative, evidence.profile, in_most_areas(evidence, negative)),
            limits=negative.limits,
            sentence=f"{sentence}.",
        )


def _assessment(evidence: Evidence, subject: str, negative: Figure, positive: Figure) -> str:
    """Small shares of bad assessments are told as the good ones; larger ones as they are."""
    if negative.value <= evidence.profile.some_share:
        return f"{subject} was assessed positively in {ref(positive, 'share')}"
    return f"{subject} was assessed negatively in {ref(negative, 'share')}"


def _reasons(evidence: Evidence, form: str, negative: Figure) -> list[tuple[str, Figure]]:
    """The problems that set negatively assessed forms apart most, with the figure of all forms."""
    result = evidence.results.get(items.NAME)
    table = result.evidence.get(items.REASONS) if result else None
    rows = table.to_dicts() if table is not None else []
    here = [
        row
        for row in rows
        if row["election"] == evidence.subject.election
        and row["form"] == form
        and row["item"] in problem_words()
        and min(row["answered_if_negative"], row["answered_if_positive"])
        >= evidence.profile.least_observations
    ]
    here.sort(key=lambda row: (-_apart(row), row["item"]))
    found = []
    for row in here:
        figure = evidence.figure(
            f"{items.NAME}.problem", form=form, item=row["item"], base="observations"
        )
        if figure is None or ASKED_AFTER_ANOTHER in figure.base:
            continue
        # A reason is told of most of the forms that were assessed, and of more than a few.
        told_of_most = 2 * (figure.denominator or 0) > (negative.denominator or 0)
        if told_of_most and figure.value > evidence.profile.few_share and _apart(row) > 0:
            found.append((problem_words()[row["item"]], figure))
    return found[:REASONS]


def _apart(row: Mapping[str, Any]) -> float:
    """How much more often negatively assessed forms report the problem than others, as shares."""
    bad = row["problems_if_negative"] / row["answered_if_negative"]
    good = row["problems_if_positive"] / row["answered_if_positive"]
    return float(bad - good)


def differences(evidence: Evidence) -> Iterator[Finding]:
    """Where stations with electronic voting were seen to differ from paper-only ones: the largest
    differences that stand out after correction for the number of questions."""
    table = electronic.singled_out(evidence.results.get(electronic.NAME), evidence.subject.election)
    rows = [row for row in table if row["item"] in problem_words()]
    pairs: list[tuple[str, Figure, Figure]] = []
    for row in rows:
        where = {"form": str(row["form"]), "item": str(row["item"])}
        one, two = (
            evidence.figure(f"{electronic.NAME}.share", **where, stations=stations)
            for stations in (electronic.OFFERED, electronic.PAPER)
        )
        if one and two and ASKED_AFTER_ANOTHER not in one.base:
            pairs.append((problem_words()[where["item"]], one, two))
    pairs = pairs[:SINGLED_OUT]
    if not pairs:
        return
    parts = [_against(evidence, words, one, two) for words, one, two in pairs]
    yield finding(
        evidence,
        id="observation.evoting_beside_paper",
        section="electronic",
        figures=tuple(figure for _, *both in pairs for figure in both),
        standards=("REC17-31", "COE-R(2004)11", "CPH-7.4", "CGP-I.3.2"),
        strength=Strength.OBSERVED,
        limits=electronic.LIMITS,
        sentence=f"Among stations observed, differences stood out: {'; '.join(parts)}.",
    )


def _against(evidence: Evidence, words: str, one: Figure, two: Figure) -> str:
    """Both in the same numerals: a count beside a per cent cannot be compared by eye."""
    smallest = min(one.denominator or 0, two.denominator or 0)
    form = "share" if smallest >= evidence.profile.counts_below_base else "of"
    return f"{words} in {ref(one, form)}, against {ref(two, form)}"


@cache
def problem_words() -> dict[str, str]:
    """Item -> its problem as a clause."""
    file = resources.files("paragraph8.findings.rules") / "problem_words.toml"
    forms = tomllib.loads(file.read_text(encoding="utf-8"))
    return {item: words for form in forms.values() for item, words in form.items()}


def observer_statements(evidence: Evidence) -> Iterator[Finding]:
    """What was said of the number of observers, where statements differ: none is overwritten."""
    result = evidence.results.get(coverage.NAME)
    stated = [
        figure
        for figure in (result.figures if result else ())
        if figure.name == f"{coverage.NAME}.stated"
        and figure.dimensions["election"] == evidence.subject.election
        and figure.dimensions["term"] == "short_term"
    ]
    deployed = evidence.figure(f"{coverage.NAME}.deployed", term="short_term")
    if deployed is None or len({figure.value for figure in stated}) < 2:
        return
    parts = [
        f"over {ref(figure, 'number')}" if "at least" in figure.base else ref(figure, "number")
        for figure in stated
    ]
    yield finding(
        evidence,
        id="observation.observer_statements",
        section="election_day",
        figures=(deployed, *stated),
        standards=("CPH-8",),
        strength=Strength.REPORTED,
        limits=("Which statement is right is not decided here; each is kept with who made it.",),
        sentence=(
            f"The register of the mission holds {ref(deployed, 'count')} on election day; their "
            f"number was stated as {', '.join(parts[:-1])} and {parts[-1]}."
        ),
    )
