"""The draws of field tests: sampling with known probabilities, and references that tell nothing.

Lists are public in many countries. Whoever knew list and seed could repeat a draw and see whom a
reference stands for, so every draw depends on the mission's key as well as on the seed.
"""

import hmac
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.privacy.keyed import checked_key

PURPOSE = "field sample"
SMALLEST, LARGEST = 0, 1_000_000  # the six digits of a reference between series and check digit
LEAST_BY_CHANCE = 2


def keyed_generator(key: bytes, purpose: str, seed: int) -> np.random.Generator:
    """A generator that only who holds the key can set up again. Raises voterlist.bad_key."""
    material = f"{PURPOSE}\0{purpose}\0{seed}".encode()
    digest = hmac.digest(checked_key(key), material, "sha256")
    return np.random.default_rng(int.from_bytes(digest, "big"))


def allocate(entries: Mapping[str, int], stations: Mapping[str, int], total: int) -> dict[str, int]:
    """How many stations each stratum gets.

    entries    stratum -> entries in it
    stations   stratum -> stations in it, the same strata
    total      stations wanted in all
    Two in every stratum that has so many, for one alone shows no spread; the others one by one to
    the stratum with most entries for a station. All stations where there are no more than wanted.

    Problems: analysis.bad_parameter where `total` does not suffice for two in each stratum.
    """
    given = {stratum: min(LEAST_BY_CHANCE, stations[stratum]) for stratum in sorted(entries)}
    least = sum(given.values())
    if total < least:
        raise _bad("stations", total, f"{least} or more, two for each stratum")
    for _ in range(min(total, sum(stations.values())) - least):
        open_strata = [s for s in given if given[s] < stations[s]]
        given[max(open_strata, key=lambda s: entries[s] / (given[s] + 1))] += 1
    return given


def draw_by_size(
    sizes: NDArray[np.int64], number: int, generator: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw units with probability proportional to size, systematically with a random start.

        sizes    int   size of each unit, 0 or more, in an order in which neighbours are alike
        number         units to draw, 1 or more
    Returns the places of the units drawn, in order, and their probabilities of being drawn. A unit
    so large that it would be drawn for certain has probability 1, and the others share the rest;
    if that leaves one to be drawn by chance, two are drawn. Units of size 0 are never drawn.
    Assumes that the ORDER HAS NO PERIOD that fits the step.

    Problems: analysis.bad_parameter.
    Source: Madow, Ann. Math. Statist. 20 (1949), 333-354; Cochran, Sampling Techniques (3rd ed.,
        1977), sec. 9A.10.
    """
    if number < 1 or not (sizes >= 0).all() or not sizes.any():
        raise _bad("number", number, "1 or more units, not all of size 0")
    probability = np.zeros(len(sizes))
    chance, wanted = sizes > 0, number
    while chance.any():
        # One alone by chance would show no spread.
        wanted = max(wanted, min(LEAST_BY_CHANCE, int(chance.sum())))
        probability[chance] = wanted * sizes[chance] / sizes[chance].sum()
        certain = chance & (probability >= 1)
        if not certain.any():
            break
        probability[certain] = 1.0
        chance &= ~certain
        wanted -= int(certain.sum())
    drawn = np.flatnonzero(probability == 1)
    if chance.any():
        places = np.flatnonzero(chance)
        points = generator.random() + np.arange(wanted)
        ends = np.cumsum(probability[places])
        by_chance = places[np.searchsorted(ends[:-1], points, side="right")]
        drawn = np.sort(np.concatenate([drawn, by_chance]))
    return drawn, probability[drawn]


def draw_at_rate(number: int, rate: float, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw from a list systematically, each place with the same probability.

        number   places, 0 or more
        rate     probability of each place, above 0, at most 1
    Returns the places drawn, in order: number * rate of them, rounded down or up by chance.

    Problems: analysis.bad_parameter.
    Source: Cochran, Sampling Techniques (3rd ed., 1977), sec. 8.1.
    """
    if not 0 < rate <= 1:
        raise _bad("rate", rate, "above 0, at most 1")
    if rate == 1:
        return np.arange(number)
    steps = np.floor(generator.random() + rate * np.arange(number + 1))
    return np.flatnonzero(np.diff(steps) > 0)


def references(number: int, series: int, generator: np.random.Generator) -> list[str]:
    """References in random order: the digit of the series, six random digits, a check digit.

        number   how many, at most 900,000
        series   1 to 9, another one for every draw of a mission, so that none is given twice
    Digits only, for enumerators type them in numbers on a phone.

    Problems: analysis.bad_parameter.
    """
    if not 1 <= series <= 9:
        raise _bad("series", series, "1 to 9, another for every draw of the mission")
    if not 0 <= number <= 900_000:
        raise _bad("number", number, "at most 900,000 references in a series")
    middle = generator.choice(LARGEST, size=number, replace=False)
    return [with_check_digit(f"{series}{value:06d}") for value in middle.tolist()]


def is_reference(text: str) -> bool:
    """Whether a text is eight digits of which the last checks the others."""
    digits = text.isascii() and text.isdigit() and len(text) == 8
    return digits and with_check_digit(text[:-1]) == text


def with_check_digit(digits: str) -> str:
    """Digits with one more, by which every single wrong digit is noticed.

    Source: ISO/IEC 7064:2003, the hybrid system MOD 11,10.
    """
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return f"{digits}{(11 - product) % 10}"


def chosen_by_age(numbers: NDArray[np.float64], largest: int) -> dict[str, Sequence[int]]:
    """Which adult of a household is asked, by how many it has.

        numbers   float   one per household, drawn evenly from 0..1
        largest           households with more adults count as having so many
    Returns pick_2 … pick_LARGEST: the place of the adult to ask, the oldest being 1.
    """
    return {
        f"pick_{adults}": (np.floor(numbers * adults).astype(int) + 1).tolist()
        for adults in range(2, largest + 1)
    }


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
