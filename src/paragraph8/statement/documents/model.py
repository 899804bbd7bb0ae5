"""What a document is made of, whatever it is written to."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure in words; leads to its evidence."""

    text: str
    figure: str


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """A commitment as a sentence names it; leads to the list of commitments cited."""

    text: str
    commitment: str


Run = Text | FigureText | CommitmentText
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """role: body, lead (preliminary conclusions), empty (a section without findings), note."""

    runs: Runs
    role: str = "body"


@dataclass(frozen=True, slots=True)
class FindingBlock:
    """An accepted finding: its sentence, how it is known, commitments, and what it cannot show."""

    id: str
    runs: Runs
    strength: str
    scope: str
    commitments: Runs
    limits: tuple[Runs, ...]
    recommendation: Runs = ()
    law: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `figure` leads to evidence where the number is a figure. A `heading`, the first
    cell of its row, names the rows below it; the rest of its row is empty."""

    text: str
    figure: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    anchor: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG with its question as title, what it shows in words, and the base under it."""

    anchor: str
    title: str
    svg: str
    alt: str
    note: str
    limits: tuple[Runs, ...] = ()


Block = Heading | Paragraph | FindingBlock | Table | Chart


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an annex: number, key, text."""

    number: int
    key: str
    text: str


STATEMENT_FILES = (
    ("PDF", "statement.pdf"),
    ("DOCX", "statement.docx"),
    ("Data", "data/README.md"),
    ("Commitments", "standards.html"),
)
BOOK_FILE = ("Statistics book", "book.html")


@dataclass(frozen=True, slots=True)
class Document:
    """A statement ready to be written.

    notice       stands on every page (a demonstration, simulated data, a draft)
    lines        the title block under the title: bodies, place and date
    attribution  of the data, on every page
    files        (label, address) of the other forms in which it is there
    wide         set on wide pages, for tables of many columns
    """

    title: str
    subtitle: str
    lines: tuple[str, ...]
    notice: str
    attribution: str
    snapshot: str
    language: str
    direction: str
    blocks: tuple[Block, ...]
    commitments: tuple[Entry, ...] = field(default=())
    files: tuple[tuple[str, str], ...] = STATEMENT_FILES
    wide: bool = False

    def numbered(self) -> tuple[str, ...]:
        """Ids of the figures in sentences, in order of appearance; the place is the number."""
        return tuple(dict.fromkeys(_in_sentences(self.blocks)))

    def figures(self) -> tuple[str, ...]:
        """Ids of all figures shown, those of tables after those of sentences."""
        return tuple(dict.fromkeys((*_in_sentences(self.blocks), *_in_tables(self.blocks))))


def _in_sentences(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from _in_runs(block.runs)
        elif isinstance(block, FindingBlock):
            yield from _in_runs((*block.runs, *block.recommendation))


def _in_tables(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (cell.figure for row in block.rows for cell in row if cell.figure)


def _in_runs(runs: Runs) -> Iterator[str]:
    yield from (run.figure for run in runs if isinstance(run, FigureText))
