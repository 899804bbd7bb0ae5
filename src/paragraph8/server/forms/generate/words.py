"""The fixed words of generated forms, and what a language is called and which way it runs."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

ENGLISH = "en"

# The answers that every list of its type has, in order: value, word.
ANSWERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "yes_no": (("yes", "yes"), ("no", "no"), ("dk", "dk")),
    "yes_no_na": (("yes", "yes"), ("no", "no"), ("dk", "dk"), ("na", "na")),
    "rating": (
        ("1", "very_good"),
        ("2", "good"),
        ("3", "bad"),
        ("4", "very_bad"),
        ("dk", "dk"),
    ),
}


class Voice:
    """Says things in one language, in English where it lacks the words, and notes that it did.

    fell_back  whether something had to be said in English instead
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.fell_back = False

    def of(self, wording: Mapping[str, str]) -> str:
        """The wording in this language, or else in English; KeyError if it has neither."""
        text = wording.get(self.language, "")
        if text:
            return text
        self.fell_back = True
        return wording[ENGLISH]

    def word(self, key: str, **facts: object) -> str:
        """One of the fixed words, with its blanks filled in. KeyError for an unknown key."""
        return self.of(_content()["words"][key]).format(**facts)


def language_title(code: str) -> str:
    """ "Русский (ru)": how XLSForms name a language, so that clients show its own name."""
    return f"{_content()['names'].get(code, code)} ({code})"


def direction(code: str) -> str:
    """rtl or ltr, by the language."""
    return "rtl" if code.split("-")[0] in _content()["right_to_left"] else "ltr"


@cache
def _content() -> dict[str, Any]:
    file = resources.files("paragraph8.server.forms.generate") / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
