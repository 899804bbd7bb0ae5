"""Brothers who head households of their own: one family at two addresses."""

import numpy as np
from numpy.typing import NDArray

from paragraph8.voterlist.generate.families import Families
from paragraph8.voterlist.generate.settings import Settings

APART = 40  # households: kin live not far
OLDEST_GAP, YOUNGEST_GAP = 18 * 365, 330  # days between births
# Two heads born in one year cannot be brothers unless they are twins: this share are.
TWINS_APART = 0.25

Rows = NDArray[np.int64]


def brothers(
    made: Families, kind: NDArray[np.int8], settings: Settings, rng: np.random.Generator
) -> tuple[Rows, Rows]:
    """Households of pairs of brothers; no household is in two pairs.

    Of the second of each pair no father lives in the house. Twins get one birth date.
    """
    households = len(kind)
    first = np.flatnonzero(rng.random(households) < settings.kin)
    second = first + rng.integers(1, APART, len(first))
    inside = second < households
    first, second = _once(first[inside], second[inside])
    free = ~np.isin(made.role[second], ("F", "P")).any(axis=1)
    men = (made.sex[first, 0] == 1) & (made.sex[second, 0] == 1)
    gap = np.abs(made.birth[first, 0] - made.birth[second, 0])
    born_with = (gap < YOUNGEST_GAP) & (rng.random(len(gap)) < TWINS_APART)
    fits = (kind[first] == kind[second]) & free & men & (gap < OLDEST_GAP)
    kept = fits & ((gap >= YOUNGEST_GAP) | born_with)
    first, second, born_with = first[kept], second[kept], born_with[kept]
    made.birth[second[born_with], 0] = made.birth[first[born_with], 0]
    return first, second


def _once(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Pairs none of whose households was in a pair before."""
    both = np.stack([first, second], axis=1).ravel()
    _, place = np.unique(both, return_index=True)
    seen_first = np.zeros(len(both), np.bool_)
    seen_first[place] = True
    kept = seen_first.reshape(-1, 2).all(axis=1)
    return first[kept], second[kept]
