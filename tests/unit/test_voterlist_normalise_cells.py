"""Raw cells of a list beside names: places, numbers, dates, and cells that hold several parts."""

import polars as pl
import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.normalise import (
    birth_date,
    birth_dates,
    date_orders,
    iin_checks,
    iin_problems,
    keys,
    number,
    sex,
    split_address,
    split_addresses,
    split_full_name,
    split_full_names,
)


def key_of(kind: str, raw: str | None) -> str:
    return str(keys(kind, [raw])["key"][0])


def root_of(kind: str, raw: str | None) -> str:
    return str(keys(kind, [raw])["root"][0])


# Places


@pytest.mark.parametrize(
    ("kind", "raw", "key"),
    [
        ("locality", "г. Алматы", "almati"),
        ("locality", "Алматы қаласы", "almati"),
        ("locality", "Almaty city", "almati"),
        ("locality", "Қызылту ауылы", "kiziltu"),
        ("locality", "Усть-Каменогорск", "ust kamenogorsk"),
        ("locality", "Село", "selo"),  # nothing else is left
        ("street", "ул. Абая Кунанбаева", "abaia kunanbaeva"),
        ("street", "Абай к-сі", "abai"),
        ("street", "пр-т Абая", "abaia"),
        ("street", "мкр. Самал-2", "samal 2"),
        ("street", "Самал2", "samal 2"),
        ("street", "2-ой Вишнёвый пер.", "2 vishnevi"),
        ("street", "3-ші көше", "3"),
        ("area", "Алматы облысы", "almati oblis"),
        ("area", "Алматы қаласы", "almati kala"),
        ("area", "Талгарский р-н", "talgarski audan"),
        ("area", "07", "7"),
        ("phone", "000-00-00", ""),
        ("station", "УИК № 012", "12"),
        ("house", "12А", "12a"),
        ("house", "12 a", "12a"),
        ("house", "12-а", "12a"),
        ("house", "д.12", "12"),
        ("house", "12д", "12d"),
        ("house", "12/1", "12 1"),
        ("house", "12 корпус 1", "12 1"),
        ("house", "012", "12"),
        ("house", "0", "0"),
        ("flat", "кв. 05", "5"),
        ("flat", "№ 5б", "5b"),
        ("flat", "0", ""),
        ("postcode", "050 000", "050000"),
        ("phone", "8 (701) 123-45-67", "77011234567"),
        ("phone", "٧٧٠١١٢٣٤٥٦٧", "77011234567"),
    ],
)
def test_keys_of_places(kind, raw, key):
    assert key_of(kind, raw) == key


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("street", "Кунанбаева Абая көшесі", "ул. Абай Кунанбаев"),
        ("street", "ул. Гоголя", "Гоголь көшесі"),
        ("street", "ул. А. Сейфуллина", "Сейфуллин к-сі"),
        ("street", "Жамбыла", "Жамбыл"),
        ("locality", "Каменогорск Усть", "Усть-Каменогорск"),
        ("phone", "701 123 45 67", "+7 701 123 45 67"),
        ("postcode", "50000", "050000"),
    ],
)
def test_roots_of_places_meet(kind, one, other):
    assert root_of(kind, one) == root_of(kind, other)


