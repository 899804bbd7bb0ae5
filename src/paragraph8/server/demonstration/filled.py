"""Filled-in forms of the demonstration: invented answers, in the XML that a phone would send."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from xml.etree.ElementTree import Element, SubElement, tostring

from paragraph8.intake.observations.definition import Definition
from paragraph8.tables.codebook_reader import Form, Item

OPENROSA = "http://openrosa.org/xforms"
PROBLEM_RATE, NOT_KNOWN_RATE = 0.06, 0.08


@dataclass(frozen=True, slots=True)
class Visit:
    """Where and when a form is filled in."""

    area: str
    station: str
    arrived: str
    departed: str
    day: str


def fill(
    form: Form, definition: Definition, visit: Visit, chance: Random, photos: tuple[str, ...] = ()
) -> dict[str, str]:
    """Answers to every question that is asked, item by item; not asked: not there."""
    answers: dict[str, str] = {}
    waiting = list(photos)
    for item in form.items:
        if item.id not in definition.names or _is_skipped(item, answers):
            continue
        answer = _placed(item, visit)
        if answer is None and item.type == "photo":
            answer = waiting.pop(0) if waiting else ""
        answers[item.id] = _answer(item, chance) if answer is None else answer
    votes = [field.name for field in definition.fields if field.name.startswith("C41_votes_")]
    if votes:
        answers |= _count(votes, chance)
    return {name: answer for name, answer in answers.items() if answer}


def _count(votes: list[str], chance: Random) -> dict[str, str]:
    """The numbers of one count; one protocol in four does not add up."""
    counted = {name: chance.randint(40, 260) for name in votes}
    valid, invalid = sum(counted.values()), chance.randint(0, 12)
    issued, spoiled = valid + invalid, chance.randint(0, 3)
    received = issued + spoiled + chance.randint(150, 600)
    slip = chance.choice((0, 0, 0, 4))
    numbers = {
        **counted,
        "C9": issued,
        "C41_registered": received,
        "C41_added": chance.randint(0, 9),
        "C41_received": received,
        "C41_issued": issued,
        "C41_unused": received - issued - spoiled,
        "C41_spoiled": spoiled,
        "C41_ballots_in_box": issued + slip,
        "C41_ballots_in_mobile_box": chance.randint(0, 15),
        "C41_valid": valid,
        "C41_invalid": invalid,
    }
    return {name: str(number) for name, number in numbers.items()}


def submission_xml(
    definition: Definition, answers: Mapping[str, str], instance: str, day: str, corrects: str = ""
) -> bytes:
    """The XML of a report, in the structure of its form."""
    root = Element("data", {"id": definition.form_id, "version": definition.version})
    for field in definition.fields:
        names = field.path.split("/")[2:]
        if names[0] == "meta":
            continue
        text = f"{day}T08:00:00.000+02:00" if field.name in ("start", "end") else ""
        _node(root, names).text = answers.get(field.name, text)
    meta = SubElement(root, f"{{{OPENROSA}}}meta")
    SubElement(meta, f"{{{OPENROSA}}}instanceID").text = instance
    if corrects:
        SubElement(meta, f"{{{OPENROSA}}}deprecatedID").text = corrects
    return tostring(root, encoding="utf-8")


def _node(parent: Element, names: list[str]) -> Element:
    for name in names:
        found = parent.find(name)
        parent = SubElement(parent, name) if found is None else found
    return parent


def _is_skipped(item: Item, answers: Mapping[str, str]) -> bool:
    return item.asked_if is not None and not item.asked_if.holds(answers)


def _placed(item: Item, visit: Visit) -> str | None:
    """Answers that follow from where and when; None for all other items."""
    if item.type == "position":
        return ""
    if item.type == "station":
        return visit.station
    if item.type == "area":
        return visit.area
    return {"H7": visit.arrived, "H8": visit.departed, "H9": "start", "X19": "no"}.get(item.id)


def _answer(item: Item, chance: Random) -> str:
    if item.type in ("yes_no", "yes_no_na"):
        return _yes_or_no(item, chance)
    if item.type == "integer":
        return str(chance.randint(0, 3) if item.problem else chance.randint(2, 900))
    if item.type == "rating":
        return chance.choices(("1", "2", "3", "4"), (45, 40, 12, 3))[0]
    if item.type in ("one_of", "many_of") and item.choices:
        return chance.choice(item.choices).value
    if item.type == "time":
        return f"{chance.randint(7, 20):02}:{chance.randint(0, 59):02}"
    if item.type == "date":
        return "2024-05-12"
    if item.type == "text":
        return "Simulated remark." if chance.random() < 0.3 else ""
    return ""


def _yes_or_no(item: Item, chance: Random) -> str:
    if chance.random() < NOT_KNOWN_RATE:
        return "dk"
    problem = item.problem[0] if item.problem else "yes"
    other = "no" if problem == "yes" else "yes"
    return problem if chance.random() < PROBLEM_RATE else other
