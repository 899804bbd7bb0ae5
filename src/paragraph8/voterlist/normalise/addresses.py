"""A whole address in one cell, parted in locality, street, house and flat."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address as they were written, with their signs; "" where there is none."""

    locality: str
    street: str
    house: str
    flat: str


_STREET_BEFORE: Final = (
    r"ул|улица|пр|просп|проспект|пр-т|пр-кт|пер|переулок|бульвар|бул|б-р|шоссе|площадь|пл|проезд"
    r"|тупик|аллея|набережная|наб|мкрн|мкр|микрорайон"
)
_STREET_AFTER: Final = (
    r"көшесі|көш|к-сі|даңғылы|даң|д-лы|тұйығы|бульвары|шағын ауданы|шағынауданы|мөлтек ауданы"
    r"|ықшамауданы|алаңы|street|st|avenue|ave|road|rd|lane|ln|boulevard|blvd|drive|square"
)
_PLACE_BEFORE: Final = r"г|гор|город|с|село|пос|п|поселок|посёлок|пгт|дер|деревня|аул|а|ст|станция"
_PLACE_AFTER: Final = r"қаласы|қ|ауылы|кенті|станциясы|city|village|town"
_WIDE: Final = (
    r"область|обл|облысы|район|р-н|р-он|ауданы|округ|округі|region|district|oblast"
    r"|республика(?:сы)?|қазақстан(?: республикасы)?|казахстан|kazakhstan"
)
_HOUSE_SIGN: Final = r"дом|д|үй|house|уч|участок"
_FLAT_SIGN: Final = r"квартира|кв|пәтер|пәт|apartment|apt|flat|комната|ком|бөлме|офис|оф"
_NUMBER: Final = r"\d+(?:[\s-]?[а-яёa-z](?!\w))?(?:\s?[/\\]\s?\d+\s?[а-яёa-z]?(?!\w))?"
_BLOCK: Final = r"(?:\s*,?\s*(?:корпус|корп|к|строение|стр|блок)\.?\s*\d+[а-яёa-z]?(?!\w))?"


# No address is longer, and the patterns take long over what is none.
_LONGEST: Final = 300


def _sign(words: str) -> str:
    return rf"(?<!\w)(?:{words})(?![\w-])\.?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_FLAT: Final = (
    _pattern(rf"{_sign(_FLAT_SIGN)}\s*№?\s*({_NUMBER})"),
    _pattern(rf"({_NUMBER})\s*-?\s*{_sign(_FLAT_SIGN)}"),
)
_HOUSE: Final = (
    _pattern(rf"{_sign(_HOUSE_SIGN)}\s*№?\s*({_NUMBER}{_BLOCK})"),
    _pattern(rf"({_NUMBER})\s*-?\s*{_sign(_HOUSE_SIGN)}"),
)
_GLUED_SIGN: Final = _pattern(
    rf"(?<!\w)({_STREET_BEFORE}|{_PLACE_BEFORE}|{_HOUSE_SIGN}|{_FLAT_SIGN})(\.)(?=\w)"
)
_GLUED_NUMBER: Final = _pattern(rf"(?<!\w)({_HOUSE_SIGN}|{_FLAT_SIGN})(?=\d)")
_CUT_BEFORE: Final = _pattern(rf"\s(?={_sign(_STREET_BEFORE)}\s*\w)|\s(?=(?:г|с|пос|гор)\.\s*\w)")
_CUT_AFTER: Final = _pattern(rf"({_sign(_STREET_AFTER)}|{_sign(_PLACE_AFTER)})(?=\s)")
_PARTS: Final = re.compile(r"\s*[,;]\s*")
_POSTCODE: Final = re.compile(r"(?<!\d)\d{5,6}(?!\d)")
_IS_STREET: Final = _pattern(f"{_sign(_STREET_BEFORE)}|{_sign(_STREET_AFTER)}")
_IS_PLACE: Final = _pattern(rf"^{_sign(_PLACE_BEFORE)}\s*\w|{_sign(_PLACE_AFTER)}$")
_IS_WIDE: Final = _pattern(_sign(_WIDE))
_IS_NUMBER: Final = _pattern(rf"№?\s*({_NUMBER}{_BLOCK})(?:\s*-\s*(\d+\w?))?$")
_NUMBER_LAST: Final = _pattern(rf"^(.*[^\W\d].*?)\s+({_NUMBER}{_BLOCK})(?:\s*-\s*(\d+\w?))?$")
_NUMBER_FIRST: Final = _pattern(rf"^({_NUMBER})\s+(.*[^\W\d].*)$")
_NUMBERED_QUARTER: Final = _pattern(_sign(r"мкрн|мкр|микрорайон|ауданы|ықшамауданы"))


