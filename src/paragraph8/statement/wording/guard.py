"""The guard: statement text holds no typed-in number and none of the words never written."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.kernel.problem import Problem

REFERENCE = re.compile(r"\{\{(?P<kind>[a-z]+):(?P<name>[^|{}]+)(?:\|(?P<form>[a-z]+))?\}\}")
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def check_text(text: str, where: str, language: str) -> None:
    """Raises Problem statement.bare_number, statement.forbidden_words,
    statement.unknown_reference (braces that are no reference), with line and remedy.

    What stands inside a reference is not looked at. A digit is any character that Unicode calls a
    number: other scripts' digits, fractions, Roman numerals as single characters, superscripts.
    """
    bare = REFERENCE.sub(lambda match: " " + "\n" * match[0].count("\n"), text)
    for line_number, line in enumerate(bare.split("\n"), start=1):
        _check_braces(line, where, line_number)
        _check_numbers(line, where, line_number, language)
    _check_forbidden(bare, where, language)


def _check_numbers(line: str, where: str, number: int, language: str) -> None:
    for token in line.split():
        if any(unicodedata.category(character)[0] == "N" for character in token):
            raise Problem("statement.bare_number", where=where, line=number, token=token)
    for word in WORD.findall(line):
        # A compound such as two-thirds is caught by its parts.
        for part in re.split(r"[-’']", word.casefold()):
            if part in _number_words(language):
                raise Problem("statement.bare_number", where=where, line=number, token=word)


def _check_braces(line: str, where: str, number: int) -> None:
    # Printed as it stands, a mistyped reference would be a hole in a sentence.
    if found := re.search(r"\{\{[^{}]*\}?\}?|\}\}", line):
        raise Problem(
            "statement.unknown_reference",
            where=where,
            line=number,
            reference=found[0],
            remedy="A reference is written {{kind:name}} or {{fig:ID|form}}, without blanks.",
        )


def _check_forbidden(text: str, where: str, language: str) -> None:
    forbidden = _words()["forbidden"]
    for words, remedy in [*forbidden["en"], *forbidden.get(language, [])]:
        # Words that belong together may stand in two lines.
        pattern = r"\s+".join(map(re.escape, words.split()))
        if found := re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
            line = text.count("\n", 0, found.start()) + 1
            raise Problem(
                "statement.forbidden_words", where=where, line=line, token=words, remedy=remedy
            )


@cache
def _words() -> dict[str, Any]:
    file = resources.files("paragraph8.statement.wording") / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _number_words(language: str) -> frozenset[str]:
    # English words are looked for in every language: they are typed in by accident most often.
    lists = _words()["number_words"]
    return frozenset([*lists["en"], *lists.get(language, [])])
