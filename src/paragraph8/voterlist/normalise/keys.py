"""Distinct raw cells to keys: the one table that all comparisons of the audit rest on."""

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.normalise.empty import say_nothing
from paragraph8.voterlist.normalise.houses import flat_keys, house_keys, phone_keys, postcode_keys
from paragraph8.voterlist.normalise.names import given_keys, patronymic_keys, surname_keys
from paragraph8.voterlist.normalise.places import (
    area_keys,
    place_keys,
    station_keys,
    street_keys,
)
from paragraph8.voterlist.normalise.romanise import Keyed

_KINDS: Final[dict[str, Callable[[Sequence[str]], Keyed]]] = {
    "surname": surname_keys,
    "given": given_keys,
    "patronymic": patronymic_keys,
    "locality": place_keys,
    "street": street_keys,
    "house": house_keys,
    "flat": flat_keys,
    "area": area_keys,
    "station": station_keys,
    "postcode": postcode_keys,
    "phone": phone_keys,
    "birth_place": place_keys,
}
KINDS: Final = tuple(_KINDS)


def keys(kind: str, values: Sequence[str | None]) -> pl.DataFrame:
    """Give each raw cell of one kind its key and its looser root.

        kind     one of KINDS
        values   distinct raw cells; None counts as empty. Repeats cost time and do no harm
    Returns one row per value, in the order given:
        raw       String    the value
        key       String    [a-z0-9 ]*; "" if empty; equal where two cells spell one name
        root      String    [a-z0-9 ]*; looser: family without endings, father's name, words sorted
        script    String    of most letters, one of SCRIPTS
        mixed     Boolean   letters of two scripts in one word
        unknown   UInt32    letters that no table knew, and that the key lacks

    Assumes that CELLS OF ONE KIND ARE COMPARED WITH EACH OTHER ONLY, and by one VERSION.
    Problems: analysis.bad_parameter.
    Source: own; docs/explanation/names-and-keys.md.
    """
    if kind not in _KINDS:
        raise Problem(
            "analysis.bad_parameter", parameter="kind", value=kind, expected=", ".join(KINDS)
        )
    raw = pl.Series(values, dtype=pl.String)
    full = raw.set(say_nothing(raw), "").to_list()
    key, root, read = _KINDS[kind](full)
    return pl.DataFrame(
        {
            "raw": raw,
            "key": pl.Series(key, dtype=pl.String),
            "root": pl.Series(root, dtype=pl.String),
            "script": pl.Series(read.scripts, dtype=pl.String),
            "mixed": pl.Series(read.mixed, dtype=pl.Boolean),
            "unknown": pl.Series(read.unknown, dtype=pl.UInt32),
        }
    )
