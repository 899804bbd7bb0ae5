"""Invariants of keys: what must hold for any cell, whatever somebody typed."""

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from paragraph8.voterlist.normalise import (
    KINDS,
    ORDERS,
    SCRIPTS,
    birth_dates,
    date_orders,
    iin_checks,
    keys,
    numbers,
    sex,
    split_address,
    split_addresses,
    split_full_name,
    split_full_names,
)
from paragraph8.voterlist.normalise.dates import PROBLEMS

kinds = st.sampled_from(KINDS)
cells = st.text(max_size=30) | st.text(
    "абвеёжйьыщюя әғқңөұүіһ abcehijqsxyz'’-.,/()№ 0123", max_size=30
)
cyrillic = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүіһ", min_size=1, max_size=15)
latin = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=15)
plain = st.text("bdfgklmnprstz", min_size=3, max_size=8)


def column(kind: str, values: list[str], name: str = "key") -> list[str]:
    found: list[str] = keys(kind, values)[name].to_list()
    return found


@settings(deadline=None)
@given(kinds, st.lists(cells, max_size=8))
@example("given", ["a\nb", "c\r\nd", "\x01", "\u2028", "İ", "ß", "\U0002028d", "ς"])
@example("house", ["", "к", "дом", "д", "00", "кв"])
def test_every_cell_has_a_row_with_an_ascii_key_and_root(kind, values):
    frame = keys(kind, values)
    assert frame["raw"].to_list() == values
    for name in ("key", "root"):
        assert all(re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", text) for text in frame[name])
    assert set(frame["script"]) <= set(SCRIPTS)
    assert not any(frame.filter(pl.col("key") == "")["root"])


@settings(deadline=None)
@given(kinds, st.lists(cells, min_size=1, max_size=8))
@example("given", ["a\nb", "Нурлан\x1f", "ş c", "s'"])
def test_a_cell_has_the_same_key_whatever_stands_beside_it(kind, values):
    alone = pl.concat([keys(kind, [value]) for value in values])
    assert keys(kind, values).equals(alone)


@settings(deadline=None)
@given(st.sampled_from(["surname", "given", "patronymic", "street", "locality"]), cyrillic | latin)
def test_capitals_and_spaces_around_change_nothing(kind, word):
    assume(len(word) > 3)  # х, xxx and нет say nothing
    assert len(set(column(kind, [word, word.upper(), f"  {word}\t", f"\ufeff{word}"]))) == 1


@settings(deadline=None)
@given(st.lists(cyrillic, min_size=2, max_size=3) | st.lists(latin, min_size=2, max_size=3))
def test_a_hyphen_in_a_name_is_a_space(words):
    one, other = column("given", ["-".join(words), " ".join(words)])
    assert one == other


@settings(deadline=None)
@given(cyrillic, st.data())
def test_a_latin_look_alike_in_a_cyrillic_word_changes_nothing(word, data):
    word = "ж" + word
    alike = dict(zip("аеорсухкі", "aeopcyxki", strict=True))
    places = [at for at, letter in enumerate(word) if letter in alike]
    assume(places)
    at = data.draw(st.sampled_from(places))
    typed = word[:at] + alike[word[at]] + word[at + 1 :]
    row = keys("surname", [typed]).row(0, named=True)
    assert row["key"] == column("surname", [word])[0]
    assert row["mixed"] == (row["key"] != "")  # жоқ says nothing


@settings(deadline=None)
@given(cyrillic)
def test_a_double_letter_is_a_single_one(word):
    word = re.sub(r"(.)\1+", r"\1", word)
    doubled = "".join(2 * letter if letter in "блмнпрф" else letter for letter in word)
    assert len(set(column("surname", [word, doubled]))) == 1


@settings(deadline=None)
@given(plain)
def test_forms_of_one_family_and_of_one_father_have_one_root(name):
    # Plain consonants and a vowel: no ending is hidden in them.
    name = name[0] + "а" + name[1:]
    name = name.translate(str.maketrans("bdfgklmnprstz", "бдфгклмнпрстз"))
    family = column("surname", [name + ending for ending in ("ов", "ова", "ұлы", "қызы")], "root")
    fathers = column(
        "patronymic", [name + each for each in ("ович", "овна", "ұлы", "қызы", " оглы")], "root"
    )
    assert set(family) == {column("surname", [name], "root")[0]}
    assert set(fathers) == {column("given", [name], "root")[0]}


@settings(deadline=None)
@given(st.lists(cyrillic, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_root_of_a_place_does_not_know_the_order_of_words(words, random):
    shuffled = words.copy()
    random.shuffle(shuffled)
    one, other = column("birth_place", [" ".join(words), " ".join(shuffled)], "root")
    assert sorted(one) == sorted(other)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["", "а", "б", "в"]))
def test_a_house_is_its_number_and_letter(house, letter):
    forms = [f"{house}{letter}", f"0{house}{letter.upper()}", f"д. {house} {letter}"]
    latin_letter = {"": "", "а": "a", "б": "b", "в": "v"}[letter]
    assert set(column("house", forms)) == {f"{house}{latin_letter}"}


# Cells that hold several parts


@settings(deadline=None)
@given(cells)
@example("д.")
@example("кв кв кв 5 5 5")
def test_an_address_is_parted_without_an_error_and_without_inventing(raw):
    address = split_address(raw)
    parts = (address.locality, address.street, address.house, address.flat)
    assert all(set(part) <= set(raw + " ") for part in parts)
    assert split_addresses([raw]).row(0) == (raw, *parts)


@settings(deadline=None)
@given(cells)
@example("оглы")
@example("де ван")
@example(", ,")
def test_a_full_name_is_parted_without_an_error_and_no_word_stands_twice(raw):
    name = split_full_name(raw)
    parts = (name.surname, name.given, name.patronymic)
    words = re.sub("[,،;]", " ", raw).split()
    for word in " ".join(parts).split():
        words.remove(word)
    assert split_full_names([raw]).row(0) == (raw, *parts)


@settings(deadline=None)
@given(
    st.sampled_from(["Ким", "Иванов", "Абрамович", "Нұрланұлы", "van de Berg"]),
    st.sampled_from(["Анна", "Нұрлан", "Jan"]),
    st.sampled_from(["Ильич", "Серікқызы", "Серік ұлы", "Ивановна", "Əli oğlu"]),
)
def test_both_orders_of_a_name_with_patronymic_give_the_same_parts(surname, given, patronymic):
    assert split_full_name(f"{surname} {given} {patronymic}") == split_full_name(
        f"{given} {patronymic} {surname}"
    )


# Dates and numbers


@settings(deadline=None)
@given(
    st.dates(date(1800, 1, 1), date(2100, 12, 31)),
    st.sampled_from(ORDERS),
    st.sampled_from([".", "/", "-", " ", ""]),
)
def test_a_real_date_is_read_back_in_its_order(day, order, separator):
    parts = {"y": f"{day:%Y}", "m": f"{day:%m}", "d": f"{day:%d}"}
    raw = separator.join(parts[part] for part in order)
    expected = (raw, day.year * 10_000 + day.month * 100 + day.day, day.year, "")
    assert birth_dates([raw], order).row(0) == expected


@settings(deadline=None)
@given(st.lists(cells | st.from_regex(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}", fullmatch=True)))
def test_any_cell_is_a_real_date_or_has_none(values):
    for order in ORDERS:
        frame = birth_dates(values, order)
        assert frame["raw"].to_list() == values
        assert set(frame["problem"]) <= set(PROBLEMS)
        for day, year in frame.select("birth", "birth_year").drop_nulls("birth").iter_rows():
            assert date(day // 10_000, day // 100 % 100, day % 100).year == year
        assert frame.filter(pl.col("birth").is_not_null())["problem"].to_list() == [""] * int(
            frame["birth"].count()
        )
    assert all(0 <= share <= 1 for share in date_orders(values).values())


def check_digit(digits: str) -> int | None:
    for weights in (range(1, 12), (*range(3, 12), 1, 2)):
        total = sum(int(each) * weight for each, weight in zip(digits, weights, strict=True)) % 11
        if total < 10:
            return total
    return None


@settings(deadline=None)
@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.integers(1, 2), st.integers(0, 9999))
def test_a_number_made_by_the_rule_passes_and_one_wrong_sex_does_not(day, of_sex, serial):
    first = f"{day:%y%m%d}{2 * (day.year // 100 - 18) + of_sex}{serial:04}"
    last = check_digit(first)
    assume(last is not None)
    born = day.year * 10_000 + day.month * 100 + day.day
    frame = pl.DataFrame(
        {"number": [f"{first}{last}"] * 2, "birth": [born] * 2, "sex": [of_sex, 3 - of_sex]},
        schema={"number": pl.String, "birth": pl.Int32, "sex": pl.Int8},
    )
    checked = iin_checks(frame).select("length_ok", "date_ok", "sex_ok", "check_ok")
    assert checked.rows() == [(True, True, True, True), (True, True, False, True)]


@settings(deadline=None)
@given(st.lists(st.text(max_size=20) | st.none(), max_size=5))
def test_numbers_and_sexes_are_read_without_an_error(values):
    cleaned = numbers(values).to_list()
    assert len(cleaned) == len(values)
    assert all(re.fullmatch("[A-Z0-9]*", text) for text in cleaned)
    assert {sex(value) for value in values} <= {1, 2, None}


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_word_takes_no_longer_than_many_short_ones(kind):
    # Searches that begin anew at each letter would take minutes here.
    long = ["ş" * 100_000, "s'" * 50_000, "ж" * 100_000, "(" * 100_000, "1" * 100_000]
    assert keys(kind, long).height == 5
