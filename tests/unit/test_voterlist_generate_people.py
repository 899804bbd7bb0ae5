"""The people on invented voter lists: families, names, numbers and scripts."""

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from paragraph8.voterlist.generate import CULTURES, NO_ERRORS, Settings, one_list, two_lists
from paragraph8.voterlist.generate.families import LARGEST, families
from paragraph8.voterlist.generate.numbers import check_digit, national_numbers
from paragraph8.voterlist.generate.people import people
from paragraph8.voterlist.generate.scripts import written

PERFECT = Settings(
    people=600, paper_errors=NO_ERRORS, electronic_errors=NO_ERRORS, second_errors=NO_ERRORS,
    lacking=0, second_entries=0,
)  # fmt: skip


@cache
def perfect_list(people: int = 60_000, **changes: object) -> pl.DataFrame:
    return one_list(replace(PERFECT, people=people, **changes), second_entries=0).entries


ADDRESS = ["station", "street", "house", "flat"]


def test_households_have_one_to_six_members_and_2_6_on_average():
    sizes = perfect_list().group_by(ADDRESS).len()["len"]
    assert sizes.mean() == pytest.approx(2.63, abs=0.03)
    assert sizes.min() == 1
    assert sizes.max() == LARGEST


def test_everyone_is_18_and_fathers_are_older_than_their_children():
    settings = Settings(people=30_000)
    made = families(settings, np.random.default_rng(5))
    there = made.role != " "
    day = int(np.datetime64(settings.election_day).astype(int))
    age = (day - made.birth[there]) / 365.2425
    assert age.min() >= 18
    assert age.max() <= 104
    assert 0.1 < (age >= 65).mean() < 0.2
    household, place = np.nonzero(there & (made.father >= 0))
    father = made.father[household, place]
    gap = (made.birth[household, place] - made.birth[household, father]) / 365.2425
    assert np.quantile(gap, 0.01) > 15
    assert (made.sex[household, father] == 1).all()


def test_twins_and_triplets_have_one_birth_date_and_never_one_name():
    made = people(replace(PERFECT, people=200_000, triplets=0.5), np.random.default_rng(3))
    family = pl.DataFrame(
        {
            "household": made.household, "birth": made.birth, "father": made.father,
            "root": made.root, "sex": made.sex, "given": made.given,
        }
    ).filter(pl.col("birth").cast(pl.Date).dt.ordinal_day() > 1)  # fmt: skip
    born_together = family.group_by("household", "birth", "father", "root").agg(
        pl.len(), pl.struct("sex", "given").n_unique().alias("names")
    )
    twins = born_together.filter(pl.col("len") > 1)
    # One in 67 of the brothers and sisters who follow another in one house.
    assert 250 < twins.height < 500
    assert twins["len"].max() >= 3
    assert (twins["names"] == twins["len"]).all()


def test_twins_stay_twins_when_births_are_put_down_as_first_of_january():
    settings = Settings(people=30_000, twins=0.5, first_january=0.5)
    made = families(settings, np.random.default_rng(5))
    household, place = np.nonzero(made.twin)
    # In every template siblings after the head's wife, or after the head, stand side by side.
    same = made.birth[household, place] == made.birth[household, place - 1]
    beside = made.role[household, place] == made.role[household, place - 1]
    assert same[beside].all()
    assert beside.sum() > 1000


def test_no_two_siblings_share_a_given_name():
    frame = perfect_list().filter(pl.col("patronymic").is_not_null())
    frame = frame.with_columns(pl.col("birth_date").str.slice(6).cast(pl.Int64).alias("year"))
    pairs = frame.join(frame, on=[*ADDRESS, "surname", "patronymic", "given", "sex"])
    near = pairs.filter((pl.col("year") - pl.col("year_right")).abs() < 15)
    assert near.height == frame.filter(pl.col("flat").is_not_null()).height


def test_grandsons_carry_their_grandfathers_name():
    def namesakes(share: float) -> int:
        frame = perfect_list(namesakes=share, kin=0.0).filter(pl.col("sex") == "м")
        pairs = frame.join(frame, on=[*ADDRESS, "surname", "given"], nulls_equal=True)
        return pairs.filter(pl.col("birth_date") != pl.col("birth_date_right")).height // 2

    assert namesakes(0.5) > 5 * namesakes(0.0) + 50


def test_brothers_live_at_two_addresses():
    def elsewhere(kin: float) -> int:
        frame = perfect_list(kin=kin).filter(pl.col("sex") == "м")
        keys = ["station", "surname", "patronymic"]
        return frame.group_by(keys).agg(pl.struct("street", "house", "flat").n_unique()).filter(
            pl.col("street") > 1
        ).height  # fmt: skip

    assert elsewhere(0.25) > 1.15 * elsewhere(0.0)


