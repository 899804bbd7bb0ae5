"""From forms to `list_visit`: every reference that was drawn, and what its visits settled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.tables.answers import CELL_STATES, AnswerGrid, answer_grids
from paragraph8.tables.contracts_voterlist import (
    LIST_TO_PEOPLE,
    LIST_VISIT,
    NOT_CONTACTED,
    PEOPLE_TO_LIST,
    RIGHT_WORDS,
)
from paragraph8.tables.tables import Tables
from paragraph8.voterlist.fieldwork.chance import is_reference
from paragraph8.voterlist.fieldwork.draw import DESIGN

FORM: Final = "list_visit"
RIGHT: Final = ("name_right", "birth_right", "address_right")
ENTRY_ITEMS: Final = dict(zip(RIGHT, ("L5a", "L5b", "L5c"), strict=True))
# List -> the item in which it was looked up, and the items on its particulars.
ONLY_LIST: Final = ("L12", dict(zip(RIGHT, ("L13a", "L13b", "L13c"), strict=True)))
LOOKUPS: Final = {
    "paper": ONLY_LIST,
    "list": ONLY_LIST,
    "electronic": ("L14", dict(zip(RIGHT, ("L15a", "L15b", "L15c"), strict=True))),
}
WORDS_OF: Final = (
    "L2", "L4", "L5a", "L5b", "L5c", "L6", "L8", "L9", "L10", "L11",
    "L12", "L13a", "L13b", "L13c", "L14", "L15a", "L15b", "L15c",
)  # fmt: skip
ADULTS: Final = "L7"

NO_REFERENCE, MISTYPED = "without a sample reference", "with a mistyped sample reference"
NOT_DRAWN, OTHER_TEST = "with a reference that was not drawn", "of the other test"
NO_OUTCOME, EARLIER = "without an outcome", "about an earlier attempt"


@dataclass(frozen=True, slots=True)
class Visits:
    """Rows of `list_visit`, and reason -> forms that are not in it as such."""

    frame: pl.DataFrame
    left_out: Mapping[str, int]


def visits(tables: Tables, design: pl.DataFrame, election: str, *, late: bool = False) -> Visits:
    """One row of `list_visit` for every reference drawn, by the last attempt at it.

        tables     observation, answer, form_item, team, station, election
        design     columns of `Drawn.design`; several draws one below the other. People who were
                   looked up in two lists stand in it once for each list
        late       count forms received after the freeze too
    A reference without a form was never visited: not contacted, with no attempt. Of several forms
    the one with the highest attempt counts, then the one received last. The weight of a household
    is multiplied by its people entitled to vote; where nobody said how many, by the mean.
    Assumes that ENUMERATORS COUNTED everybody entitled to vote in the household.

    Problems: analysis.bad_parameter for a design in which a reference stands twice, or a list that
        the form does not ask about.
    """
    _check(design)
    grid = answer_grids(tables, late).get((election, FORM))
    forms = _forms(grid) if grid else _no_forms()
    reasons = _reasons(forms, design)
    kept = forms.filter(reasons.is_null()).sort("reference", "attempt", "received", "observation")
    last = kept.group_by("reference", maintain_order=True).agg(
        pl.all().exclude("attempt").last(),
        attempts=pl.max_horizontal(pl.col("attempt").max(), pl.len()),
    )
    left_out = dict(reasons.drop_nulls().value_counts(sort=True).rows())
    if earlier := kept.height - last.height:
        left_out[EARLIER] = earlier
    joined = design.join(last, on="reference", how="left").with_columns(
        election=pl.lit(election),
        attempts=pl.col("attempts").fill_null(0),
        setting=pl.coalesce("setting", "seen_setting"),
        simulated=pl.lit(_simulated(tables, election)),
    )
    return Visits(LIST_VISIT.shape(pl.concat(list(_settled(joined)))), left_out)


def _forms(grid: AnswerGrid) -> pl.DataFrame:
    """One row per counted form: reference, attempt, and the words of its items."""
    observations = grid.observations
    columns: dict[str, pl.Series] = {
        "observation": observations["observation"],
        "received": observations["received"],
        "seen_setting": observations["setting"].cast(pl.String),
        "reference": pl.Series(grid.texts("L1"), dtype=pl.String),
        "attempt": pl.Series(grid.numbers("L3")).fill_nan(0).cast(pl.Int64),
        ADULTS: pl.Series(grid.numbers(ADULTS)).fill_nan(None),
        **{item: _words(grid, item) for item in WORDS_OF},
    }
    return pl.DataFrame(columns)


def _no_forms() -> pl.DataFrame:
    texts = ("observation", "received", "seen_setting", "reference", *WORDS_OF)
    return pl.DataFrame(
        schema={**dict.fromkeys(texts, pl.String), "attempt": pl.Int64, ADULTS: pl.Float64}
    )


def _words(grid: AnswerGrid, item: str) -> pl.Series:
    """The answer; dk or na where that is the answer; null where there is none."""
    states = [CELL_STATES[state] for state in grid.state_of(item)]
    texts = grid.texts(item)
    return pl.Series(
        [
            state if state in ("dk", "na") else text
            for state, text in zip(states, texts, strict=True)
        ],
        dtype=pl.String,
    )


def _reasons(forms: pl.DataFrame, design: pl.DataFrame) -> pl.Series:
    """Why a form counts for nothing; null where it counts."""
    drawn = dict(design.select("reference", "test").rows())
    reasons: list[str | None] = []
    for form in forms.iter_rows(named=True):
        reference = form["reference"]
        if reference is None:
            reasons.append(NO_REFERENCE)
        elif not is_reference(reference):
            reasons.append(MISTYPED)
        elif reference not in drawn:
            reasons.append(NOT_DRAWN)
        elif form["L2"] not in (None, drawn[reference]):
            reasons.append(OTHER_TEST)
        else:
            item = "L4" if drawn[reference] == LIST_TO_PEOPLE else "L6"
            reasons.append(None if form[item] else NO_OUTCOME)
    return pl.Series(reasons, dtype=pl.String)


def _settled(joined: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The columns of `list_visit` for each test and list."""
    for (test, name), rows in joined.partition_by("test", "list", as_dict=True).items():
        if test == LIST_TO_PEOPLE:
            yield rows.with_columns(
                outcome=pl.col("L4").fill_null(NOT_CONTACTED),
                believes_registered=pl.lit(None, pl.String),
                **_right(ENTRY_ITEMS),
            ).select(LIST_VISIT.schema.keys())
        else:
            item, particulars = LOOKUPS[str(name)]
            yield rows.with_columns(
                outcome=_resident_outcome(item),
                believes_registered=pl.col("L11"),
                sex=pl.col("L9"),
                age_band=pl.col("L10"),
                weight=pl.col("weight") * _entitled(),
                **_right(particulars),
            ).select(LIST_VISIT.schema.keys())


