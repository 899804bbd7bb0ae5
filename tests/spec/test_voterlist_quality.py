"""Tests of one voter list, L01 to L23: small lists counted by hand, planted faults, literature."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from math import log, sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.generate import NO_ERRORS, Blemishes, OneList, Settings, one_list
from paragraph8.voterlist.quality.chance import count_range, poisson_interval
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.deaths import died_share
from paragraph8.voterlist.quality.heaping import myers, whipple
from paragraph8.voterlist.quality.limits import limits_of
from paragraph8.voterlist.quality.order import misplaced
from paragraph8.voterlist.quality.registry import BY_ID, TESTS
from paragraph8.voterlist.quality.rows import NOT_RUN
from paragraph8.voterlist.quality.run import list_tests
from paragraph8.voterlist.quality.suppress import suppress
from paragraph8.voterlist.records import make_records

DAY = date(2024, 5, 12)
CONTEXT = Context(DAY)
PERFECT = Settings(people=4000, electronic_errors=NO_ERRORS, second_errors=NO_ERRORS)
ONCE_MORE = replace(PERFECT, second_number=1.0)


def cells(text: str) -> pl.DataFrame:
    """A small list, every cell as text; "-" is an empty cell."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    columns = {
        name: [None if row[at] == "-" else row[at] for row in rows]
        for at, name in enumerate(header)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String))


def results(
    entries: str | pl.DataFrame,
    *tests: str,
    context: Context = CONTEXT,
    extras: Extras | None = None,
    earlier: str | None = None,
    dates: str = "ymd",
    **limits: object,
) -> pl.DataFrame:
    """The results of some tests on a list; rows are numbered from 1."""
    engine = open_duck(None)
    lists = {"list": entries} if earlier is None else {"list": entries, "before": earlier}
    for name, given in lists.items():
        frame = cells(given) if isinstance(given, str) else given
        numbered = frame.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64))
        engine.put(f"{name}_raw", numbered)
    engine.put("spelling", make_records(engine, dict.fromkeys(lists, dates)).spelling)
    chosen = [BY_ID[test] for test in tests] or TESTS
    return list_tests(engine, context, extras, limits_of(limits), chosen).rows


def row(
    found: pl.DataFrame, measure: str, area: str = "all", station: str = "all", group: str = "all"
) -> dict[str, object]:
    """The one row of a measure."""
    rows = found.filter(measure=measure, area=area, station=station, group=group)
    assert rows.height == 1, (measure, rows.height)
    return rows.row(0, named=True)


def number(found: pl.DataFrame, measure: str, **place: str) -> object:
    return row(found, measure, **place)["n"]


def values(found: pl.DataFrame, measure: str, *names: str, **place: str) -> list[object]:
    return [row(found, measure, **place)[name] for name in names]


def from_dates(dates: Sequence[str]) -> pl.DataFrame:
    """A list with nothing but a name of its own and a birth date for each entry."""
    names = [f"Berg{chr(97 + at % 26)}{chr(97 + at // 26 % 26)}" for at in range(len(dates))]
    return pl.DataFrame({"surname": names, "given": names, "birth_date": list(dates)})


# Planted faults, counted exactly.


@cache
def blemished() -> tuple[OneList, pl.DataFrame]:
    settings = replace(PERFECT, people=20_000)
    made = one_list(settings, 0, Blemishes())
    context = Context(settings.election_day, id_kind="iin")
    return made, results(made.entries, context=context, dates="dmy")


@pytest.mark.parametrize(
    ("test", "measure", "group", "kind"),
    [
        ("L06", "missing", "surname", "missing_surname"),
        ("L06", "missing", "given", "missing_given"),
        ("L06", "missing", "birth_date", "missing_birth_date"),
        ("L06", "missing", "sex", "missing_sex"),
        ("L06", "missing", "house", "missing_house"),
        ("L07", "no_such_date", "all", "impossible_date"),
        ("L08", "entries", "all", "under_age"),
        ("L09", "over_105", "all", "over_105"),
        ("L10", "bad_check_digit", "all", "wrong_check_digit"),
        ("L17", "serial_gaps", "all", "serial_gaps"),
        ("L21", "mixed_script", "all", "mixed_scripts"),
    ],
)
def test_planted_faults_are_found_to_the_last(test, measure, group, kind):
    made, found = blemished()
    planted = dict(made.planted.iter_rows())[kind]
    assert planted > 0
    assert number(found.filter(test=test), measure, group=group) == planted


def test_what_was_not_planted_is_not_found():
    _, found = blemished()
    nothing = {
        "L01": ["pairs"], "L02": ["pairs"], "L07": ["unreadable", "year_only"],
        "L10": ["bad_form", "other_birth_date", "other_sex"], "L13": ["homes", "buildings"],
        "L17": ["repeated_serials", "number_runs"], "L19": ["pairs_same_building"],
        "L21": ["unknown_signs"],
    }  # fmt: skip
    for test, measures in nothing.items():
        for measure in measures:
            assert number(found.filter(test=test), measure) == 0, (test, measure)


