"""A report as people read it: every answer with its question, and what differs between two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from lxml import etree

from paragraph8.intake.observations.envelope import local_name, text_of
from paragraph8.intake.xml_guard import XmlLimits, parse_xml
from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.nodes import number_of_tick
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.review.labels import Polarity, Question, Wordings, wordings_of

STATION_ITEMS = ("H4x", "H4")
NOT_IN_LIST = ("", "other")
NOT_ANSWERED = frozenset({"", "dk", "na"})
NOTHING = Wordings({}, {})
NO_QUESTION = Question("", "")
SAFE_TO_LOOK_INTO = 300_000  # bytes of XML that a list of reports may read for each line


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    key      path, with #2 for the second copy of a repeat: the same in every report of a form
    index    place among the leaves of the document
    shown    what was chosen in the words of the form; else the text itself
    problem  "", "problem" or "serious", by the polarity frozen with the form
    """

    key: str
    index: int
    name: str
    wording: str
    text: str
    shown: str
    problem: str
    control: str
    choices: tuple[tuple[str, str], ...]

    @property
    def is_file(self) -> bool:
        """Whether it names a file, so that nobody may type it."""
        return self.control == "upload"

    @property
    def is_empty_tick(self) -> bool:
        """Whether it is a "not known" tick that was not set: it says nothing."""
        return not self.text and number_of_tick(self.name) is not None


@dataclass(frozen=True, slots=True)
class Pair:
    """One question as two reports answer it; None: not there at all."""

    name: str
    wording: str
    before: str | None
    after: str | None
    differs: bool


def root_of(xml: bytes) -> etree._Element:
    """The root of a report. Raises the problems of `parse_xml`."""
    return parse_xml(bytes(xml), "the report", XmlLimits(max_bytes=settings.P8_MAX_BYTES))


def leaves_of(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every leaf that is an answer, with its path, in document order; nothing of `meta`."""
    todo = [(child, f"/{local_name(root)}/{local_name(child)}") for child in reversed(root)]
    while todo:
        element, path = todo.pop()
        if path.count("/") == 2 and local_name(element) == "meta":
            continue
        inner = [(child, f"{path}/{local_name(child)}") for child in element]
        if inner:
            todo.extend(reversed(inner))
        else:
            yield element, path


def answers_in(xml: bytes, version: int | None, language: str) -> list[Answer]:
    """The answers of a report; `version` is the primary key of its form version, if it is known.

    Raises the problems of `parse_xml`.
    """
    wordings = wordings_of(version, language) if version else NOTHING
    times: dict[str, int] = {}
    answers = []
    for index, (leaf, path) in enumerate(leaves_of(root_of(xml))):
        times[path] = times.get(path, 0) + 1
        key = path if times[path] == 1 else f"{path}#{times[path]}"
        answers.append(_answer(key, index, local_name(leaf), text_of(leaf), path, wordings))
    return answers


def _answer(key: str, index: int, name: str, text: str, path: str, wordings: Wordings) -> Answer:
    question = wordings.questions.get(path, NO_QUESTION)
    number = number_of_tick(name)
    polarity = wordings.polarities.get(name)
    chosen = text.split() if question.control in ("select", "rank") else [text]
    shown = "; ".join(question.choices.get(value) or value for value in chosen)
    return Answer(
        key=key,
        index=index,
        name=name,
        wording=question.wording or (number or ""),
        text=text,
        shown=shown,
        problem=_problem(polarity, chosen),
        control=question.control,
        choices=tuple(question.choices.items()),
    )


def _problem(polarity: Polarity | None, chosen: Sequence[str]) -> str:
    if polarity is None or not any(_counts(polarity.problem, value) for value in chosen):
        return ""
    return "serious" if polarity.serious else "problem"


def _counts(problem: frozenset[str], value: str) -> bool:
    if value in problem:
        return True
    if "positive" in problem and value.isdecimal() and int(value) > 0:
        return True
    return "any" in problem and value not in NOT_ANSWERED


def beside(before: Sequence[Answer], after: Sequence[Answer]) -> list[Pair]:
    """Every question of two reports, in the order of `before`, then what only `after` has."""
    old = {answer.key: answer for answer in before}
    new = {answer.key: answer for answer in after}
    keys = dict.fromkeys((*old, *new))
    return [_pair(old.get(key), new.get(key)) for key in keys]


def _pair(was: Answer | None, now: Answer | None) -> Pair:
    one = was or now
    assert one is not None
    return Pair(
        name=one.name,
        wording=one.wording,
        before=was.shown if was else None,
        after=now.shown if now else None,
        differs=was is None or now is None or was.text != now.text,
    )


def station_in(xml: bytes) -> str:
    """The station as the report names it; "" if it cannot be read from it."""
    try:
        root = root_of(xml)
    except Problem:
        return ""
    found = {local_name(leaf): text_of(leaf) for leaf, _ in leaves_of(root)}
    return next((found[i] for i in STATION_ITEMS if found.get(i, "") not in NOT_IN_LIST), "")


def readable(submission: Submission, xml: bytes, language: str) -> list[Answer]:
    """As `answers_in`, for other bytes of the same form too; [] for what is sealed."""
    if submission.reason == "quarantine.sealed":
        return []
    return answers_in(xml, submission.form_version_id, language)
