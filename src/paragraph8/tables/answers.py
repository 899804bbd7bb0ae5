"""The grid of answers: one row per item, one column per observation of a form.

Every analysis of observers' reports is computed on it. A cell keeps why there is no answer: "not
observed" is not "no", and neither is "not asked".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.tables.places import areas_with_top, stations_with_top_area
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import ANSWER_STATES

ABSENT = "absent"  # the form, or this version of it, does not have the item
CELL_STATES = (*ANSWER_STATES, ABSENT)
GIVEN = CELL_STATES.index("given")
# Why a form gives no answer, as a figure says it.
STATE_WORDS = {
    "dk": "not observed or not known",
    "na": "not applicable",
    "missing": "left empty",
    "skipped": "not asked",
    "withheld": "in free words",
    "unreadable": "unreadable",
    ABSENT: "not on this version of the form",
}
NO_PROBLEM_ANSWER = -1
ANY, POSITIVE = "any", "positive"
ELECTRONIC = ("machine", "both")

# What takes an observation out of every analysis, by the first that applies.
REPLACED = "replaced by a correction"
LATE = "received after the freeze"
OUT = "taken out by the mission"
TEAM_OUT = "team taken out by the mission"


@dataclass(frozen=True, slots=True)
class AnswerGrid:
    """The counted observations of one form of one election, and what they answer.

    observations   one row per column of the arrays, in the order of their ids: the columns of the
                   table `observation`; area (name of the highest area of the station, else of the
                   area that the form names; "" if not known), setting (as observed, else of the
                   station) and station_setting, electronic (the station offers it; null where not
                   known), kind, observers and institution of the team, team_index (0..teams-1)
    items          item ids, in the order of the codebook
    states         uint8 (items, observations), places in CELL_STATES
    values         int32 (items, observations), places in `words`; -1 where nothing was given
    left_out       reason -> observations of this form that no analysis counts
    """

    election: str
    form: str
    observations: pl.DataFrame
    items: tuple[str, ...]
    states: NDArray[np.uint8]
    values: NDArray[np.int32]
    words: NDArray[np.str_]
    codebook: Mapping[str, Mapping[str, object]]
    left_out: Mapping[str, int]
    _places: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._places.update({item: place for place, item in enumerate(self.items)})

    @property
    def height(self) -> int:
        """Observations."""
        return self.observations.height

    def has(self, item: str) -> bool:
        """Whether any of the observations has this item."""
        return item in self._places

    def state_of(self, item: str) -> NDArray[np.uint8]:
        """Places in CELL_STATES, one per observation."""
        if item not in self._places:
            return np.full(self.height, CELL_STATES.index(ABSENT), dtype=np.uint8)
        states: NDArray[np.uint8] = self.states[self._places[item]]
        return states

    def verdicts(self, item: str) -> NDArray[np.int8]:
        """1 where the answer is one that the codebook calls a problem, 0 where it is another one,
        -1 where nothing was given. Never looks at wording: polarity hangs on the item's id.

        For a neutral yes/no item the answer yes takes the place of the problem.
        """
        if item not in self._places:
            return np.full(self.height, NO_PROBLEM_ANSWER, dtype=np.int8)
        problem = str(self.codebook[item]["problem"] or "yes").split(";")
        return self._matches(item, problem)

    def said(self, item: str, *answers: str) -> NDArray[np.int8]:
        """1 where the answer is (or holds) one of these, 0 where it is another, -1 where none."""
        if item not in self._places:
            return np.full(self.height, NO_PROBLEM_ANSWER, dtype=np.int8)
        return self._matches(item, list(answers))

    def numbers(self, item: str) -> NDArray[np.float64]:
        """The number given, NaN where there is none."""
        if item not in self._places:
            return np.full(self.height, np.nan)
        values = self.values[self._places[item]]
        used = np.unique(values[values >= 0])
        numbers = np.full(len(self.words) + 1, np.nan)
        numbers[used] = [_number(str(word)) for word in self.words[used]]
        found: NDArray[np.float64] = numbers[values]
        return found

    def texts(self, item: str) -> list[str | None]:
        """The answer given as text, None where there is none."""
        if item not in self._places:
            return [None] * self.height
        values = self.values[self._places[item]]
        return [str(self.words[value]) if value >= 0 else None for value in values]

    def _matches(self, item: str, answers: list[str]) -> NDArray[np.int8]:
        values = self.values[self._places[item]]
        if answers == [ANY]:
            return np.where(values >= 0, 1, NO_PROBLEM_ANSWER).astype(np.int8)
        if answers == [POSITIVE]:
            found = self.numbers(item) > 0
        else:
            found = np.isin(values, self._holding(answers))
        return np.where(values >= 0, found, NO_PROBLEM_ANSWER).astype(np.int8)

    def _holding(self, answers: list[str]) -> list[int]:
        """Places of the words that are, or hold, one of these answers."""
        joined = np.flatnonzero(np.char.find(self.words, ";") >= 0)
        several = [int(at) for at in joined if set(str(self.words[at]).split(";")) & set(answers)]
        return [*several, *np.flatnonzero(np.isin(self.words, answers)).tolist()]


Grids = Mapping[tuple[str, str], AnswerGrid]


def answer_grids(tables: Tables, late: bool = False) -> Grids:
    """(election, form) -> grid, for every form of which a report is counted.

    Counted are observations that no correction replaces, that the mission did not take out, of
    teams it did not take out, and received before the freeze (`late`: or after it, as a final
    report counts). Answers to items that the codebook does not have are in no grid.
    """
    return tables.made_once(f"answer_grids late={late}", lambda: _grids(tables, late))


def item_is_rating(item: Mapping[str, object]) -> bool:
    """Whether the item is an assessment on a scale."""
    return item["type"] in ("rating", "rating_five")


def _grids(tables: Tables, late: bool) -> dict[tuple[str, str], AnswerGrid]:
    observations = _placed(tables, late)
    codebook = {row["item"]: row for row in tables["form_item"].sort("place").to_dicts()}
    counted = observations.filter(pl.col("left_out").is_null()).drop("left_out")
    left_out = _left_out(observations)
    cells = _Cells(tables["answer"], tuple(codebook), counted["observation"])
    grids = {}
    counted = counted.with_row_index("row")
    for key, here in counted.partition_by(
        "election", "form", as_dict=True, maintain_order=True
    ).items():
        election, form = str(key[0]), str(key[1])
        items, states, values = cells.of(here["row"].to_numpy())
        grids[election, form] = AnswerGrid(
            election,
            form,
            here.drop("row").with_columns(team_index=_index(here["team"])),
            items,
            states,
            values,
            cells.words,
            codebook,
            left_out.get((election, form), {}),
        )
    return grids


class _Cells:
    """All answers as arrays, from which each form takes its own."""

    def __init__(self, answer: pl.DataFrame, items: tuple[str, ...], observations: pl.Series):
        self.items = items
        # Answers are sorted by observation: joining its runs is far cheaper than joining its rows.
        run = answer["observation"].rle_id()
        starts = run.diff().fill_null(1) > 0
        names = pl.DataFrame({"observation": answer["observation"].filter(starts)})
        rows = pl.DataFrame({"observation": observations}).with_row_index("row")
        joined = names.join(rows, on="observation", how="left", maintain_order="left")
        row = joined["row"].cast(pl.Int32).fill_null(-1).to_numpy()
        self.row = row[run.to_numpy()] if answer.height else np.empty(0, dtype=np.int32)
        column = answer["item"].cast(pl.Enum(items), strict=False).to_physical()
        self.column = column.cast(pl.Int32).fill_null(-1).to_numpy()
        state = answer["state"].cast(pl.Enum(ANSWER_STATES)).to_physical()
        self.state = state.cast(pl.UInt8).to_numpy()
        given = answer["value"]
        distinct = given.drop_nulls().unique().sort()
        places = given.cast(pl.Enum(distinct)).to_physical()
        self.value = places.cast(pl.Int32).fill_null(-1).to_numpy()
        self.words = np.array(distinct.to_list(), dtype=np.str_)

    def of(
        self, rows: NDArray[np.uint32]
    ) -> tuple[tuple[str, ...], NDArray[np.uint8], NDArray[np.int32]]:
        """The items that these rows have, and their states and values."""
        place = np.full(int(self.row.max(initial=-1)) + 2, -1, dtype=np.int32)
        place[rows[rows < len(place) - 1]] = np.flatnonzero(rows < len(place) - 1)
        at, columns, state, value = place[self.row], self.column, self.state, self.value
        here = (at >= 0) & (columns >= 0)
        if not here.all():
            at, columns, state, value = at[here], columns[here], state[here], value[here]
        asked = np.flatnonzero(np.bincount(columns, minlength=len(self.items)))
        renumbered = np.full(len(self.items) + 1, -1, dtype=np.int64)
        renumbered[asked] = np.arange(len(asked))
        states = np.full((len(asked), len(rows)), CELL_STATES.index(ABSENT), dtype=np.uint8)
        values = np.full((len(asked), len(rows)), -1, dtype=np.int32)
        cell = renumbered[columns] * len(rows) + at
        states.reshape(-1)[cell] = state
        values.reshape(-1)[cell] = value
        return tuple(self.items[n] for n in asked), states, values


def _placed(tables: Tables, late: bool) -> pl.DataFrame:
    """Observations with where they lie, whose they are, and why they are left out, if they are."""
    places = stations_with_top_area(tables).join(
        tables["station"].select("election", "station", station_setting="setting"),
        on=["election", "station"],
        how="left",
    )
    teams = tables["team"].select("team", "observers", "institution", team_out="excluded")
    areas = areas_with_top(tables).rename({"top": "area_name"})
    reasons = [
        pl.when(pl.col("replaced_by").is_not_null()).then(pl.lit(REPLACED)),
        pl.when(pl.col("excluded").is_not_null()).then(pl.lit(OUT)),
        pl.when(pl.col("team_out").is_not_null()).then(pl.lit(TEAM_OUT)),
        pl.when(pl.col("late") & (not late)).then(pl.lit(LATE)),
    ]
    return (
        tables["observation"]
        .join(
            places.rename({"area": "station_area"}),
            on=["election", "station"],
            how="left",
            maintain_order="left",
        )
        .join(teams, on="team", how="left", maintain_order="left")
        .join(areas, on=["election", "area"], how="left", maintain_order="left")
        .with_columns(
            area=pl.coalesce("station_area", "area_name", pl.lit("")),
            setting=pl.coalesce("setting", "station_setting"),
            electronic=pl.when(pl.col("channels") != "unknown").then(
                pl.col("channels").is_in(ELECTRONIC)
            ),
            left_out=pl.coalesce(reasons),
        )
        .drop("station_area", "area_name", "team_out")
    )


def _left_out(observations: pl.DataFrame) -> dict[tuple[str, str], dict[str, int]]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    out = observations.filter(pl.col("left_out").is_not_null())
    for election, form, reason, n in (
        out.group_by("election", "form", "left_out").len().sort("election", "form", "left_out")
    ).rows():
        counts.setdefault((election, form), {})[reason] = n
    return counts


def _index(names: pl.Series) -> pl.Series:
    return names.rank("dense").cast(pl.Int64) - 1


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")
