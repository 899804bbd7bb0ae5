"""Versions of a form whose answers to a question mirror each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.quality.reports import Outcome, Reports
from paragraph8.analysis.quality.sql import versions_query
from paragraph8.analysis.stats.differences import permutation_p
from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.kernel.figure import INPUT
from paragraph8.tables.answers import AnswerGrid

SEED = 8
VERSIONS = {
    "election": pl.String,
    "form": pl.String,
    "item": pl.String,
    "version": pl.String,
    "problems": pl.Int64,
    "answers": pl.Int64,
    "other_version": pl.String,
    "other_problems": pl.Int64,
    "other_answers": pl.Int64,
    "p_value": pl.Float64,
    "adjusted": pl.Float64,
    "mirrored": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item in two versions of a form."""

    item: str
    version: str
    problems: int
    answers: int
    other_version: str
    other_problems: int
    other_answers: int
    p_value: float

    @property
    def shares(self) -> tuple[float, float]:
        """Share of problems in each version, 0..1."""
        return self.problems / self.answers, self.other_problems / self.other_answers


def version_rows(reports: Reports, false_discovery_rate: float) -> pl.DataFrame:
    """One row for each item and pair of versions with enough answers, by form.

    mirrored: the shares differ, also when teams are relabelled and all comparisons of the election
    are taken together, and the one is about the other turned round. Assumes that versions were used
    at like places: a version that only one region used shows what the region is like.
    """
    made = [
        (grid.form, comparison)
        for grid in reports.grids.values()
        for comparison in _comparisons(reports, grid)
    ]
    adjusted = benjamini_hochberg([comparison.p_value for _, comparison in made])
    rows = []
    for (form, one), value in zip(made, adjusted, strict=True):
        share, other = one.shares
        mirrored = (
            value <= false_discovery_rate
            and abs(share - other) >= reports.limits.polarity_difference
            and abs(share + other - 1) <= reports.limits.polarity_mirror
        )
        rows.append(
            (reports.election, form, one.item, one.version, one.problems, one.answers,
             one.other_version, one.other_problems, one.other_answers, one.p_value, value, mirrored)
        )  # fmt: skip
    return pl.DataFrame(rows, schema=VERSIONS, orient="row")


def version_outcomes(reports: Reports, rows: pl.DataFrame) -> Iterator[Outcome]:
    """polarity_of_versions: one flag for each item and pair, which names no observation."""
    for form, of_form in rows.partition_by("form", as_dict=True, maintain_order=True).items():
        detail = [
            f"{r['item']}: {r['problems']} of {r['answers']} in version {r['version']}, "
            f"{r['other_problems']} of {r['other_answers']} in version {r['other_version']}"
            for r in of_form.filter("mirrored").to_dicts()
        ]
        nobody = pl.lit(None, dtype=pl.String)
        flags = pl.DataFrame({"detail": pl.Series(detail, dtype=pl.String)})
        yield Outcome(
            "polarity_of_versions",
            str(form[0]),
            flags.select(observation=nobody, detail="detail", other=nobody),
            of_form.height,
            sql=versions_query(reports.election, str(form[0])),
            gives=INPUT,
        )


def _comparisons(reports: Reports, grid: AnswerGrid) -> Iterator[Comparison]:
    version = grid.observations["version"]
    names = version.unique().sort().to_list()
    if len(names) < 2:
        return
    code = version.replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()
    items = [item for item in grid.items if grid.codebook[item]["problem"]]
    verdicts = np.stack([grid.verdicts(item) for item in items]) if items else None
    if verdicts is None:
        return
    for one, other in combinations(range(len(names)), 2):
        both = (code == one) | (code == other)
        first = code[both] == one
        yield from _tested(reports, grid, items, verdicts[:, both], both, first,
                           (names[one], names[other]))  # fmt: skip


def _tested(
    reports: Reports,
    grid: AnswerGrid,
    items: list[str],
    verdicts: NDArray[np.int8],
    both: NDArray[np.bool_],
    first: NDArray[np.bool_],
    names: tuple[str, str],
) -> Iterator[Comparison]:
    answered, flags = verdicts >= 0, verdicts == 1
    counts = [(a & first).sum(axis=1) for a in (answered, flags)]
    others = [(a & ~first).sum(axis=1) for a in (answered, flags)]
    enough = np.minimum(counts[0], others[0]) >= reports.limits.polarity_answers
    if not enough.any():
        return
    team = grid.observations["team_index"].to_numpy()[both]
    p_values = permutation_p(
        team, first, flags[enough], answered[enough],
        draws=reports.limits.polarity_draws, seed=SEED,
    )  # fmt: skip
    for at, p_value in zip(np.flatnonzero(enough).tolist(), p_values.tolist(), strict=True):
        yield Comparison(
            items[at],
            names[0],
            int(counts[1][at]),
            int(counts[0][at]),
            names[1],
            int(others[1][at]),
            int(others[0][at]),
            p_value,
        )