def test_surnames_and_patronymics_agree_with_sex():
    frame = one_list(replace(PERFECT, cultures={"russian": 1.0}), second_entries=0).entries
    women, men = frame.filter(pl.col("sex") == "ж"), frame.filter(pl.col("sex") == "м")
    assert women["patronymic"].drop_nulls().str.ends_with("на").all()
    assert men["patronymic"].drop_nulls().str.ends_with("ич").all()
    assert not men["surname"].str.ends_with("ова").any()
    assert not women["surname"].str.ends_with("ов").any()


def test_names_carry_age():
    frame = perfect_list()
    year = pl.col("birth_date").str.slice(6).cast(pl.Int64)
    mean = (
        frame.group_by("given").agg(year.mean().alias("year"), pl.len()).filter(pl.col("len") > 100)
    )
    assert mean["year"].max() - mean["year"].min() > 30


def test_a_poor_stock_has_more_namesakes_than_a_rich_one():
    def pairs(stock: str) -> int:
        names = perfect_list(stock=stock).group_by("surname", "given").len()["len"].cast(pl.Int64)
        return int((names * (names - 1) // 2).sum())

    rich, ordinary, poor = (pairs(stock) for stock in ("rich", "ordinary", "poor"))
    assert poor > 5 * ordinary > 25 * rich


def test_first_of_january_is_heaped():
    def heaped(share: float) -> float:
        return perfect_list(first_january=share)["birth_date"].str.starts_with("01.01.").mean()

    assert heaped(0.0) == pytest.approx(1 / 365, abs=0.001)
    assert heaped(0.10) == pytest.approx(0.10 + 0.9 / 365, abs=0.006)


# National numbers


@pytest.mark.parametrize(
    ("eleven", "digit"),
    [
        # 8 + 10 + 4 + 6 + 21 = 49 = 4 * 11 + 5
        ("85010130000", 5),
        # 49 + 60 = 109 = 9 * 11 + 10; second weights: 24 + 20 + 6 + 8 + 27 + 6 = 91 = 8 * 11 + 3
        ("85010130060", 3),
    ],
)
def test_check_digits_worked_by_hand(eleven, digit):
    assert check_digit(np.array([[int(c) for c in eleven]])).tolist() == [digit]


def test_numbers_state_birth_and_sex_and_are_never_given_twice():
    birth = np.repeat(np.array(["1899-12-31", "1985-01-01", "2000-02-29"], "datetime64[D]"), 1000)
    sex = np.tile(np.array([1, 2], dtype=np.int8), 1500)
    numbers = national_numbers(birth.astype(np.int32), sex, np.random.default_rng(1))
    assert len(set(numbers.tolist())) == 3000
    assert {n[:7] for n in numbers.tolist()} == {
        "9912311", "9912312", "8501013", "8501014", "0002295", "0002296",
    }  # fmt: skip
    digits = np.array([[int(c) for c in n] for n in numbers.tolist()])
    assert (check_digit(digits[:, :11]) == digits[:, 11]).all()


# Scripts


@pytest.mark.parametrize(
    ("convention", "text", "expected"),
    [
        ("russian_letters", "Әбдіқұлов Өмір", "Абдикулов Омир"),
        ("passport", "Щукина Юлия Жақсыбай", "Shchukina Iuliia Zhaksybai"),
        ("latin_2021", "Жұмағали Шәріп", "Jūmağali Şärip"),
        ("latin_2018", "Үміт Сәуле", "Úmit Sáýle"),
        ("without_yo", "Фёдор", "Федор"),
        ("georgian", "ღვინიაშვილი", "Ghviniashvili"),
        ("turkish_ascii", "Şükrü Çınar İlhan", "Sukru Cinar Ilhan"),
        ("devanagari", "राजेंद्र शर्मा", "Rajendra Sharma"),
        ("as_it_is", "Mwanaisha", "Mwanaisha"),
    ],
)
def test_conventions(convention, text, expected):
    assert written(pl.Series([text]), convention).to_list() == [expected]


@pytest.mark.parametrize("name", CULTURES)
def test_every_culture_can_be_exported_in_latin(name):
    settings = replace(PERFECT, cultures={name: 1.0}, electronic_script="latin")
    lists = two_lists(settings)
    assert set(lists.truth["category"]) == {"matched"}
    cells = lists.electronic.unpivot()["value"].drop_nulls()
    assert cells.str.contains(r"^[ -~]*$").all()
    assert lists.electronic.null_count().sum_horizontal().item() < 1800
    native = lists.paper["surname"].str.contains(r"[^ -~]").mean()
    assert native > 0.9 or name in ("turkish", "swahili")


def test_a_pair_of_cultures_shares_a_country():
    settings = replace(PERFECT, cultures={"georgian": 0.7, "russian": 0.3})
    frame = two_lists(settings).paper
    georgian = frame["surname"].str.contains(r"\p{Georgian}").mean()
    assert georgian == pytest.approx(0.7, abs=0.1)
    assert frame["street"].str.contains(r"\p{Georgian}").all()
