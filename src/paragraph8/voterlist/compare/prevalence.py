"""Prevalence: how many pairs are one person, as the scores of all compared pairs say."""

from math import log2

import numpy as np

from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.records import CENTIBITS

FEWEST, MOST = 1e-7, 50.0
ROUNDS = 200
# The first guess weighs as much as this many entries: one pair alone does not make itself likely.
PRIOR_ENTRIES = 20
# Below this score (bits) even many pairs add nothing.
LEAST_BITS = -20


def prevalence(
    engine: Engine, scored: str, entries: int, first: float, per_pair: int = 1
) -> tuple[float, float]:
    """Partners per entry, and the expected number of pairs that are one person.

        scored     table with a score that takes one partner per entry for granted
        entries    entries that may have partners
        first      partners per entry as one would guess without having seen the scores
        per_pair   entries of that list that one pair stands for: 2 within a list, 1 between two
    The share that maximises the likelihood of the scores and of the first guess, which weighs
    little, by expectation and maximisation.
    Assumes that scores are calibrated and that pairs not compared are no pairs.
    Source: Dempster, Laird and Rubin, J. R. Statist. Soc. B 39 (1977), 1-38.
    """
    counted = engine.frame(
        f"SELECT score, count(*) AS pairs FROM {scored}"
        f" WHERE score > {LEAST_BITS * CENTIBITS} GROUP BY score"
    ).sort("score")
    if counted.is_empty() or not entries:
        return FEWEST, 0.0
    score = counted["score"].to_numpy() / CENTIBITS
    pairs = counted["pairs"].to_numpy().astype(float)
    partners, expected = first, 0.0
    for _ in range(ROUNDS):
        expected = float((pairs / (1 + 2.0 ** -(score + log2(partners)))).sum())
        share = (per_pair * expected + first * PRIOR_ENTRIES) / (entries + PRIOR_ENTRIES)
        new = float(np.clip(share, FEWEST, MOST))
        if abs(new - partners) < 1e-6 * partners:
            break
        partners = new
    return partners, expected
