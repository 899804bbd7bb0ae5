"""Cases: what was found on entries, as a table of references and rows without a name in it."""

from collections.abc import Mapping, Sequence

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.privacy.pseudonyms import linked_refs, row_refs

DUPLICATE = "duplicate_in_"
CATEGORIES = (
    "changed",
    "moved",
    "probable",
    "ambiguous",
    "only_paper",
    "only_electronic",
    *(DUPLICATE + name for name in (PAPER, ELECTRONIC, LIST)),
)
"""In which the legal work looks into single entries. Entries that match are nobody's case."""

CASE = {
    "category": pl.String,
    "first_list": pl.String,
    "first_row": pl.Int64,
    "first_reference": pl.String,
    "second_list": pl.String,
    "second_row": pl.Int64,
    "second_reference": pl.String,
    "fields": pl.String,
    "score": pl.Float64,
}


def case_entries(
    decisions: pl.DataFrame | None,
    duplicates: Mapping[str, pl.DataFrame],
    key: bytes,
    categories: Sequence[str] = CATEGORIES,
) -> pl.DataFrame:
    """One line for each entry of each case, in the order of categories and rows.

    decisions    paper_row, electronic_row, category, and where known score, fields
    duplicates   name of a list -> row_a, row_b, and where known score
    key          the mission's key
    categories   those wanted, among CATEGORIES

    Returns case_number (from 1), side (1, 2), reference, list_name, row, category, fields, score.
    A linked pair is one person and has one reference; two entries of one list have two. An entry
    that was decided to be a duplicate is given alone only if no pair of its list names it.

    Raises analysis.bad_parameter and voterlist.bad_key.
    """
    unknown = sorted(set(categories) - set(CATEGORIES))
    if unknown or not categories:
        raise _unfit("categories", ", ".join(unknown), f"some of {', '.join(CATEGORIES)}")
    found = [
        _pairs_in_list(name, pairs, key)
        for name, pairs in duplicates.items()
        if DUPLICATE + name in categories
    ]
    if decisions is not None:
        _check_columns(decisions, ("paper_row", "electronic_row", "category"))
        found.append(_decided(_without_paired(decisions, duplicates), key, categories))
    return _entries(pl.concat(found) if found else pl.DataFrame(schema=CASE))


def _decided(decisions: pl.DataFrame, key: bytes, categories: Sequence[str]) -> pl.DataFrame:
    wanted = decisions.filter(pl.col("category").is_in(list(categories)))
    references = linked_refs(key, wanted["paper_row"].to_list(), wanted["electronic_row"].to_list())
    return wanted.select(
        "category",
        first_list=pl.lit(PAPER),
        first_row=pl.col("paper_row").cast(pl.Int64),
        first_reference=pl.Series(references, dtype=pl.String),
        second_list=pl.lit(ELECTRONIC),
        second_row=pl.col("electronic_row").cast(pl.Int64),
        second_reference=pl.Series(references, dtype=pl.String),
        fields=_or_null(wanted, "fields", pl.String),
        score=_or_null(wanted, "score", pl.Float64),
    )


def _pairs_in_list(name: str, pairs: pl.DataFrame, key: bytes) -> pl.DataFrame:
    _check_columns(pairs, ("row_a", "row_b"))
    first, second = (
        pl.Series(row_refs(key, name, pairs[column].to_list()), dtype=pl.String)
        for column in ("row_a", "row_b")
    )
    return pairs.select(
        category=pl.lit(DUPLICATE + name),
        first_list=pl.lit(name),
        first_row=pl.col("row_a").cast(pl.Int64),
        first_reference=first,
        second_list=pl.lit(name),
        second_row=pl.col("row_b").cast(pl.Int64),
        second_reference=second,
        fields=pl.lit(None, pl.String),
        score=_or_null(pairs, "score", pl.Float64),
    )


def _without_paired(
    decisions: pl.DataFrame, duplicates: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Decisions but those on duplicates that stand in a pair already."""
    for name in set(duplicates) & {PAPER, ELECTRONIC}:
        paired = [*duplicates[name]["row_a"], *duplicates[name]["row_b"]]
        named = pl.col(f"{name}_row").is_in(paired).fill_null(False)
        decisions = decisions.filter(~((pl.col("category") == DUPLICATE + name) & named))
    return decisions


def _entries(cases: pl.DataFrame) -> pl.DataFrame:
    order = pl.col("category").replace_strict({c: i for i, c in enumerate(CATEGORIES)})
    numbered = cases.sort(order, "first_row", "second_row", nulls_last=True).with_row_index(
        "case_number", offset=1
    )
    sides = [
        numbered.select(
            pl.col("case_number").cast(pl.Int64),
            side=pl.lit(side, pl.Int64),
            reference=f"{which}_reference",
            list_name=f"{which}_list",
            row=f"{which}_row",
            category="category",
            fields="fields",
            score="score",
        ).filter(pl.col("row").is_not_null())
        for side, which in ((1, "first"), (2, "second"))
    ]
    return pl.concat(sides).sort("case_number", "side")


def _or_null(frame: pl.DataFrame, column: str, dtype: type[pl.DataType]) -> pl.Expr:
    return (pl.col(column) if column in frame.columns else pl.lit(None)).cast(dtype)


def _check_columns(frame: pl.DataFrame, expected: Sequence[str]) -> None:
    if not set(expected) <= set(frame.columns):
        raise _unfit("columns", ", ".join(frame.columns), ", ".join(expected))


def _unfit(parameter: str, value: str, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
