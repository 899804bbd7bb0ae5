"""The words of tests of a voter list: their titles, and what each measure counts."""

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

# A limit that a mission may change stands in the name of some measures.
NUMBER: Final = re.compile(r"\d+$")


def _read() -> Mapping[str, Any]:
    file = resources.files("paragraph8.tables") / "list_tests.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


_WORDS: Final = _read()
_ENDINGS: Final[Mapping[str, str]] = _WORDS["endings"]
_GROUPS: Final[Mapping[str, str]] = _WORDS["groups"]
TITLES: Final[Mapping[str, str]] = {
    test: words["title"] for test, words in _WORDS.items() if "title" in words
}
MEASURES: Final[Mapping[str, Mapping[str, str]]] = {
    test: words["measures"] for test, words in _WORDS.items() if "title" in words
}


def measure_words(test: str, measure: str, group: str = "all") -> str:
    """What a measure counts, in plain words; its code where nobody has words for it."""
    for ending, words in _ENDINGS.items():
        if measure.endswith(ending):
            return words.format(measure_words(test, measure.removesuffix(ending), group))
    known = MEASURES.get(test, {})
    found = NUMBER.search(measure)
    words = known.get(measure) or known.get(NUMBER.sub("#", measure), measure)
    if found:
        words = words.replace("#", found[0])
    of = _GROUPS.get(group, group.replace("_", " "))
    if "{}" in words:
        return words.format(of)
    return words if group == "all" else f"{words}: {of}"


def in_words_of(unit: str) -> tuple[float, str]:
    """What to multiply a value by to show it, and the rest of its unit where the words of the
    measure do not say what is counted: "per cent", "per 1,000 entries", or nothing."""
    if unit == "share" or unit.startswith("share of "):
        return 100, unit.replace("share", "per cent", 1)
    if unit.startswith("per "):
        return 1, unit
    return 1, {
        "index, 100 for none": "100 if even",
        "pairs per 1,000 entries": "per 1,000 entries",
    }.get(unit, "")


def place_of(test: str, measure: str) -> tuple[int, int]:
    """Where a measure stands among those of its test: after the one that it is made of."""
    known = list(MEASURES.get(test, {}))
    for number, ending in enumerate(_ENDINGS, start=1):
        if measure.endswith(ending):
            return place_of(test, measure.removesuffix(ending))[0], number
    name = measure if measure in known else NUMBER.sub("#", measure)
    return known.index(name) if name in known else len(known), 0
