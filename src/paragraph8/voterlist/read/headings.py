"""What a header says: the dictionary of headers in five languages."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

# As typists without the Kazakh keyboard write them, and as Arabic spells with and without hamza.
_LETTERS: Final = str.maketrans("әғқңөұүһіıəأإآٱىةؤئ", "агкноуухииаاااايهوي")
_NO_WORD: Final = re.compile(r"[\W_]+")
_JOINS: Final = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")

LANGUAGES: Final = {
    "kk": "Kazakh",
    "ru": "Russian",
    "en": "English",
    "fr": "French",
    "ar": "Arabic",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a header is known as.

    role       a role, or full_name
    language   of the dictionary's entry
    exact      whether the header is the entry, or only contains it
    size       length of the entry, folded; a longer one says more
    """

    role: str
    language: str
    exact: bool
    size: int


def folded(text: str) -> str:
    """A header without what differs between typists: case, accents, signs, Kazakh letters.

    LastName and last_name are both "last name"; № and N° are "no".
    """
    parted = _JOINS.sub(" ", text)
    letters = unicodedata.normalize("NFKC", parted).replace("°", "o").casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", letters).replace("\u0640", "")
    without_marks = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NO_WORD.sub(" ", without_marks).strip()


def headings(text: str) -> list[Heading]:
    """All that a header may mean, the best first; none if no entry is it or stands in it."""
    name = folded(text)
    found = [
        Heading(role, language, entry == name, len(entry))
        for entry, meanings in _dictionary().items()
        if entry == name or (len(entry) > 2 and f" {entry} " in f" {name} ")
        for role, language in meanings
    ]
    return sorted(found, key=lambda heading: (not heading.exact, -heading.size))


@cache
def _dictionary() -> dict[str, list[tuple[str, str]]]:
    """Folded entry -> the roles and languages it stands for, in the order of the file."""
    file = resources.files("paragraph8.voterlist.read") / "headers.toml"
    entries: dict[str, list[tuple[str, str]]] = {}
    for role, languages in tomllib.loads(file.read_text(encoding="utf-8")).items():
        for language, texts in languages.items():
            for text in texts:
                meanings = entries.setdefault(folded(text), [])
                if role not in [known for known, _ in meanings]:
                    meanings.append((role, language))
    return entries
