"""What a mission file may say of seats and of levels, checked before it is used."""

from collections.abc import Mapping
from dataclasses import dataclass

from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem

# The largest parliament has some three thousand seats; far beyond it a divisor method never ends.
MOST_SEATS = 10_000
# p-values below which a direction is called unusual, and incompatible with chance.
LEVELS = {"unusual": 0.05, "incompatible": 0.001}


@dataclass(frozen=True, slots=True)
class SeatRule:
    """How many seats are divided, by which method, with which threshold (share of valid votes)."""

    seats: int
    method: str
    threshold_share: float


def seat_rule(parameters: Parameters) -> SeatRule | None:
    """The rule for seats, or None where the mission file holds none.

    Raises Problem analysis.bad_parameter.
    """
    entry = parameters.get("seats")
    if not entry:
        return None
    _known("seats", entry, ("seats", "method", "threshold_share"))
    seats, method = entry.get("seats"), entry.get("method")
    share = entry.get("threshold_share", 0.0)
    if not _whole(seats) or not 1 <= seats <= MOST_SEATS:
        raise _bad("seats.seats", seats, f"a whole number from 1 to {MOST_SEATS:,}")
    if not isinstance(method, str):
        raise _bad("seats.method", method, "the name of a method")
    if not _number(share) or not 0 <= share <= 1:
        raise _bad("seats.threshold_share", share, "a share from 0 to 1")
    return SeatRule(seats, method, float(share))


def levels(parameters: Parameters) -> dict[str, float]:
    """The p-values behind the words unusual and incompatible.

    Raises Problem analysis.bad_parameter.
    """
    entry = parameters.get("levels", {})
    _known("levels", entry, tuple(LEVELS))
    for name, value in entry.items():
        if not _number(value) or not 0 < value < 1:
            raise _bad(f"levels.{name}", value, "a probability between 0 and 1")
    return {**LEVELS, **entry}


def _known(name: str, entry: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in entry:
        if key not in known:
            raise _bad(f"{name}.{key}", entry[key], f"one of {', '.join(known)}")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
