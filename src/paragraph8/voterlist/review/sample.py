"""The sample of pairs that people compare: drawn once, from a seed, before anything is compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from paragraph8.kernel.canonical import sha256_hex
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.review.apart import KEYS, KINDS, Apart
from paragraph8.voterlist.review.strata import (
    APART,
    Design,
    Stratum,
    allocate,
    apart_stratum,
    band,
    paired_stratum,
)

ONLY_PAPER, ONLY_ELECTRONIC = "only_paper", "only_electronic"
PAIR: Final[Mapping[bool, tuple[str, str]]] = {  # by whether there are two lists
    True: ("paper_row", "electronic_row"),
    False: ("row_a", "row_b"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs to compare, by row number only.

    frame       item (1 to the number of pairs, in random order), stratum, stratum_size (pairs),
                sampled (pairs drawn from it), and the two rows: paper_row and electronic_row, or
                row_a and row_b for pairs within one list. A pair's chance was sampled over
                stratum_size.
    design      how it was drawn
    decisions   SHA-256 of the decisions it was drawn from
    counts      list -> category -> rows; each row of a list is in one category. Empty for
                duplicates
    """

    frame: pl.DataFrame
    design: Design
    decisions: str
    counts: Mapping[str, Mapping[str, int]]

    @property
    def two_lists(self) -> bool:
        """Whether the pairs are of two lists, not of one."""
        return bool(self.counts)

    @property
    def rows(self) -> tuple[str, str]:
        """The two columns of row numbers."""
        return PAIR[self.two_lists]


def draw_sample(
    decisions: pl.DataFrame, paper: pl.DataFrame, electronic: pl.DataFrame, design: Design
) -> Sample:
    """Draw pairs of two lists: of each category and band of scores, and of rows left unpaired.

        decisions   paper_row, electronic_row, category, score (bits): each row of each list once
        paper       row, surname_root, given_root, patronymic_root, birth: all rows
        electronic  the same
        design      seed and size
    Rows that only one list has are paired again in all ways that agree on the root of a name or on
    the date of birth, whether they were ever compared or not; what people find among these is a
    missed match. Pairs that agree on nothing are never drawn.
    Rows of other categories that have no partner (`unusable`, duplicates) are not reviewed.

    Returns a Sample. The same decisions, lists, design and version of NumPy give the same.

    Problems: analysis.bad_parameter, voterlist.review_nothing_to_draw,
        voterlist.review_row_missing.
    Source: Cochran, Sampling Techniques (3rd ed., 1977), ch. 5.
    """
    rows = PAIR[True]
    _check_columns("decisions", decisions, (*rows, "category", "score"))
    open_rows = {}
    for name, column, only, records in (
        (PAPER, rows[0], ONLY_PAPER, paper),
        (ELECTRONIC, rows[1], ONLY_ELECTRONIC, electronic),
    ):
        _check_columns(name, records, ("row", *KEYS))
        _check_once("decisions", decisions.select(column).drop_nulls())
        _check_once(name, records.select("row"))
        _check_rows(name, decisions[column].drop_nulls(), records)
        alone = decisions.filter(pl.col("category") == only).select(row=column)
        open_rows[name] = records.join(alone, on="row", how="semi")
    apart = Apart(open_rows[PAPER], open_rows[ELECTRONIC])
    possible = min(frame.height for frame in open_rows.values())
    paired = decisions.filter(pl.all_horizontal(pl.col(rows).is_not_null()))
    return Sample(
        _drawn(paired, rows, apart, possible, design),
        design,
        decisions_hash(decisions),
        {
            PAPER: rows_by_category(decisions, rows[0]),
            ELECTRONIC: rows_by_category(decisions, rows[1]),
        },
    )


def draw_duplicates(duplicates: pl.DataFrame, records: pl.DataFrame, design: Design) -> Sample:
    """Draw pairs of one list: of each kind and band of scores, and of pairs not reported.

        duplicates  row_a, row_b (row_a < row_b), score (bits), kind: each pair once
        records     row, surname_root, given_root, patronymic_root, birth: all rows
        design      seed and size
    Pairs that are not among these are drawn where they agree on the root of a name or on the date
    of birth. In a long list there are thousands of millions of them.

    Returns a Sample; see `draw_sample`.

    Problems: analysis.bad_parameter, voterlist.review_nothing_to_draw,
        voterlist.review_row_missing.
    Source: Cochran, Sampling Techniques (3rd ed., 1977), ch. 5.
    """
    rows = PAIR[False]
    _check_columns("duplicates", duplicates, (*rows, "kind", "score"))
    _check_columns("records", records, ("row", *KEYS))
    _check_once("records", records.select("row"))
    _check_once("duplicates", duplicates.select(rows))
    if (duplicates[rows[0]] >= duplicates[rows[1]]).any():
        raise Problem(
            "analysis.bad_parameter",
            parameter="duplicates",
            value="a pair with row_a not below row_b",
            expected="row_a below row_b",
        )
    _check_rows(LIST, pl.concat([duplicates[row] for row in rows]), records)
    paired = duplicates.rename({"kind": "category"})
    apart = Apart(records, None, duplicates)
    possible = max(duplicates.height, 1)
    frame = _drawn(paired, rows, apart, possible, design)
    return Sample(frame, design, decisions_hash(paired, rows), {})


