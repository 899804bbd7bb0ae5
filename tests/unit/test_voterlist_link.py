"""Reconciliation: what becomes of an entry, for each way in which two lists can differ."""

import polars as pl
import pytest

from audited import PERSON, entry, reconciled
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.compare.blocks import MOST_PAIRS_OF_A_KEY, candidates
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.link import decisions
from paragraph8.voterlist.link.aggregates import comparison_rows

LATIN = entry(
    surname="SEITZHANOVA",
    given="GULMIRA",
    patronymic="ORAZBAEVNA",
    sex="F",
    area="Area 1",
    locality="ALMATY",
    street="TOLE BI",
)


def category(engine, paper: int = 1, electronic: int = 1) -> list[tuple]:
    """What was decided of so many hand-written entries of either list."""
    found = engine.frame(
        "SELECT paper_row, electronic_row, category FROM decision"
        f" WHERE paper_row <= {paper} OR electronic_row <= {electronic}"
    )
    return sorted(found.rows(), key=str)


def changes(engine) -> set[tuple[str, str]]:
    found = engine.frame("SELECT field, kind FROM change WHERE row_a = 1 AND row_b = 1")
    return set(found.rows())


@pytest.mark.parametrize(
    ("other", "expected", "changed"),
    [
        (entry(), "matched", set()),
        (LATIN, "matched", set()),
        (entry(surname="СЕЙТЖАНОВА", street="ул. Толе би"), "matched", set()),
        # Latin letters that look Cyrillic
        (entry(surname="Ceйтжaнoвa"), "matched", set()),
        (entry(surname="Сейтжанов"), "changed", {("surname", "form")}),
        (entry(surname="Ахметова"), "changed", {("surname", "other")}),
        (entry(given="Гульмера"), "changed", {("given", "spelling")}),
        (entry(patronymic="Оразбайқызы"), "changed", {("patronymic", "form")}),
        (entry(patronymic=None), "changed", {("patronymic", "missing")}),
        (entry(birth_date="14.03.1967"), "changed", {("birth", "digit")}),
        (entry(birth_date=None), "changed", {("birth", "missing")}),
        (entry(street="Фурманова", house="3", flat="1"), "changed",
         {("street", "other"), ("house", "other"), ("flat", "other")}),
        (entry(given="Сейтжанова", surname="Гульмира"), "changed",
         {("surname", "exchanged"), ("given", "exchanged")}),
        (entry(station="778"), "moved", set()),
        (entry(station="778", street="Абая", house="9", flat=None), "moved",
         {("street", "other"), ("house", "other"), ("flat", "missing")}),
    ],
)  # fmt: skip
def test_one_person_with_one_difference(other, expected, changed):
    engine, _ = reconciled([entry()], [other])
    assert category(engine) == [(1, 1, expected)]
    assert changes(engine) == changed


def test_day_and_month_in_each_others_place():
    engine, _ = reconciled([entry(birth_date="05.03.1961")], [entry(birth_date="03.05.1961")])
    assert category(engine) == [(1, 1, "changed")]
    assert changes(engine) == {("birth", "exchanged")}


@pytest.mark.parametrize(
    "relative",
    [
        entry(given="Айгуль", birth_date="02.11.1963"),  # a sister
        entry(birth_date="30.08.1988", patronymic="Серикбаевна"),  # a niece of the same name
        entry(surname="Сейтжанов", given="Нурлан", sex="м", birth_date="20.06.1958"),  # a brother
    ],
)
def test_a_relative_at_the_same_address_is_somebody_else(relative):
    engine, _ = reconciled([entry()], [relative])
    assert category(engine) == [(1, None, "only_paper"), (None, 1, "only_electronic")]


@pytest.mark.parametrize("twin", ["Марат", "Олжас"])
def test_a_twin_is_never_surely_the_other_one(twin):
    """Samat and Marat are two letters apart, and both are names that others on the list bear."""
    him = entry(surname="Сейтжанов", given="Самат", patronymic="Оразбаевич", sex="м")
    engine, _ = reconciled([him], [him | {"given": twin}])
    assert {c for _, _, c in category(engine)} <= {"probable", "only_paper", "only_electronic"}
    engine, _ = reconciled([him, him | {"given": twin}], [him])
    assert category(engine, 2, 1) == [(1, 1, "matched"), (2, None, "only_paper")]


def test_who_contradicts_the_other_list_in_the_whole_birth_date_is_for_a_person_to_look_at():
    engine, _ = reconciled([entry()], [entry(birth_date="30.08.1988")])
    assert category(engine) == [(1, 1, "probable")]
    assert changes(engine) == {("birth", "other")}


def test_relatives_who_both_stand_on_both_lists_are_told_apart():
    twins = [entry(), entry(given="Гульнара")]
    engine, _ = reconciled(twins, twins[::-1])
    assert category(engine, 2, 2) == [(1, 2, "matched"), (2, 1, "matched")]


def test_a_namesake_in_another_place_is_somebody_else():
    other = entry(birth_date="02.12.1979", patronymic="Маратовна", station="2", street="Абая",
                  house="88", flat="12")  # fmt: skip
    engine, _ = reconciled([entry()], [other])
    assert category(engine) == [(1, None, "only_paper"), (None, 1, "only_electronic")]


