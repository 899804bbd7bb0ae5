"""p8 voterlist review: two people compare a sample of pairs, each by themselves."""

import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from paragraph8.cli.terminal import err, progress, say
from paragraph8.cli.voterlist_audit import (
    read_lists,
    remembered_inputs,
    running,
    same_lists,
)
from paragraph8.cli.voterlist_review_page import serve_review
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.decided import DECISIONS
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.privacy.working import check_working_folder
from paragraph8.voterlist.review.answers import AnswerFile
from paragraph8.voterlist.review.apart import KEYS
from paragraph8.voterlist.review.pairs import Pair, read_pairs
from paragraph8.voterlist.review.sample import Sample, draw_duplicates, draw_sample, hash_of
from paragraph8.voterlist.review.session import Review
from paragraph8.voterlist.review.stored import ABOUT, read_sample, write_sample
from paragraph8.voterlist.review.strata import Design
from paragraph8.voterlist.review.terminal import review_in_terminal
from paragraph8.voterlist.review.words import LANGUAGES, Words

MEMORY = "4GB"


def review(
    folder: Annotated[Path, typer.Argument(help="Folder of an audit.")],
    reviewer: Annotated[
        str, typer.Option(help="Which reviewer: a, b, or third for those a and b disagree on.")
    ] = "",
    terminal: Annotated[bool, typer.Option("--terminal", help="Ask here, not on a page.")] = False,
    language: Annotated[str, typer.Option(help="en or ru.")] = "en",
    size: Annotated[int, typer.Option(help="Pairs to compare, at the first call.", min=1)] = 300,
    seed: Annotated[
        int | None, typer.Option(help="Seed of the draw; a random one if none is given.", min=0)
    ] = None,
    romanised: Annotated[
        bool,
        typer.Option(
            "--romanised",
            help="One list is in Latin letters throughout; for bounds before a review.",
        ),
    ] = False,
) -> None:
    """Compare pairs of entries by eye, or show what the comparison says so far.

    The first call with --reviewer draws the sample, before anybody has seen a pair. One person
    compares, blind to the audit's score and to the other person. Without --reviewer, agreement and
    corrected counts are shown, and stand in the snapshot of the audit; before a sample is drawn,
    bounds from invented lists, labelled as simulated.
    """
    # Statistics take longer to import than another command takes to run.
    from paragraph8.cli.voterlist_review_result import items_for, print_result

    check_working_folder(folder)
    if not reviewer:
        recorded = remembered_inputs(folder).recorded
        print_result(folder, romanised, {entry.name: entry.rows for entry in recorded})
        return
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise Problem(
            "analysis.bad_parameter", parameter="--language", value=language, expected=known
        )
    inputs = remembered_inputs(folder)
    with running(folder, MEMORY, inputs.files.values()) as engine:
        loaded = read_lists(engine, inputs.files, inputs.mapping)
        same_lists(loaded, inputs)
        sample = _sample(folder, engine, size, seed)
        items = items_for(folder, sample, reviewer)
        pairs = read_pairs(engine, sample, items)
    # From here on the folder is free: the other reviewer may begin.
    _ask(folder, items, pairs, reviewer, terminal, LANGUAGES[language])


def _sample(folder: Path, engine: Engine, size: int, seed: int | None) -> Sample:
    """The sample of this audit, drawn now if it was not yet."""
    decisions = pl.read_parquet(folder / DECISIONS)
    if (folder / ABOUT).exists():
        return read_sample(folder, hash_of(decisions))
    design = Design(secrets.randbelow(2**31) if seed is None else seed, size)
    progress(f"drawing {size:,} pairs, seed {design.seed}")
    columns = ", ".join(("row", *KEYS))

    def keys(name: str) -> pl.DataFrame:
        return engine.frame(f"SELECT {columns} FROM {name}")

    if "category" in decisions.columns:
        sample = draw_sample(decisions, keys(PAPER), keys(ELECTRONIC), design)
    else:
        sample = draw_duplicates(decisions, keys(LIST), design)
    write_sample(folder, sample)
    return sample


def _ask(
    folder: Path,
    items: Sequence[int],
    pairs: Mapping[int, Pair],
    reviewer: str,
    terminal: bool,
    words: Words,
) -> None:
    with AnswerFile(folder, reviewer) as answers:
        session = Review(items, answers)
        if terminal:
            review_in_terminal(session, pairs, words, _read_key, _write)
        else:
            serve_review(session, pairs, words, _tell)
        say(f"{session.answered:,} of {session.total:,} pairs answered")


def _tell(address: str) -> None:
    err.print(
        "Open this address in a browser on this machine; Ctrl-C ends the review:", markup=False
    )
    say(address)


def _read_key() -> str:
    key: str = typer.getchar() if sys.stdin.isatty() else sys.stdin.read(1)
    return key


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
