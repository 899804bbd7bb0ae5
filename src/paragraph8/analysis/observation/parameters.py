"""What a mission may set for the analyses of observers' reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem
from paragraph8.tables.profile import Profile, profile_of

DRAWS, SEED = 2000, 8
# Until when the hourly numbers of protocols count, where the mission does not say otherwise.
HOURS = {"voted_by_noon": 12 * 60, "voted_by_afternoon": 16 * 60, "voted": 20 * 60}


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters of a mission file, [parameters.observation].

    late               count reports received after the freeze, as a final report does
    draws, seed        of the team bootstrap and the permutations; 0 draws: no intervals
    hours              field of the protocol -> minute after midnight up to which it counts voters
    polarity_changed   item -> versions of its form in which the question was turned round: their
                       answers to it are left out
    """

    profile: Profile
    late: bool = False
    draws: int = DRAWS
    seed: int = SEED
    hours: Mapping[str, int] = field(default_factory=lambda: dict(HOURS))
    polarity_changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def settings_of(parameters: Parameters) -> Settings:
    """The settings in these parameters. Raises Problem analysis.bad_parameter."""
    entry = parameters.get("observation", {})
    if not isinstance(entry, Mapping):
        raise _bad("observation", entry, "a table of parameters")
    given = dict(entry)
    changed = given.pop("polarity_changed", {})
    hours = given.pop("hours", HOURS)
    if not isinstance(hours, dict) or not all(isinstance(m, int) for m in hours.values()):
        raise _bad("observation.hours", hours, "fields of the protocol, each with a minute")
    late = given.pop("late", False)
    draws, seed = given.pop("draws", DRAWS), given.pop("seed", SEED)
    if given:
        raise _bad("observation", ", ".join(given), "late, draws, seed, hours, polarity_changed")
    if not isinstance(late, bool):
        raise _bad("observation.late", late, "true or false")
    for name, number in (("draws", draws), ("seed", seed)):
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise _bad(f"observation.{name}", number, "a whole number from nought")
    if not isinstance(changed, dict) or not all(isinstance(v, list) for v in changed.values()):
        raise _bad("observation.polarity_changed", changed, "items, each with a list of versions")
    versions = {item: tuple(map(str, v)) for item, v in changed.items()}
    return Settings(profile_of(parameters), late, draws, seed, dict(hours), versions)


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