# One cell with all parts


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("г. Алматы, ул. Абая, д. 12, кв. 5", ("г. Алматы", "ул. Абая", "12", "5")),
        ("г.Алматы ул.Абая д.12 кв.5", ("г. Алматы", "ул. Абая", "12", "5")),
        ("Алматы, Абая 12-5", ("Алматы", "Абая", "12", "5")),
        ("Алматы қаласы, Абай көшесі, 12 үй, 5 пәтер", ("Алматы қаласы", "Абай көшесі", "12", "5")),
        ("Абай көшесі 12 үй 5 пәтер", ("", "Абай көшесі", "12", "5")),
        ("12 Abay St, Apt 5, Almaty", ("Almaty", "Abay St", "12", "5")),
        ("Almaty, Abay Ave 10, flat 3", ("Almaty", "Abay Ave", "10", "3")),
        ("ул. Абая 12/1 кв 5", ("", "ул. Абая", "12/1", "5")),
        ("мкр Самал-2, дом 33, кв 12", ("", "мкр Самал-2", "33", "12")),
        ("050000, Алматы, ул. Сейфуллина 500, 12", ("Алматы", "ул. Сейфуллина", "500", "12")),
        ("Талгарский район, с. Акбулак, ул. Мира, 5", ("с. Акбулак", "ул. Мира", "5", "")),
        ("ул. 8 Марта, 12", ("", "ул. 8 Марта", "12", "")),
        ("Алматы, 5 мкр, 12-5", ("Алматы", "5 мкр", "12", "5")),
        ("ул. Гоголя, дом 12 корпус 3, кв. 4", ("", "ул. Гоголя", "12 корпус 3", "4")),
        ("Астана", ("Астана", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_addresses_are_parted(raw, parts):
    address = split_address(raw)
    assert (address.locality, address.street, address.house, address.flat) == parts
    assert split_addresses([raw, None]).rows() == [(raw, *parts), (None, "", "", "", "")]


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("Иванов Иван Иванович", ("Иванов", "Иван", "Иванович")),
        ("Иван Иванович Иванов", ("Иванов", "Иван", "Иванович")),
        ("Петров-Водкин Кузьма Сергеевич", ("Петров-Водкин", "Кузьма", "Сергеевич")),
        ("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "Аркадьевич")),
        ("Роман Аркадьевич Абрамович", ("Абрамович", "Роман", "Аркадьевич")),
        ("Мамедов Вагиф Али оглы", ("Мамедов", "Вагиф", "Али оглы")),
        ("Вагиф Али оглы Мамедов", ("Мамедов", "Вагиф", "Али оглы")),
        ("Нұрланов Асхат Серік ұлы", ("Нұрланов", "Асхат", "Серік ұлы")),
        ("Асхат Нұрланұлы", ("", "Асхат", "Нұрланұлы")),
        ("Нұрланұлы Асхат", ("Нұрланұлы", "Асхат", "")),
        ("Ахметова Айгүл Серікқызы", ("Ахметова", "Айгүл", "Серікқызы")),
        ("Нурлан Серик Болат", ("Нурлан", "Серик", "Болат")),
        ("Smith, John", ("Smith", "John", "")),
        ("Иванов, Иван Иванович", ("Иванов", "Иван", "Иванович")),
        ("Ким Анна", ("Ким", "Анна", "")),
        ("van de Berg Jan", ("van de Berg", "Jan", "")),
        ("Jan van de Berg", ("van de Berg", "Jan", "")),
        ("Van de Berg Jan", ("Van de Berg", "Jan", "")),
        ("Ван Ольга Петровна", ("Ван", "Ольга", "Петровна")),
        ("Ван Ли", ("Ван", "Ли", "")),
        ("Jean DUPONT", ("DUPONT", "Jean", "")),
        ("Ким", ("Ким", "", "")),
        (" , ", ("", "", "")),
    ],
)
def test_full_names_are_parted(raw, parts):
    name = split_full_name(raw)
    assert (name.surname, name.given, name.patronymic) == parts
    assert split_full_names([raw, None]).rows() == [(raw, *parts), (None, "", "", "")]


# Dates of birth


@pytest.mark.parametrize(
    ("raw", "order", "expected"),
    [
        ("01.02.1980", "dmy", (19800201, 1980, "")),
        ("1/2/1980", "mdy", (19800102, 1980, "")),
        ("1980-02-01", "dmy", (19800201, 1980, "")),  # a year first is always ymd
        ("1980-02-01T00:00:00", "ymd", (19800201, 1980, "")),
        ("01.02.1980 г.", "dmy", (19800201, 1980, "")),
        ("19800201", "ymd", (19800201, 1980, "")),
        ("01021980", "dmy", (19800201, 1980, "")),
        ("٠١/٠٢/١٩٨٠", "dmy", (19800201, 1980, "")),
        ("29.02.2000", "dmy", (20000229, 2000, "")),
        ("29.02.1900", "dmy", (None, 1900, "impossible")),
        ("31.02.1980", "dmy", (None, 1980, "impossible")),
        ("00.00.1980", "dmy", (None, 1980, "impossible")),
        ("01.02.0197", "dmy", (None, None, "impossible")),
        ("01.02.1980", "ymd", (None, None, "impossible")),
        ("1980", "dmy", (None, 1980, "")),
        ("01.02.80", "dmy", (None, None, "two_digit_year")),
        ("32.02.80", "dmy", (None, None, "impossible")),
        ("29221", "dmy", (None, None, "unreadable")),  # a spreadsheet's number of a day
        ("весна", "dmy", (None, None, "unreadable")),
        ("нет", "dmy", (None, None, "missing")),
        ("00.00.0000", "dmy", (None, None, "missing")),
        (None, "dmy", (None, None, "missing")),
    ],
)
def test_dates_of_birth(raw, order, expected):
    read = birth_date(raw, order)
    assert (read.day, read.year, read.problem) == expected


def test_an_unknown_order_is_refused():
    with pytest.raises(Problem) as raised:
        birth_dates(["1980"], "ydm")
    assert raised.value.code == "analysis.bad_parameter"


def test_the_order_of_a_column_is_shown_by_what_it_makes_impossible():
    # Of four dates with a day above 12, all are impossible as months; the year alone is no date.
    column = ["13.01.1980", "14.02.1981", "15.03.1982", "31.12.1983", "1984", "", None]
    assert date_orders(column) == {"ymd": 1.0, "dmy": 0.0, "mdy": 1.0}
    assert date_orders(["", "1984"]) == {"ymd": 0.0, "dmy": 0.0, "mdy": 0.0}


# Sex and national number


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (1, "1 м М муж. Мужской ер Еркек m Male homme H ذكر erkek"),
        (2, "2 ж Ж жен. ЖЕНСКИЙ әйел f Female Femme أنثى kadın"),
        (None, "0 3 k ? unknown -"),
    ],
)
def test_sex_in_several_languages(expected, words):
    assert {sex(word) for word in words.split()} == {expected}
    assert sex(None) is None


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (" 850101 300 124", "850101300124"),
        ("850101300124.0", "850101300124"),
        ("№ АВ-12", "AB12"),  # Cyrillic letters
        ("0012", "0012"),
        ("000", ""),
        ("нет", ""),
        (None, ""),
    ],
)
def test_numbers_are_cleaned(raw, cleaned):
    assert number(raw) == cleaned


