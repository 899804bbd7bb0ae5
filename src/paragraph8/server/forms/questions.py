"""What a form asks, read from the XForm that phones have: names, types, words in every language.

An own form has no codebook behind it, so that its questions become rows of `form_item` here. Their
type is derived, and none of their answers is a problem: nobody has said so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from paragraph8.intake.observations.envelope import local_name
from paragraph8.intake.observations.items import header_ids
from paragraph8.intake.xml_guard import parse_xml
from paragraph8.server.forms.generate.words import ENGLISH
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS

Labels = Mapping[str, str]  # language code -> words

DEFINITION = "the form definition"
OWN = "own"
CONTROLS = ("input", "select", "select1", "upload", "range", "trigger", "rank")
# By the type of the bind of a field that is typed in; every other type is free words, which no
# table holds.
_TYPES = {
    "int": "integer",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "geopoint": "position",
    "geotrace": "position",
    "geoshape": "position",
}
_YES_NO, _YES_NO_NA = frozenset(("yes", "no", "dk")), frozenset(("yes", "no", "dk", "na"))
_LANGUAGE = re.compile(r".*\((?P<code>[\w-]+)\)\s*")
_ITEXT = re.compile(r"jr:itext\('([^']*)'\)")
_INSTANCE = re.compile(r"instance\('([^']*)'\)")


@dataclass(frozen=True, slots=True)
class Question:
    """One node that takes an answer, or that the phone calculates.

    type      one of ITEM_TYPES
    labels    "" is nowhere in it; empty for what is calculated
    choices   value and words of each answer that the form itself lists
    group     words of the group it stands in, empty outside of any
    """

    name: str
    type: str
    labels: Labels = field(default_factory=dict)
    choices: tuple[tuple[str, Labels], ...] = ()
    group: Labels = field(default_factory=dict)


def language_code(name: str) -> str:
    """ "ru" for a language that a form names "Русский (ru)", or just "ru"."""
    found = _LANGUAGE.fullmatch(name)
    return (found["code"] if found else name.strip()).lower()


def read_questions(xform: bytes) -> list[Question]:
    """The questions of a form in the order asked, then what it calculates.

    Raises the problems of `parse_xml`.
    """
    root = parse_xml(xform, DEFINITION)
    reader = _Reader(root)
    asked = [
        question for body in root.iterchildren("{*}body") for question in reader.asked(body, {})
    ]
    return [*asked, *reader.calculated({question.name for question in asked})]


def own_items(form_id: str, xform: bytes) -> list[dict[str, object]]:
    """The rows of the table `form_item` for an own form: `FORM_ID.NAME`, neutral.

    A question that is named like an item of the codebook's header (H3, H4 …) is that item and gets
    no row of its own.
    """
    header = frozenset[str]().union(*(header_ids(form) for form in CODEBOOK_FORMS))
    found = [question for question in read_questions(xform) if question.name not in header]
    return [
        {
            "item": f"{form_id}.{question.name}",
            "form": OWN,
            "place": place,
            "type": question.type,
            "problem": None,
            "serious": False,
            "country": False,
            "asked_if": None,
            "whole": False,
            "standards": "",
            "supports": None,
            "unit": None,
            "field": None,
            "channel": None,
            "says": _said(question),
        }
        for place, question in enumerate(found, start=1)
    ]


def _said(question: Question) -> str:
    labels = question.labels
    return labels.get(ENGLISH) or next(iter(labels.values()), "") or question.name


class _Reader:
    """One form: its texts, its lists of choices, its binds."""

    def __init__(self, root: etree._Element) -> None:
        self.texts = _texts(root)
        self.lists = {str(one.get("id")): one for one in root.iter("{*}instance") if one.get("id")}
        self.binds = {
            str(bind.get("nodeset", "")).replace(" ", ""): bind for bind in root.iter("{*}bind")
        }

    def asked(self, parent: etree._Element, group: Labels) -> Iterator[Question]:
        """Questions below an element of the body; notes are none."""
        for element in parent:
            path = str(element.get("ref", "")).replace(" ", "")
            bind = self.binds.get(path)
            if local_name(element) in ("group", "repeat"):
                yield from self.asked(element, self._labels(element) or group)
            elif local_name(element) in CONTROLS and not _is_note(bind):
                choices = tuple(self._choices(element))
                kind = _type(element, bind, frozenset(value for value, _ in choices))
                yield Question(path.rpartition("/")[2], kind, self._labels(element), choices, group)

    def calculated(self, asked: set[str]) -> Iterator[Question]:
        """Nodes that the phone fills in by a calculation of the form."""
        for path, bind in self.binds.items():
            name = path.rpartition("/")[2]
            if bind.get("calculate") and "/meta/" not in path and name not in asked:
                yield Question(name, _TYPES.get(_bind_type(bind), "text"))

    def _labels(self, element: etree._Element) -> Labels:
        label = next(element.iterchildren("{*}label"), None)
        if label is None:
            return {}
        named = _ITEXT.search(str(label.get("ref", "")))
        return self._in_languages(named[1]) if named else _worded({ENGLISH: _words(label)})

    def _in_languages(self, text: str) -> Labels:
        return _worded({code: texts.get(text, "") for code, texts in self.texts.items()})

    def _choices(self, control: etree._Element) -> Iterator[tuple[str, Labels]]:
        for item in control.iterchildren("{*}item"):
            value = next(item.iterchildren("{*}value"), None)
            if value is not None:
                yield _words(value), self._labels(item)
        for itemset in control.iterchildren("{*}itemset"):
            named = _INSTANCE.search(str(itemset.get("nodeset", "")))
            instance = self.lists.get(named[1]) if named else None
            for item in instance.iter("{*}item") if instance is not None else ():
                fields = {local_name(child): _words(child) for child in item}
                plain = _worded({ENGLISH: fields.get("label", "")})
                yield fields.get("name", ""), plain or self._in_languages(fields.get("itextId", ""))


def _texts(root: etree._Element) -> dict[str, dict[str, str]]:
    """Language code -> text id -> words; the language that the form begins with first."""
    translations = sorted(root.iter("{*}translation"), key=lambda one: one.get("default") is None)
    found: dict[str, dict[str, str]] = {}
    for translation in translations:
        name = str(translation.get("lang", ""))
        texts = found.setdefault(ENGLISH if name == "default" else language_code(name), {})
        for text in translation.iterchildren("{*}text"):
            plain = [value for value in text.iterchildren("{*}value") if value.get("form") is None]
            texts[str(text.get("id"))] = _words(plain[0]) if plain else ""
    return found


def _is_note(bind: etree._Element | None) -> bool:
    return bind is not None and bind.get("readonly", "") == "true()"


def _type(control: etree._Element, bind: etree._Element | None, values: frozenset[str]) -> str:
    match local_name(control):
        case "select":
            return "many_of"
        case "select1" if frozenset(("yes", "no")) <= values <= _YES_NO:
            return "yes_no"
        case "select1" if frozenset(("yes", "no")) <= values <= _YES_NO_NA:
            return "yes_no_na"
        case "select1" | "trigger":
            return "one_of"
        case "upload":
            return "photo" if str(control.get("mediatype", "")).startswith("image/") else "text"
        case "input" | "range":
            return _TYPES.get(_bind_type(bind), "text")
        case _:
            return "text"


def _bind_type(bind: etree._Element | None) -> str:
    return str(bind.get("type", "string")).rpartition(":")[2] if bind is not None else "string"


def _worded(labels: Labels) -> Labels:
    return {language: words for language, words in labels.items() if words}


def _words(element: etree._Element) -> str:
    """The text with everything inside; an answer quoted in a question stands as its name in ⟨⟩."""
    parts = [str(element.text or "")]
    for child in element:
        if local_name(child) == "output":
            parts.append(f"⟨{str(child.get('value', '')).strip().rpartition('/')[2]}⟩")
        else:
            parts.append(_words(child))
        parts.append(str(child.tail or ""))
    return " ".join("".join(parts).split())
