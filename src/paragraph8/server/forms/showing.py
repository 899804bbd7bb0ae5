"""What the pages of forms show: forms with their versions, the items of a version."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from paragraph8.server.forms.changes import Change
from paragraph8.server.forms.generate.words import ENGLISH, direction
from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.forms.questions import OWN, Labels, Question, own_items, read_questions
from paragraph8.server.forms.words import (
    COLUMNS,
    problem_in_words,
    type_in_words,
    value_in_words,
)
from paragraph8.tables.words import FORMS

# Types whose answers are listed; what yes and no mean is known.
LISTED = ("one_of", "many_of", "votes")


@dataclass(frozen=True, slots=True)
class Said:
    """Words in one language, and which way they run."""

    language: str
    direction: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version in a list; `reports` is None for those who may not know."""

    version: FormVersion
    items: int
    reports: int | None


@dataclass(frozen=True, slots=True)
class ShownForm:
    """One form in the list of forms: what devices get now, what came before, the draft."""

    form: Form
    closed: bool
    newest: ShownVersion | None
    older: tuple[ShownVersion, ...]
    draft: FormVersion | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of a version. `opens` are the words of the group that begins with it."""

    id: str
    opens: tuple[Said, ...]
    wordings: tuple[Said, ...]
    choices: tuple[Said, ...]
    type: str
    problem: str
    serious: bool
    country: bool
    asked_if: str
    standards: tuple[str, ...]


def forms_shown(
    forms: Iterable[Form], received: Counter[int] | None, now: datetime, drafts: bool
) -> list[ShownForm]:
    """The forms in the order of a mission, own ones last; without `drafts` what devices know."""
    ordered = sorted(forms, key=lambda form: (FORMS.index(form.form), form.form_id))
    shown = [_form_shown(form, received, now, drafts) for form in ordered]
    return [one for one in shown if one.newest or one.draft]


def items_shown(version: FormVersion) -> list[ShownItem]:
    """The items of a version in the order asked, worded as phones word them."""
    xform = bytes(version.xform)
    questions = {question.name: question for question in read_questions(xform)}
    items = version.items or own_items(version.form.form_id, xform)
    shown, group = [], None
    for item in items:
        name = str(item["item"])
        if version.form.form == OWN or not version.items:
            name = name.removeprefix(f"{version.form.form_id}.")
        question = questions.get(name) or _votes(version, name, questions)
        opens = question.group if question and question.group != group else {}
        group = question.group if question else group
        shown.append(_item_shown(item, name, question, opens))
    return shown


def changes_shown(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Changes of meaning in words."""
    return [
        {
            "item": change.item,
            "column": str(COLUMNS[change.column]),
            "old": value_in_words(change.column, change.old),
            "new": value_in_words(change.column, change.new),
        }
        for change in changes
    ]


def _form_shown(
    form: Form, received: Counter[int] | None, now: datetime, drafts: bool
) -> ShownForm:
    versions = list(form.versions.all())
    published = [
        ShownVersion(one, len(one.items), None if received is None else received[one.pk])
        for one in sorted(
            (one for one in versions if one.published_at),
            key=lambda one: (one.published_at, one.pk),
            reverse=True,
        )
    ]
    unpublished = [one for one in versions if not one.published_at]
    return ShownForm(
        form=form,
        closed=form.closes_at is not None and form.closes_at <= now,
        newest=published[0] if published else None,
        older=tuple(published[1:]),
        draft=unpublished[0] if unpublished and drafts else None,
    )


def _votes(version: FormVersion, item: str, questions: Mapping[str, Question]) -> Question | None:
    """The item of the votes, which is one node for each contestant: named by their answers."""
    nodes = [question for name, question in questions.items() if name.startswith(f"{item}_")]
    if not nodes or not version.contestants:
        return None
    names = [" ".join(str(name).split()) for _, name in version.contestants]
    labels = {code: words.removesuffix(f": {names[0]}") for code, words in nodes[0].labels.items()}
    first = next(iter(labels), ENGLISH)
    choices = tuple((name, {first: name}) for name in names)
    return Question(item, "votes", labels, choices, nodes[0].group)


def _item_shown(
    item: Mapping[str, object], name: str, question: Question | None, opens: Labels
) -> ShownItem:
    marks = ("‡" if item["serious"] else "") + ("†" if item["country"] else "")
    labels = question.labels if question else {ENGLISH: str(item["says"])}
    bare = {
        code: words.removeprefix(f"{name}.").removesuffix(marks).strip()
        for code, words in labels.items()
    }
    return ShownItem(
        id=name,
        opens=_said(opens),
        wordings=_said(bare),
        choices=_choices(question) if question and item["type"] in LISTED else (),
        type=type_in_words(item["type"]),
        problem=problem_in_words(item["problem"]),
        serious=bool(item["serious"]),
        country=bool(item["country"]),
        asked_if=str(item["asked_if"] or ""),
        standards=tuple(str(item["standards"] or "").split(";")) if item["standards"] else (),
    )


def _choices(question: Question) -> tuple[Said, ...]:
    """The answers of a list, joined, in every language that words them."""
    languages = dict.fromkeys(code for _, labels in question.choices for code in labels)
    return _said(
        {
            code: " · ".join(labels.get(code, value) for value, labels in question.choices)
            for code in languages
        }
    )


def _said(labels: Labels) -> tuple[Said, ...]:
    return tuple(Said(code, direction(code), words) for code, words in labels.items())
