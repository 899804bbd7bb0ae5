"""Refit: shares of levels as the pairs that are surely one person show them.

The shipped shares are where it starts. Lists typed by other people have other slips of the pen.
"""

from collections.abc import Mapping
from dataclasses import replace

from paragraph8.voterlist.compare.levels import LEVELS
from paragraph8.voterlist.compare.score import Scoring
from paragraph8.voterlist.compare.weights import FieldWeights
from paragraph8.voterlist.engine import Engine

# The shipped shares weigh as much as this many pairs; a level never seen keeps a chance.
SHIPPED_PAIRS = 100.0
# Pairs that differ in many fields are missing among the sure ones: no share falls further.
LEAST_OF_SHIPPED = 1 / 3
Counts = Mapping[str, Mapping[int, float]]


def count_levels(engine: Engine, scoring: Scoring, table: str, where: str = "1 = 1") -> Counts:
    """Field -> level code -> pairs of the table that stand at it."""
    return {
        field: {
            int(code): float(pairs)
            for code, pairs in engine.frame(
                f"SELECT {field}_level, count(*) FROM {table} WHERE {where} GROUP BY {field}_level"
            ).iter_rows()
        }
        for field in scoring.fields
    }


def refit(scoring: Scoring, *counted: Counts) -> Scoring:
    """The scoring with `same` shares moved to what was counted; the other shares stay.

    counted   one or more results of `count_levels` over pairs that are one person
    Assumes that THE PAIRS COUNTED ARE NOT CHOSEN BY THE FIELD'S OWN AGREEMENT alone: pairs that
    differ in many fields at once are missing among them, so that shares of disagreement come out a
    little low.
    """
    weights = dict(scoring.weights)
    for field in scoring.fields:
        totals: dict[int, float] = {}
        for counts in counted:
            for code, pairs in counts[field].items():
                totals[code] = totals.get(code, 0.0) + pairs
        weights[field] = _moved(weights[field], LEVELS[field], totals)
    return replace(scoring, weights=weights)


def _moved(
    shipped: FieldWeights, codes: Mapping[str, int], totals: Mapping[int, float]
) -> FieldWeights:
    known = {name: totals.get(codes[name], 0.0) for name in shipped.same}
    pairs = sum(known.values()) + SHIPPED_PAIRS
    scale = SHIPPED_PAIRS / sum(shipped.same.values())
    same = {
        name: max((known[name] + scale * share) / pairs, LEAST_OF_SHIPPED * share)
        for name, share in shipped.same.items()
    }
    return replace(shipped, same=same)