# 850101300124, weights 1 to 11: 8+10+0+4+0+6+21+0+0+10+22 = 81, and 81 mod 11 = 4.
# 850101300603: 8+10+0+4+0+6+21+0+0+60+0 = 109, and 109 mod 11 = 10; so with weights 3 to 11, 1, 2:
#     24+20+0+6+0+8+27+0+0+6+0 = 91, and 91 mod 11 = 3.
# 85010130069.: 208 mod 11 = 10, and 109 mod 11 = 10: no such number is given out.
@pytest.mark.parametrize(
    ("value", "birth", "of_sex", "problems"),
    [
        ("850101300124", 19850101, 1, ()),
        ("850101300124", None, None, ()),
        ("850101300603", 19850101, 1, ()),
        ("850101300690", 19850101, 1, ("check",)),
        ("850101300125", 19850101, 1, ("check",)),
        ("850101300124", 19850102, 1, ("date",)),
        ("850101300124", 20850101, 1, ("date",)),
        ("850101300124", 19850101, 2, ("sex",)),
        ("85010130012", 19850101, 1, ("length",)),
        ("", 19850101, 1, ()),
    ],
)
def test_worked_examples_of_the_individual_identification_number(value, birth, of_sex, problems):
    assert iin_problems(value, birth, of_sex) == problems


def test_what_cannot_be_told_of_a_number_is_null():
    frame = pl.DataFrame(
        {"number": ["", "123", "850101300124"], "birth": [None] * 3, "sex": [None] * 3},
        schema={"number": pl.String, "birth": pl.Int32, "sex": pl.Int8},
    )
    checked = iin_checks(frame).select("length_ok", "date_ok", "sex_ok", "check_ok").rows()
    nothing = (None, None, None)
    assert checked == [(None, *nothing), (False, *nothing), (True, True, None, True)]
