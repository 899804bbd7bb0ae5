"""Numbers of an address and of a telephone: digits and letters as they stand, words left out."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from paragraph8.voterlist.normalise.places import number, spelled_words
from paragraph8.voterlist.normalise.romanise import CODES, Keyed, romanise

_WORDS: Final = spelled_words(
    """дом үй уй no номер house кв квартира пәтер патер flat apt apartment корпус корп к стр
    строение блок литер лит ком комната офис бөлме д n""",
    CODES,
)
_PARTS: Final = re.compile(r"\d+|[a-z]+")
# What `_house` would leave as it is.
_SIMPLE: Final = re.compile(r"[1-9]\d*[a-z]?")
_ALL_DIGITS: Final = re.compile(r"\d+")
# A telephone of eleven digits begins with the country's 7 or with 8 for a call inside it.
_WITH_PREFIX: Final = 11


def house_keys(values: Sequence[str]) -> Keyed:
    """Keys of houses and flats: 12a for "12 А", "12-а" and "д. 12А"; "12 1" for 12/1."""
    read = romanise(values, CODES)
    key = [words if _SIMPLE.fullmatch(words) else _house(words) for words in read.words]
    return key, key, read


def flat_keys(values: Sequence[str]) -> Keyed:
    """Keys of flats, as of houses; but no flat has the number 0, which stands for none."""
    key, _, read = house_keys(values)
    key = ["" if flat == "0" else flat for flat in key]
    return key, key, read


def postcode_keys(values: Sequence[str]) -> Keyed:
    """Keys of postcodes: letters and digits together; root: without the zeros before them."""
    read = romanise(values, CODES)
    key = [words.replace(" ", "") for words in read.words]
    return key, [code.lstrip("0") for code in key], read


def phone_keys(values: Sequence[str]) -> Keyed:
    """Keys of telephones: the digits, 7 for a first 8 of eleven; root: the last ten."""
    read = romanise(values, CODES)
    key = [_phone("".join(_ALL_DIGITS.findall(words))) for words in read.words]
    return key, [digits[-10:] for digits in key], read


def _phone(digits: str) -> str:
    if not digits.strip("0"):
        return ""
    if len(digits) == _WITH_PREFIX and digits[0] == "8":
        return "7" + digits[1:]
    return digits


def _house(words: str) -> str:
    parts = _PARTS.findall(words)
    key: list[str] = []
    for part, after in pairwise([*parts, ""]):
        # "д 12" and "12 к 1" name a number; the letter of 12д and 12к belongs to the house.
        is_word = part in _WORDS and (len(part) > 1 or after.isdigit())
        if is_word and len(parts) > 1:
            continue
        if part.isalpha() and key and key[-1].isdigit():
            key[-1] += part
        else:
            key.append(number(part))
    return " ".join(key)
