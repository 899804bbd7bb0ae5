"""What is true of every row: whose it is, how it differs from its partner, its category."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.generate.dates import MISSING
from paragraph8.voterlist.generate.places import Places
from paragraph8.voterlist.generate.scripts import folded
from paragraph8.voterlist.generate.side import FLAGS, Side
from paragraph8.voterlist.generate.text import overwritten

# Days from here are positive, so that a code below 0 is free to mean missing.
BEFORE_ALL = 100_000
COMPARED = ("surname", "given", "patronymic", "birth_date", "street", "house", "flat")


@dataclass(frozen=True, slots=True)
class Key:
    """Cells to compare: equal codes within one values series are equal text; -1 is missing."""

    values: pl.Series
    codes: NDArray[np.int32]

    def taken(self, rows: NDArray[np.int64]) -> "Key":
        """The cells of these rows."""
        return Key(self.values, self.codes[rows])


@dataclass(frozen=True, slots=True)
class Row:
    """What truth knows of the rows of one list, in the order of the list."""

    person: NDArray[np.int64]
    second: NDArray[np.bool_]
    keys: dict[str, Key]
    station: NDArray[np.int32]
    flags: dict[str, NDArray[np.bool_]]


def keys(side: Side, where: Places) -> dict[str, Key]:
    """The cells before script and case came in, for a comparison with the other list."""
    found = {name: Key(text.values, text.codes.copy()) for name, text in side.text.items()}
    birth = np.where(side.birth == MISSING, -1, side.birth + BEFORE_ALL).astype(np.int32)
    found["birth_date"] = Key(pl.Series([], dtype=pl.String), birth)
    return found


def truth_of_two(paper: Row, electronic: Row) -> pl.DataFrame:
    """The truth of both lists, one row for each of their rows."""
    pairs = _pairs(paper, electronic)
    frames = []
    for name, row, own in (("paper", paper, "p"), ("electronic", electronic, "e")):
        frame = described(row).with_columns(pl.lit(name).alias("list"))
        index = pairs[own].to_numpy()
        category = overwritten(_unpaired(row, index, name), index, pairs["category"])
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(row.person))
        differs = overwritten(nothing, index, pairs["differs"])
        only = np.zeros(len(row.person), np.bool_)
        only[index] = pairs["only_missing"].to_numpy()
        frame = frame.with_columns(
            differs.alias("differs"),
            pl.Series("only_missing", only),
            category.alias("category"),
        )
        frames.append(frame)
    return pl.concat(frames).select("list", pl.exclude("list"))


def described(row: Row) -> pl.DataFrame:
    """Row, person and flags of a list."""
    return pl.DataFrame(
        {
            "row": np.arange(1, len(row.person) + 1),
            "person": row.person,
            "second": row.second,
            **{name: row.flags[name] for name in FLAGS},
        }
    )


def _pairs(paper: Row, electronic: Row) -> pl.DataFrame:
    """One pair for each person on both lists: the one that agrees best, then the lowest rows."""
    left = pl.DataFrame({"person": paper.person, "p": np.arange(len(paper.person))})
    right = pl.DataFrame({"person": electronic.person, "e": np.arange(len(electronic.person))})
    pairs = left.join(right, on="person")
    p, e = pairs["p"].to_numpy(), pairs["e"].to_numpy()
    moved = paper.station[p] != electronic.station[e]
    differs, missing = _differences(paper, electronic, p, e)
    count = sum(mask.astype(np.int8) for mask in differs.values()) + moved
    only = (count > 0) & ~moved
    for name in COMPARED:
        only &= ~differs[name] | missing[name]
    flags = sum(
        side.flags[name][rows].astype(np.int8) for side, rows in ((paper, p), (electronic, e))
        for name in FLAGS
    )  # fmt: skip
    category = np.where(moved, 2, np.where(count > 0, 1, 0))
    names = pl.Series(["matched", "changed", "moved"])
    pairs = pairs.with_columns(
        pl.Series("count", count),
        pl.Series("flags", flags),
        names.gather(category).alias("category"),
        _joined(differs).alias("differs"),
        pl.Series("only_missing", only),
    )
    return pairs.sort("person", "count", "flags", "p", "e").unique(
        "person", keep="first", maintain_order=True
    )


def _differences(
    paper: Row, electronic: Row, p: NDArray[np.int64], e: NDArray[np.int64]
) -> tuple[dict[str, NDArray[np.bool_]], dict[str, NDArray[np.bool_]]]:
    """For each field: where the pair differs, and where one of the two lacks the value."""
    differs, missing = {}, {}
    for name in COMPARED:
        a, b = _same_codes(paper.keys[name], electronic.keys[name])
        a, b = a[p], b[e]
        differs[name] = a != b
        missing[name] = (a < 0) != (b < 0)
    return differs, missing


def _same_codes(a: Key, b: Key) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Codes of the folded texts of both, so that equal codes mean the same text."""
    if not len(a.values):
        return a.codes, b.codes
    text = folded(pl.concat([a.values, b.values]))
    code = text.rank("dense").to_numpy().astype(np.int32)
    first, second = code[: len(a.values)], code[len(a.values) :]
    return (
        np.where(a.codes < 0, -1, first[a.codes]),
        np.where(b.codes < 0, -1, second[b.codes]),
    )


def _joined(differs: dict[str, NDArray[np.bool_]]) -> pl.Series:
    """Names of the fields that differ, joined by commas; null where none does."""
    pattern = sum(mask.astype(np.int64) << place for place, mask in enumerate(differs.values()))
    names = list(differs)
    texts = [
        ",".join(name for place, name in enumerate(names) if number >> place & 1) or None
        for number in range(2 ** len(names))
    ]
    return pl.Series(texts, dtype=pl.String).gather(pattern)


def _unpaired(row: Row, paired: NDArray[np.int64], name: str) -> pl.Series:
    """Categories of rows outside pairs: the best entry of a person, or a duplicate."""
    count = sum(flag.astype(np.int8) for flag in row.flags.values())
    taken = np.zeros(len(row.person), np.bool_)
    taken[paired] = True
    order = pl.DataFrame(
        {"person": row.person, "taken": ~taken, "count": count, "row": np.arange(len(taken))}
    ).sort("person", "taken", "count", "row")
    best = order.unique("person", keep="first", maintain_order=True)["row"].to_numpy()
    category = np.ones(len(row.person), np.int64)
    category[best] = 0
    return pl.Series([f"only_{name}", f"duplicate_in_{name}"]).gather(category)
