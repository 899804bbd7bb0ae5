"""Cells that say that there is nothing to say."""

from itertools import product
from typing import Final

import polars as pl

# In small letters. Not "na", "no" or "an", which are names.
_WORDS: Final = """
нет нет. нету жоқ жоқ. жок yoq yok joq none null nan n/a #n/a <na> #н/д н/д н.д. б/о б.о. б/н
отсутствует отсутств отсутств. отс отс. неизвестно неизв неизв. пусто белгісіз көрсетілмеген
unknown missing undefined x xx xxx х хх ххх
"""
_PHRASES: Final = (
    "без отчества",
    "без номера",
    "не имеет",
    "не указан",
    "не указана",
    "не указано",
    "нет данных",
    "нет отчества",
    "әкесінің аты жоқ",
    "no data",
    "not given",
)
# What may stand around a cell without being part of it.
AROUND: Final = " \t\r\n\xa0\u3000\ufeff\u200b\u200e\u200f\"'«»"
_LOOK_ALIKES: Final = dict(zip("аеосухкінтмв", "aeocyxkihtmb", strict=True))


def _typed(word: str) -> list[str]:
    """A word, and the same with Latin letters that look alike; but none of Latin letters alone."""
    choices = [letter + _LOOK_ALIKES.get(letter, "") for letter in word]
    return [word, *(form for form in map("".join, product(*choices)) if not form.isascii())]


EMPTY: Final = frozenset((*_PHRASES, *(form for word in _WORDS.split() for form in _typed(word))))


def say_nothing(values: pl.Series) -> pl.Series:
    """Whether each cell is null or holds a word for nothing, as `says_nothing` has it."""
    bare = values.fill_null("").str.strip_chars(AROUND).str.to_lowercase()
    return values.is_null() | bare.is_in(list(EMPTY))


def says_nothing(value: str) -> bool:
    """Whether a cell holds a word for nothing; signs without letters are left to the caller."""
    return value.strip(AROUND).lower() in EMPTY