def hash_of(decisions: pl.DataFrame) -> str:
    """The hash that a sample of these decisions, or of these duplicates, was written down with."""
    if "category" in decisions.columns:
        return decisions_hash(decisions)
    return decisions_hash(decisions.rename({"kind": "category"}), PAIR[False])


def decisions_hash(decisions: pl.DataFrame, rows: tuple[str, str] = PAIR[True]) -> str:
    """SHA-256 of what a sample is drawn from: rows, category and score, in the order of rows."""
    chosen = decisions.select(*rows, "category", pl.col("score").cast(pl.Float64))
    return sha256_hex(chosen.sort(*rows, "category", nulls_last=True).write_csv())


def _drawn(
    paired: pl.DataFrame,
    rows: tuple[str, str],
    apart: Apart,
    possible: int,
    design: Design,
) -> pl.DataFrame:
    cuts = sorted(design.cuts)
    named = paired.select(
        *rows, stratum=pl.format("{}:{}", "category", band(pl.col("score"), cuts))
    ).sort(*rows)
    parts = {str(name): part for (name,), part in named.group_by("stratum", maintain_order=True)}
    strata = [paired_stratum(name, parts[name].height, cuts) for name in sorted(parts)]
    strata += [
        apart_stratum(kind, apart.sizes[kind], possible) for kind in KINDS if apart.sizes[kind]
    ]
    if not strata:
        raise Problem("voterlist.review_nothing_to_draw")
    rng = np.random.default_rng(design.seed)
    drawn = []
    for stratum, number in zip(strata, allocate(strata, design.size, design.minimum), strict=True):
        part = parts.get(stratum.name)
        chosen = (
            _from_apart(apart, stratum, rows, number, rng)
            if part is None
            else part[rng.choice(part.height, number, replace=False)].select(rows)
        )
        drawn.append(
            chosen.select(
                stratum=pl.lit(stratum.name),
                stratum_size=pl.lit(stratum.size, pl.Int64),
                sampled=pl.lit(number, pl.Int64),
                **{row: pl.col(row).cast(pl.Int64) for row in rows},
            )
        )
    every = pl.concat(drawn)
    item = pl.Series("item", rng.permutation(every.height) + 1, dtype=pl.Int64)
    return every.insert_column(0, item).sort("item")


def _from_apart(
    apart: Apart, stratum: Stratum, rows: tuple[str, str], number: int, rng: np.random.Generator
) -> pl.DataFrame:
    kind = stratum.name.removeprefix(f"{APART}:")
    return pl.DataFrame(dict(zip(rows, apart.draw(kind, number, rng), strict=True)))


def rows_by_category(decisions: pl.DataFrame, column: str) -> dict[str, int]:
    """category -> rows of decisions that have this one of the two row numbers."""
    counted = decisions.filter(pl.col(column).is_not_null()).group_by("category").len()
    return dict(sorted(counted.iter_rows()))


def _check_columns(parameter: str, frame: pl.DataFrame, needed: tuple[str, ...]) -> None:
    if missing := set(needed) - set(frame.columns):
        raise Problem(
            "analysis.bad_parameter",
            parameter=parameter,
            value=f"a table without {', '.join(sorted(missing))}",
            expected=f"columns {', '.join(needed)}",
        )


def _check_rows(name: str, decided: pl.Series, records: pl.DataFrame) -> None:
    """Each decided row is in the list, and decisions of another list are found out early."""
    unknown = decided.filter(~decided.is_in(records["row"].implode()))
    if len(unknown):
        raise Problem("voterlist.review_row_missing", row=unknown.min(), list=name)


def _check_once(parameter: str, rows: pl.DataFrame) -> None:
    if rows.is_duplicated().any():
        raise Problem(
            "analysis.bad_parameter",
            parameter=parameter,
            value=f"{', '.join(rows.columns)} twice",
            expected="each row or pair once",
        )
