"""Invented voter lists: what is planted is there, and the truth says so."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.generate import (
    COLUMNS,
    FLAGS,
    NO_ERRORS,
    Blemishes,
    Errors,
    Settings,
    TwoLists,
    one_list,
    two_lists,
    write,
)
from paragraph8.voterlist.generate.dates import day_month_swapped, days_of, wrong_digit
from paragraph8.voterlist.generate.truth import Key, Row, truth_of_two

PERFECT = Settings(
    people=600, paper_errors=NO_ERRORS, electronic_errors=NO_ERRORS, second_errors=NO_ERRORS,
    lacking=0, second_entries=0,
)  # fmt: skip
SAME_ON_BOTH = [name for name in COLUMNS if name not in ("number", "serial")]


@cache
def perfect() -> TwoLists:
    return two_lists(PERFECT)


def with_paper_errors(people: int = 600, **rates: float) -> TwoLists:
    return two_lists(replace(PERFECT, people=people, paper_errors=replace(NO_ERRORS, **rates)))


def side(lists: TwoLists, name: str) -> pl.DataFrame:
    """A list with its truth beside it."""
    frame = {"paper": lists.paper, "electronic": lists.electronic}[name]
    return pl.concat([frame, lists.truth.filter(list=name)], how="horizontal")


def paired(lists: TwoLists) -> pl.DataFrame:
    """Entries of both lists that are of one person; those of the electronic one end in _e."""
    pairs = ("matched", "changed", "moved")
    paper = side(lists, "paper").filter(pl.col("category").is_in(pairs))
    electronic = side(lists, "electronic").filter(pl.col("category").is_in(pairs))
    return paper.join(electronic, on="person", suffix="_e")


def categories(lists: TwoLists) -> dict[str, int]:
    return dict(lists.truth["category"].value_counts().iter_rows())


# Without errors


def test_lists_kept_without_errors_are_the_same_list():
    lists = perfect()
    assert categories(lists) == {"matched": 1200}
    first, second = (frame.select(SAME_ON_BOTH) for frame in (lists.paper, lists.electronic))
    assert first.sort(SAME_ON_BOTH).equals(second.sort(SAME_ON_BOTH))
    assert lists.paper["number"].is_null().all()
    assert lists.electronic["number"].n_unique() == 600


def test_rows_of_a_pair_stand_in_different_places():
    pairs = paired(perfect())
    assert (pairs["row"] == pairs["row_e"]).mean() < 0.05


def test_all_cells_are_text_and_serials_count_within_a_station():
    lists = two_lists(replace(PERFECT, people=4000))
    assert lists.paper.columns == lists.electronic.columns == list(COLUMNS)
    assert set(lists.electronic.dtypes) == {pl.String}
    for frame in (lists.paper, lists.electronic):
        numbered = frame.with_columns(pl.int_range(1, pl.len() + 1).over("station").alias("n"))
        assert (numbered["serial"] == numbered["n"].cast(pl.String)).all()
        assert numbered["station"].n_unique() == 3


def test_paper_stands_in_the_order_of_surnames_or_addresses():
    lists = perfect()
    surnames = lists.paper.filter(pl.col("station") == "1")["surname"].str.to_uppercase()
    assert surnames.to_list() == surnames.sort().to_list()
    by_address = two_lists(replace(PERFECT, paper_order="address")).paper
    change = by_address.select(pl.struct("street", "house", "flat").rle_id().max() + 1).item()
    assert change == by_address.select("street", "house", "flat").n_unique()


def test_the_same_settings_give_the_same_lists():
    settings = Settings(people=2000)
    first, second = two_lists(settings), two_lists(settings)
    assert first.paper.equals(second.paper)
    assert first.electronic.equals(second.electronic)
    assert first.truth.equals(second.truth)
    assert not two_lists(replace(settings, seed=1)).paper.equals(first.paper)


# Each error by itself

CHANGES = {
    # error: (flag, category of nearly all pairs, field that differs)
    "script": ("script", "matched", None),
    "look_alike": ("look_alike", "matched", None),
    "upper_case": ("upper_case", "matched", None),
    "names_typo": ("spelling", "changed", "surname"),
    "new_surname": ("surname_changed", "changed", "surname"),
    "no_patronymic": ("missing_patronymic", "changed", "patronymic"),
    "swapped_names": ("swapped_names", "changed", "given"),
    "day_month": ("day_month", "changed", "birth_date"),
    "birth_digit": ("birth_digit", "changed", "birth_date"),
    "no_birth_date": ("missing_birth_date", "changed", "birth_date"),
    "moved": ("moved", "moved", "street"),
    "street_typo": ("street_spelling", "changed", "street"),
    "house": ("house_changed", "changed", "house"),
    "no_house": ("missing_house", "changed", "house"),
    "flat": ("flat_changed", "changed", "flat"),
    "no_flat": ("missing_flat", "changed", "flat"),
    "variant": ("variant", "changed", "given"),
    "ending": ("ending", "changed", "surname"),
    "optical": ("optical", "changed", "surname"),
}


@pytest.mark.parametrize("error", CHANGES)
def test_an_error_leaves_its_flag_its_category_and_the_field_it_changed(error):
    flag, category, field = CHANGES[error]
    lists = with_paper_errors(people=3000, **{error: 1.0})
    paper = side(lists, "paper")
    struck = paper.filter(pl.col(flag))
    assert struck.height > 100
    assert (
        not paper.select(other for other in FLAGS if other not in (flag, "moved_near"))
        .to_numpy()
        .any()
    )
    # Where a scanner reads қ as к, or a variant drops what folding drops, a pair stays matched.
    least = {"optical": 0.8, "variant": 0.9}.get(error, 0.97)
    assert (struck["category"] == category).mean() > least
    untouched = paper.filter(~pl.col(flag) & ~pl.col("moved_near"))
    assert set(untouched["category"]) <= {"matched"}
    differs = struck["differs"].drop_nulls().str.split(",").explode()
    assert (field in set(differs)) if field else differs.is_empty()
    missing = flag.startswith("missing_")
    assert struck["only_missing"].all() == missing


def test_every_error_is_tried():
    assert set(CHANGES) == set(Errors.__slots__)


def test_a_pair_that_differs_in_script_has_another_text():
    pairs = paired(with_paper_errors(script=1.0))
    struck = pairs.filter(pl.col("script"))
    assert struck.height > 300
    assert (struck["surname"] != struck["surname_e"]).mean() > 0.7
    assert (struck["category"] == "matched").all()


def test_only_women_get_a_new_surname():
    struck = side(with_paper_errors(new_surname=1.0), "paper").filter(pl.col("surname_changed"))
    assert set(struck["sex"]) == {"ж"}


def test_day_and_month_are_exchanged_where_that_is_a_date():
    pairs = paired(with_paper_errors(day_month=1.0))
    struck, rest = pairs.filter(pl.col("day_month")), pairs.filter(~pl.col("day_month"))
    swapped = struck["birth_date"].str.replace(r"(\d\d)\.(\d\d)\.", "$2.$1.")
    assert (swapped == struck["birth_date_e"]).all()
    day, month = rest["birth_date"].str.slice(0, 2), rest["birth_date"].str.slice(3, 2)
    assert ((day.cast(pl.Int64) > 12) | (day == month)).all()


def test_known_dates_are_swapped_and_one_digit_goes_wrong():
    def number(text: str) -> int:
        return int(np.datetime64(text).astype(int))

    days = np.array([number("1970-03-05"), number("1970-03-25")], dtype=np.int32)
    assert day_month_swapped(days).tolist() == [number("1970-05-03"), number("1970-03-25")]
    many = np.repeat(days, 200)
    wrong = wrong_digit(many, date(2004, 9, 19), np.random.default_rng(1))
    for before, after in zip(many.tolist(), wrong.tolist(), strict=True):
        a, b = (str(np.datetime64(day, "D")) for day in (before, after))
        assert sum(x != y for x, y in zip(a, b, strict=True)) == 1
        assert "1900" <= b <= "2004-09-19"


def test_there_is_no_31st_of_april_and_a_29th_of_february_only_in_leap_years():
    years, months, days = (
        np.array([1999, 2000, 2001, 2000]),
        np.array([4, 2, 2, 0]),
        np.array([31, 29, 29, 1]),
    )
    assert days_of(years, months, days)[1].tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("near", "share"), [(0.0, 0.0), (1.0, 1.0)], ids=["to other stations", "within the station"]
)
def test_moves_go_where_settings_send_them(near, share):
    settings = replace(
        PERFECT, people=6000, stations=60, near_moves=near,
        paper_errors=replace(NO_ERRORS, moved=0.5),
    )  # fmt: skip
    paper = side(two_lists(settings), "paper").filter(pl.col("moved") | pl.col("moved_near"))
    assert paper["moved_near"].mean() == pytest.approx(share, abs=0.05)
    assert set(paper.filter(pl.col("moved"))["category"]) <= {"moved"}
    assert set(paper.filter(pl.col("moved_near"))["category"]) <= {"changed", "matched"}


def test_families_move_together():
    settings = replace(PERFECT, together=1.0, paper_errors=replace(NO_ERRORS, moved=0.3))
    pairs = paired(two_lists(settings))
    homes = ["station_e", "street_e", "house_e", "flat_e"]
    new = pairs.group_by(homes).agg(pl.struct("station", "street", "house", "flat").n_unique())
    assert new["station"].max() == 1


def test_rates_come_true():
    lists = two_lists(Settings(people=40_000))
    paper = side(lists, "paper").filter(~pl.col("second"))
    for flag, rate in (
        ("upper_case", 0.06), ("swapped_names", 0.005), ("birth_digit", 0.02),
        ("missing_birth_date", 0.01 * 0.98), ("missing_house", 0.002), ("house_changed", 0.02),
        ("spelling", 1 - 0.97**3),
    ):  # fmt: skip
        error = (rate * (1 - rate) / paper.height) ** 0.5
        assert paper[flag].mean() == pytest.approx(rate, abs=5 * error + 0.06 * rate), flag
    gone = 1 - paper.height / 40_000
    assert gone == pytest.approx(0.03, abs=0.006)


# Categories


def test_matched_is_what_is_equal_when_case_and_kazakh_letters_are_folded():
    """An independent comparison of the texts, possible where nothing was romanised."""
    errors = replace(Errors(), script=0, look_alike=0, names_typo=0.1)
    settings = Settings(people=4000, paper_errors=errors, electronic_errors=NO_ERRORS)
    letters = str.maketrans("әғқңөұүһіёйъь", "агкноуухиеи\x00\x00")

    def same(row: dict[str, str | None]) -> bool:
        fields = ("surname", "given", "patronymic", "birth_date", "street", "house", "flat")
        one, other = ([row[name + end] for name in fields] for end in ("", "_e"))
        return [fold(cell) for cell in one] == [fold(cell) for cell in other]

    def fold(cell: str | None) -> str | None:
        plain = cell.lower().translate(letters).replace("\x00", "") if cell else cell
        return plain.replace("э", "е") if plain else plain

    pairs = paired(two_lists(settings))
    for row in pairs.iter_rows(named=True):
        if row["category"] == "moved":
            assert row["station"] != row["station_e"]
        else:
            assert row["station"] == row["station_e"]
            assert same(row) == (row["category"] == "matched"), row["differs"]
    assert pairs["category"].value_counts()["count"].min() > 50


def rows_of(person: list[int], surname: list[str], spelling: list[bool]) -> Row:
    count = len(person)
    empty = {name: Key(pl.Series(["x"]), np.zeros(count, np.int32)) for name in
             ("given", "patronymic", "street", "house", "flat")}  # fmt: skip
    keys = {
        "surname": Key(pl.Series(surname), np.arange(count, dtype=np.int32)),
        "birth_date": Key(pl.Series([], dtype=pl.String), np.ones(count, np.int32)),
        **empty,
    }
    flags = {name: np.zeros(count, np.bool_) for name in FLAGS}
    flags["spelling"] = np.array(spelling)
    none = np.zeros(count, np.bool_)
    return Row(np.array(person), none, keys, np.zeros(count, np.int32), flags)


def test_of_several_entries_the_one_that_agrees_best_is_the_entry():
    # Person 7 stands twice on paper, once misspelt; person 8 twice alike; person 9 twice, only
    # on paper, once misspelt.
    paper = rows_of(
        [7, 7, 8, 8, 9, 9], ["Ospanof", "Ospanov", "Kim", "Kim", "Tsoy", "Tsoi"],
        [True, False, False, False, True, False],
    )  # fmt: skip
    electronic = rows_of([7, 8, 10], ["Ospanov", "Kim", "Pak"], [False, False, False])
    truth = truth_of_two(paper, electronic)
    assert truth.select("list", "row", "category").rows() == [
        ("paper", 1, "duplicate_in_paper"),
        ("paper", 2, "matched"),
        ("paper", 3, "matched"),
        ("paper", 4, "duplicate_in_paper"),
        ("paper", 5, "duplicate_in_paper"),
        ("paper", 6, "only_paper"),
        ("electronic", 1, "matched"),
        ("electronic", 2, "matched"),
        ("electronic", 3, "only_electronic"),
    ]


def test_a_missing_value_is_told_from_a_changed_one():
    lists = with_paper_errors(no_birth_date=0.5, house=0.5)
    paper = side(lists, "paper").filter(pl.col("category") == "changed")
    expected = pl.col("missing_birth_date") & ~pl.col("house_changed")
    assert paper.select((pl.col("only_missing") == expected).all()).item()


def test_a_value_missing_on_either_list_is_missing():
    gone = replace(PERFECT, electronic_errors=replace(NO_ERRORS, no_birth_date=1.0))
    truth = two_lists(gone).truth
    assert categories(two_lists(gone)) == {"changed": 1200}
    assert truth["only_missing"].all()


# Degenerate and refused


@pytest.mark.parametrize("count", [1, 2, 7])
def test_very_small_lists(count):
    lists = two_lists(replace(PERFECT, people=count))
    assert categories(lists) == {"matched": 2 * count}
    assert one_list(Settings(people=count), 0.5, Blemishes()).truth.height >= count


def test_lists_of_nobody():
    lists = two_lists(Settings(people=50, lacking=1.0, together=0.0))
    assert lists.paper.height == lists.electronic.height == lists.truth.height == 0


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"people": 0}, "people"),
        ({"stations": 0}, "stations"),
        ({"lacking": 1.5}, "lacking"),
        ({"kin": -0.1}, "kin"),
        ({"stock": "endless"}, "stock"),
        ({"paper_errors": Errors(moved=2.0)}, "paper_errors.moved"),
        ({"cultures": {"kazakh": 0.5}}, "cultures"),
        ({"cultures": {"klingon": 1.0}}, "culture"),
        ({"country": "atlantis"}, "culture"),
    ],
)
def test_settings_that_cannot_be_are_refused(change, parameter):
    with pytest.raises(Problem) as caught:
        two_lists(replace(Settings(people=10), **change))
    assert caught.value.code == "analysis.bad_parameter"
    assert caught.value.facts["parameter"] == parameter


# Files


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_truth_is_written_apart(tmp_path, form):
    lists = two_lists(replace(PERFECT, people=50))
    files = write(tmp_path, lists, form)
    names = [file.relative_to(tmp_path).as_posix() for file in files]
    assert names == [
        f"lists/simulated_paper.{form}",
        f"lists/simulated_electronic.{form}",
        f"truth/simulated_truth.{form}",
    ]
    read = pl.read_parquet if form == "parquet" else lambda f: pl.read_csv(f, infer_schema=False)
    assert read(files[1]).equals(lists.electronic)
    assert "Nobody on these lists exists" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_one_list_is_written_with_what_was_planted(tmp_path):
    made = one_list(replace(PERFECT, people=50))
    files = write(tmp_path, made, "parquet")
    assert [file.name for file in files] == [
        "simulated_list.parquet", "simulated_truth.parquet", "simulated_planted.parquet",
    ]  # fmt: skip
    assert pl.read_parquet(files[2]).equals(made.planted)


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(Problem, match="form is 'xlsx'"):
        write(tmp_path, perfect(), "xlsx")
