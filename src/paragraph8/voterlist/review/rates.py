"""Error rates that the package ships: what its matching did with invented lists."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from paragraph8.kernel.canonical import sha256_hex
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.normalise import VERSION
from paragraph8.voterlist.review.estimates import CorrectedDuplicates, CorrectedLists
from paragraph8.voterlist.review.sample import PAIR, rows_by_category
from paragraph8.voterlist.review.simulated import (
    SimulatedRun,
    simulated_bounds,
    simulated_duplicates,
)

RATES: Final = "error_rates.toml"
COMMAND: Final = "python tools/measure_error_rates.py"


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Measured rates, and with what they were measured.

    keys_version     rules by which names became keys
    weights_sha256   of the weights of the comparison
    lists            case -> what became of two lists, both in one script
    romanised        the same where one of the two lists is in Latin letters throughout
    duplicates       case -> what was found in one list; kinds stand for categories
    """

    keys_version: str
    weights_sha256: str
    people: int
    seeds: tuple[int, ...]
    lists: Mapping[str, SimulatedRun]
    romanised: Mapping[str, SimulatedRun]
    duplicates: Mapping[str, SimulatedRun]


@cache
def shipped_rates() -> ErrorRates:
    """The rates in error_rates.toml, which `COMMAND` measures again and writes."""
    text = (resources.files("paragraph8.voterlist.review") / RATES).read_text("utf-8")
    return read_rates(text)


def lists_without_review(
    decisions: pl.DataFrame, romanised: bool = False, level: float = 0.95
) -> CorrectedLists:
    """Bounds for the counts of a reconciliation that nobody reviewed, at the shipped rates.

        decisions   paper_row, electronic_row, category: each row of each list once
        romanised   one of the lists is in Latin letters throughout, the other in its own
        level       see `simulated_bounds`
    Returns a CorrectedLists with `simulated` True; see `simulated_bounds` for what it assumes.
    """
    paper_row, electronic_row = PAIR[True]
    counts = {
        PAPER: rows_by_category(decisions, paper_row),
        ELECTRONIC: rows_by_category(decisions, electronic_row),
    }
    paired = decisions.filter(pl.all_horizontal(pl.col(PAIR[True]).is_not_null()))
    rates = shipped_rates()
    runs = tuple((rates.romanised if romanised else rates.lists).values())
    return simulated_bounds(counts, rows_by_category(paired, paper_row), runs, level)


def duplicates_without_review(
    duplicates: pl.DataFrame, rows: int, level: float = 0.95
) -> CorrectedDuplicates:
    """Bounds for the duplicates of a list that nobody reviewed, at the shipped rates.

    duplicates   row_a, row_b, kind: each pair once
    rows         of the list
    level        see `simulated_duplicates`
    """
    reported = dict(sorted(duplicates.group_by("kind").len().iter_rows()))
    runs = tuple(shipped_rates().duplicates.values())
    return simulated_duplicates(reported, rows, runs, level)


def read_rates(text: str) -> ErrorRates:
    """Rates from the text of a file such as `rates_text` writes."""
    told = tomllib.loads(text)
    kinds = (
        {
            case: SimulatedRun(entry["right"], entry["made"], entry["missed"])
            for case, entry in told[kind].items()
        }
        for kind in ("lists", "romanised", "duplicates")
    )
    return ErrorRates(
        told["keys_version"],
        told["weights_sha256"],
        told["people"],
        tuple(told["seeds"]),
        *kinds,
    )


def rates_text(rates: ErrorRates) -> str:
    """The text of the file, as TOML."""
    lines = [
        "# SIMULATED: what the matching did with invented lists, whose truth is known. Counts of",
        "# pairs, added up over seeds. Measure again whenever keys, weights or matching change:",
        f"#     {COMMAND}",
        f'keys_version = "{rates.keys_version}"',
        f'weights_sha256 = "{rates.weights_sha256}"',
        f"people = {rates.people}",
        f"seeds = {list(rates.seeds)}",
    ]
    for kind, runs in (
        ("lists", rates.lists),
        ("romanised", rates.romanised),
        ("duplicates", rates.duplicates),
    ):
        for case, run in runs.items():
            lines += [
                "",
                f'[{kind}."{case}"]',
                f"right = {_table(run.right)}",
                f"made = {_table(run.made)}",
                f"missed = {run.missed}",
            ]
    return "\n".join(lines) + "\n"


def pooled(runs: Sequence[SimulatedRun]) -> SimulatedRun:
    """Runs that differ in their seeds only, as one."""
    return SimulatedRun(
        _sum(run.right for run in runs),
        _sum(run.made for run in runs),
        sum(run.missed for run in runs),
    )


def versions() -> tuple[str, str]:
    """keys_version and weights_sha256 of this package."""
    weights = resources.files("paragraph8.voterlist.compare") / "weights.toml"
    return VERSION, sha256_hex(weights.read_text("utf-8"))


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items()))


def _table(counts: Mapping[str, int]) -> str:
    return "{ " + ", ".join(f"{name} = {number}" for name, number in counts.items()) + " }"