def test_the_same_number_counts_only_with_the_same_name_or_date():
    changed_all_but_date = entry(number="610314400123", surname="Ким", patronymic="Петровна",
                                 street="Абая", house="1", flat="2")  # fmt: skip
    engine, _ = reconciled([entry(number="610314400123")], [changed_all_but_date])
    assert category(engine)[0][2] in ("changed", "probable")
    stranger = entry(number="610314400123", surname="Ким", given="Виктор", patronymic="Ильич",
                     birth_date="01.02.1980", street="Абая", house="1", sex="м")  # fmt: skip
    engine, _ = reconciled([entry(number="610314400123")], [stranger])
    assert category(engine) == [(1, None, "only_paper"), (None, 1, "only_electronic")]


def test_a_second_entry_is_no_person_of_its_own():
    engine, _ = reconciled([entry(), entry(surname="Сейтжанава")], [entry()])
    assert category(engine, 2, 1) == [(1, 1, "matched"), (2, None, "duplicate_in_paper")]


def test_which_of_two_cannot_be_told():
    """Two people, as far as the paper goes: it gives neither date nor address."""
    bare = dict.fromkeys(PERSON) | {
        "surname": "Сейтжанова", "given": "Гульмира", "station": "777", "area": "Area 1",
    }  # fmt: skip
    two = [entry(), entry(birth_date="21.10.1979", patronymic="Маратовна", flat="52")]
    engine, _ = reconciled([bare], two)
    decided = category(engine, 1, 2)
    assert {row for row in decided if row[0] == 1} <= {(1, 1, "ambiguous"), (1, 2, "ambiguous")}
    assert len(decided) == 2


def test_too_little_to_compare_is_counted_and_not_linked():
    nobody = dict.fromkeys(PERSON) | {"surname": "Сейтжанова", "station": "777"}
    engine, _ = reconciled([entry(), nobody], [entry(), nobody])
    assert category(engine, 2, 2) == [
        (1, 1, "matched"), (2, None, "unusable"), (None, 2, "unusable"),
    ]  # fmt: skip


def test_every_entry_of_either_list_is_counted_once():
    engine, records = reconciled(
        [entry(), entry(given="Асель", birth_date="01.05.1970")],
        [entry(station="778"), entry(given="Ботагоз", birth_date="02.06.1971")],
    )
    rows = comparison_rows(engine, records, "kz-2004-09-19", "two lists")
    counted = rows.filter(field="any").group_by("side").agg(pl.col("entries").sum())
    assert dict(counted.rows()) == {"paper": 602, "electronic": 602}
    moved = rows.filter(category="moved", field="any")
    assert set(moved.select("side", "station", "entries").rows()) == {
        ("paper", "777", 1), ("electronic", "778", 1),
    }  # fmt: skip


def test_an_entry_that_got_lost_stops_the_audit():
    engine, _ = reconciled([entry()], [entry()])
    engine.table("fewer", "SELECT * FROM decision WHERE paper_row <> 1")
    engine.table("decision", "SELECT * FROM fewer")
    with pytest.raises(Problem) as raised:
        decisions._check_identity(engine)
    assert raised.value.code == "voterlist.rows_lost"


def test_a_key_that_nearly_everyone_has_is_left_out_and_counted():
    engine = open_duck(None)
    many = pl.DataFrame(
        {
            "row": range(1, 1001),
            "surname": [1] * 1000,
            "given": range(1000),
            "birth": [19610314 + i % 500 for i in range(1000)],
        }
    )
    engine.put("a", many)
    engine.put("b", many)
    block, other = candidates(engine, (("surname",), ("birth",)), "a", "b", "pair")
    assert (block.pairs, block.left_out) == (0, 1_000_000)
    assert block.left_out > MOST_PAIRS_OF_A_KEY
    assert (other.pairs, other.left_out) == (2000, 0)
    assert engine.row("SELECT count(*) FROM pair") == (2000,)


def test_number_one_of_another_district_is_another_station():
    """Commissions number their stations from 1 in each district."""
    both = [entry(station="1", area="Солтүстік облысы"), entry(given="Асель", station="1",
            area="South", birth_date="01.05.1970")]  # fmt: skip
    engine, records = reconciled(both, [both[0], both[1] | {"area": "Солтүстік облысы"}])
    assert category(engine, 2, 2) == [(1, 1, "matched"), (2, 2, "moved")]
    rows = comparison_rows(engine, records, "kz-2004-09-19", "two lists")
    assert rows.filter(field="area")["entries"].to_list() == [1, 1]


def test_lists_that_would_give_too_many_pairs_are_refused_before_they_are_compared():
    """3,400 values on 125 entries of either list: no value is too common, but all together are."""
    engine = open_duck(None)
    for name in ("a", "b"):
        engine.table(name, "SELECT range AS row, range % 3400 AS surname FROM range(425000)")
    with pytest.raises(Problem) as raised:
        candidates(engine, (("surname",),), "a", "b", "pair")
    assert raised.value.code == "voterlist.too_many_pairs"
    assert raised.value.facts["pairs"] == 3400 * 125 * 125
