"""Two entries side by side, as a reviewer sees them: raw text, and where it differs."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import BIRTH, ELECTRONIC, KEPT, LIST, NUMBER, PAPER, ROLES, SEX
from paragraph8.voterlist.normalise import sex
from paragraph8.voterlist.review.sample import Sample

Entry = Mapping[str, str | None]  # role -> raw text

# What tells people apart comes first; what only the clerk's work explains (KEPT) is not shown.
_FIRST: Final = ("surname", "given", "patronymic", BIRTH, SEX, NUMBER)
SHOWN: Final = (*_FIRST, *(role for role in ROLES if role not in (*_FIRST, *KEPT)))
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Joiners belong to the spelling of several scripts.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


@dataclass(frozen=True, slots=True)
class Field:
    """One role of two entries."""

    role: str
    first: str  # empty if the entry has none
    second: str
    differs: bool  # both have a value, and not the same


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, without what a computer thinks of them. Holds names: never to be stored."""

    lists: tuple[str, str]  # paper and electronic, or list and list
    fields: tuple[Field, ...]


def make_pair(first: Entry, second: Entry, lists: tuple[str, str]) -> Pair:
    """Two entries as a Pair. A role that neither has is left out.

    Capitals, blanks, forms of one letter in Unicode and other words for a sex are no difference.
    """
    fields = []
    for role in SHOWN:
        one, other = (_readable(entry.get(role)) for entry in (first, second))
        if one or other:
            fields.append(
                Field(role, one, other, bool(one and other) and _differ(role, one, other))
            )
    return Pair(lists, tuple(fields))


def read_pairs(engine: Engine, sample: Sample, items: Iterable[int]) -> dict[int, Pair]:
    """The entries of some items from the raw tables of the lists.

    engine   with paper_raw and electronic_raw, or list_raw
    items    numbers of the sample; only their rows are read

    Problems: voterlist.review_row_missing.
    """
    lists = (PAPER, ELECTRONIC) if sample.two_lists else (LIST, LIST)
    chosen = sample.frame.filter(pl.col("item").is_in(list(items)))
    sides = [
        _entries(engine, name, chosen[column])
        for name, column in zip(lists, sample.rows, strict=True)
    ]
    return {
        item: make_pair(sides[0][one], sides[1][other], lists)
        for item, one, other in chosen.select("item", *sample.rows).iter_rows()
    }


def _entries(engine: Engine, name: str, rows: pl.Series) -> dict[int, Entry]:
    roles = [role for role in engine.columns(f"{name}_raw") if role in SHOWN]
    # The numbers are ours, not text of a list: they may stand in the query.
    numbers = ", ".join(str(int(row)) for row in rows.unique().sort()) or "NULL"
    columns = ", ".join(["row", *roles])
    found = engine.frame(f"SELECT {columns} FROM {name}_raw WHERE row IN ({numbers})")
    entries: dict[int, Entry] = {int(entry["row"]): entry for entry in found.iter_rows(named=True)}
    if missing := set(rows.to_list()) - entries.keys():
        raise Problem("voterlist.review_row_missing", row=min(missing), list=name)
    return entries


def _readable(text: str | None) -> str:
    """The cell without signs that would steer a terminal or turn the line around."""
    return "".join(map(_visible, (text or "").strip()))


def _visible(sign: str) -> str:
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    return _REPLACEMENT if hidden and sign not in _JOINERS else sign


def _differ(role: str, one: str, other: str) -> bool:
    sexes = (sex(one), sex(other)) if role == SEX else (None, None)
    return sexes[0] != sexes[1] if all(sexes) else _folded(one) != _folded(other)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
