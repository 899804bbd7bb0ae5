"""Weights: what each level of agreement says, in hundredths of a bit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log2

from paragraph8.voterlist.records import CENTIBITS

Shares = Mapping[str, float]
# P(this very string | one slip of the pen) is about 1 in 300: one of 26 letters at one of 6 places,
# by substitution, insertion, omission. Two slips lead to many more strings, but few of them are
# names.
SLIPS = ("near", "far", "part")
ONE_SLIP_BITS, TWO_SLIPS_BITS = 8.2, 9.0


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """Shares of levels of one field: entries of one person, of two relatives, of two strangers."""

    same: Shares
    relative: Shares
    random: Shares

    def against_relative(self, level: str) -> int:
        """Evidence for one person rather than two of a family, in hundredths of a bit.

        What relatives have in common is written wrongly as often as what one person has: no slip
        says more than agreement does.
        """
        said = centibits(self.same[level] / self.relative[level])
        if level not in SLIPS or "exact" not in self.relative:
            return said
        return min(said, centibits(self.same["exact"] / self.relative["exact"]))

    def against_random(self, level: str) -> int:
        """Evidence for one person rather than two strangers, where rarity has no part in it."""
        return centibits(self.same[level] / self.random[level])

    def how_often(self, level: str) -> int:
        """The logarithm of how often entries of one person stand at the level; 0 or less."""
        return centibits(self.same[level])


def centibits(share: float) -> int:
    """The logarithm to base 2, in whole hundredths, so that all engines add alike."""
    return round(CENTIBITS * log2(share))


@cache
def shipped_weights() -> Mapping[str, FieldWeights]:
    """Field -> weights, as the package ships them."""
    text = (resources.files("paragraph8.voterlist.compare") / "weights.toml").read_text("utf-8")
    return {
        field: FieldWeights(entry["same"], entry["relative"], entry["random"])
        for field, entry in tomllib.loads(text).items()
    }
