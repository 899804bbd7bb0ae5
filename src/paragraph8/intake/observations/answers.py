"""The answers of one report: for each question asked, what was answered or why nothing was."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from paragraph8.intake.observations.items import (
    DK_SUFFIX,
    PLACE_TYPES,
    Question,
    choices_of_items,
)
from paragraph8.intake.observations.values import NOT_KNOWN, Value, read_value, shown
from paragraph8.intake.observations.visits import AddFault

# What devices and collecting tools add by themselves; none of it is an answer.
BOOKKEEPING = frozenset(
    {
        "start", "end", "today", "H_day", "deviceid", "username", "phonenumber", "subscriberid",
        "simserial", "simid", "devicephonenum", "email", "audit", "instanceID",
        "instanceName", "rootUuid", "background-audio", "start-geopoint",
    }
)  # fmt: skip
# The ticks of a "not known" box, by form and by the tools that split lists into columns.
TICKS = frozenset({NOT_KNOWN, "yes", "true", "1"})
NO_CHOICES: frozenset[str] = frozenset()


@dataclass(slots=True)
class Answers:
    """Rows of the table `answer` without the observation; what was given; numbers of a protocol.

    numbers   the questions about a number of a protocol that were answered, readable or not
    """

    rows: list[tuple[str, str, str | None]] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    numbers: list[Question] = field(default_factory=list)


def read_answers(
    texts: Mapping[str, str], questions: Mapping[str, Question], asked: Set[str], fault: AddFault
) -> Answers:
    """What a report answers.

    texts      node name -> text; questions: node name -> question; asked: nodes of this form
    A question is `skipped` if its condition does not hold, `missing` if it was asked and left
    empty. Team, station and area are left out: they are columns of the observation.
    """
    read = {
        node: value
        for node, question in questions.items()
        if question.type not in PLACE_TYPES and (value := _value(question, texts)) is not None
    }
    plain = _for_conditions(texts, questions, read)
    made = Answers()
    for node, question in questions.items():
        if question.type in PLACE_TYPES or not (node in read or node in asked):
            continue
        value = read.get(node)
        holds = question.asked_if is None or question.asked_if.holds(plain)
        if value is None:
            value = Value("missing" if holds else "skipped")
        elif not holds and _is_decided(question, plain):
            fault(node, "observation.not_asked", _shown(question, texts))
            value = Value("skipped")
        elif value.fault:
            fault(node, value.fault, _shown(question, texts))
        _keep(made, question, value)
    _unknown(texts, questions, fault)
    return made


def _keep(made: Answers, question: Question, value: Value) -> None:
    made.rows.append((question.item, value.state, value.value))
    if value.value is not None:
        made.given[question.item] = value.value
    if question.counts and value.state in ("given", "unreadable"):
        made.numbers.append(question)


def _value(question: Question, texts: Mapping[str, str]) -> Value | None:
    """What was answered; None if nothing was. A number stands even if "not known" is ticked."""
    text = texts.get(question.node, "").strip()
    if text:
        return read_value(question.type, text, choices_of_items().get(question.item, NO_CHOICES))
    tick = texts.get(question.node + DK_SUFFIX, "").strip().lower()
    return Value(NOT_KNOWN) if tick in TICKS else None


def _for_conditions(
    texts: Mapping[str, str], questions: Mapping[str, Question], read: Mapping[str, Value]
) -> dict[str, str]:
    """Answers as conditions compare them: several choices joined by a space."""
    plain = {
        node: texts[node].strip()
        for node, question in questions.items()
        if question.type in PLACE_TYPES and node in texts
    }
    for node, value in read.items():
        if value.state in ("given", "dk", "na"):
            plain[node] = (value.value or value.state).replace(";", " ")
    return plain


def _is_decided(question: Question, plain: Mapping[str, str]) -> bool:
    """Whether all that the condition looks at was answered; otherwise the answer itself shows that
    the question was asked."""
    clauses = question.asked_if.clauses if question.asked_if else ()
    return all(plain.get(clause.item) for clause in clauses)


def _unknown(texts: Mapping[str, str], questions: Mapping[str, Question], fault: AddFault) -> None:
    for name, text in texts.items():
        known = name in questions or name in BOOKKEEPING or name.startswith("_")
        if not known and name.removesuffix(DK_SUFFIX) not in questions and text.strip():
            # Whether it is free words cannot be known, so that none of it is shown.
            fault(name, "observation.unknown_item")


def _shown(question: Question, texts: Mapping[str, str]) -> str | None:
    return shown(question.type, texts.get(question.node, ""))
