"""What three sources say of one station: the audited lists, observers, result protocols.

Each source has a frame of its own. Numbers of several sources meet in a check only.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem
from paragraph8.tables.answers import answer_grids
from paragraph8.tables.contracts_list_audit import (
    ANY,
    CHANGED,
    MATCHED,
    MOVED,
    ONLY_ELECTRONIC,
    ONLY_PAPER,
)
from paragraph8.tables.grid import protocol_grid
from paragraph8.tables.tables import Tables

NOT_GIVEN: Final = "-"
ON_BOTH: Final = (MATCHED, CHANGED, MOVED)

# Forms that ask for numbers of the lists, and the items that give them.
FORMS: Final = ("opening", "voting", "evoting")
PAPER_LIST: Final = ("H10", "O22_main", "E12b")
ELECTRONIC_LIST: Final = ("O22_electronic", "E12a")
ADDED, TURNED_AWAY, NOT_ON_LIST, WRONGLY = "V26", "V25a", "V25b_not_on_list", "V25c"
NUMBERS: Final = (*PAPER_LIST, *ELECTRONIC_LIST, ADDED, TURNED_AWAY, NOT_ON_LIST, WRONGLY)
# Was anyone turned away; does one channel lock the other at once. Here 1 stands for "no".
ANYONE, LOCK = YES_NO = ("V25", "E14")

# Numbers of a protocol: name here -> field and channel.
FIELDS: Final = {
    "registered_before": ("registered_before", "all"),
    "added": ("added", "all"),
    "struck_out": ("struck_out", "all"),
    "registered": ("registered", "all"),
    "staff_allowance": ("staff_allowance", "all"),
    "signatures": ("signatures", "all"),
    "supplementary": ("supplementary", "all"),
    "mobile": ("mobile", "all"),
    "voted": ("voted", "all"),
    "box_paper": ("ballots_in_box", "paper"),
    "box_machine": ("ballots_in_box", "machine"),
    "box_all": ("ballots_in_box", "all"),
}
# What is made of them, in SQL that Polars and DuckDB both read. Signatures are for paper ballots,
# persons who voted for all.
DERIVED: Final = {
    "signed_or_voted": (
        "coalesce(signatures + coalesce(supplementary, 0) + coalesce(mobile, 0), voted)"
    ),
    "ballots": (
        "CASE WHEN signatures IS NOT NULL THEN coalesce(box_paper, box_all)"
        " ELSE coalesce(box_paper + coalesce(box_machine, 0), box_all) END"
    ),
}


@dataclass(frozen=True, slots=True)
class Sources:
    """The frame of each source: see `audited`, `seen` and `protocol_numbers`."""

    audit: pl.DataFrame
    seen: pl.DataFrame
    numbers: pl.DataFrame


def sources_of(tables: Tables, late: bool) -> Sources:
    """What each source says; `late`: reports received after the freeze count too."""
    return Sources(audited(tables), seen(tables, late), protocol_numbers(tables))


def counts_late(parameters: Parameters) -> bool:
    """Whether reports received after the freeze count. Raises Problem analysis.bad_parameter."""
    late = parameters.get("observation", {}).get("late", False)
    if not isinstance(late, bool):
        raise Problem(
            "analysis.bad_parameter",
            parameter="observation.late",
            value=late,
            expected="true or false",
        )
    return late


def audited(tables: Tables) -> pl.DataFrame:
    """One row per comparison and station that a list names: election, comparison, station, and

    paper, electronic             entries of either list there; null where that list has none
    only_paper, only_electronic   entries on one list only
    on_both                       pairs matched, changed or moved, at the station of the paper entry
    """
    side, category, entries = pl.col("side"), pl.col("category"), pl.col("entries")
    rows = tables["list_comparison"].filter(pl.col("field") == ANY, pl.col("station") != NOT_GIVEN)
    return (
        rows.group_by("election", "comparison", "station")
        .agg(
            paper=_sum_if_any(entries.filter(side == "paper")),
            electronic=_sum_if_any(entries.filter(side == "electronic")),
            only_paper=entries.filter(category == ONLY_PAPER).sum(),
            only_electronic=entries.filter(category == ONLY_ELECTRONIC).sum(),
            on_both=entries.filter(side == "paper", category.is_in(ON_BOTH)).sum(),
        )
        .sort("election", "comparison", "station")
    )


def seen(tables: Tables, late: bool) -> pl.DataFrame:
    """One row per station of which observers said any of this: election, station, and

    paper_seen, electronic_seen    names on either list; null where observers' numbers differ
    added_seen                     largest number given, for it grows over the day
    turned_away                    sum over the visits; nought where all say that there was nobody
    not_on_list, wrongly_refused   those of them for this reason; in the observers' view wrongly
    not_instant                    whether any visit saw that a channel does not lock the other at
                                   once; null where none says
    """
    number = pl.col("n")
    turned_away = _sum_if_any(number.filter(item=TURNED_AWAY))
    nobody = number.filter(item=ANYONE).min() == 1
    return (
        _said(tables, late)
        .group_by("election", "station")
        .agg(
            paper_seen=_agreed(number.filter(pl.col("item").is_in(PAPER_LIST))),
            electronic_seen=_agreed(number.filter(pl.col("item").is_in(ELECTRONIC_LIST))),
            added_seen=number.filter(item=ADDED).max(),
            turned_away=pl.coalesce(turned_away, pl.when(nobody).then(0)),
            not_on_list=_sum_if_any(number.filter(item=NOT_ON_LIST)),
            wrongly_refused=_sum_if_any(number.filter(item=WRONGLY)),
            not_instant=number.filter(item=LOCK).max() == 1,
        )
        .sort("election", "station")
    )


def protocol_numbers(tables: Tables) -> pl.DataFrame:
    """One row per protocol with figures, first copies only: election, contest, source, station, the
    columns of FIELDS, and of DERIVED. A number that the protocol does not give is null."""
    grid = protocol_grid(tables)
    given = {
        name: pl.col(f"{field}:{channel}")
        if f"{field}:{channel}" in grid.columns
        else pl.lit(None, pl.Int64)
        for name, (field, channel) in FIELDS.items()
    }
    return (
        grid.select("election", "contest", "source", "station", **given)
        .with_columns(pl.sql_expr(sql).alias(name) for name, sql in DERIVED.items())
        .sort("election", "contest", "source", "station")
    )


def _said(tables: Tables, late: bool) -> pl.DataFrame:
    """Every number given in a counted form, one row each: election, station, item, n."""
    counted = [
        grid.observations.select("observation", "election", "station")
        for (_, form), grid in sorted(answer_grids(tables, late).items())
        if form in FORMS
    ]
    if not counted:
        return pl.DataFrame(
            schema={"election": pl.String, "station": pl.String, "item": pl.String, "n": pl.Int64}
        )
    said_no = (pl.col("value") == "no").cast(pl.Int64)
    number = pl.col("value").cast(pl.Int64, strict=False)
    return (
        tables["answer"]
        .filter(pl.col("item").is_in((*NUMBERS, *YES_NO)), state="given")
        .join(pl.concat(counted), on="observation")
        .with_columns(n=pl.when(pl.col("item").is_in(YES_NO)).then(said_no).otherwise(number))
        .select("election", "station", "item", "n")
        .drop_nulls(["station", "n"])
    )


def _agreed(numbers: pl.Expr) -> pl.Expr:
    """The number if all who gave one gave the same, else null."""
    return pl.when(numbers.min() == numbers.max()).then(numbers.min())


def _sum_if_any(numbers: pl.Expr) -> pl.Expr:
    """The sum; null, not nought, where there is no number."""
    return pl.when(numbers.count() > 0).then(numbers.sum())
