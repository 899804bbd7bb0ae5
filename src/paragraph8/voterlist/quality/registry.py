"""All tests of list quality, in order: the table of contents that commands, docs and tests read."""

import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

import polars as pl

from paragraph8.tables.list_tests import TITLES
from paragraph8.voterlist.quality import (
    addresses,
    boundary,
    coincidences,
    dates,
    deaths,
    fields_given,
    heaped,
    numbers,
    old_age,
    order,
    population,
    probable,
    repeats,
    stations,
    versions,
)
from paragraph8.voterlist.quality.audit import Audit
from paragraph8.voterlist.quality.list_test import ListTest

RUN: Final[Mapping[str, Callable[[Audit], pl.DataFrame]]] = {
    "L01": repeats.exact,
    "L02": repeats.same_number,
    "L03": coincidences.namesakes,
    "L04": probable.probable,
    "L05": probable.by_household,
    "L06": fields_given.missing,
    "L07": dates.impossible,
    "L08": dates.under_age,
    "L09": old_age.old_age,
    "L10": numbers.contradicting,
    "L11": heaped.heaped,
    "L12": addresses.crowded,
    "L13": addresses.several_stations,
    "L14": stations.sizes,
    "L15": population.pyramid,
    "L16": population.coverage,
    "L17": order.order_of_list,
    "L18": repeats.consecutive,
    "L19": boundary.boundary,
    "L20": numbers.near,
    "L21": fields_given.damaged,
    "L22": versions.versions,
    "L23": deaths.deceased,
}
# Roles without which a test has nothing to look at, "a|b" for either; and tables of `Extras`.
NEEDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "L01": ((), ()),
    "L02": (("number",), ()),
    "L03": (("surname", "given", "birth_date"), ()),
    "L04": ((), ("pairs",)),
    "L05": ((), ("pairs",)),
    "L06": ((), ()),
    "L07": (("birth_date",), ()),
    "L08": (("birth_date",), ()),
    "L09": (("birth_date",), ()),
    "L10": (("number",), ()),
    "L11": (("birth_date",), ()),
    "L12": (("street|address|house",), ()),
    "L13": (("street|address|house", "station"), ()),
    "L14": (("station",), ()),
    "L15": (("birth_date", "sex"), ("population",)),
    "L16": ((), ("population",)),
    "L17": ((), ()),
    "L18": (("number", "surname", "given", "birth_date"), ()),
    "L19": (("surname", "given", "birth_date", "station"), ()),
    "L20": (("number",), ()),
    "L21": (("surname|given|patronymic",), ()),
    "L22": ((), ()),
    "L23": ((), ()),
}


def _words() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("paragraph8.voterlist.quality") / "tests.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _registered() -> tuple[ListTest, ...]:
    return tuple(
        ListTest(
            id=test,
            title=TITLES[test],
            definition=words["definition"],
            denominator=words["denominator"],
            expectation=words["expectation"],
            interval=words["interval"],
            severity=words["severity"],
            innocent=tuple(words["innocent"]),
            cannot_say=tuple(words["cannot_say"]),
            columns=NEEDS[test][0],
            extras=NEEDS[test][1],
            run=RUN[test],
        )
        for test, words in _words().items()
    )


TESTS: Final = _registered()
BY_ID: Final = {test.id: test for test in TESTS}
