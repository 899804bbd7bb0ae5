"""Pairs that the matching left apart, though they agree on something: counted and drawn.

There can be thousands of millions, so they are counted from groups, never listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

SURNAME, GIVEN, PATRONYMIC = "surname_root", "given_root", "patronymic_root"
BIRTH = "birth"
KEYS: Final = (SURNAME, GIVEN, PATRONYMIC, BIRTH)
# Kind of agreement -> what agrees at least. A pair that fits several kinds is of the first.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "surname+birth": (SURNAME, BIRTH),
    "given+birth": (GIVEN, BIRTH),
    "patronymic+birth": (PATRONYMIC, BIRTH),
    "surname+given": (SURNAME, GIVEN),
    "surname+patronymic": (SURNAME, PATRONYMIC),
    "given+patronymic": (GIVEN, PATRONYMIC),
    "birth": (BIRTH,),
    "surname": (SURNAME,),
    "given": (GIVEN,),
    "patronymic": (PATRONYMIC,),
}
MISSING: Final = -1
BLOCK: Final = 1 << 20  # pairs looked at together
# Where fewer than one in so many pairs of the groups is of the kind, all of them are looked at.
RAREST: Final = 1000


@dataclass(frozen=True, slots=True)
class _Entries:
    """Entries of one list, or of two, the second after the first."""

    rows: Numbers
    codes: Mapping[str, Numbers]  # column -> code of its value; MISSING where it is
    first: int  # entries of the first list
    within: bool  # one list only

    @property
    def second(self) -> int:
        """Where the entries begin with which those of the first list are paired."""
        return 0 if self.within else self.first


class Apart:
    """Entries of two lists, or of one, and the pairs of them that were left apart.

    sizes   kind of agreement -> pairs of that kind
    """

    def __init__(
        self, first: pl.DataFrame, second: pl.DataFrame | None, paired: pl.DataFrame | None = None
    ) -> None:
        """Count the pairs.

            first    row and KEYS: an entry per row; null where missing
            second   the same of the other list; None for pairs within `first`
            paired   row_a, row_b: pairs within `first` that were not left apart, row_a < row_b
        A missing value agrees with nothing.
        """
        self._entries = _entries([first] if second is None else [first, second])
        left, right = _places(self._entries, paired)
        self._paired = np.sort(_pair_code(left, right))
        self.sizes: Mapping[str, int] = self._sizes(self._kind(left, right))

    def draw(self, kind: str, number: int, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
        """Rows of `number` different pairs of a kind, any set of them equally likely.

        number   0 to sizes[kind]
        """
        groups = _Groups(self._entries, KINDS[kind])
        rare = groups.pairs > RAREST * self.sizes[kind]
        draw = self._from_all if rare or groups.pairs <= BLOCK else self._by_trying
        left, right = groups.places(draw(groups, kind, number, rng))
        return self._entries.rows[left], self._entries.rows[right]

    def _from_all(
        self, groups: "_Groups", kind: str, number: int, rng: np.random.Generator
    ) -> Numbers:
        fitting = [
            self._fitting(groups, np.arange(start, min(start + BLOCK, groups.pairs)), kind)
            for start in range(0, groups.pairs, BLOCK)
        ]
        every = np.concatenate([*fitting, np.array([], dtype=np.int64)])
        return np.asarray(rng.choice(every, number, replace=False))

    def _by_trying(
        self, groups: "_Groups", kind: str, number: int, rng: np.random.Generator
    ) -> Numbers:
        found: dict[int, None] = {}  # a set that keeps its order
        while len(found) < number:
            tried = rng.integers(groups.pairs, size=BLOCK // 16)
            found |= dict.fromkeys(self._fitting(groups, tried, kind).tolist())
        return np.array(list(found)[:number], dtype=np.int64)

    def _fitting(self, groups: "_Groups", pairs: Numbers, kind: str) -> Numbers:
        left, right = groups.places(pairs)
        fits: NDArray[np.bool_] = self._kind(left, right) == list(KINDS).index(kind)
        if self._entries.within:
            # Groups hold each pair twice, once from either end.
            fits &= self._entries.rows[left] < self._entries.rows[right]
            fits &= ~np.isin(_pair_code(left, right), self._paired)
        return pairs[fits]

    def _kind(self, left: Numbers, right: Numbers) -> Numbers:
        """The place in KINDS of each pair; MISSING for pairs that agree on nothing."""
        codes = self._entries.codes
        alike = {
            key: (codes[key][left] == codes[key][right]) & (codes[key][left] != MISSING)
            for key in KEYS
        }
        fits = [np.logical_and.reduce([alike[key] for key in keys]) for keys in KINDS.values()]
        return np.select(fits, range(len(KINDS)), default=MISSING).astype(np.int64)

    def _sizes(self, paired: Numbers) -> dict[str, int]:
        sets = [set(keys) for size in range(1, 5) for keys in combinations(KEYS, size)]
        at_least = [_Groups(self._entries, tuple(sorted(keys))).different for keys in sets]
        sizes = dict.fromkeys(KINDS, 0)
        for agreeing in sets:
            # Pairs that agree on these and on nothing else, by inclusion and exclusion.
            exactly = sum(
                (-1) ** len(more - agreeing) * pairs
                for more, pairs in zip(sets, at_least, strict=True)
                if agreeing <= more
            )
            sizes[_kind_of(agreeing)] += exactly
        for kind, taken in zip(
            KINDS, np.bincount(paired[paired != MISSING], minlength=len(KINDS)), strict=True
        ):
            sizes[kind] -= int(taken)
        return sizes


class _Groups:
    """The pairs of entries with the same values in some columns, numbered from 0.

    Within one list each pair has two numbers.
    """

    def __init__(self, entries: _Entries, keys: Sequence[str]) -> None:
        code = _together([entries.codes[key] for key in keys])
        self._entries = entries
        self._left, code_left, begin_left, number_left = _grouped(code[: entries.first])
        self._right, code_right, begin_right, number_right = _grouped(code[entries.second :])
        _, at_left, at_right = np.intersect1d(code_left, code_right, return_indices=True)
        self._begin = begin_left[at_left], begin_right[at_right]
        # Within a list an entry is not paired with itself.
        self._beside = number_right[at_right] - int(entries.within)
        self._pairs = number_left[at_left] * self._beside
        self._ends = np.cumsum(self._pairs)
        self.pairs = int(self._ends[-1]) if len(self._ends) else 0

    @property
    def different(self) -> int:
        """Pairs, each once."""
        return self.pairs // 2 if self._entries.within else self.pairs

    def places(self, pairs: Numbers) -> tuple[Numbers, Numbers]:
        """Places of the two entries of each pair."""
        group = np.searchsorted(self._ends, pairs, side="right")
        within = pairs - self._ends[group] + self._pairs[group]
        left, right = np.divmod(within, np.maximum(self._beside[group], 1))
        if self._entries.within:
            right += right >= left
        begin_left, begin_right = self._begin
        return (
            self._left[begin_left[group] + left],
            self._right[begin_right[group] + right] + self._entries.second,
        )


def _kind_of(agreeing: set[str]) -> str:
    return next(kind for kind, keys in KINDS.items() if agreeing.issuperset(keys))


def _pair_code(left: Numbers, right: Numbers) -> Numbers:
    return left * (1 << 31) + right


def _grouped(code: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Places in the order of their groups, and code, beginning and size of each group."""
    known = np.flatnonzero(code != MISSING)
    order = known[np.argsort(code[known], kind="stable")]
    values, begin, number = np.unique(code[order], return_index=True, return_counts=True)
    return order, values, begin, number


