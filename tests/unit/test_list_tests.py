"""The words of the tests of a voter list: every measure has some, and they read as words."""

import re
from datetime import date

import polars as pl
import pytest

from paragraph8.tables.list_tests import (
    MEASURES,
    TITLES,
    in_words_of,
    measure_words,
    place_of,
)
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.generate import Settings, one_list
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.limits import limits_of
from paragraph8.voterlist.quality.registry import BY_ID
from paragraph8.voterlist.quality.rows import NOT_RUN
from paragraph8.voterlist.quality.run import list_tests
from paragraph8.voterlist.records import make_records


def bands(counted: str) -> pl.DataFrame:
    rows = [(sex, low, high) for sex in ("male", "female") for low, high in ((18, 49), (50, None))]
    frame = pl.DataFrame(rows, ["sex", "age_low", "age_high"], orient="row")
    return frame.with_columns(
        pl.lit("North").alias("area"),
        pl.lit(100.0).alias(counted),
        pl.lit(1.0).alias("uncertainty"),
    )


def everything() -> pl.DataFrame:
    """Rows of all tests on a list that has every column, beside every table."""
    made = one_list(Settings(people=400, seed=5, stations=3), 0.05).entries
    numbered = made.sort("surname", "given").with_row_index("row", 1)
    entries = numbered.with_columns(
        pl.col("row").cast(pl.Int64), area=pl.lit("North"),
        entered=pl.lit("01.03.2004"), serial=pl.col("row").cast(pl.String),
        station=pl.when(pl.col("row") % 50 == 0).then(pl.lit("other")).otherwise("station"),
    )  # fmt: skip
    engine = open_duck(None)
    for name, rows in (("list", entries), ("earlier", entries[40:]), ("deaths", entries[:9])):
        engine.put(f"{name}_raw", rows)
    records = make_records(engine, dict.fromkeys(("list", "earlier", "deaths"), "dmy"))
    engine.put("spelling", records.spelling)
    ages = [(sex, age, 1000.0 - 9 * age) for sex in ("male", "female") for age in range(111)]
    pairs = pl.DataFrame(
        {"row_a": [1, 3], "row_b": [2, 4], "kind": ["person", "household"],
         "probability": [0.9, 0.5]}
    )  # fmt: skip
    extras = Extras(
        pairs=pairs,
        population=bands("persons"),
        life_table=pl.DataFrame(ages, ["sex", "age", "person_years"], orient="row"),
        official_deaths=bands("deaths"),
    )
    context = Context(
        date(2004, 9, 19), id_kind="iin", legal_max_station=100, dates="dmy", earlier="earlier",
        deaths="deaths", deaths_since=date(2000, 1, 1),
    )  # fmt: skip
    return list_tests(engine, context, extras, limits_of({"oldest_age": 99})).rows


def test_every_measure_has_words_and_all_words_have_a_measure():
    found = everything().filter(pl.col("measure") != NOT_RUN).select("test", "measure").unique()
    assert set(found["test"]) == set(BY_ID) == set(TITLES) == set(MEASURES)
    seen = set()
    for test, measure in sorted(found.rows()):
        words = measure_words(test, measure, "women")
        assert words != measure
        assert "_" not in words
        assert not re.search(r"[#{}]", words), words
        base = re.sub(r"_(unusual_stations|excess)$", "", measure)
        seen.add((test, base if base in MEASURES[test] else re.sub(r"\d+$", "#", base)))
    written = {(test, measure) for test, known in MEASURES.items() for measure in known}
    # Scripts are told of the first of the name columns, which is the surname here.
    unseen = {("L21", "given_script"), ("L21", "patronymic_script")}
    assert written - seen <= unseen, written - seen


@pytest.mark.parametrize(
    ("test", "measure", "group", "words"),
    [
        ("L01", "pairs", "all", "pairs of equal entries"),
        ("L09", "over_105", "all", "entries older than 105 years"),
        ("L06", "missing", "birth_date", "entries without birth date"),
        ("L06", "missing", "given", "entries without given name"),
        ("L22", "added", "18-24:female", "entries added: 18-24:female"),
        ("L08", "entries_unusual_stations", "all",
         "stations that stand out by entries below the voting age"),
        ("L03", "pairs_area_excess", "all", "of these pairs, in one area, beyond chance"),
        ("L03", "rate_per_1000", "all", "such pairs, as a rate"),
        ("L08", "of_another_version", "all", "of_another_version"),
        ("L99", "pairs", "all", "pairs"),
    ],
)  # fmt: skip
def test_words_of_a_measure(test, measure, group, words):
    assert measure_words(test, measure, group) == words


def test_measures_stand_in_the_order_of_their_words():
    named = ["rate_per_1000", "pairs_excess", "surprise", "pairs", "pairs_patronymic"]
    in_order = ["pairs", "pairs_excess", "pairs_patronymic", "rate_per_1000", "surprise"]
    assert sorted(named, key=lambda measure: place_of("L03", measure)) == in_order


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("share", (100, "per cent")),
        ("share of the earlier list", (100, "per cent of the earlier list")),
        ("per 1,000 entries", (1, "per 1,000 entries")),
        ("pairs per 1,000 entries", (1, "per 1,000 entries")),
        ("pairs", (1, "")),
    ],
)
def test_units(unit, shown):
    assert in_words_of(unit) == shown
