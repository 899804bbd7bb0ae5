"""Text columns kept as distinct values and codes, so that damage touches no more than it must."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Rows = NDArray[np.int64]
SUBSTITUTE, DELETE, INSERT, EXCHANGE = range(4)
KINDS = (0.4, 0.2, 0.2, 0.2)


@dataclass(slots=True)
class Text:
    """A column of text: cell i is values[codes[i]], or missing where codes[i] is -1."""

    values: pl.Series
    codes: Codes

    def copy(self) -> "Text":
        """The same cells; writing into the copy leaves this one alone."""
        return Text(self.values, self.codes.copy())

    def at(self, rows: Rows) -> pl.Series:
        """The cells of these rows, null where missing."""
        codes = self.codes[rows]
        index = pl.Series(codes).set(pl.Series(codes < 0), None)
        return self.values.gather(index)

    def cells(self) -> pl.Series:
        """The whole column."""
        return self.at(np.arange(len(self.codes)))

    def put(self, rows: Rows, cells: pl.Series) -> None:
        """Write new text into these rows; a null makes the cell missing."""
        new = np.arange(len(rows), dtype=np.int32) + len(self.values)
        new[cells.is_null().to_numpy()] = -1
        self.values = pl.concat([self.values, cells.fill_null("")], rechunk=True)
        self.codes[rows] = new

    def change(self, rows: Rows, function: Callable[[pl.Series], pl.Series]) -> None:
        """Rewrite these rows by a function of distinct values."""
        rows = rows[self.codes[rows] >= 0]
        used, place = np.unique(self.codes[rows], return_inverse=True)
        new = (place + len(self.values)).astype(np.int32)
        rewritten = function(self.values.gather(used))
        self.values = pl.concat([self.values, rewritten], rechunk=True)
        self.codes[rows] = new


def overwritten(cells: pl.Series, rows: Rows, values: pl.Series) -> pl.Series:
    """The cells with these values in these rows."""
    place = np.arange(len(cells))
    place[rows] = len(cells) + np.arange(len(rows))
    return pl.concat([cells, values.alias(cells.name)]).gather(place)


def letters_of(cells: pl.Series, room: int) -> NDArray[np.uint32]:
    """One row of code points per cell, filled with zeros; `room` more columns than needed."""
    text = np.array(cells.to_list(), dtype=str)
    width = max(text.dtype.itemsize // 4, 1) + room
    return text.astype(f"U{width}").view(np.uint32).reshape(len(text), width).copy()


def cells_of(letters: NDArray[np.uint32]) -> pl.Series:
    """The reverse of letters_of."""
    width = letters.shape[1]
    text = np.ascontiguousarray(letters).view(f"U{width}").reshape(-1)
    return pl.Series(text.tolist(), dtype=pl.String)


def with_typo(
    cells: pl.Series, alphabet: NDArray[np.uint32], rng: np.random.Generator
) -> pl.Series:
    """Each cell with one letter substituted, deleted, inserted or exchanged with the next.

    cells has no null and no empty cell. alphabet holds code points of small letters. Letters are
    drawn evenly: unlike at a keyboard, no wrong letter is likelier than another.
    """
    if not len(cells):
        return cells
    letters = letters_of(cells, room=1)
    count, width = letters.shape
    place = (rng.random(count) * (letters != 0).sum(axis=1)).astype(np.int64)
    kind = _kinds(letters, place, rng)
    columns = np.arange(width)
    here, after = columns == place[:, None], columns == place[:, None] + 1
    later, from_here = columns > place[:, None], columns >= place[:, None]
    source: NDArray[np.int64] = np.tile(columns, (count, 1))
    source += (kind == DELETE)[:, None] & from_here
    source -= ((kind == INSERT)[:, None] & later).astype(np.int64)
    exchanged = (kind == EXCHANGE)[:, None]
    source += (exchanged & here).astype(np.int64) - (exchanged & after)
    padded = np.concatenate([letters, np.zeros((count, 1), np.uint32)], axis=1)
    result = np.take_along_axis(padded, source, axis=1)
    written = np.flatnonzero(np.isin(kind, (SUBSTITUTE, INSERT)))
    result[written, place[written]] = _letter(letters, place, alphabet, rng)[written]
    return cells_of(result)


def _kinds(letters: NDArray[np.uint32], place: Rows, rng: np.random.Generator) -> NDArray[np.int64]:
    """What happens to each cell; a letter is substituted where nothing else would be seen."""
    count, width = letters.shape
    lengths = (letters != 0).sum(axis=1)
    kind = np.asarray(rng.choice(4, size=count, p=KINDS), dtype=np.int64)
    every, after = np.arange(count), np.minimum(place + 1, width - 1)
    unseen = (place >= lengths - 1) | (letters[every, place] == letters[every, after])
    kind[(lengths < 3) & np.isin(kind, (DELETE, EXCHANGE))] = SUBSTITUTE
    kind[(kind == EXCHANGE) & unseen] = SUBSTITUTE
    return kind


def _letter(
    letters: NDArray[np.uint32],
    place: Rows,
    alphabet: NDArray[np.uint32],
    rng: np.random.Generator,
) -> NDArray[np.uint32]:
    """A letter other than the one that stands there."""
    drawn = rng.integers(0, len(alphabet), len(place))
    same = alphabet[drawn] == letters[np.arange(len(place)), place]
    return alphabet[np.where(same, (drawn + 1) % len(alphabet), drawn)]
