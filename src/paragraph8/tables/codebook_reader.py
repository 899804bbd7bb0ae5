"""The codebook: what observers are asked, as data, with its wording in several languages.

One file for each form in `codebook/`. An item has one id, one type and one polarity; translations
can change its words, never what counts as a problem.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from paragraph8.tables.codebook_conditions import Condition, read_condition
from paragraph8.tables.contracts_observation import FORM_ITEM
from paragraph8.tables.words import ELECTION_DAY_FORMS, FORMS, LONG_TERM_FORMS

Wording = Mapping[str, str]  # language -> words

HEADER = "header"
SHARED_CHOICES = "choices"
CODEBOOK_FORMS = (*ELECTION_DAY_FORMS, "incident", *LONG_TERM_FORMS)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list: the value that is stored, and its wording."""

    value: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    problem      answers that are a problem; `any` and `positive` stand for every choice and every
                 number above 0; empty: neutral
    whole        only who saw the stage from its start can judge it
    required_if  when an answer is demanded; everything else may stay empty
    forms        forms that ask it; more than one for items of the header only
    place        header items: before ("start") or after ("end") the form's own; "" for others
    """

    id: str
    form: str
    section: str
    type: str
    wording: Wording
    problem: tuple[str, ...] = ()
    serious: bool = False
    country: bool = False
    asked_if: Condition | None = None
    whole: bool = False
    required_if: Condition | None = None
    standards: tuple[str, ...] = ()
    supports: str = ""
    unit: str = ""
    field: str = ""
    channel: str = ""
    choices: tuple[Choice, ...] = ()
    forms: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Items that stand on one screen of the phone and in one block of the paper."""

    id: str
    wording: Wording
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the codebook with the header items that belong to it, in the order asked."""

    name: str
    title: Wording
    says: Wording
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for section in self.sections for item in section.items)


@cache
def codebook_form(name: str) -> Form:
    """The form of this name, header items included. KeyError for a name not in CODEBOOK_FORMS."""
    if name not in CODEBOOK_FORMS:
        raise KeyError(name)
    content = _read(name)
    own = tuple(_sections(content))
    head = [s for s in (_of_form(s, name, "start") for s in _sections(_read(HEADER))) if s.items]
    tail = [s for s in (_of_form(s, name, "end") for s in _sections(_read(HEADER))) if s.items]
    return Form(name, content["title"], content.get("says", {}), (*head, *own, *tail))


@cache
def form_items() -> pl.DataFrame:
    """The table `form_item` of the whole codebook, header first, then form by form."""
    items = [item for name in (HEADER, *CODEBOOK_FORMS) for item in _items(_read(name))]
    rows = [item_row(item, place) for place, item in enumerate(items, start=1)]
    return FORM_ITEM.shape(pl.DataFrame(rows, schema=FORM_ITEM.schema))


def item_row(item: Item, place: int) -> dict[str, object]:
    """One row of the table `form_item`."""
    return {
        "item": item.id,
        "form": item.form,
        "place": place,
        "type": item.type,
        "problem": ";".join(item.problem) or None,
        "serious": item.serious,
        "country": item.country,
        "asked_if": item.asked_if.text if item.asked_if else None,
        "whole": item.whole,
        "standards": ";".join(item.standards),
        "supports": item.supports or None,
        "unit": item.unit or None,
        "field": item.field or None,
        "channel": item.channel or None,
        "says": item.wording["en"],
    }


def _of_form(section: Section, form: str, place: str) -> Section:
    items = tuple(
        item for item in section.items if form in item.forms and (item.place or "start") == place
    )
    return replace(section, items=items)


@cache
def _read(name: str) -> dict[str, Any]:
    file = resources.files("paragraph8.tables") / "codebook" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _items(content: Mapping[str, Any]) -> Iterator[Item]:
    own = content.get("choices", {})
    shared = _read(SHARED_CHOICES)["choices"]
    for entry in content["item"]:
        yield _item(content["form"], entry, {**shared, **own})


def _sections(content: Mapping[str, Any]) -> Iterator[Section]:
    items = list(_items(content))
    for entry in content["section"]:
        inside = tuple(item for item in items if item.section == entry["id"])
        yield Section(entry["id"], entry["title"], inside)


def _item(form: str, entry: Mapping[str, Any], lists: Mapping[str, Any]) -> Item:
    named = lists[entry["choices"]] if entry.get("choices") else {}
    return Item(
        id=entry["id"],
        form=form,
        section=entry["section"],
        type=entry["type"],
        wording={language: entry[language] for language in ("en", "ru", "kk")},
        problem=tuple(entry.get("problem", ())),
        serious=entry.get("serious", False),
        country=entry.get("country", False),
        asked_if=read_condition(entry.get("asked_if", "")),
        whole=entry.get("whole", False),
        required_if=read_condition(entry.get("required_if", "")),
        standards=tuple(entry.get("standards", ())),
        supports=entry.get("supports", ""),
        unit=entry.get("unit", ""),
        field=entry.get("field", ""),
        channel=entry.get("channel", ""),
        choices=tuple(Choice(value, wording) for value, wording in named.items()),
        forms=tuple(entry.get("forms", ())),
        place=entry.get("place", ""),
    )


assert set(CODEBOOK_FORMS) < set(FORMS)
