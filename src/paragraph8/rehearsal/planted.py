"""What is planted: the chance of a problem for each item at each visit, and answers drawn by it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit, roots_hermitenorm

from paragraph8.tables.codebook_reader import Item, codebook_form

PLANTED_TYPES = ("yes_no", "yes_no_na", "rating")
# One of a list, of which some answers are a problem.
PLANTED_LISTS = ("C46", "O9", "V2", "V22", "V23")
# Drawn otherwise: whether the visit is a repeat, who chairs; both observers sign each form.
NOT_PLANTED = ("H13", "H15", "H12c")
# Conditions that the visit decides, not an answer: stage, kind of station, part seen, lists in use.
BY_PLACE = ("E0", "H6", "H9", "O22")
# Whether printed totals agree is decided by the lists of the station; these are nearly 0 and 1.
LISTS_AGREE, NEVER, ALWAYS = "O23", -40.0, 40.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations of the log-odds between teams, stations and regions."""

    team: float
    station: float
    region: float


@dataclass(frozen=True, slots=True)
class Where:
    """Where and by whom each of n visits of one form is made.

    team, station, region   places 0..; two teams at one station share its place, and two at the
                            commission of one district
    electronic, rural       what the station is
    lists_differ            its electronic list has another number of names than its paper list
    """

    team: NDArray[np.int64]
    station: NDArray[np.int64]
    region: NDArray[np.int64]
    electronic: NDArray[np.bool_]
    rural: NDArray[np.bool_]
    lists_differ: NDArray[np.bool_]


@dataclass(frozen=True)
class Planted:
    """Chances for the planted items of one form at its visits.

    log_odds   (items, visits): of a problem, before the effects of team and station
    shared     items that these effects move; a question asked only after another is not among
               them, since they decided already whether it is asked
    """

    items: tuple[Item, ...]
    log_odds: NDArray[np.float64]
    shared: NDArray[np.bool_]
    spread: Spread

    def item(self, name: str) -> Item:
        """The planted item of this id. Raises KeyError for one that is not planted."""
        return {item.id: item for item in self.items}[name]

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """(items, visits): the chance of a problem, over all teams and stations there might be.

        A share expected under this deployment is its mean over the visits that were asked.
        """
        wide = float(np.hypot(self.spread.team, self.spread.station))
        mixed = _averaged(self.log_odds, wide)
        plain: NDArray[np.float64] = expit(self.log_odds)
        return np.where(self.shared[:, None], mixed, plain)

    def draw(self, where: Where, rng: np.random.Generator) -> NDArray[np.bool_]:
        """(items, visits): whether the team reports the problem. Teams differ in strictness, and
        two teams at one station look at the same place."""
        team = rng.normal(0, self.spread.team, int(where.team.max(initial=0)) + 1)
        station = rng.normal(0, self.spread.station, int(where.station.max(initial=0)) + 1)
        effect = team[where.team] + station[where.station]
        odds = self.log_odds + np.where(self.shared[:, None], effect[None, :], 0.0)
        drawn: NDArray[np.bool_] = rng.random(odds.shape) < expit(odds)
        return drawn


def plant(form: str, where: Where, rng: np.random.Generator) -> Planted:
    """Chances for all planted items of a form, at these visits."""
    items = tuple(item for item in codebook_form(form).items if is_planted(item))
    spread, names = planted_spread(), [item.id for item in items]
    shared = np.array([is_always_asked_here(item) for item in items])
    wide = float(np.hypot(spread.team, spread.station))
    base = [
        _intercept(planted_rate(item), wide if moved else 0.0)
        for item, moved in zip(items, shared, strict=True)
    ]
    log_odds = np.array(base)[:, None] + _regional(items, where, spread, rng)
    log_odds += _shifts(items, "electronic")[:, None] * where.electronic
    log_odds += _shifts(items, "rural")[:, None] * where.rural
    if LISTS_AGREE in names:
        place = names.index(LISTS_AGREE)
        log_odds[place], shared[place] = np.where(where.lists_differ, ALWAYS, NEVER), False
    return Planted(items, log_odds, shared, spread)


def _regional(
    items: Sequence[Item], where: Where, spread: Spread, rng: np.random.Generator
) -> NDArray[np.float64]:
    """One effect for each region and theme: what a region does badly it does badly in several
    items."""
    themes = sorted({item.supports for item in items})
    effects = rng.normal(0, spread.region, (len(themes), int(where.region.max(initial=0)) + 1))
    effect: NDArray[np.float64] = effects[[themes.index(item.supports) for item in items]]
    return effect[:, where.region]


def is_planted(item: Item) -> bool:
    """Whether answers to the item are drawn from a planted rate."""
    named = item.type in PLANTED_TYPES or item.id in PLANTED_LISTS
    return named and item.id not in NOT_PLANTED


def planted_rate(item: Item) -> float:
    """The planted rate of the problem answer; of "yes" for a neutral item."""
    rates = _rates()
    named = rates.get(item.form, {})
    if item.id in named:
        return float(named[item.id])
    other = rates["otherwise"]
    if item.type == "rating":
        return float(other["rating"])
    if not item.problem:
        return float(other["neutral"])
    return float(other["serious" if item.serious else "plain"])


def is_always_asked_here(item: Item) -> bool:
    """Whether the place decides that the item is asked, and no answer given before."""
    clauses = item.asked_if.clauses if item.asked_if else ()
    return all(clause.item in BY_PLACE for clause in clauses)


def planted_answers(item: str) -> Mapping[str, float]:
    """How often each answer of a neutral list is given, where that is planted; empty elsewhere."""
    answers: Mapping[str, float] = _rates()["answers"].get(item, {})
    return answers


def answer_chances() -> Mapping[str, float]:
    """How often an item is not known, left empty, not applicable."""
    other: Mapping[str, float] = _rates()["otherwise"]
    return other


def planted_spread() -> Spread:
    """How much teams, stations and regions differ."""
    return Spread(**_rates()["spread"])


def _shifts(items: Sequence[Item], kind: str) -> NDArray[np.float64]:
    return np.array([_rates()[kind].get(item.id, 0.0) for item in items])


@cache
def _intercept(rate: float, wide: float) -> float:
    """The log-odds whose chance, averaged over effects of this spread, is the rate."""
    if wide == 0:
        return float(logit(rate))
    return float(brentq(lambda a: float(_averaged(np.array(a), wide)) - rate, -15, 15))


def _averaged(log_odds: NDArray[np.float64], wide: float) -> NDArray[np.float64]:
    nodes, weights = _nodes()
    spread_out = expit(log_odds[..., None] + wide * nodes)
    mean: NDArray[np.float64] = spread_out @ weights
    return mean


@cache
def _nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = roots_hermitenorm(25)
    return nodes, weights / weights.sum()


@cache
def _rates() -> dict[str, Any]:
    file = resources.files("paragraph8.rehearsal") / "rates.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
