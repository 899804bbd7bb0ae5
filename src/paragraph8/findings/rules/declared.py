"""Findings declared as data: figures and a sentence in observation.toml."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.findings.rules.areas import in_most_areas
from paragraph8.findings.scope import scope_of
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Scope, Strength

PLACE = re.compile(r"\{(?P<name>\w+):(?P<form>\w+)\}")
INNERMOST = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
FIGURE = re.compile(r"(?P<name>[\w.]+)\[(?P<dimensions>.*)\]")


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared finding.

    figures   name -> id without the election; the first is the main one
    scaled    whether the share of the main one says how far a problem reaches
    """

    id: str
    section: str
    figures: Mapping[str, str]
    standards: tuple[str, ...]
    sentence: str
    headline: bool = False
    scaled: bool = True


@cache
def declared_findings() -> tuple[Declared, ...]:
    """All of them, in the order of the file."""
    file = resources.files("paragraph8.findings.rules") / "observation.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["finding"]
    return tuple(_declared(entry) for entry in entries)


def declared(evidence: Evidence) -> Iterator[Finding]:
    """Every declared finding whose figures are there, in the order of the file."""
    for rule in declared_findings():
        proposed = propose_declared(evidence, rule)
        if proposed:
            yield proposed


def propose_declared(evidence: Evidence, rule: Declared) -> Finding | None:
    """The finding, or None where its main figure is not there or counts no case."""
    figures = {name: _figure(evidence, text) for name, text in rule.figures.items()}
    main = next(iter(figures.values()))
    if main is None or not main.value:
        return None
    there = {name: figure for name, figure in figures.items() if figure}
    sentence, used = _sentence(rule.sentence, there)
    if not used:
        return None
    limits = tuple(dict.fromkeys(limit for figure in used for limit in figure.limits))
    scope = scope_of(main, evidence.profile, in_most_areas(evidence, main))
    return finding(
        evidence,
        id=rule.id,
        section=rule.section,
        figures=tuple(used),
        standards=rule.standards,
        strength=Strength.OBSERVED,
        scope=scope if rule.scaled else Scope.NOT_SCALED,
        limits=limits,
        sentence=sentence,
        headline=rule.headline,
    )


def _declared(entry: Mapping[str, Any]) -> Declared:
    return Declared(
        id=entry["id"],
        section=entry["section"],
        figures=dict(entry["figures"]),
        standards=tuple(entry["standards"]),
        sentence=" ".join(entry["sentence"].split()),
        headline=entry.get("headline", False),
        scaled=entry.get("scaled", True),
    )


def _figure(evidence: Evidence, text: str) -> Figure | None:
    match = FIGURE.fullmatch(text)
    if match is None:
        raise KeyError(f"not a figure: {text}")
    pairs = (part.split("=", 1) for part in match["dimensions"].split(", "))
    return evidence.figure(match["name"], **dict(pairs))


def _sentence(text: str, figures: Mapping[str, Figure]) -> tuple[str, list[Figure]]:
    """The sentence with references, and the figures in it. A part in brackets is left out where one
    of its figures is not there or counts nothing; the whole where one outside them is not there."""
    while match := INNERMOST.search(text):
        inside = match[1]
        names = [place["name"] for place in PLACE.finditer(inside)]
        whole = all(name in figures and figures[name].value for name in names)
        text = text[: match.start()] + (inside if whole else "") + text[match.end() :]
    names = [place["name"] for place in PLACE.finditer(text)]
    if not all(name in figures for name in names):
        return "", []
    sentence = PLACE.sub(lambda place: ref(figures[place["name"]], place["form"]), text)
    return sentence.strip(), [figures[name] for name in dict.fromkeys(names)]
