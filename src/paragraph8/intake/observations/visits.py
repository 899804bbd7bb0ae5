"""Where and when a team was: the columns of an observation that its header gives."""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

from paragraph8.intake.observations.values import MINUTES_OF_DAY, day_of, hour, minutes_of
from paragraph8.tables.words import ELECTION_DAY_FORMS, SEEN

# A list item, and the free entry that stands beside it.
STATION_NODES = (("H4", "H4x"), ("X3a", "X3b"))
AREA_NODES = ("H3", "X2a")
OTHER = "other"
DAY_NODES = ("H_day", "start", "today")
PAST_MIDNIGHT_FORMS = ("opening", "counting")
SETTINGS = ("urban", "small_town", "rural")

_STATED = re.compile(r"[\w./-]{1,20}")
_AREA = re.compile(r"[\w./ -]{1,60}")

AddFault = Callable[..., None]  # column, code, raw


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was: a station of the register, or a code as stated, or an area."""

    station: str | None = None
    stated: str | None = None
    area: str | None = None


def read_place(answers: Mapping[str, str], stations: Set[str], fault: AddFault) -> Place:
    """The place that a report names. A station outside the register is a fault, and kept as stated
    if it looks like a code and not like words."""
    for listed, free in STATION_NODES:
        named = answers.get(listed, "").strip()
        if named in ("", OTHER):
            named = answers.get(free, "").strip() or named
        if not named:
            continue
        if named in stations:
            return Place(station=named)
        stated = named if named != OTHER and _STATED.fullmatch(named) else None
        fault(listed, "observation.unknown_station", stated)
        return Place(stated=stated, area=_area(answers))
    return Place(area=_area(answers))


def _area(answers: Mapping[str, str]) -> str | None:
    named = next((answers[node].strip() for node in AREA_NODES if answers.get(node)), "")
    return named if _AREA.fullmatch(named) else None


def read_times(
    form: str, answers: Mapping[str, str], election_day: date, fault: AddFault
) -> tuple[date | None, int | None, int | None]:
    """Day of arrival; minutes of arrival and of departure after midnight of that day.

    Openings and counts may pass midnight: a departure before the arrival is on the next day. On
    other forms it is a fault, and both times stay as they are.
    """
    arrived = minutes_of(answers.get("H7", ""))
    departed = minutes_of(answers.get("H8", ""))
    if arrived is not None and departed is not None and departed < arrived:
        if form in PAST_MIDNIGHT_FORMS:
            departed += MINUTES_OF_DAY
        else:
            fault("H8", "observation.departed_before_arrived", hour(departed))
    return _day(form, answers, arrived, election_day), arrived, departed


def _day(
    form: str, answers: Mapping[str, str], arrived: int | None, election_day: date
) -> date | None:
    for node in DAY_NODES:
        day = day_of(answers.get(node, ""))
        if day is None:
            continue
        opened = minutes_of(answers[node]) if node == "start" else None
        return day if opened is None or arrived is None else _nearest(day, opened, arrived)
    return election_day if form in ELECTION_DAY_FORMS and arrived is not None else None


def _nearest(day: date, opened: int, arrived: int) -> date:
    """The day of arrival: the one that puts it within half a day of the form's opening. A form
    opened at half past midnight after an arrival at eight in the evening tells of the day before.
    """
    if arrived - opened > MINUTES_OF_DAY // 2 and day > date.min:
        return day - timedelta(days=1)
    if opened - arrived > MINUTES_OF_DAY // 2 and day < date.max:
        return day + timedelta(days=1)
    return day


def read_words(answers: Mapping[str, str]) -> dict[str, object]:
    """seen, setting and repeat of an observation; None where the form does not say."""
    seen, setting = answers.get("H9", "").strip(), answers.get("H5", "").strip()
    again = answers.get("H13", "").strip().lower()
    return {
        "seen": seen if seen in SEEN else None,
        "setting": setting if setting in SETTINGS else None,
        "repeat": {"yes": True, "no": False}.get(again),
    }
