"""The text of one answer as what its item's type makes of it, and what of it may be shown."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date

NOT_KNOWN, NOT_APPLICABLE = "dk", "na"
WITHHELD_TYPES = ("text", "photo", "position")
LARGEST_NUMBER = 1_000_000_000
MINUTES_OF_DAY = 24 * 60
RATINGS = ("1", "2", "3", "4")

_INTEGER = re.compile(r"(-?)0*(\d+?)(?:\.0{1,2})?")
_DECIMAL = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_WORD = re.compile(r"[\w.-]{1,60}")
_TIME = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})[T ])?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Value:
    """What an answer says.

    state   given, dk, na, withheld or unreadable
    value   the answer in the one spelling that tables use; None unless given
    fault   code of the problem of an unreadable answer; "" for others
    """

    state: str
    value: str | None = None
    fault: str = ""


WITHHELD = Value("withheld")
BAD_ANSWER = Value("unreadable", fault="observation.bad_answer")


def read_value(kind: str, text: str, choices: Set[str] = frozenset()) -> Value:
    """What `text` (not empty) says as an answer to an item of the type `kind`.

    choices   the answers of a list, where they are known; otherwise any single word is one
    Free words, photos and positions are withheld: they never enter a table.
    """
    text = text.strip()
    if kind in WITHHELD_TYPES:
        return WITHHELD
    word = text.lower()
    if word in (NOT_KNOWN, NOT_APPLICABLE):
        return Value(word)
    match kind:
        case "yes_no" | "yes_no_na":
            return Value("given", word) if word in ("yes", "no") else BAD_ANSWER
        case "integer" | "votes":
            return _integer(text)
        case "decimal":
            return Value("given", text) if _DECIMAL.fullmatch(text) else _bad("fault.not_a_number")
        case "rating":
            rating = text.removesuffix(".0")
            return Value("given", rating) if rating in RATINGS else BAD_ANSWER
        case "time":
            minutes = minutes_of(text)
            return (
                _bad("observation.bad_time") if minutes is None else Value("given", hour(minutes))
            )
        case "date":
            day = day_of(text)
            return Value("given", day.isoformat()) if day else _bad("fault.impossible_date")
        case _:
            return _words(text, choices, several=kind == "many_of")


def minutes_of(text: str) -> int | None:
    """Minutes after midnight of a time of day like 08:05, or of the time in a date with time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes = int(found["hour"]), int(found["minute"])
    return hours * 60 + minutes if hours < 24 and minutes < 60 else None


def day_of(text: str) -> date | None:
    """The day that a date, or a date with time, begins with (2024-05-12…)."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def hour(minutes: int) -> str:
    """Minutes after midnight as 08:05."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def shown(kind: str, text: str) -> str | None:
    """`text` if it may be kept beside a fault, else None.

    Somebody may have written a remark, a name or a telephone number where a tick belongs. Kept is
    only what is short and looks like a number, a time or an abbreviation.
    """
    text = text.strip()
    if kind in WITHHELD_TYPES or not text or len(text) > 20 or not text.isprintable():
        return None
    digits = len(_DIGIT.findall(text))
    if kind in ("integer", "votes", "decimal"):
        return text if digits else None
    return text if len(text) <= 3 or 0 < digits <= 8 else None


def _integer(text: str) -> Value:
    found = _INTEGER.fullmatch(text)
    if found is None:
        return _bad("fault.not_a_number")
    sign, digits = found[1], found[2]
    if len(digits) > len(str(LARGEST_NUMBER)) or int(digits) > LARGEST_NUMBER:
        return _bad("fault.too_large")
    if sign and int(digits):
        return _bad("fault.negative")
    return Value("given", str(int(digits)))


def _words(text: str, choices: Set[str], several: bool) -> Value:
    words = [word for word in re.split(r"[\s;]+", text) if word] if several else [text]
    known = all(word in choices if choices else _WORD.fullmatch(word) for word in words)
    if not words or not known:
        return BAD_ANSWER
    return Value("given", ";".join(dict.fromkeys(words)))


def _bad(code: str) -> Value:
    return Value("unreadable", fault=code)