def _resident_outcome(item: str) -> pl.Expr:
    return (
        pl.when(pl.col("L6").is_null())
        .then(pl.lit(NOT_CONTACTED))
        .when((pl.col("L6") == "nobody_entitled") | (pl.col("L8") == "no"))
        .then(pl.lit("not_eligible"))
        .when(pl.col("L6") != "interviewed")
        .then(pl.col("L6"))
        .when(pl.col("L8") == "yes")
        .then(pl.col(item).fill_null("cannot_tell"))
        .otherwise(pl.lit("cannot_tell"))
    )


def _entitled() -> pl.Expr:
    """People entitled to vote in the household, at least one: who is asked is one of them."""
    known = pl.col(ADULTS).clip(1, None)
    return known.fill_null(known.mean()).fill_null(1.0)


def _right(items: Mapping[str, str]) -> dict[str, pl.Expr]:
    return {
        column: pl.when(pl.col(item).is_in(RIGHT_WORDS)).then(pl.col(item))
        for column, item in items.items()
    }


def _simulated(tables: Tables, election: str) -> bool:
    row = tables["election"].filter(pl.col("election") == election)
    return bool(row["simulated"].any())


def _check(design: pl.DataFrame) -> None:
    if missing := set(DESIGN) - set(design.columns):
        raise _bad("design", f"without {', '.join(sorted(missing))}", "the columns of a draw")
    if design.select("test", "list", "reference").is_duplicated().any():
        raise _bad("design", "a reference that stands twice", "each once for each list")
    if design.select("reference", "test").unique()["reference"].is_duplicated().any():
        raise _bad("design", "a reference of both tests", "a series of its own for each draw")
    asked = design.filter(pl.col("test") == PEOPLE_TO_LIST)["list"].unique().sort()
    if unknown := [name for name in asked if name not in LOOKUPS]:
        raise _bad("design", ", ".join(unknown), ", ".join(LOOKUPS))


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