def test_crowded_addresses_are_counted_as_a_plain_count_has_it():
    made, found = blemished()
    address = ["area", "locality", "street", "house", "flat"]
    sizes = made.entries.drop_nulls("house").group_by(address).len("size")["size"]
    crowded = sizes.filter(sizes > 10)
    planted = dict(made.planted.iter_rows())["crowded_addresses"]
    found = found.filter(test="L12")
    assert len(crowded) == number(found, "crowded_addresses") == 3
    assert int(crowded.sum()) == number(found, "crowded_entries") >= planted
    assert row(found, "largest")["value"] == sizes.max()
    assert row(found, "p50")["value"] == sizes.sort()[-(-len(sizes) // 2) - 1]


@cache
def entered_again() -> tuple[int, pl.DataFrame]:
    made = one_list(ONCE_MORE, 0.02)
    found = results(made.entries, "L01", "L02", "L03", dates="dmy")
    return int(made.truth["second"].sum()), found


def test_second_entries_are_all_found_where_they_equal_the_first():
    seconds, found = entered_again()
    assert seconds > 50
    assert number(found.filter(test="L01"), "surplus") == seconds
    assert number(found.filter(test="L02"), "surplus") == seconds
    assert number(found.filter(test="L02"), "pairs_other_name") == 0
    low, high = values(found.filter(test="L03"), "pairs_excess", "low", "high")
    assert low <= seconds <= high


def test_a_clean_list_shows_nothing_beyond_chance():
    found = results(one_list(PERFECT, 0.0).entries, "L01", "L02", "L03", "L18", dates="dmy")
    for test in ("L01", "L02", "L18"):
        assert number(found.filter(test=test), "pairs") == 0
    n, low, high = values(found.filter(test="L03"), "pairs", "n", "expected_low", "expected_high")
    assert low <= n <= high


# Each test by hand.

EQUAL = """
number surname  given birth_date serial
11     Akhmetov Ana   1980-01-02 1
11     Akhmetov Ana   1980-01-02 2
11     Akhmetov Ana   1980-01-02 3
11     AKHMETOV Ana   1980-01-02 4
12     Berg     Ivo   1975-05-05 5
13     Orel     Mia   1966-06-06 6
"""


def test_l01_equal_cells_but_for_the_place_on_the_list():
    found = results(EQUAL, "L01")
    assert values(found, "pairs", "n", "expected") == [3, 0.0]
    surplus = row(found, "surplus")
    assert (surplus["n"], surplus["denominator"]) == (2, 6)
    # Two events: exact interval 0.2422 to 7.2247 (Garwood 1936).
    assert surplus["low"] == pytest.approx(1000 / 6 * 0.2422, abs=0.02)
    assert surplus["high"] == pytest.approx(1000 / 6 * 7.2247, abs=0.02)
    assert values(found, "entries", "n", "value") == [3, pytest.approx(500)]


def test_l01_says_that_namesakes_are_equal_where_there_is_no_address():
    found = results(cells(EQUAL).drop("number"), "L01")
    assert row(found, "pairs")["expected"] is None
    assert "namesakes" in str(row(found, "pairs")["note"])


def test_l01_needs_no_names():
    found = results("street house\nAbai 1\nAbai 1\nAbai 2", "L01")
    assert number(found, "pairs") == 1


def test_l02_equal_numbers_and_those_beside_other_names():
    found = results(
        """
        number surname given
        11     Berg    Ana
        11     Berg    Ivo
        11     Orel    Mia
        11     -       Mia
        12     Berg    Ana
        -      Berg    Ana
        -      Berg    Ana
        """,
        "L02",
    )
    assert values(found, "pairs", "n", "expected") == [6, 0.0]
    assert values(found, "surplus", "n", "denominator") == [3, 5]
    # Of the three pairs with all names Berg and Berg have one in common.
    assert values(found, "pairs_other_name", "n", "denominator") == [2, 3]


def test_l03_three_namesakes_of_one_year_by_hand():
    found = results(
        """
        surname given birth_date
        Berg    Ana   1980-03-02
        Berg    Ana   1980-03-02
        Berg    Ana   1980-07-04
        """,
        "L03",
    )
    # No pair of different surnames: the even calendar, 1 / 365.25. Births on 1 January are drawn
    # towards (0 + 1) / (3 + 365.25) of the list, for year, given name and name in turn.
    year = 5 / (3 + 5 * 368.25)
    given = 5 / (3 * year + 5)
    first = year * (0 + 5 * given) / (3 * year + 5)
    same = first**2 + (1 - first) ** 2 / 365.25
    assert values(found, "pairs", "n", "denominator") == [1, 3]
    assert row(found, "pairs")["expected"] == pytest.approx(3 * same, rel=1e-9)
    assert row(found, "pairs_excess")["value"] == pytest.approx(1 - 3 * same, rel=1e-9)
    assert row(found, "rate_per_1000")["value"] == pytest.approx(1000 / 3)


def test_l03_an_even_chance_takes_about_as_many_people_as_the_literature_says():
    # An even calendar of 60 years: 1/2 + sqrt(1/4 + 2 ln 2 * 60 * 365.25) = 174.8 people. Of the
    # ages of American voters McDonald and Levitt (2008) say about 180.
    rng = np.random.default_rng(8)
    days = np.datetime64("1940-01-01") + rng.integers(0, 21_915, 20_000)
    found = results(from_dates(days.astype(str).tolist()), "L03")
    even = 0.5 + sqrt(0.25 + 2 * log(2) * 21_915)
    assert even == pytest.approx(174.8, abs=0.1)
    assert row(found, "people_for_even_chance")["value"] == pytest.approx(even, rel=0.01)


PAIRED = """
surname given birth_date station
Berg    Ana   1980-01-02 1
Berg    Anna  1980-01-02 1
Berg    Ana   1980-02-01 2
Orel    Ivo   1966-06-06 2
Orel    Jan   1966-06-06 2
"""
PAIRS = pl.DataFrame(
    {"row_a": [1, 1, 4], "row_b": [2, 3, 5], "kind": ["person", "person", "household"]}
)


def test_l04_and_l05_pairs_and_families_apart():
    found = results(PAIRED, "L04", "L05", extras=Extras(pairs=PAIRS))
    likely, family = found.filter(test="L04"), found.filter(test="L05")
    assert values(likely, "pairs", "n", "denominator", "expected") == [2, 5, None]
    assert row(likely, "rate_per_1000")["value"] == pytest.approx(400)
    assert number(likely, "pairs_same_station") == 1
    assert values(likely, "surplus", "n", "value") == [2, pytest.approx(400)]
    assert number(likely, "entries") == 3
    assert number(likely, "entries", station="2") == 1
    assert values(family, "pairs", "n", "denominator") == [1, 3]
    assert row(family, "share_of_pairs")["value"] == pytest.approx(1 / 3)
    assert number(family, "entries") == 2


def test_l04_and_l05_without_pairs_and_without_kinds():
    none = results(PAIRED, "L04", "L05", extras=Extras(pairs=PAIRS.clear()))
    assert number(none.filter(test="L04"), "pairs") == 0
    assert row(none.filter(test="L05"), "share_of_pairs")["value"] is None
    unkind = results(PAIRED, "L05", extras=Extras(pairs=PAIRS.drop("kind")))
    assert unkind["measure"].to_list() == [NOT_RUN]


def test_l06_what_says_nothing_is_missing():
    found = results(
        """
        surname given birth_date sex phone
        Berg    Ana   1980-01-02 F   -
        нет     Ivo   нет        M   ---
        -       Mia   31.02.1950 -   77011234567
        """,
        "L06",
    )
    missing = {name: number(found, "missing", group=name) for name in cells("phone\n-").columns}
    missing |= {n: number(found, "missing", group=n) for n in ("surname", "birth_date", "sex")}
    # 31 February is given, and impossible: L07.
    assert missing == {"phone": 2, "surname": 2, "birth_date": 1, "sex": 1}
    assert values(found, "unusable", "n", "denominator") == [2, 3]


def test_l07_no_such_day_no_date_a_year_only_and_too_late():
    dates = ["1980-01-02", "1980-02-31", "80-01-02", "1980", "2024-05-13", "нет", "0000-00-00"]
    found = results(from_dates(dates), "L07")
    counts = {m: values(found, m, "n", "denominator") for m in found["measure"].unique()}
    assert counts == {
        "no_such_date": [1, 5],
        "unreadable": [1, 5],
        "year_only": [1, 5],
        "after_election_day": [1, 5],
    }


def test_l08_comes_of_age_on_the_day_and_on_1_march():
    dates = ["2006-05-12", "2006-05-13", "1980-01-01", "2024-05-13"]
    assert values(results(from_dates(dates), "L08"), "entries", "n", "denominator") == [1, 3]
    leap = from_dates(["2008-02-29"])
    for day, young in ((date(2026, 2, 28), 1), (date(2026, 3, 1), 0)):
        assert number(results(leap, "L08", context=Context(day)), "entries") == young


def test_l09_the_tail_beside_a_life_table():
    ages = [80] * 50 + [85] * 50 + [100] * 8 + [106]
    entries = from_dates([f"{2024 - age}-01-02" for age in ages]).with_columns(sex=pl.lit("M"))
    entries = pl.concat([entries, entries.with_columns(sex=pl.lit("F"))])
    # 1,000 person-years from 80 to 89, and 50 from 100 on: of 100 entries, 5.
    life = pl.DataFrame(
        {"age": [*range(80, 90), *range(90, 101)], "person_years": [100.0] * 10 + [5.0] * 10 + [50]}
    )
    table = pl.concat([life.with_columns(sex=pl.lit(sex)) for sex in ("male", "female")])
    found = results(entries, "L09", extras=Extras(life_table=table))
    assert values(found, "over_105", "n", "denominator") == [2, 218]
    assert number(found, "from_100") == 18
    assert values(found, "tail", "n", "expected", group="male") == [9, pytest.approx(5)]
    assert values(found, "tail", "n", "expected") == [18, pytest.approx(10)]
    low, high = values(found, "tail", "expected_low", "expected_high")
    assert (low, high) == count_range(10, 10 * 1.05, 0.95)
    bare = results(entries, "L09")
    assert row(bare, "tail")["expected"] is None


def test_l10_numbers_against_themselves_and_their_entry():
    # 800102 3 0000 and its check digit by the weights 1 to 11:
    # 8+0+0+4+0+12+21+0+0+0+0 = 45, 45 mod 11 = 1.
    found = results(
        """
        number       birth_date sex
        800102300001 1980-01-02 M
        800102300002 1980-01-02 M
        800102300001 1980-02-01 F
        80010230000  1980-01-02 M
        -            1980-01-02 M
        """,
        "L10",
        context=replace(CONTEXT, id_kind="iin"),
    )
    counts = {m: values(found, m, "n", "denominator") for m in found["measure"].unique()}
    assert counts == {
        "bad_form": [1, 4],
        "bad_check_digit": [1, 3],
        "other_birth_date": [1, 3],
        "other_sex": [1, 3],
    }


def test_l10_bulgarian_numbers():
    # GRAO's own example 752316 926 3: month 23 is March of 1875, the third sign before the last
    # is even for men; 7*2+5*4+2*8+3*5+1*10+6*9+9*7+2*3+6*6 = 234, 234 mod 11 = 3.
    found = results(
        "number birth_date sex\n7523169263 1875-03-16 M\n7523169264 1875-03-16 F",
        "L10",
        context=replace(CONTEXT, id_kind="egn"),
    )
    assert number(found, "bad_check_digit") == 1
    assert number(found, "other_birth_date") == 0
    assert number(found, "other_sex") == 1


def test_l11_a_heap_on_1_january():
    dates = [f"{1950 + at}-01-01" for at in range(40)] + [f"{1950 + at}-05-07" for at in range(60)]
    first = row(results(from_dates(dates), "L11"), "first_january")
    assert (first["n"], first["denominator"], first["value"]) == (40, 100, 0.4)
    # Wilson's interval for 40 of 100, and one day of 365.25.
    assert (first["low"], first["high"]) == (
        pytest.approx(0.3094, abs=1e-4), pytest.approx(0.4980, abs=1e-4),
    )  # fmt: skip
    assert first["expected"] == pytest.approx(1 / 365.25)
    assert first["expected_high"] < first["value"]


def test_l11_indices_of_heaping_at_their_ends():
    ten = np.arange(10)
    even, round_only = np.full(80, 7), np.tile(np.where(ten % 5 == 0, 9, 0), 8)
    assert (whipple(even, 1940), whipple(round_only, 1940)) == (100, 500)
    assert whipple(np.tile(np.where(ten % 5 == 0, 0, 9), 8), 1940) == 0
    assert myers(even, 1940) == pytest.approx(0)
    # Myers (1940): nought where no digit is preferred, 90 where all choose one.
    assert myers(np.tile(np.where(ten == 0, 9, 0), 8), 1940) == pytest.approx(90)
    assert whipple(np.zeros(10, int), 0) is None
    assert myers(np.zeros(20, int), 0) is None
    with pytest.raises(Problem, match="whole tens"):
        whipple(np.ones(7, int), 0)


def test_l11_years_that_end_in_0():
    dates = [f"{year}-05-07" for year in (1960, 1970, 1980) for _ in range(20)]
    found = results(from_dates(dates), "L11")
    assert row(found, "whipple_birth_year")["value"] == 500
    assert row(found, "myers_birth_year")["value"] == pytest.approx(90)


def test_l12_entries_and_surnames_of_an_address():
    names = ["Berg", "Orel", "Lind", "Novak", "Chan"]
    many = [("Abai", "1", "2", names[at % 5]) for at in range(11)]
    few = [("Abai", "3", None, "Berg"), ("Abai", "3", None, "Berg"), ("Abai", None, None, "Berg")]
    columns = ["street", "house", "flat", "surname"]
    entries = pl.DataFrame([*many, *few], columns, orient="row")
    found = results(entries, "L12")
    assert values(found, "crowded_addresses", "n", "denominator") == [1, 2]
    assert number(found, "many_surnames") == 1
    assert values(found, "crowded_entries", "n", "denominator") == [11, 13]
    assert row(found, "p50")["value"] == 2
    assert row(found, "largest")["value"] == 11
    assert number(found, "crowded_addresses", group="without flat") == 0


def test_l13_a_building_at_two_stations():
    found = results(
        """
        street house flat station
        Abai   1     1    5
        Abai   1     2    5
        Abai   1     2    6
        Abai   2     1    6
        Abai   2     1    6
        Abai   3     1    6
        """,
        "L13",
    )
    assert values(found, "buildings", "n", "denominator") == [1, 2]
    assert values(found, "homes", "n", "denominator") == [1, 2]
    assert values(found, "entries_away", "n", "denominator", "expected") == [1, 6, 0]
    assert number(found, "entries_away", station="6") == 1


def test_l14_a_station_far_from_the_others_and_above_the_limit():
    sizes = [1, 2, 3, 4, 5, 20]
    stations = [str(at) for at, size in enumerate(sizes) for _ in range(size)]
    entries = pl.DataFrame({"station": stations})
    found = results(entries, "L14", context=replace(CONTEXT, legal_max_station=10))
    # Median 3.5; the distances from it have the median 1.5; 0.6745 * 16.5 / 1.5 = 7.4.
    assert row(found, "median")["value"] == 3.5
    assert values(found, "far_from_median", "n", "denominator") == [1, 6]
    assert values(found, "above_legal_limit", "n", "denominator") == [1, 6]
    big = row(found, "entries", station="5")
    assert (big["n"], big["note"]) == (
        20, "Above the legal limit. Far from the median of the stations.",
    )  # fmt: skip
    assert row(results(entries, "L14"), "above_legal_limit")["n"] is None


def people(*rows: tuple[str, str, float, float]) -> pl.DataFrame:
    """Area, sex, persons and uncertainty of people of 18 and older."""
    frame = pl.DataFrame(rows, ["area", "sex", "persons", "uncertainty"], orient="row")
    return frame.with_columns(age_low=18, age_high=pl.lit(None, pl.Int64))


def of_area(*counts: tuple[str, str, int]) -> pl.DataFrame:
    rows = [(area, sex, "1980-01-02") for area, sex, n in counts for _ in range(n)]
    return pl.DataFrame(rows, ["area", "sex", "birth_date"], orient="row")


def test_l15_shares_of_the_list_beside_shares_of_the_people():
    known = people(("North", "male", 200, 0), ("North", "female", 200, 0))
    entries = of_area(("North", "M", 30), ("North", "F", 10))
    found = results(entries, "L15", extras=Extras(population=known))
    men = row(found, "share_ratio", group="18+:male")
    assert (men["n"], men["denominator"], men["value"]) == (30, 20, pytest.approx(1.5))
    # Thirty events: exact interval 20.241 to 42.827 (Garwood 1936).
    assert men["low"] == pytest.approx(20.241 / 20, abs=1e-4)
    assert men["high"] == pytest.approx(42.827 / 20, abs=1e-4)
    # 0.75 beside 0.5, and 0.25 beside 0.5.
    assert row(found, "distance")["value"] == pytest.approx(0.25)


def test_l15_an_uncertain_population_widens_the_interval():
    entries = of_area(("North", "M", 30), ("North", "F", 10))
    low = []
    for error in (0, 40):
        known = people(("North", "male", 200, error), ("North", "female", 200, error))
        found = results(entries, "L15", extras=Extras(population=known))
        low.append(row(found, "share_ratio", group="18+:male")["low"])
    # log(30 / 20.241) and 1.96 * 40 / 200, as the sides of a right angle.
    assert low[0] == pytest.approx(1.0120, abs=1e-4)
    assert low[1] == pytest.approx(1.5 * np.exp(-np.hypot(log(30 / 20.241), 0.391993)), abs=1e-4)


def test_l15_areas_standardised_by_age_and_sex():
    known = people(
        ("North", "male", 100, 0), ("North", "female", 300, 0), ("South", "male", 300, 0),
        ("South", "female", 100, 0),
    )  # fmt: skip
    entries = of_area(
        ("North", "M", 10), ("North", "F", 60), ("South", "M", 30), ("South", "F", 20)
    )
    found = results(entries, "L15", extras=Extras(population=known))
    # Men 40 / 400, women 80 / 400: North should have 10 + 60, South 30 + 20.
    for area in ("North", "South"):
        assert row(found, "standardised_ratio", area=area)["value"] == pytest.approx(1)


def test_l16_entries_per_person_with_the_uncertainty_of_the_population():
    known = people(("North", "male", 100, 5), ("South", "male", 100, 1), ("West", "male", 100, 1))
    entries = of_area(("North", "M", 80), ("South", "M", 80), ("East", "M", 7))
    found = results(entries, "L16", extras=Extras(population=known))
    north = row(found, "ratio", area="North")
    assert (north["value"], north["low"], north["high"]) == (
        0.8, pytest.approx(80 / 109.7998, abs=1e-4), pytest.approx(80 / 90.2002, abs=1e-4),
    )  # fmt: skip
    assert north["note"] is None  # 0.73 to 0.89 reaches over 0.85
    assert "outside" in str(row(found, "ratio", area="South")["note"])  # 0.78 to 0.82
    assert row(found, "ratio", area="West")["value"] == 0
    assert "no such area" in str(row(found, "ratio", area="East")["note"])
    assert values(found, "areas_outside", "n", "denominator") == [2, 3]
    assert values(found, "ratio", "n", "denominator") == [160, 300]


def test_l16_azerbaijan_2014_with_a_national_table():
    # 5.0 million listed, 6.8 million adults; here a thousandth of both.
    known = people(("all", "male", 3300, 0), ("all", "female", 3500, 0))
    entries = of_area(("Baku", "M", 2000), ("Ganja", "F", 3000))
    found = results(entries, "L15", "L16", extras=Extras(population=known))
    ratio = row(found.filter(test="L16"), "ratio")
    assert ratio["value"] == pytest.approx(5.0 / 6.8)
    assert row(found, "distance")["value"] == pytest.approx(3300 / 6800 - 2000 / 5000)


def test_l16_refuses_all_areas_beside_single_ones():
    known = people(("all", "male", 100, 0), ("North", "male", 100, 0))
    with pytest.raises(Problem, match="all areas beside single ones"):
        results(of_area(("North", "M", 1)), "L16", extras=Extras(population=known))


def in_order(names: str, **columns: Sequence[str]) -> pl.DataFrame:
    surnames = [letter.upper() + "berg" for letter in names]
    return pl.DataFrame({"surname": surnames, "station": ["1"] * len(names), **columns})


def test_l17_one_misplaced_entry_is_no_block():
    found = results(in_order("abcdefgzhijklmnopqrstuvw"), "L17")
    assert "surname" in str(row(found, "order")["note"])
    # 22 of 23 neighbours rise; the Z alone is out of place.
    assert values(found, "order", "n", "denominator") == [22, 23]
    assert values(found, "sort_breaks", "n", "denominator") == [1, 23]
    assert values(found, "misplaced", "n", "denominator") == [1, 24]
    assert number(found, "blocks") == 0


def test_l17_a_block_put_at_the_end():
    found = results(in_order("abcdefghijklmnopqrstuvwxyz" + "abcdefghijkl"), "L17")
    assert number(found, "misplaced") == 12
    assert values(found, "blocks", "n", "expected") == [1, 0.0]
    assert values(found, "block_entries", "n", "denominator") == [12, 38]


def test_l17_no_order_in_a_shuffled_list():
    names = "".join(np.random.default_rng(8).permutation(list("abcdefghijklmnopqrstuvwxyz" * 4)))
    found = results(in_order(names), "L17")
    assert values(found, "order", "n", "value") == [None, None]
    assert "blocks" not in found["measure"].to_list()


def test_l17_serial_numbers_left_out_and_repeated():
    serial = ["1", "2", "3", "7", "8", "8", "9", "10", "11", "12", "13", "14"]
    found = results(in_order("abcdefghijkl", serial=serial), "L17")
    assert values(found, "missing_serials", "n", "denominator") == [3, 14]
    assert number(found, "serial_gaps") == 1
    assert row(found, "longest_gap")["value"] == 3
    assert values(found, "repeated_serials", "n", "denominator") == [1, 12]


def test_l17_numbers_of_persons_are_no_serial_numbers():
    """The longest gap between them would print a part of somebody's number."""
    serial = [f"61031440{n:04}" for n in (12, 977, 3041, 5530, 5531, 9020)]
    serial[-1] = "990101300077"
    found = results(in_order("abcdef", serial=serial), "L17")
    rows = found.filter(pl.col("measure").str.contains("serial|gap"))
    assert rows.select("measure", "value").rows() == [("missing_serials", None)]
    assert "none of serial numbers" in rows["note"][0]


def test_l17_entries_of_one_day_together():
    entered = ["2024-01-01"] * 30 + ["2024-05-01"] * 10 + ["2024-01-01"] * 10
    found = results(in_order("a" * 50, entered=entered), "L17")
    # ((50 - 10) (1 - 0.2) + 1) 0.2^10 runs of one late day by chance.
    assert values(found, "entered_runs", "n", "expected") == [1, pytest.approx(33 * 0.2**10)]
    assert number(found, "entered_run_entries") == 10


def test_l17_consecutive_numbers_in_a_list_of_names():
    numbers = [str(5000 + at) for at in range(10)] + ["17", "4", "91", "23", "8", "66"]
    found = results(in_order("abcdefghijklmnop", number=numbers), "L17")
    assert number(found, "number_runs") == 1
    assert number(found, "number_run_entries") == 10


@pytest.mark.parametrize(
    ("keys", "out"),
    [([], 0), ([5], 0), ([1, 1, 1], 0), ([3, 2, 1], 2), ([1, 9, 2, 3], 1), ([2, 3, 1, 4], 1)],
)
def test_the_fewest_keys_are_taken_out(keys, out):
    assert misplaced(pl.Series(keys, dtype=pl.Int64)).sum() == out


def test_l18_namesakes_whose_numbers_follow_each_other():
    found = results(
        """
        number surname given birth_date
        1001   Berg    Ana   1980-01-02
        1002   Berg    Ana   1980-01-02
        1009   Berg    Ana   1980-01-02
        1003   Orel    Mia   1966-06-06
        """,
        "L18",
    )
    pairs = row(found, "pairs")
    assert (pairs["n"], pairs["denominator"]) == (1, 4)
    # Three namesakes of one year, all on one day; two of the nine numbers follow a given one.
    expected = results("surname given birth_date\n" + "Berg Ana 1980-01-02\n" * 3, "L03")
    assert 0 < pairs["expected"] < row(expected, "pairs")["expected"]


def test_l19_one_person_at_two_stations_of_one_street():
    entries = """
        surname given birth_date area street house station
        Berg    Ana   1980-01-02 A    Abai   1     1
        Berg    Ana   1980-01-02 A    Abai   1     2
        Orel    Mia   1966-06-06 A    Abai   3     1
        Orel    Mia   1966-06-06 A    Abai   4     2
        Lind    Ivo   1955-05-05 A    Tole   1     2
        Lind    Ivo   1955-05-05 A    Kent   9     3
        """
    found = results(entries, "L19")
    assert number(found, "pairs") == 2
    assert values(found, "pairs_same_building", "n", "expected") == [1, 0.0]
    assert number(found, "station_pairs") == 0
    assert number(results(entries, "L19", boundary_entries=2), "station_pairs") == 1
    other = pl.DataFrame(
        [("A", "2", "A", "3")], ["area", "station", "other_area", "other_station"], orient="row"
    )
    assert number(results(entries, "L19", extras=Extras(neighbours=other)), "pairs") == 1


def test_l20_numbers_one_digit_or_one_swap_apart():
    found = results(
        """
        number surname given
        12345  Berg    Ana
        12346  Orel    Mia
        54321  Lind    Ivo
        54312  Novak   Jan
        99991  Chan    Eva
        99981  Chan    Eva
        70707  Kim     Leo
        """,
        "L20",
    )
    assert values(found, "pairs_other_name", "n", "denominator") == [1, 7]
    assert number(found, "swapped_other_name") == 1
    assert number(found, "pairs_same_name") == 1
    # One of the 21 pairs of entries has one name: 2 near pairs times 1 / 21.
    assert row(found, "pairs_same_name")["expected"] == pytest.approx(2 / 21)


def test_l21_scripts_and_signs():
    found = results(
        # The second has a Latin p, the fourth a nought.
        "surname given\nБерг Анна\nБеpг Анна\nBerg Anna\nБерг Анн0\n- -",
        "L21",
    )
    assert values(found, "mixed_script", "n", "denominator") == [1, 4]
    assert number(found, "unknown_signs") == 1
    assert number(found, "damaged") == 2
    scripts = found.filter(measure="surname_script")
    assert scripts["n"].sum() == 4


NOW = """
number surname given birth_date station entered
11     Berg    Ana   1980-01-02 1       2024-01-01
12     Orel    Mia   1966-06-06 2       2024-01-01
13     Lind    Eva   1955-05-05 1       2024-01-01
14     Novak   Jan   1944-04-04 2       2024-04-30
"""
BEFORE = """
number surname given birth_date station
11     Berg    Ana   1980-01-02 1
12     Orel    Mia   1966-06-06 1
13     Lindh   Eva   1955-05-05 1
15     Chan    Leo   1933-03-03 1
16     Kim     Ida   1922-02-02 2
"""


def test_l22_added_removed_changed_and_moved():
    context = replace(CONTEXT, earlier="before")
    found = results(NOW, "L22", context=context, earlier=BEFORE)
    assert values(found, "added", "n", "denominator") == [1, 4]
    assert values(found, "changed", "n", "denominator") == [1, 4]
    assert values(found, "moved", "n", "denominator") == [1, 4]
    assert values(found, "removed", "n", "denominator") == [2, 5]
    assert row(found, "growth")["value"] == pytest.approx(-0.2)
    assert number(found, "added_by_week", group="2024-W18") == 1
    assert number(found, "added_by_week") == 1
    pairs = pl.DataFrame({"row": [1, 2], "earlier_row": [1, 2]})
    found = results(NOW, "L22", context=context, earlier=BEFORE, extras=Extras(earlier_pairs=pairs))
    assert [number(found, m) for m in ("added", "removed", "changed")] == [2, 3, 0]


def test_l22_equal_lists_have_no_changes():
    found = results(NOW, "L22", context=replace(CONTEXT, earlier="before"), earlier=NOW)
    assert [number(found, m) for m in ("added", "removed", "changed", "moved")] == [0, 0, 0, 0]


def test_l23_identified_and_estimated_stand_apart():
    entries = from_dates([f"{2024 - 70}-01-02"] * 100).with_columns(sex=pl.lit("M"))
    deaths = pl.DataFrame({"row": [1, 1, 2], "death_row": [5, 6, 7]})
    # One in ten of those of 69 is not alive at 70.
    life = pl.DataFrame(
        {"sex": ["male"] * 4, "age": [68, 69, 70, 71], "person_years": [100.0, 100, 90, 80]}
    )
    official = pl.DataFrame(
        {"area": ["North"], "sex": ["male"], "age_low": [18], "age_high": [None], "deaths": [12.0],
         "uncertainty": [3.0]}
    )  # fmt: skip
    found = results(
        entries, "L23",
        context=replace(CONTEXT, deaths_since=date(2023, 5, 13)),
        extras=Extras(death_pairs=deaths, life_table=life, official_deaths=official),
    )  # fmt: skip
    # A person with two deaths is one entry.
    assert values(found, "identified", "n", "denominator") == [2, 100]
    year = 365 / 365.25
    then = np.interp(70 - year, [69, 70], [100, 90])
    assert row(found, "estimated_life_table")["value"] == pytest.approx(100 * (1 - 90 / then))
    value, low, high = values(found, "estimated_official", "value", "low", "high")
    half = 1.959964 * sqrt(12 + 9)
    assert (value, low, high) == (12, pytest.approx(12 - half), pytest.approx(12 + half))
    assert "never added" in str(row(found, "estimated_official")["note"])


def test_l23_nobody_dies_in_no_time():
    life = pl.DataFrame({"age": [60, 61, 62], "person_years": [10.0, 8, 6]})
    assert died_share(np.array([61]), life, 0.0).tolist() == [0.0]


# Degenerate lists.

ONE = """
number surname given birth_date sex area station street house serial
1      Berg    Ana   1980-01-02 F   A    1       Abai   1     1
"""


def finite(found: pl.DataFrame) -> bool:
    numbers = found.select(pl.selectors.float())
    return bool(numbers.select(pl.all().fill_null(0).is_finite().all()).row(0) == (True,) * 6)


def test_one_entry_and_none():
    known = people(("A", "female", 0, 0), ("A", "male", 1, 0))
    pairs = PAIRS.clear()
    for entries in (cells(ONE), cells(ONE).clear()):
        found = results(entries, extras=Extras(population=known, pairs=pairs))
        assert finite(found)
        assert found["test"].unique().sort().to_list() == [test.id for test in TESTS]
        assert found["unit"].null_count() == 0
        assert (found["n"].fill_null(0) >= 0).all()
    assert found["measure"].unique().to_list() == [NOT_RUN]


def test_columns_without_a_value():
    empty = cells(ONE).with_columns(
        pl.lit(None, pl.String).alias(name) for name in cells(ONE).columns if name != "given"
    )
    found = results(pl.concat([empty] * 3))
    assert finite(found)
    assert number(found.filter(test="L06"), "missing", group="birth_date") == 3
    assert number(found.filter(test="L02"), "pairs") == 0
    assert number(found.filter(test="L03"), "pairs") == 0


def test_one_name_for_all_is_what_chance_expects():
    rng = np.random.default_rng(80)
    days = (np.datetime64("1950-01-01") + rng.integers(0, 18_262, 1500)).astype(str)
    entries = from_dates(days.tolist()).with_columns(surname=pl.lit("Kim"), given=pl.lit("Min"))
    found = results(entries, "L01", "L03")
    pairs = row(found.filter(test="L03"), "pairs")
    # 1,500 * 1,499 / 2 pairs and 18,262 days: about 62.
    assert pairs["expected"] == pytest.approx(61.6, rel=0.15)
    assert pairs["expected_low"] <= pairs["n"] <= pairs["expected_high"]
    assert number(found.filter(test="L01"), "pairs") == pairs["n"]


def test_a_test_without_its_column_says_so():
    found = results("given\nAna")
    silent = found.filter(measure=NOT_RUN)
    assert {"L02", "L03", "L07", "L14", "L16", "L22", "L23"} <= set(silent["test"])
    assert silent["note"].str.starts_with("Not run: ").all()


# Chance, and what is published.


def test_ranges_of_counts():
    low, high = poisson_interval([0, 10], 0.95)
    # Garwood (1936): 0 to 3.689, and 4.795 to 18.390.
    assert low.tolist() == pytest.approx([0, 4.795], abs=1e-3)
    assert high.tolist() == pytest.approx([3.689, 18.390], abs=1e-3)
    assert count_range(0, 0, 0.95) == (0, 0)
    assert count_range(10, 10, 0.95) == (4, 17)
    wider = count_range(10, 30, 0.95)
    assert wider[0] < 4
    assert wider[1] > 17


CELLS = """
measure area  station group n  denominator
entries all   all     all   60 900
entries North all     all   50 500
entries South all     all   4  300
entries West  all     all   6  100
missing all   all     a     30 30
script  all   all     latin 3  60
script  all   all     greek 20 60
script  all   all     arab  37 60
"""


def test_small_cells_are_hidden_with_what_gives_them_away():
    texts = cells(CELLS)
    frame = texts.with_columns(
        pl.col("n", "denominator").cast(pl.Int64), test=pl.lit("L01"), unit=pl.lit("entries"),
        note=pl.lit(None, pl.String),
        **dict.fromkeys(
            ("value", "expected", "expected_low", "expected_high", "low", "high"), pl.lit(1.0)
        ),
    )  # fmt: skip
    shown = suppress(frame, 5)
    hidden = shown.filter(pl.col("n").is_null())
    # South has fewer than 5; with West shown it could be had by subtraction. So could Latin.
    assert hidden.select("area", "group").rows() == [
        ("South", "all"), ("West", "all"), ("all", "latin"), ("all", "greek"),
    ]  # fmt: skip
    assert hidden.select("value", "denominator", "high").null_count().row(0) == (4, 4, 4)
    assert suppress(frame, 1).equals(frame)


def test_words_of_every_test_are_complete():
    assert [test.id for test in TESTS] == [f"L{at:02}" for at in range(1, 24)]
    for test in TESTS:
        assert all((test.title, test.definition, test.denominator, test.expectation, test.interval))
        assert test.innocent
        assert test.cannot_say
        assert "fraud" not in f"{test}".lower()


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_the_page_says_what_the_test_says_of_itself(test):
    page = (Path(__file__).parents[2] / "docs/method/voterlist-quality.md").read_text("utf-8")
    said = (f"{test.id} {test.title}", test.definition, test.denominator, test.expectation)
    assert f"| {' | '.join((*said, test.interval))} |" in page
    assert f"| {test.id} | {' '.join(test.innocent)} | {' '.join(test.cannot_say)} |" in page
