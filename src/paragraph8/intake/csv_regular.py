"""Is every line of a text a row with the right number of cells? Answered without cutting cells."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_BLOCK_BYTES = 1 << 18
_LINE_FEED, _QUOTE, _SPACE, _TAB = b'\n" \t'

# The blanks outside ASCII (no-break space and its like) by the first two bytes of their UTF-8;
# dashes and quotation marks share these bytes, and then stripping is tried without need.
_WIDE_BLANKS = (b"\xc2\xa0", b"\xe1\x9a", b"\xe2\x80", b"\xe2\x81", b"\xe3\x80")
_LOWEST_LEAD = 0xC2

_Bytes = npt.NDArray[np.uint8]
_Mask = npt.NDArray[np.bool_]
_Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Regular:
    """A body of which each line is one row with as many cells as the header.

    blank_columns   0-based columns with a cell that begins or ends with a blank (some without need)
    """

    blank_columns: frozenset[int]


def is_regular(body: bytes, delimiter: str, columns: int) -> Regular | None:
    """Whether each line is one row of `columns` cells: no blank, ragged or continued line.

    Quotes are taken as regular only where RFC 4180 leaves no doubt: each opens at the start of a
    cell and closes at its end, on the same line. There the csv module and Polars read the same.
    None for a single column too, where no delimiter tells a blank line from an empty cell.
    """
    if columns < 2:
        return None
    blank_columns: set[int] = set()
    for block in _blocks(body):
        found = _blank_columns_of_regular(block, ord(delimiter), columns)
        if found is None:
            return None
        blank_columns |= found
    return Regular(frozenset(blank_columns))


def _blocks(body: bytes) -> Iterator[_Bytes]:
    """The body cut at line feeds into blocks that fit the processor's cache."""
    start = 0
    while start < len(body):
        end = body.rfind(b"\n", start, start + _BLOCK_BYTES) + 1
        end = end or body.index(b"\n", start) + 1
        yield np.frombuffer(body, np.uint8, end - start, start)
        start = end


def _blank_columns_of_regular(block: _Bytes, delimiter: int, columns: int) -> set[int] | None:
    line_ends = block == _LINE_FEED
    cell_ends = block == delimiter
    quotes = block == _QUOTE
    if quotes.any():
        positions = np.flatnonzero(quotes)
        inside = _inside_quotes(positions, len(block))
        if inside[-1] or (line_ends & inside).any():
            return None
        cell_ends &= ~inside
        if not _quotes_are_strict(positions, cell_ends | line_ends | quotes):
            return None
    lines, cells = np.flatnonzero(line_ends), np.flatnonzero(cell_ends)
    if not _cells_are_even(lines, cells, columns):
        return None
    blanks = (block == _SPACE) | ((block == _TAB) & ~cell_ends)
    outer = np.flatnonzero(_beside(blanks, cell_ends | line_ends | quotes) | _wide_blanks(block))
    before = np.searchsorted(cells, outer) - np.searchsorted(lines, outer) * (columns - 1)
    return set(np.unique(before).tolist())


def _inside_quotes(positions: _Positions, length: int) -> _Mask:
    """True from each quote that opens up to the one that closes it."""
    runs = np.diff(np.concatenate(([0], positions, [length])))
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs)


def _quotes_are_strict(positions: _Positions, edges: _Mask) -> bool:
    """Whether each quote that opens follows, and each that closes precedes, an edge or a quote."""
    opens, closes = positions[0::2], positions[1::2]
    return bool(edges[opens[opens > 0] - 1].all() and edges[closes + 1].all())


def _cells_are_even(line_ends: _Positions, cell_ends: _Positions, columns: int) -> bool:
    """Whether each line has exactly columns - 1 delimiters, from the positions of both."""
    if len(cell_ends) != len(line_ends) * (columns - 1):
        return False
    by_line = cell_ends.reshape(len(line_ends), columns - 1)
    return bool((by_line[:, -1] < line_ends).all() and (by_line[1:, 0] > line_ends[:-1]).all())


def _beside(blanks: _Mask, edges: _Mask) -> _Mask:
    """The blanks that touch the edge of a cell; what is before the block is an edge."""
    after_edge = np.concatenate(([True], edges[:-1]))
    before_edge = np.concatenate((edges[1:], [True]))
    return blanks & (after_edge | before_edge)


def _wide_blanks(block: _Bytes) -> _Mask:
    """Where a blank outside ASCII begins, at the edge of a cell or not."""
    found = np.zeros(len(block), np.bool_)
    if (block >= _LOWEST_LEAD).any():
        for first, second in _WIDE_BLANKS:
            found[:-1] |= (block[:-1] == first) & (block[1:] == second)
    return found
