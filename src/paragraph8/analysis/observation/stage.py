"""A stage: the counted forms of one kind as arrays of verdicts, from which shares are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.observation.bases import ObservationShare, ObserverShare, StationShare
from paragraph8.analysis.observation.parameters import Settings
from paragraph8.tables.answers import (
    CELL_STATES,
    GIVEN,
    POSITIVE,
    STATE_WORDS,
    AnswerGrid,
    answer_grids,
    item_is_rating,
)
from paragraph8.tables.codebook_conditions import Clause, read_condition
from paragraph8.tables.tables import Tables

MINUTES_OF_DAY = 24 * 60
YES_NO = ("yes_no", "yes_no_na")
PART = "not seen from the start"
NOT_DUE = "answered though not asked"
TURNED = "the question was turned round in this version of the form"
NOT_KNOWN = ("dk", "missing")
NOT_ASKED = ("skipped", "absent")
# Conditions on the stage, the kind of station, and what was seen of it.
BY_PLACE = ("E0", "H6", "H9")
MOMENTS = {"opening": "at opening", "voting": "during voting", "counting": "at the count"}
UNLISTED = "station not in the list"
TEAM_UNKNOWN = "size of the team not known"


@dataclass(frozen=True)
class Stage:
    """The forms of one kind.

    items      ids of items that have verdicts: yes/no, ratings, and lists with problem answers
    verdicts   int8 (items, forms): 1 problem, 0 none, -1 no answer or one that does not count
    station    place of the station per form (0..), -1 where it is not in the list
    team       place of the team per form (0..)
    observers  members per team, -1 where not known
    """

    grid: AnswerGrid
    settings: Settings
    items: tuple[str, ...]
    verdicts: NDArray[np.int8]
    station: NDArray[np.int64]
    team: NDArray[np.int64]
    observers: NDArray[np.int64]

    @property
    def election(self) -> str:
        """Election id."""
        return self.grid.election

    @property
    def form(self) -> str:
        """The form."""
        return self.grid.form

    def item(self, name: str) -> Mapping[str, object]:
        """The codebook's row of an item."""
        return self.grid.codebook[name]

    def verdict(self, name: str) -> NDArray[np.int8]:
        """Verdicts of one item, one per form."""
        verdict: NDArray[np.int8] = self.verdicts[self.items.index(name)]
        return verdict

    def excluded(self, name: str) -> dict[str, int]:
        """Reason -> forms without a verdict for this item."""
        verdict = self.verdict(name)
        states = self.grid.state_of(name)
        out = {
            words: int(np.count_nonzero((verdict < 0) & (states == CELL_STATES.index(state))))
            for state, words in STATE_WORDS.items()
        }
        given = (verdict < 0) & (states == GIVEN)
        turned, part = given & self.turned(name), given & self._in_part(name)
        out[TURNED] = int(np.count_nonzero(turned))
        out[PART] = int(np.count_nonzero(part & ~turned))
        out[NOT_DUE] = int(np.count_nonzero(given & ~turned & ~part))
        return {reason: n for reason, n in out.items() if n}

    def counts(self, name: str) -> NDArray[np.bool_]:
        """Forms whose answer to this item counts: they saw the whole stage where that is needed,
        and their version asked the question the right way round."""
        counted = ~self.turned(name) & ~self._in_part(name)
        if self.parent(name):
            # Answered though the answer above says that it was not asked: kept, and not counted.
            above = self.above(name)
            counted &= (above < 0) | (above == self.trigger(name))
        return counted

    def _in_part(self, name: str) -> NDArray[np.bool_]:
        """Forms that did not see the stage from its start, for an item that needs it."""
        if not self.item(name)["whole"]:
            return np.zeros(self.grid.height, dtype=bool)
        part: NDArray[np.bool_] = (
            self.grid.observations["seen"].fill_null("") != "start"
        ).to_numpy()
        return part

    def without_answer(self, name: str) -> dict[str, int]:
        """Reason -> forms that give no answer to this item, whatever its type."""
        states = self.grid.state_of(name)
        out = {
            words: int(np.count_nonzero(states == CELL_STATES.index(state)))
            for state, words in STATE_WORDS.items()
        }
        return {reason: n for reason, n in out.items() if n}

    def parent(self, name: str) -> str:
        """The item on whose answer it depends whether this one is asked: a question with verdicts,
        or a number that must be above nought; "" if it is always asked, or for other reasons."""
        clause = self._clause(name)
        if clause is None or not self.grid.has(clause.item):
            return ""
        return clause.item if clause.operator == ">" or clause.item in self.items else ""

    def above(self, name: str) -> NDArray[np.int8]:
        """Verdicts of the parent: 1 problem or number above nought, 0 neither, -1 no answer."""
        clause = self._clause(name)
        assert clause is not None
        if clause.operator == ">":
            return self.grid.said(clause.item, POSITIVE)
        return self.verdict(clause.item)

    def above_answers(self, name: str) -> list[str]:
        """The answers of the parent that `above` calls 1."""
        clause = self._clause(name)
        assert clause is not None
        if clause.operator == ">":
            return [POSITIVE]
        return str(self.item(clause.item)["problem"] or "yes").split(";")

    def conditional(self, name: str) -> bool:
        """Whether an answer, and not only where and when the visit was, decides if it is asked."""
        condition = read_condition(str(self.item(name)["asked_if"] or ""))
        clauses = condition.clauses if condition else ()
        return any(clause.item not in BY_PLACE for clause in clauses)

    def moment(self, name: str) -> str:
        """For an item of an add-on form that is asked at some stages only: at which, in words."""
        condition = read_condition(str(self.item(name)["asked_if"] or ""))
        clauses = condition.clauses if condition else ()
        at = [MOMENTS[clause.value] for clause in clauses if clause.item == "E0"]
        return " and ".join(at)

    def trigger(self, name: str) -> int:
        """The verdict of the item above on which this one is asked."""
        clause = self._clause(name)
        if clause is None or clause.operator == ">":
            return 1
        return int(clause.value in self.above_answers(name))

    def _clause(self, name: str) -> Clause | None:
        """The one condition under which the item is asked: an answer, or a number above nought."""
        condition = read_condition(str(self.item(name)["asked_if"] or ""))
        if condition is None or len(condition.clauses) != 1:
            return None
        clause = condition.clauses[0]
        known = clause.operator == "=" or (clause.operator, clause.value) == (">", "0")
        return clause if known else None

    def weak(self, name: str) -> bool:
        """Whether too many of those asked did not know or left the item empty."""
        states = self.grid.state_of(name)
        asked = np.count_nonzero(~np.isin(states, [CELL_STATES.index(s) for s in NOT_ASKED]))
        silent = np.count_nonzero(np.isin(states, [CELL_STATES.index(s) for s in NOT_KNOWN]))
        return bool(asked) and bool(silent > self.settings.profile.weak_share * asked)

    def turned(self, name: str) -> NDArray[np.bool_]:
        """Forms of a version in which the question was turned round."""
        versions = list(self.settings.polarity_changed.get(name, ()))
        turned: NDArray[np.bool_] = (
            self.grid.observations["version"].is_in(versions).to_numpy()
            if versions
            else np.zeros(self.grid.height, dtype=bool)
        )
        return turned

    # Shares of one vector of verdicts, by base.

    def of_observations(
        self, verdict: NDArray[np.int8], excluded: Mapping[str, int]
    ) -> ObservationShare:
        """Share of forms. `excluded` accounts for all forms without a verdict."""
        problems, answered = int((verdict == 1).sum()), int((verdict >= 0).sum())
        return ObservationShare(problems, answered, excluded)

    def of_stations(self, verdict: NDArray[np.int8], last: bool) -> StationShare:
        """Share of stations; `last`: the last visit's verdict holds, else any problem does."""
        by_station = self.by_station(verdict, last)
        answered = int((by_station >= 0).sum())
        out = {
            "no answer": len(by_station) - answered,
            UNLISTED: int(((self.station < 0) & (verdict >= 0)).sum()),
        }
        excluded = {reason: n for reason, n in out.items() if n}
        return StationShare(int((by_station == 1).sum()), answered, excluded)

    def by_station(self, verdict: NDArray[np.int8], last: bool) -> NDArray[np.int8]:
        """One verdict per station, -1 where none of its forms has one."""
        stations = int(self.station.max(initial=-1)) + 1
        found = np.full(stations, -1, dtype=np.int8)
        here = np.flatnonzero((self.station >= 0) & (verdict >= 0))
        if last:
            here = here[np.argsort(self.order[here], kind="stable")]
            # Assignment in this order leaves the last visit's verdict.
            found[self.station[here]] = verdict[here]
        else:
            np.maximum.at(found, self.station[here], verdict[here])
        return found

    def of_observers(self, verdict: NDArray[np.int8]) -> ObserverShare:
        """Share of observers: members of teams that reported, of members of teams that answered."""
        by_team = np.full(len(self.observers), -1, dtype=np.int8)
        here = np.flatnonzero(verdict >= 0)
        np.maximum.at(by_team, self.team[here], verdict[here])
        known = self.observers >= 0
        count = np.where(known, self.observers, 0)
        unknown = int(((by_team >= 0) & ~known).sum())
        out = {
            f"teams: {TEAM_UNKNOWN}": unknown,
            "observers of teams without an answer that counts": int(count[by_team < 0].sum()),
        }
        return ObserverShare(
            int(count[by_team == 1].sum()),
            int(count[by_team >= 0].sum()),
            {reason: n for reason, n in out.items() if n},
        )

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The place of each form in time: arrival, then receipt."""
        # Counts go past midnight: 1,600 minutes of a day are the small hours of the next.
        minutes = pl.col("day").cast(pl.Int64) * MINUTES_OF_DAY + pl.col("arrived").fill_null(0)
        keys = self.grid.observations.select(minutes.alias("at"), "received").with_row_index("row")
        ordered = keys.sort("at", "received", "row", nulls_last=False)["row"].to_numpy()
        place = np.empty(len(ordered), dtype=np.int64)
        place[ordered] = np.arange(len(ordered))
        return place


def stages(tables: Tables, settings: Settings) -> list[Stage]:
    """One stage for each form of each election of which a report is counted, in order."""
    return tables.made_once(
        f"stages {settings}",
        lambda: [
            _stage(grid, settings)
            for _, grid in sorted(answer_grids(tables, settings.late).items())
        ],
    )


def has_verdicts(item: Mapping[str, object]) -> bool:
    """Whether answers to the item are problems or not.

    A neutral yes/no item counts its "yes" if it supports any finding; whether a visit is a repeat,
    or both observers agree, is bookkeeping.
    """
    neutral = item["type"] in YES_NO and bool(item["supports"])
    return neutral or item_is_rating(item) or bool(item["problem"])


def any_of(verdicts: Sequence[NDArray[np.int8]]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """At least one problem among several items: by forms that answer at least one of them, and by
    forms that answer all of them (-1 elsewhere). The first is lower: what was not observed counts
    as clean in it."""
    together = np.stack(verdicts)
    some: NDArray[np.int8] = together.max(axis=0)
    every = np.where((together >= 0).all(axis=0), some, -1).astype(np.int8)
    return some, every


def _stage(grid: AnswerGrid, settings: Settings) -> Stage:
    items = tuple(item for item in grid.items if has_verdicts(grid.codebook[item]))
    verdicts = np.full((len(items), grid.height), -1, dtype=np.int8)
    stations = grid.observations["station"]
    station = stations.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    teams = grid.observations.unique("team_index").sort("team_index")
    stage = Stage(
        grid,
        settings,
        items,
        verdicts,
        station,
        grid.observations["team_index"].to_numpy(),
        teams["observers"].fill_null(-1).to_numpy(),
    )
    # In the order of the codebook, so that a question comes after the one it hangs on.
    for place, item in enumerate(items):
        verdicts[place] = np.where(stage.counts(item), grid.verdicts(item), -1)
    return stage