def _entries(frames: Sequence[pl.DataFrame]) -> _Entries:
    # By row number, so that the order of a frame cannot change a draw.
    frames = [frame.sort("row") for frame in frames]
    rows = pl.concat([frame["row"].cast(pl.Int64) for frame in frames])
    codes = {}
    for key in KEYS:
        values = pl.concat([frame[key].cast(pl.String) for frame in frames])
        codes[key] = values.rank("dense").cast(pl.Int64).fill_null(MISSING).to_numpy()
    return _Entries(rows.to_numpy(), codes, frames[0].height, len(frames) == 1)


def _together(codes: Sequence[Numbers]) -> Numbers:
    """One code for several; made dense at each step, so that no product overflows."""
    result = codes[0]
    for other in codes[1:]:
        known = (result != MISSING) & (other != MISSING)
        joined = result * (other.max(initial=0) + 1) + other
        _, dense = np.unique(np.where(known, joined, MISSING), return_inverse=True)
        result = np.where(known, dense, MISSING)
    return result


def _places(entries: _Entries, paired: pl.DataFrame | None) -> tuple[Numbers, Numbers]:
    if paired is None:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    rows = [paired[column].cast(pl.Int64).to_numpy() for column in ("row_a", "row_b")]
    left, right = (np.searchsorted(entries.rows, found) for found in rows)
    return left, right
