"""From votes to seats by list, and how few votes would have changed the seats.

All comparisons are between whole numbers: a seat decided by rounding is a wrong seat.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heapreplace
from itertools import permutations
from math import ceil
from operator import index
from typing import Final, NamedTuple

from paragraph8.kernel.problem import Problem

HARE: Final = "hare_largest_remainder"
DIVISORS: Final[dict[str, Callable[[int], int]]] = {  # divisor for a contestant's k-th seat
    "dhondt": lambda k: k,
    "sainte_lague": lambda k: 2 * k - 1,
}
METHODS: Final = (HARE, *DIVISORS)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Seats by contestant, as far as the rule decides them."""

    seats: dict[str, int]  # every contestant, in the order given; 0 for those without a seat
    tied: tuple[str, ...]  # contestants among whom the rule cannot decide the last seats
    unallocated: int  # seats given to nobody: tied, or no contestant takes part


@dataclass(frozen=True, slots=True)
class Shift:
    """A move of votes from one contestant to another."""

    from_contestant: str
    to_contestant: str
    votes: int  # 1 or more


@dataclass(frozen=True, slots=True)
class _Rule:
    seats: int
    method: str
    least_votes: int  # from so many votes a contestant takes part; 1 or more


class _Outcome(NamedTuple):
    """An Allocation by position instead of by name."""

    seats: list[int]
    tied: list[int]


def allocate_seats(
    votes: Mapping[str, int],
    seats: int,
    method: str,
    threshold_share: float = 0.0,
    threshold_base: int | None = None,
) -> Allocation:
    """Divide the seats of one district or country between lists.

        votes             contestant -> votes, 0 or more
        seats             seats to divide, 0 or more
        method            "hare_largest_remainder", "dhondt" or "sainte_lague"
        threshold_share   share of `threshold_base`, 0..1, from which (at or above) a contestant
                          takes part; read as the decimal it prints as, so 0.07 is 7/100 exactly
        threshold_base    votes, 1 or more; by default the sum of `votes`

    Returns an Allocation. Where the rule leaves the last seats open between equals, as a law would
    by lot, they are given to nobody: `tied` names the contestants and `unallocated` counts the
    seats. Without any contestant at the threshold all seats stay unallocated and none is tied. A
    contestant without votes never takes part. The Hare quota is the votes of those that take
    part, divided by the seats; it is not rounded.
    Assumes that THE LAW IS THE PLAIN RULE: one tier, no exemption from the threshold, no rounded
    quota, no modified first divisor (1.4), no quota of votes left for independents. Check the law.

    Problems: analysis.bad_parameter.
    Source: Balinski & Young, Fair Representation (2nd ed., 2001): Hamilton, Jefferson, Webster.
    """
    rule = _rule(votes, seats, method, threshold_share, threshold_base)
    names = list(votes)
    outcome = _divide([index(count) for count in votes.values()], rule)
    return Allocation(
        seats=dict(zip(names, outcome.seats, strict=True)),
        tied=tuple(names[contestant] for contestant in outcome.tied),
        unallocated=rule.seats - sum(outcome.seats),
    )


def smallest_shift(
    votes: Mapping[str, int],
    seats: int,
    method: str,
    threshold_share: float = 0.0,
    threshold_base: int | None = None,
) -> Shift | None:
    """Find the fewest votes that, moved from one contestant to another, change the seats.

    Parameters as for `allocate_seats`. Returns the Shift with the fewest votes, the first in the
    order of `votes` (giver, then receiver) among equals; None where no such move changes anything.
    A move that makes or breaks a tie changes the seats too: a lot would then decide, or no longer.

    The answer is exact. That a larger move changes the seats does NOT follow from a smaller one
    doing so: a list that passes the threshold on the way can move the Hare quota and restore the
    old seats. But while the same contestants take part, each condition for the seats to stay is
    linear in the votes moved, so the moves that keep them form one interval, and bisection from a
    move that keeps them is exact. The moves are therefore cut where the giver falls below
    the threshold and where the receiver reaches it, and the pieces are searched in order.
    Assumes that VOTES ARE MOVED, between TWO contestants, and the threshold base stays. Votes
    added, struck out, or moved between three or more at once may change the seats with fewer.

    Problems: analysis.bad_parameter.
    Source: own; linear conditions from the max-min inequality of divisor methods in Balinski &
        Young, Fair Representation (2nd ed., 2001), app. A, and its analogue for remainders.
    """
    rule = _rule(votes, seats, method, threshold_share, threshold_base)
    names, counts = list(votes), [index(count) for count in votes.values()]
    now = _divide(counts, rule)
    best: Shift | None = None
    for giver, receiver in permutations(range(len(counts)), 2):
        most = counts[giver] if best is None else min(counts[giver], best.votes - 1)
        moved = _first_change(counts, giver, receiver, most, rule, now)
        if moved is not None:
            best = Shift(names[giver], names[receiver], moved)
    return best


