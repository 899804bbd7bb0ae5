"""Levels: how far two entries agree, field by field, as SQL over a table of pairs.

Every expression compares entry `a` with entry `b`. Level codes are whole numbers, so that pairs
can be counted by pattern; `LEVELS` names them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from paragraph8.voterlist.records import DATED_NUMBER

MISSING = 0
NAME_LEVELS: Final = {
    "exact": 1, "root": 2, "near": 3, "far": 4, "part": 5, "swapped": 6, "other": 7,
}  # fmt: skip
BIRTH_LEVELS: Final = {"exact": 1, "swapped": 2, "digit": 3, "parts": 4, "year": 5, "other": 6}
STREET_LEVELS: Final = {"same": 1, "locality": 2, "other": 3}
# A house number says less where the street is not the same or not known; that it differs says
# nothing there, for whoever moved has another number as well.
HOUSE_LEVELS: Final = {"same": 1, "elsewhere": 2, "other": 3}
TWO_LEVELS: Final = {"same": 1, "other": 2}
NUMBER_LEVELS: Final = {"same": 1, "near": 2, "other": 3}
LEVELS: Final[Mapping[str, Mapping[str, int]]] = {
    "surname": NAME_LEVELS,
    "given": NAME_LEVELS,
    "patronymic": NAME_LEVELS,
    "birth_place": NAME_LEVELS,
    "birth": BIRTH_LEVELS,
    "sex": TWO_LEVELS,
    "street": STREET_LEVELS,
    "house": HOUSE_LEVELS,
    "flat": TWO_LEVELS,
    "number": NUMBER_LEVELS,
    "phone": NUMBER_LEVELS,
}
# Texts of which the distance is measured; every other comparison is between numbers.
# Of these the letters are kept in alphabetical order as well, to see neighbours exchanged.
EXCHANGED: Final = ("surname", "given", "patronymic")
WIDER: Final = ("postcode", "station", "locality")
TEXTS: Final = ("surname", "given", "patronymic", "birth_place", "street", "locality")


def level(field: str, has: frozenset[str]) -> str:
    """SQL that gives the level of one field: 0 where a side lacks the value.

    has   columns that both tables hold values in (see `Records.columns`)
    """
    if field == "street":
        return _street(has)
    if field not in has:
        return "0"
    if field == "house":
        return _house(has)
    if field == "flat":
        return _flat(has)
    if field == "birth":
        return _birth()
    if field == "sex":
        return (
            "CASE WHEN a.sex IS NULL OR b.sex IS NULL THEN 0 WHEN a.sex = b.sex THEN 1 ELSE 2 END"
        )
    if field in ("number", "phone"):
        return _number(field, has)
    return _name(field, has)


def near(field: str) -> str:
    """SQL: one slip of the pen apart. The keys must be ASCII (DuckDB counts bytes)."""
    a, b = f"a.{field}_key", f"b.{field}_key"
    if field not in EXCHANGED:
        return _alike(a, b)
    # Two neighbours exchanged are one slip, which the distance counts as two.
    return (
        f"({_alike(a, b)} OR (a.{field}_letters = b.{field}_letters AND levenshtein({a}, {b}) = 2))"
    )


def _alike(a: str, b: str) -> str:
    close = f"abs(length({a}) - length({b})) <= 1"
    long_enough = (
        f"least(length({a}), length({b})) >= 2 AND greatest(length({a}), length({b})) >= 3"
    )
    return f"({close} AND {long_enough} AND levenshtein({a}, {b}) <= 1)"


def far(field: str) -> str:
    """SQL: two slips apart, three in a long word."""
    a, b = f"a.{field}_key", f"b.{field}_key"
    longest = f"greatest(length({a}), length({b}))"
    return (
        f"(abs(length({a}) - length({b})) <= 3 AND levenshtein({a}, {b}) <= "
        f"CASE WHEN {longest} >= 11 THEN 3 WHEN {longest} >= 4 THEN 2 ELSE 0 END)"
    )


def _name(field: str, has: frozenset[str]) -> str:
    a, b = f"a.{field}", f"b.{field}"
    same_root = f"WHEN {a}_root = {b}_root THEN 2 " if field != "birth_place" else ""
    swapped = {"surname": "given", "given": "surname"}.get(field)
    crossed = f"WHEN {_alike(f'{a}_key', f'b.{swapped}_key')} THEN 6 " if swapped in has else ""
    # A double name of which one list has one part, or a name of which it has the initial.
    longer, shorter = f"{a}_key", f"{b}_key"
    part = (
        f"WHEN least(length({a}_key), length({b}_key)) >= 4"
        f" AND ({_begins_or_ends(longer, shorter)} OR {_begins_or_ends(shorter, longer)})"
        f" OR least(length({a}_key), length({b}_key)) = 1"
        f" AND substr({a}_key, 1, 1) = substr({b}_key, 1, 1) THEN 5 "
    )
    return (
        f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN 0 WHEN {a} = {b} THEN 1 {same_root}"
        f"WHEN {near(field)} THEN 3 WHEN {far(field)} THEN 4 {part}{crossed}ELSE 7 END"
    )


def _begins_or_ends(longer: str, shorter: str) -> str:
    length = f"length({shorter})"
    return (
        f"(length({longer}) > {length} AND (substr({longer}, 1, {length}) = {shorter}"
        f" OR substr({longer}, length({longer}) - {length} + 1, {length}) = {shorter}))"
    )


def _birth() -> str:
    year = "floor({0}.birth / 10000)"
    month = "floor({0}.birth / 100) % 100"
    day = "{0}.birth % 100"

    def same(part: str) -> str:
        return f"({part.format('a')}) = ({part.format('b')})"

    crossed = (
        f"{same(year)} AND ({month.format('a')}) = ({day.format('b')})"
        f" AND ({day.format('a')}) = ({month.format('b')})"
    )
    digit = "levenshtein(CAST(a.birth AS VARCHAR), CAST(b.birth AS VARCHAR)) <= 1"
    two = (
        f"CAST({same(year)} AS INTEGER) + CAST({same(month)} AS INTEGER)"
        f" + CAST({same(day)} AS INTEGER) = 2"
    )
    return (
        "CASE WHEN a.birth IS NULL OR b.birth IS NULL THEN"
        " CASE WHEN a.birth_year = b.birth_year THEN 5 ELSE 0 END "
        f"WHEN a.birth = b.birth THEN 1 WHEN {crossed} THEN 2 "
        f"WHEN {two} THEN CASE WHEN {digit} THEN 3 ELSE 4 END "
        "WHEN a.birth_year = b.birth_year THEN 5 ELSE 6 END"
    )


def _number(field: str, has: frozenset[str]) -> str:
    """A number that holds the birth date is near that of everybody born on that day: there, one
    digit says nothing, and more of them are another number.
    """
    a, b = f"a.{field}", f"b.{field}"
    one_day = ""
    if field == "number" and DATED_NUMBER in has:
        one_day = (
            f"WHEN a.birth = b.birth THEN CASE WHEN levenshtein({a}, {b}) <= 1 THEN 0 ELSE 3 END "
        )
    return (
        f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN 0 WHEN {a} = {b} THEN 1 {one_day}"
        f"WHEN length({a}) >= 5 AND levenshtein({a}, {b}) <= 2 THEN 2 ELSE 3 END"
    )


def _same_street(has: frozenset[str]) -> str:
    """Streets of one name in two places are two streets, and so are First and Second Street."""
    if "street" not in has:
        return "1 = 0"
    alike = f"a.street_digits = b.street_digits AND ({near('street')} OR {far('street')})"
    same = f"a.street_root = b.street_root OR ({alike})"
    if around := _around(has):
        same = f"({same}) AND ({' OR '.join(around)} OR {_unknown(WIDER, has)})"
    return f"({same})"


def _around(has: frozenset[str]) -> list[str]:
    """SQL conditions: a wider unit than the street is the same."""
    wider = [f"a.{column} = b.{column}" for column in ("postcode", "station") if column in has]
    if "locality" in has:
        wider.append(f"a.locality_root = b.locality_root OR {near('locality')}")
    return wider


def _unknown(columns: Sequence[str], has: frozenset[str]) -> str:
    missing = [f"(a.{c} IS NULL OR b.{c} IS NULL)" for c in columns if c in has]
    return f"({' AND '.join(missing)})"


def _street(has: frozenset[str]) -> str:
    """A ladder: the same street, the same neighbourhood, neither."""
    if not has & {"street", *WIDER}:
        return "0"
    unknown = _unknown(("street", *WIDER), has)
    wider = _around(has)
    around = f"WHEN {' OR '.join(wider)} THEN 2 " if wider else ""
    return f"CASE WHEN {unknown} THEN 0 WHEN {_same_street(has)} THEN 1 {around}ELSE 3 END"


def _house(has: frozenset[str]) -> str:
    same = _same_street(has)
    return (
        "CASE WHEN a.house IS NULL OR b.house IS NULL THEN 0"
        f" WHEN a.house = b.house THEN CASE WHEN {same} THEN 1 ELSE 2 END"
        f" WHEN {same} THEN 3 ELSE 0 END"
    )


def _flat(has: frozenset[str]) -> str:
    same_house = f"{_same_street(has)} AND a.house = b.house" if "house" in has else "1 = 0"
    return (
        "CASE WHEN a.flat IS NULL OR b.flat IS NULL THEN 0"
        f" WHEN {same_house} THEN CASE WHEN a.flat = b.flat THEN 1 ELSE 2 END ELSE 0 END"
    )