def split_address(raw: str) -> Address:
    """Part a whole address, in Russian, Kazakh or English style, as well as its signs allow.

        raw   one cell: "г. Алматы, ул. Абая, д. 12, кв. 5", "Абай көшесі 12 үй", "12 Abay St"
    Flat and house are known by their signs, else the first number after the street is the house
    and the next the flat. Regions, districts and postcodes are left out. A part without a sign is
    the street if none has one, and the locality if it comes before the street.

    Assumes that PARTS GO FROM LARGE TO SMALL, but for a number before an English street. Never
    raises: what cannot be told stays in `street`, or in `locality` where nothing follows it. What
    stands after the first 300 signs is not read.
    """
    text = " ".join(raw.split())[:_LONGEST]
    text = _GLUED_NUMBER.sub(r"\1 ", _GLUED_SIGN.sub(r"\1\2 ", text))
    text, flat = _take(_FLAT, text)
    text, house = _take(_HOUSE, text)
    text = _CUT_AFTER.sub(r"\1,", _CUT_BEFORE.sub(",", _POSTCODE.sub("", text)))
    parts = [part.strip(" .-") for part in _PARTS.split(text)]
    return _placed([part for part in parts if part], house, flat)


def split_addresses(values: Sequence[str | None]) -> pl.DataFrame:
    """Part many whole addresses as `split_address` does; None is an empty cell.

    Returns one row per value, in the order given: raw, locality, street, house, flat, all String.
    """
    parts = [split_address("" if value is None else value) for value in values]
    return pl.DataFrame(
        {
            "raw": pl.Series(values, dtype=pl.String),
            "locality": pl.Series([part.locality for part in parts], dtype=pl.String),
            "street": pl.Series([part.street for part in parts], dtype=pl.String),
            "house": pl.Series([part.house for part in parts], dtype=pl.String),
            "flat": pl.Series([part.flat for part in parts], dtype=pl.String),
        }
    )


def _take(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[str, str]:
    for pattern in patterns:
        if found := pattern.search(text):
            return f"{text[: found.start()]},{text[found.end() :]}", found.group(1)
    return text, ""


def _placed(parts: list[str], house: str, flat: str) -> Address:
    places: list[str] = []
    streets: list[str] = []
    loose: list[str] = []
    for part in parts:
        if found := _IS_NUMBER.match(part):
            house, flat = _numbers(house, flat, found.group(1), found.group(2))
        elif _IS_STREET.search(part):
            street, house, flat = _street(part, house, flat)
            streets.append(street)
        elif _IS_PLACE.search(part):
            place, house, flat = _street(part, house, flat)
            places.append(place)
        elif not _IS_WIDE.search(part):
            loose.append(part)
    if not streets and loose and (places or house or len(loose) > 1 or _has_number(loose[0])):
        street, house, flat = _street(loose.pop(), house, flat)
        streets.append(street)
    locality = places[-1] if places else loose[-1] if loose else ""
    # A quarter beside a street only narrows it down.
    named = [street for street in streets if not _NUMBERED_QUARTER.search(street)] or streets
    return Address(locality, named[0] if named else "", house, flat)


def _has_number(part: str) -> bool:
    return bool(_NUMBER_LAST.match(part) or _NUMBER_FIRST.match(part))


def _numbers(house: str, flat: str, first: str, second: str | None) -> tuple[str, str]:
    if not house:
        return first, flat or (second or "")
    return house, flat or first


def _street(part: str, house: str, flat: str) -> tuple[str, str, str]:
    # "мкр 5" and "Самал-2" are named by their number, unless another number follows.
    if house or (_NUMBERED_QUARTER.search(part) and len(re.findall(r"\d+", part)) < 2):
        return part, house, flat
    if found := _NUMBER_LAST.match(part):
        return found.group(1), *_numbers(house, flat, found.group(2), found.group(3))
    if found := _NUMBER_FIRST.match(part):
        return found.group(2), found.group(1), flat
    return part, house, flat