def _first_change(
    counts: Sequence[int], giver: int, receiver: int, most: int, rule: _Rule, now: _Outcome
) -> int | None:
    """Fewest votes, 1..most, that change the outcome `now` when moved; None if none do."""

    def changes(moved: int) -> bool:
        after = list(counts)
        after[giver] -= moved
        after[receiver] += moved
        return _divide(after, rule) != now

    for piece in _pieces(counts[giver], counts[receiver], most, rule.least_votes):
        if changes(piece[0]):
            return piece[0]
        if changes(piece[-1]):
            return piece[bisect_left(piece, True, key=changes)]
    return None


def _pieces(giver_votes: int, receiver_votes: int, most: int, least_votes: int) -> list[range]:
    """Cut the moves 0..most into ranges in which the same contestants take part."""
    giver_drops_out = giver_votes - least_votes + 1
    receiver_comes_in = least_votes - receiver_votes
    cuts = {cut for cut in (giver_drops_out, receiver_comes_in) if 0 < cut <= most}
    starts = [0, *sorted(cuts)]
    return [range(*ends) for ends in zip(starts, [*starts[1:], most + 1], strict=True)]


def _divide(counts: Sequence[int], rule: _Rule) -> _Outcome:
    """Apply the rule to votes by position."""
    takes_part = [i for i, count in enumerate(counts) if count >= rule.least_votes]
    given, tied = [0] * len(counts), list[int]()
    if rule.seats and takes_part:
        votes = [counts[i] for i in takes_part]
        if rule.method == HARE:
            part = _by_remainders(votes, rule.seats)
        else:
            part = _by_divisors(votes, rule.seats, DIVISORS[rule.method])
        for i, seats in zip(takes_part, part.seats, strict=True):
            given[i] = seats
        tied = [takes_part[i] for i in part.tied]
    return _Outcome(given, tied)


def _by_remainders(votes: Sequence[int], seats: int) -> _Outcome:
    """Hare quota and largest remainders, between contestants with 1 vote or more."""
    total = sum(votes)
    # Remainders are kept in units of 1/total seat: whole numbers, so equal means equal.
    parts = [divmod(count * seats, total) for count in votes]
    given, remainders = [whole for whole, _ in parts], [rest for _, rest in parts]
    left = seats - sum(given)
    if left == 0:
        return _Outcome(given, [])
    ranked = sorted(remainders, reverse=True)
    # There are always more remainders than seats left: each is less than one seat.
    cut, next_best = ranked[left - 1], ranked[left]
    decided = cut if next_best < cut else cut + 1
    given = [whole + (rest >= decided) for whole, rest in zip(given, remainders, strict=True)]
    tied = [i for i, rest in enumerate(remainders) if rest == cut == next_best]
    return _Outcome(given, tied)


def _by_divisors(votes: Sequence[int], seats: int, divisor: Callable[[int], int]) -> _Outcome:
    """Seat by seat to the highest quotient, between contestants with 1 vote or more."""
    # Two different quotients v/d and w/e lie at least 1/(d*e) apart. Multiplied by the square of
    # the largest divisor they lie at least 1 apart, so their whole parts compare as they do.
    scale = divisor(seats + 1) ** 2

    def height(contestant: int, seat: int) -> int:
        return votes[contestant] * scale // divisor(seat)

    given = [0] * len(votes)
    queue = [(-height(i, 1), i) for i in range(len(votes))]
    heapify(queue)
    last = 0
    for _ in range(seats):
        last, i = queue[0]
        given[i] += 1
        heapreplace(queue, (-height(i, given[i] + 1), i))
    waiting = {i for key, i in queue if key == last}
    if not waiting:
        return _Outcome(given, [])
    served = {i for i, got in enumerate(given) if got and height(i, got) == -last}
    return _Outcome([got - (i in served) for i, got in enumerate(given)], sorted(waiting | served))


def _rule(
    votes: Mapping[str, int], seats: int, method: str, share: float, base: int | None
) -> _Rule:
    _check("method", method, method in METHODS, "one of " + ", ".join(METHODS))
    _check("seats", seats, seats >= 0, "a number of seats, 0 or more")
    _check("threshold_share", share, 0 <= share <= 1, "a share from 0 to 1")
    # A base of 0 would let everybody in without a word.
    _check("threshold_base", base, base is None or base > 0, "a number of votes, 1 or more")
    for name, count in votes.items():
        _check(f"votes of {name}", count, count >= 0, "a number of votes, 0 or more")
    base_votes = sum(index(count) for count in votes.values()) if base is None else index(base)
    threshold = ceil(Fraction(str(float(share))) * base_votes)
    return _Rule(index(seats), method, max(1, threshold))


def _check(parameter: str, value: object, usable: bool, expected: str) -> None:
    if not usable:
        raise Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
