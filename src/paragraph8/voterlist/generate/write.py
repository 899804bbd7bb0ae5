"""Invented lists as files, with their truth in a folder apart."""

from pathlib import Path
from typing import Literal, get_args

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.generate.lists import OneList, TwoLists

Format = Literal["parquet", "csv"]
LISTS, TRUTH = "lists", "truth"
README = """# Simulated voter lists

Every person, number and address here is invented by a program. Nobody on these lists exists.

`lists` holds what a matcher is given. `truth` holds what it must not see: it says which entries
are of one person, and what was changed in each of them.
"""


def write(folder: Path, lists: TwoLists | OneList, form: Format = "parquet") -> tuple[Path, ...]:
    """Write lists and truth below a folder; returns the files.

    lists/simulated_paper, lists/simulated_electronic or lists/simulated_list; truth/
    simulated_truth, and truth/simulated_planted for one list. CSV is UTF-8 with a header; a
    missing value is an empty cell.
    Problems: analysis.bad_parameter.
    """
    if form not in get_args(Format):
        known = " or ".join(get_args(Format))
        raise Problem("analysis.bad_parameter", parameter="form", value=form, expected=known)
    if isinstance(lists, TwoLists):
        given = {"paper": lists.paper, "electronic": lists.electronic}
        hidden = {"truth": lists.truth}
    else:
        given = {"list": lists.entries}
        hidden = {"truth": lists.truth, "planted": lists.planted}
    written = []
    for place, frames in ((LISTS, given), (TRUTH, hidden)):
        (folder / place).mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            written.append(folder / place / f"simulated_{name}.{form}")
            _write(frame, written[-1], form)
    (folder / "README.md").write_text(README, encoding="utf-8")
    return tuple(written)


def _write(frame: pl.DataFrame, file: Path, form: Format) -> None:
    if form == "parquet":
        frame.write_parquet(file)
    else:
        frame.write_csv(file)
