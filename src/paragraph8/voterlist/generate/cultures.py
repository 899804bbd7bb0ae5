"""Stocks of invented names: read from the files of this package and composed to large ones."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.generate.settings import Stock

CULTURES = ("kazakh", "russian", "georgian", "turkish", "hindi", "swahili")
# Years of birth around which names of a generation are common.
GENERATIONS = {"old": 1938.0, "middle": 1966.0, "young": 1986.0}


@dataclass(frozen=True, slots=True)
class Richness:
    """Zipf's law for ranks of names, share ~ 1 / (rank + shift) ** exponent, and stock in use."""

    surname_exponent: float
    surname_shift: float
    surnames_used: float  # share of the composed surnames
    given_exponent: float
    given_shift: float


RICHNESS: Mapping[Stock, Richness] = {
    "rich": Richness(0.9, 20, 1.0, 1.0, 4),
    "ordinary": Richness(1.15, 6, 1.0, 1.25, 1.5),
    "poor": Richness(1.3, 2, 0.1, 1.45, 0.8),
}


@dataclass(frozen=True, slots=True)
class Given:
    """Given names of one sex: peak is the year of birth around which a name is common."""

    names: tuple[str, ...]
    weight: NDArray[np.float64]
    peak: NDArray[np.float64]
    group: NDArray[np.int64]  # names of one group begin alike


@dataclass(frozen=True, slots=True)
class Forms:
    """Text of a name by style, sex and root: text[style][sex - 1][root]."""

    text: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Culture:
    """One stock of names, how they are misspelt, and what its places are called."""

    name: str
    alphabet: str
    capitals: bool
    male: Given
    female: Given
    surnames: Forms
    surname_shares: NDArray[np.float64]
    patronymics: Forms | None
    missing_patronymic: float
    variants: tuple[tuple[str, str], ...]
    optical: tuple[tuple[str, str], ...]
    conventions: Mapping[str, float]  # ways to write the same letters -> share
    latin: str
    places: Mapping[str, Any]


@cache
def culture(name: str, stock: Stock) -> Culture:
    """The stock of this name. Problems: analysis.bad_parameter."""
    if name not in CULTURES:
        known = ", ".join(CULTURES)
        raise Problem("analysis.bad_parameter", parameter="culture", value=name, expected=known)
    file = resources.files("paragraph8.voterlist.generate") / "stocks" / f"{name}.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    richness = RICHNESS[stock]
    surnames = _commonest(_surnames(content["surname"]), richness.surnames_used)
    ranks = np.arange(len(surnames.text[0][0])) + 1
    shares = 1.0 / (ranks + richness.surname_shift) ** richness.surname_exponent
    male = _given(content["male"], richness)
    patronymic, spelling = content.get("patronymic"), content["spelling"]
    return Culture(
        name=name,
        alphabet=content["alphabet"],
        capitals=content.get("capitals", True),
        male=male,
        female=_given(content["female"], richness),
        surnames=surnames,
        surname_shares=shares / shares.sum(),
        patronymics=_patronymics(male.names, patronymic) if patronymic else None,
        missing_patronymic=patronymic["missing_share"] if patronymic else 1.0,
        variants=tuple((a, b) for a, b in spelling["variants"]),
        optical=tuple((a, b) for a, b in spelling["optical"]),
        conventions=spelling["conventions"],
        latin=spelling["latin"],
        places=content["places"],
    )


def _given(content: Mapping[str, str], richness: Richness) -> Given:
    """Listed names by generation, then the composed ones, spread over years."""
    found: dict[str, tuple[int, float, str]] = {}
    for generation, peak in GENERATIONS.items():
        for rank, name in enumerate(content[generation].split()):
            found.setdefault(name, (rank, peak, name[:2]))
    composed = list(product(content.get("first", "").split(), content.get("second", "").split()))
    order = np.random.default_rng(len(composed)).permutation(len(composed))
    for rank, place in enumerate(order.tolist()):
        first, second = composed[place]
        if first.lower() != second:
            peak = 1945.0 + 4.5 * ((rank * 7) % 10)
            found.setdefault(first + second, (10 + rank, peak, first[:2]))
    ranks = np.array([rank for rank, _, _ in found.values()])
    groups = sorted({group for _, _, group in found.values()})
    return Given(
        tuple(found),
        1.0 / (ranks + 1 + richness.given_shift) ** richness.given_exponent,
        np.array([peak for _, peak, _ in found.values()]),
        np.array([groups.index(group) for _, _, group in found.values()]),
    )


def _surnames(content: Mapping[str, Any]) -> Forms:
    """Listed roots, then composed ones: with styles, or each stem with an ending of its own.

    Elements are listed by how common they are; a composed name is as common as its elements.
    """
    pairs = _by_rank(content.get("first", ""), content.get("second", ""))
    if "endings" not in content:
        composed = [a + b for a, b in pairs if a.lower() != b]
        roots = dict.fromkeys([*content.get("names", "").split(), *composed])
        return _styled(list(roots), content["styles"])
    endings = content["endings"]
    rows = [(first, *endings[second]) for first, second in pairs]
    joined = _by_rank(content["joined_first"], content["joined_second"])
    rows += [(a + b, *endings[content["joined_ending"]]) for a, b in joined]
    male = tuple(root + ending for root, ending, _ in rows)
    female = tuple(root + ending for root, _, ending in rows)
    return Forms(((male, female),), (1.0,))


def _by_rank(first: str, second: str) -> list[tuple[str, str]]:
    """Pairs of elements, the common ones first; "-" stands for no second element."""
    pairs = list(product(enumerate(first.split(), 4), enumerate(second.split(), 4)))
    pairs.sort(key=lambda pair: pair[0][0] * pair[1][0])
    return [(a, "" if b == "-" else b) for (_, a), (_, b) in pairs]


def _styled(roots: Sequence[str], styles: Sequence[Mapping[str, Any]]) -> Forms:
    text = []
    for style in styles:
        both = [_ended(root, style["endings"]) for root in roots]
        text.append((tuple(male for male, _ in both), tuple(female for _, female in both)))
    return Forms(tuple(text), tuple(style["share"] for style in styles))


def _ended(root: str, endings: Sequence[tuple[str, int, str, str]]) -> tuple[str, str]:
    """A root with the male and the female ending that its last letter asks for."""
    for letters, dropped, male, female in endings:
        if not letters or root[-1] in letters:
            kept = root[: len(root) - dropped]
            return kept + male, kept + female
    return root, root


def _patronymics(fathers: Sequence[str], content: Mapping[str, Any]) -> Forms:
    """Regular forms, with the irregular ones in place of theirs."""
    regular = _styled(fathers, content["styles"])
    irregular = content.get("irregular", {})

    def all_of(sex: int, forms: Sequence[str]) -> tuple[str, ...]:
        pairs = zip(fathers, forms, strict=True)
        return tuple(irregular[name][sex] if name in irregular else form for name, form in pairs)

    return Forms(
        tuple((all_of(0, male), all_of(1, female)) for male, female in regular.text),
        regular.shares,
    )


def _commonest(forms: Forms, used: float) -> Forms:
    """The first share of the roots."""
    kept = max(1, round(used * len(forms.text[0][0])))
    return Forms(tuple((male[:kept], female[:kept]) for male, female in forms.text), forms.shares)
