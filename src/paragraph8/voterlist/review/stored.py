"""A drawn sample on disk: a table of row numbers, and beside it how it came about."""

import json
import os
from pathlib import Path
from typing import Any, Final

import polars as pl

from paragraph8.kernel.canonical import canonical_json, sha256_hex
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.review.sample import PAIR, Sample
from paragraph8.voterlist.review.strata import Design

TABLE, ABOUT = "review-sample.csv", "review-sample.json"
RULES: Final = "review.1"  # of drawing; another where the same seed would draw other pairs


def write_sample(folder: Path, sample: Sample) -> None:
    """Write a sample into a folder that has none.

    A second draw is refused: whoever may draw again after a look at the pairs can choose a result.

    Problems: voterlist.review_sample_exists.
    """
    if (folder / ABOUT).exists():
        raise Problem("voterlist.review_sample_exists", file=ABOUT)
    table = sample.frame.write_csv()
    design = sample.design
    about = {
        "rules": RULES,
        "seed": design.seed,
        "size": design.size,
        "minimum": design.minimum,
        "cuts": list(design.cuts),
        "decisions_sha256": sample.decisions,
        "sample_sha256": sha256_hex(table),
        "counts": sample.counts,
    }
    _write(folder / TABLE, table)
    _write(folder / ABOUT, canonical_json(about) + "\n")


def read_sample(folder: Path, decisions: str | None = None) -> Sample:
    """The sample of a folder, as it was drawn.

    decisions   SHA-256 of the decisions that are to be corrected, if they are at hand

    Problems: voterlist.review_no_sample, voterlist.review_sample_changed,
        voterlist.review_other_decisions.
    """
    try:
        table, text = (folder / TABLE).read_text("utf-8"), (folder / ABOUT).read_text("utf-8")
    except FileNotFoundError as error:
        raise Problem("voterlist.review_no_sample", file=Path(error.filename).name) from None
    about: dict[str, Any] = json.loads(text)
    if sha256_hex(table) != about["sample_sha256"]:
        raise Problem("voterlist.review_sample_changed", file=TABLE)
    if decisions not in (None, about["decisions_sha256"]):
        raise Problem("voterlist.review_other_decisions", file=TABLE)
    design = Design(about["seed"], about["size"], about["minimum"], tuple(about["cuts"]))
    whole = dict.fromkeys(
        ("item", "stratum_size", "sampled", *PAIR[bool(about["counts"])]), pl.Int64
    )
    frame = pl.read_csv(table.encode(), schema_overrides={**whole, "stratum": pl.String})
    return Sample(frame, design, about["decisions_sha256"], about["counts"])


def _write(file: Path, text: str) -> None:
    """For its owner only: with the list at hand, a row number is a person."""
    partial = file.with_name(f"{file.name}.partial")
    with open(
        os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
