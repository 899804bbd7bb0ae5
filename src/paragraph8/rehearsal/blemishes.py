"""Planted faults of forms: late, contradictory, copied, mistyped. Tests ask who finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.rehearsal import planters
from paragraph8.rehearsal.drawn import Drawn
from paragraph8.rehearsal.planters import Blemished, Chosen
from paragraph8.rehearsal.truth import Truth

Fits = Callable[[Mapping[str, Drawn]], NDArray[np.bool_]]


def _anywhere(drawn: Mapping[str, Drawn]) -> NDArray[np.bool_]:
    return np.ones(drawn["voting"].visits.height, dtype=bool)


def _without_add_on(drawn: Mapping[str, Drawn]) -> NDArray[np.bool_]:
    """Visits whose place and times stand on no other form."""
    key = ["team", "station"]
    voting = drawn["voting"].visits.with_row_index("place")
    for form in ("evoting", "mobile"):
        voting = voting.join(drawn[form].visits, on=key, how="anti")
    alone = _anywhere(drawn) & False
    alone[voting["place"].to_numpy()] = True
    return alone


def _after_another(drawn: Mapping[str, Drawn]) -> NDArray[np.bool_]:
    """Visits without an add-on that follow one of the same team elsewhere."""
    team, station = (drawn["voting"].visits[name].to_numpy() for name in ("team", "station"))
    after: NDArray[np.bool_] = _without_add_on(drawn)
    after &= (team == np.roll(team, 1)) & (station != np.roll(station, 1))
    after[0] = False
    return after


def _with_figures(drawn: Mapping[str, Drawn]) -> NDArray[np.bool_]:
    return planters.has_figures(drawn["counting"])


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: on how many forms, how it is planted, and which visits it fits.

    of_one_team   all its forms are of one team; otherwise each is of another
    """

    forms: int
    plant: Callable[[Chosen], None]
    fits: Fits = _anywhere
    of_one_team: bool = False
    form: str = "voting"


KINDS: Mapping[str, Kind] = {
    "short_visit": Kind(9, planters.leave_early, _without_add_on),
    "departure_before_arrival": Kind(4, planters.leave_before_arriving, _without_add_on),
    "serious_without_comment": Kind(6, planters.forget_comment),
    "best_mark_with_serious": Kind(4, planters.mark_best),
    "worst_mark_without_problem": Kind(4, planters.mark_worst),
    "two_places": Kind(4, planters.be_in_two_places, _after_another),
    "impossible_travel": Kind(4, planters.be_far_away, _after_another),
    "straight_lining": Kind(7, planters.repeat_the_first, of_one_team=True),
    "copied": Kind(6, planters.copy_in_pairs, of_one_team=True),
    "sent_twice": Kind(5, planters.send_twice),
    "unknown_station": Kind(4, planters.mistype_station, _without_add_on),
    "bad_figures": Kind(5, planters.mistype_figure, _with_figures, form="counting"),
}
# Reports that their teams corrected: no fault, but some must be there.
CORRECTED = Kind(6, planters.correct)


def blemish(truth: Truth, drawn: Mapping[str, Drawn], seed: int) -> Blemished:
    """Plant the faults into the drawn forms; a form carries at most one, and a team one kind.

    Of a report sent twice both carry it. A few more voting reports are corrected by their team.
    """
    rng = np.random.default_rng([seed, truth.seed, 1])
    made, used = Blemished(), np.zeros(truth.observers.team.height, dtype=bool)

    for name, kind in {**KINDS, "": CORRECTED}.items():
        form = drawn[kind.form]
        places = _choose(kind, drawn, used, rng)
        used[form.visits["team"].to_numpy()[places]] = True
        if name:
            made.kinds |= {form.filled.observations[place]: name for place in places}
        kind.plant(Chosen(truth, seed, form, places, made, rng))
    return made


def _choose(
    kind: Kind, drawn: Mapping[str, Drawn], used: NDArray[np.bool_], rng: np.random.Generator
) -> list[int]:
    team = drawn[kind.form].visits["team"].to_numpy()
    free = kind.fits(drawn) & ~used[team]
    if kind.of_one_team:
        enough = np.flatnonzero(np.bincount(team[free]) >= kind.forms)
        own = np.flatnonzero(free & (team == rng.choice(enough)))
        return [int(place) for place in own[: kind.forms]]
    mixed = rng.permutation(np.flatnonzero(free))
    first = np.sort(np.unique(team[mixed], return_index=True)[1])
    return [int(place) for place in np.sort(mixed[first[: kind.forms]])]
