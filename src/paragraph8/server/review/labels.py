"""The wording of a form's questions and answers, read from the XForm that the phones had."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from paragraph8.intake.observations.envelope import local_name
from paragraph8.intake.xml_guard import parse_xml
from paragraph8.server.forms.models import FormVersion

CONTROLS = ("input", "select", "select1", "upload", "range", "trigger", "rank")
_ITEXT = re.compile(r"jr:itext\('([^']*)'\)")
_INSTANCE = re.compile(r"instance\('([^']*)'\)")


@dataclass(frozen=True, slots=True)
class Question:
    """How a form asks for one node.

    wording   "" where the form has none
    control   one of CONTROLS; choices: value -> wording, where the form itself lists them
    """

    wording: str
    control: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Polarity:
    """What counts as a problem, as frozen with the version of the form."""

    problem: frozenset[str]
    serious: bool


@dataclass(frozen=True, slots=True)
class Wordings:
    """What a version of a form asks: node path -> question, item -> polarity."""

    questions: Mapping[str, Question]
    polarities: Mapping[str, Polarity]


@lru_cache(maxsize=64)
def wordings_of(version: int, language: str) -> Wordings:
    """The wordings of a version (its primary key; versions never change) in a language.

    Where the form lacks the language, its first one. Empty for a form that cannot be read.
    """
    row = FormVersion.objects.select_related("form").get(pk=version)
    prefix = f"{row.form.form_id}."
    polarities = {
        str(item["item"]).removeprefix(prefix): Polarity(
            frozenset(str(item.get("problem") or "").split(";")) - {""}, bool(item.get("serious"))
        )
        for item in row.items
        if item.get("item")
    }
    return Wordings(questions_of(bytes(row.xform), language), polarities)


def questions_of(xform: bytes, language: str) -> dict[str, Question]:
    """Node path -> question. Raises the problems of `parse_xml`."""
    root = parse_xml(xform, "the form definition")
    texts = _texts(root, language)
    lists = {
        str(instance.get("id")): instance
        for instance in root.iter("{*}instance")
        if instance.get("id")
    }
    found = {}
    for control in root.iter(*(f"{{*}}{name}" for name in CONTROLS)):
        path = (control.get("ref") or "").replace(" ", "")
        if path:
            choices = dict(_choices(control, lists, texts))
            found[path] = Question(_label(control, texts), local_name(control), choices)
    return found


def _texts(root: etree._Element, language: str) -> dict[str, str]:
    """Text id -> words in the language, or else in the form's first."""
    translations = list(root.iter("{*}translation"))
    translations.sort(key=lambda one: one.get("default") is None)
    translations.sort(key=lambda one: not _is_in(one.get("lang", ""), language))
    texts: dict[str, str] = {}
    for translation in translations:
        for text in translation.iterchildren("{*}text"):
            plain = [v for v in text.iterchildren("{*}value") if v.get("form") is None]
            if plain:
                texts.setdefault(str(text.get("id")), _words(plain[0]))
    return texts


def _is_in(name: str, language: str) -> bool:
    """Whether a name as "Russian (ru)" is this language; "ru" for "ru-KZ" too."""
    code = name.rpartition("(")[2].rstrip(")").strip() or name
    return code.partition("-")[0] == language.partition("-")[0]


def _label(element: etree._Element, texts: Mapping[str, str]) -> str:
    label = next(element.iterchildren("{*}label"), None)
    if label is None:
        return ""
    named = _ITEXT.search(label.get("ref", ""))
    return texts.get(named[1], "") if named else _words(label)


def _choices(
    control: etree._Element, lists: Mapping[str, etree._Element], texts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for item in control.iterchildren("{*}item"):
        value = next(item.iterchildren("{*}value"), None)
        if value is not None:
            yield _words(value), _label(item, texts)
    for itemset in control.iterchildren("{*}itemset"):
        named = _INSTANCE.search(itemset.get("nodeset", ""))
        instance = lists.get(named[1]) if named else None
        for item in instance.iter("{*}item") if instance is not None else ():
            fields = {local_name(child): _words(child) for child in item}
            label = fields.get("label") or texts.get(fields.get("itextId", ""), "")
            yield fields.get("name", ""), label


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
