"""One invented list: second entries and planted faults are as many as the truth says."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest

from paragraph8.voterlist.generate import (
    NO_BLEMISHES,
    NO_ERRORS,
    Blemishes,
    OneList,
    Settings,
    one_list,
)
from paragraph8.voterlist.generate.numbers import check_digit

ADDRESS = ["station", "street", "house", "flat"]
PERFECT = Settings(people=600, electronic_errors=NO_ERRORS, second_errors=NO_ERRORS)


def test_second_entries_are_known():
    made = one_list(Settings(people=20_000), second_entries=0.05)
    assert made.entries.height == made.truth.height
    assert made.truth["person"].n_unique() == 20_000
    assert made.truth.filter("second").height == made.entries.height - 20_000
    assert made.truth["second"].sum() == pytest.approx(1000, abs=150)
    second, first = (
        made.truth.filter(pl.col("second") == is_second) for is_second in (True, False)
    )
    assert second["spelling"].mean() > 5 * first["spelling"].mean()
    assert second["upper_case"].mean() == pytest.approx(0.12, abs=0.05)
    numbers = pl.concat([made.entries, made.truth], how="horizontal").filter("second")["number"]
    assert numbers.is_null().mean() == pytest.approx(0.5, abs=0.08)


@cache
def blemished() -> OneList:
    settings = Settings(people=20_000, electronic_errors=NO_ERRORS)
    return one_list(settings, 0, Blemishes())


def test_blemishes_are_as_many_as_planted():
    made = blemished()
    frame, count = made.entries, dict(made.planted.iter_rows())
    written_date = frame["birth_date"].str.to_date("%d.%m.%Y", strict=False)
    young = written_date > date(1986, 9, 19)
    assert young.sum() == count["under_age"] == 10
    assert (written_date < date(1899, 9, 19)).sum() == count["over_105"] == 6
    impossible = written_date.is_null() & frame["birth_date"].is_not_null()
    assert impossible.sum() == count["impossible_date"] == 20
    for column in ("surname", "given", "birth_date", "sex", "house"):
        assert frame[column].null_count() == count[f"missing_{column}"] > 0
    assert frame["surname"].str.contains("[a-zA-Z]").sum() == count["mixed_scripts"] == 20
    digits = np.array([[int(c) for c in number] for number in frame["number"]])
    wrong = check_digit(digits[:, :11]) != digits[:, 11]
    assert wrong.sum() == count["wrong_check_digit"] == 20
    crowds = frame.group_by(ADDRESS).len().filter(pl.col("len") >= 60)
    assert crowds.height == 3
    assert count["crowded_addresses"] == 180
    step = frame["serial"].cast(pl.Int64).diff()
    assert (step > 1).sum() == count["serial_gaps"] == 5


def test_numbers_of_the_too_young_and_too_old_agree_with_their_dates():
    made = blemished()
    frame = pl.concat([made.entries, made.truth], how="horizontal")
    old = frame.filter(pl.col("blemish").is_in(["under_age", "over_105"]))
    stated = old["number"].str.slice(0, 6)
    assert (stated == old["birth_date"].str.replace(r"(..)\.(..)\...(..)", "$3$2$1")).all()


def test_a_list_without_blemishes_has_none():
    made = one_list(replace(PERFECT, people=300), 0, NO_BLEMISHES)
    assert made.planted["count"].sum() == 0
    assert made.truth["blemish"].null_count() == 300


def test_where_no_letter_is_cyrillic_none_is_mixed():
    settings = replace(PERFECT, cultures={"swahili": 1.0})
    made = one_list(settings, 0, replace(NO_BLEMISHES, mixed_scripts=0.5))
    assert made.planted["count"].sum() == 0
