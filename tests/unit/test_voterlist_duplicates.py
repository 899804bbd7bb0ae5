"""Duplicates: who is found twice on one list, and who only looks like it."""

import polars as pl
import pytest

from audited import entry, searched
from paragraph8.voterlist.decided import duplicates_frame
from paragraph8.voterlist.duplicates.people import people

TWICE = [
    entry(),
    entry(street="ул. Фурманова", house="3", flat="1"),  # moved
    entry(surname="SEITZHANOVA", given="GULMIRA", patronymic="ORAZBAEVNA", sex="F",
          birth_date="14.03.1967"),
    entry(given="Гульмера", patronymic=None, station="778"),
    entry(surname="Ахметова"),  # married
]  # fmt: skip
RELATIVES = [
    entry(given="Айгуль", birth_date="02.11.1963"),  # a sister
    entry(given="Сәуле"),  # a twin
    entry(given="Сейтжан", patronymic="Оразбаевич", surname="Сейтжанов", sex="м"),  # a twin brother
    entry(birth_date="30.08.1988", patronymic="Серикбаевна"),  # a niece of the same name
    entry(given="Оразбай", patronymic="Сейтжанович", surname="Сейтжанов", sex="м",
          birth_date="01.01.1935"),
]  # fmt: skip


@pytest.mark.parametrize("second", TWICE)
def test_a_second_entry_is_found(second):
    found = searched([entry(), second])
    assert found.pairs.select("row_a", "row_b").rows() == [(1, 2)]


@pytest.mark.parametrize("relative", RELATIVES)
def test_a_relative_at_the_same_address_is_no_second_entry(relative):
    assert searched([entry(), relative]).pairs.is_empty()


def test_a_namesake_of_one_birth_date_elsewhere_is_no_second_entry():
    other = entry(given="Ахмет", surname="Ахметбеков", patronymic="Маратович", sex="м")
    namesake = other | {"patronymic": "Қайратович", "street": "Абая", "house": "9", "flat": None,
                        "station": "2", "locality": "Астана"}  # fmt: skip
    assert searched([other, namesake]).pairs.is_empty()


def test_a_list_without_second_entries_has_none():
    found = searched([])
    assert found.pairs.is_empty()
    assert found.estimated < 1


def test_three_entries_of_one_person_are_three_pairs():
    found = searched([entry(), entry(flat="9"), entry(given="Гульмера")])
    assert found.pairs.select("row_a", "row_b").rows() == [(1, 2), (1, 3), (2, 3)]


def test_what_a_family_explains_is_kept_apart():
    found = searched([entry(), entry(flat="9"), entry(given="Айгуль", birth_date="02.11.1963")])
    frame = duplicates_frame(found)
    assert frame.filter(kind="person").select("row_a", "row_b").rows() == [(1, 2)]
    assert (1, 2) not in frame.filter(kind="household").select("row_a", "row_b").rows()
    assert (frame.filter(kind="household")["score"] <= 0).all()


def groups(*scored: tuple[int, int, int]) -> set[frozenset[int]]:
    schema = {"row_a": pl.Int64, "row_b": pl.Int64, "score": pl.Int64}
    found = people(pl.DataFrame(list(scored), schema, orient="row"))
    return {frozenset(rows) for (rows,) in found.group_by("person").agg("row").select("row").rows()}


def test_a_chain_of_lookalikes_does_not_join_two_people():
    """1 and 2 are one person, 3 and 4 another; 2 looks like 3, but 1 and 4 look like neither."""
    chain = (1, 2, 900), (3, 4, 900), (2, 3, 300), (1, 3, -800), (2, 4, -800), (1, 4, -900)
    assert groups(*chain) == {frozenset({1, 2}), frozenset({3, 4})}


def test_entries_that_agree_together_are_one_person():
    """1 and 3 hardly agree, but both agree with 2: the evidence of all three is for one person."""
    assert groups((1, 2, 700), (2, 3, 700), (1, 3, -200)) == {frozenset({1, 2, 3})}


def test_no_evidence_no_people():
    assert groups() == set()
    assert groups((1, 2, -300)) == set()


def test_the_order_of_evidence_does_not_matter():
    scored = [(1, 2, 900), (2, 3, 300), (3, 4, 900), (1, 3, -800), (5, 6, 100)]
    assert groups(*scored) == groups(*scored[::-1])
