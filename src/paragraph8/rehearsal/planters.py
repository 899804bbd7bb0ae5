"""How planted faults get onto forms: each function does to chosen visits what its kind says."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.drawn import COMMENT, OVERALL, Drawn
from paragraph8.rehearsal.filled import GIVEN, MISSING, WITHHELD
from paragraph8.rehearsal.names import observation_name
from paragraph8.rehearsal.routes import Places
from paragraph8.rehearsal.seen import hours
from paragraph8.rehearsal.truth import Truth
from paragraph8.tables.codebook_reader import Item, codebook_form

FAR_KILOMETRES = 400
OVERLAP_MINUTES = 25
# What a team fills in afresh even where it copies all the rest.
OF_THE_VISIT = ("H5", "H6", "H7", "H8", "H10", "H11a", "H11b", "H13", "H4x")
FIGURE = "C41_issued"


@dataclass(frozen=True, slots=True)
class Second:
    """A voting report that came once more, with the answer to one item changed.

    place      of the first one among the voting reports
    corrects   true: it takes the place of the first; false: both stand, as if there were two
    """

    place: int
    observation: str
    item: str
    corrects: bool


@dataclass(slots=True)
class Blemished:
    """Which reports carry a planted fault, and reports that exist only because of one.

    kinds     observation -> kind
    seconds   reports that came once more
    stated    observation -> station number as typed, where no station has it
    """

    kinds: dict[str, str] = field(default_factory=dict)
    seconds: list[Second] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)

    def table(self) -> pl.DataFrame:
        """observation, kind."""
        schema = {"observation": pl.String, "kind": pl.String}
        return pl.DataFrame(list(self.kinds.items()), schema=schema, orient="row")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Visits of one form that get a fault of one kind: a form to change, places in it."""

    truth: Truth
    seed: int
    form: Drawn
    places: list[int]
    made: Blemished
    rng: np.random.Generator

    def column(self, name: str, shift: int = 0) -> NDArray[np.int64]:
        """A column of the visits at the chosen places, or so many places on."""
        numbers: NDArray[np.int64] = self.form.visits[name].to_numpy()[self.at + shift]
        return numbers

    @property
    def at(self) -> NDArray[np.int64]:
        """The places as an array."""
        return np.array(self.places, dtype=np.int64)

    def random(self, least: int, most: int) -> NDArray[np.int64]:
        """Whole numbers, one for each place."""
        return self.rng.integers(least, most, len(self.places), endpoint=True)

    def set_visits(self, name: str, numbers: NDArray[np.int64]) -> None:
        """Change a column of the visits at the chosen places."""
        column = self.form.visits[name].to_numpy().copy()
        column[self.at] = numbers
        self.form.visits = self.form.visits.with_columns(pl.Series(name, column))

    def set_time(self, name: str, minutes: NDArray[np.int64]) -> None:
        """Change arrival or departure, on the form too."""
        self.set_visits(name, minutes)
        item = {"arrived": "H7", "departed": "H8"}[name]
        for place, text in zip(self.places, hours(minutes).tolist(), strict=True):
            self.form.filled.change(item, [place], GIVEN, text)


def leave_early(on: Chosen) -> None:
    """Too short a visit to have seen voting."""
    on.set_time("departed", on.column("arrived") + on.random(4, 13))


def leave_before_arriving(on: Chosen) -> None:
    """A departure typed before the arrival."""
    on.set_time("departed", on.column("arrived") - on.random(10, 90))


def be_in_two_places(on: Chosen) -> None:
    """An arrival before the departure from the team's station before."""
    arrived = on.column("departed", -1) - OVERLAP_MINUTES
    on.set_time("arrived", arrived)
    on.set_time("departed", arrived + on.random(30, 40))


def be_far_away(on: Chosen) -> None:
    """A station at the other end of the country, much like the one that was meant. The way back
    from it is as impossible as the way there."""
    country = on.truth.country
    places, register = Places(country), country.station
    registered = register["registered"].to_numpy()
    meant = on.column("station")
    others = [_much_like(places, register, int(station)) for station in meant]
    on.set_visits("station", np.array(others))
    for place, other in zip(on.places, others, strict=True):
        if on.form.filled.states["H10"][place] == GIVEN:
            on.form.filled.change("H10", [place], GIVEN, str(registered[other]))


def _much_like(places: Places, register: pl.DataFrame, station: int) -> int:
    """The nearest in size of the larger ones, of the same kind and setting, far away."""
    row = register.row(station, named=True)
    alike = register.with_row_index("at").filter(
        pl.col("setting") == row["setting"],
        pl.col("channels") == row["channels"],
        pl.col("registered") >= row["registered"],
    )["at"].to_numpy()  # fmt: skip
    far = alike[places.kilometres(station, alike) > FAR_KILOMETRES]
    return int(far[np.argmin(register["registered"].to_numpy()[far])])


def mistype_station(on: Chosen) -> None:
    """A number that no station has."""
    for number, place in enumerate(on.places):
        on.made.stated[on.form.filled.observations[place]] = f"9990{number}"
    on.form.filled.change("H4x", on.places, WITHHELD)


def forget_comment(on: Chosen) -> None:
    """A serious problem without the comment that the form demands."""
    _report_serious(on)
    _mark(on, "2")
    on.form.filled.change(COMMENT["voting"], on.places, MISSING)


def mark_best(on: Chosen) -> None:
    """The best mark beside a serious problem."""
    _report_serious(on)
    _mark(on, "1")


def mark_worst(on: Chosen) -> None:
    """The worst mark without any problem."""
    filled = on.form.filled
    for item in codebook_form("voting").items:
        if item.problem and item.type != "rating":
            answered = [place for place in on.places if filled.states[item.id][place] == GIVEN]
            filled.change(item.id, answered, GIVEN, _clean_answer(item))
    filled.skip_again(on.places)
    _mark(on, "4")


def _clean_answer(item: Item) -> str:
    if item.type in ("yes_no", "yes_no_na"):
        return "no" if item.problem[0] == "yes" else "yes"
    return {"integer": "0", "many_of": "none"}.get(item.type, "always")


def _report_serious(on: Chosen) -> None:
    items = [item for item in codebook_form("voting").items if item.serious and not item.asked_if]
    for place in on.places:
        item = items[int(on.rng.integers(len(items)))]
        on.form.filled.change(item.id, [place], GIVEN, item.problem[0])


def _mark(on: Chosen, mark: str) -> None:
    on.form.filled.change(OVERALL["voting"], on.places, GIVEN, mark)
    on.form.filled.change(COMMENT["voting"], on.places, WITHHELD)


def repeat_the_first(on: Chosen) -> None:
    """One team ticks the same all day: every answer as at the first of these stations."""
    _copy(on, on.places[0], on.places[1:])


def copy_in_pairs(on: Chosen) -> None:
    """Pairs of forms of one team: the second repeats the first."""
    for first, second in zip(on.places[::2], on.places[1::2], strict=True):
        _copy(on, first, [second])


def _copy(on: Chosen, source: int, places: list[int]) -> None:
    filled = on.form.filled
    for item in filled.states:
        if item not in OF_THE_VISIT:
            state, value = filled.states[item][source], filled.values[item][source]
            filled.change(item, places, str(state), str(value))


def send_twice(on: Chosen) -> None:
    """The same visit once more, taken down by the call centre with one answer otherwise."""
    for second in _seconds(on, "again", corrects=False):
        on.made.kinds[second.observation] = "sent_twice"


def correct(on: Chosen) -> None:
    """A correction that takes the place of the report, with one answer otherwise."""
    _seconds(on, "corrected", corrects=True)


def _seconds(on: Chosen, named: str, *, corrects: bool) -> list[Second]:
    filled = on.form.filled
    made = []
    for number, place in enumerate(on.places):
        given = [item for item in _lone_items() if filled.states[item][place] == GIVEN]
        name = observation_name(on.seed, named, number)
        made.append(Second(place, name, str(on.rng.choice(given)), corrects))
    on.made.seconds += made
    return made


def _lone_items() -> list[str]:
    """Items whose answer can be turned round alone: nothing hangs on it, and no comment."""
    items = codebook_form("voting").items
    leading = {clause.item for i in items if i.asked_if for clause in i.asked_if.clauses}
    return [
        item.id
        for item in items
        if item.type == "yes_no"
        and item.problem
        and not item.serious
        and not item.asked_if
        and item.id not in leading
    ]


def mistype_figure(on: Chosen) -> None:
    """A number of the protocol written down too large: it does not add up any more."""
    for place, more in zip(on.places, on.random(40, 300).tolist(), strict=True):
        written = int(on.form.filled.values[FIGURE][place])
        on.form.filled.change(FIGURE, [place], GIVEN, str(written + more))


def has_figures(form: Drawn) -> NDArray[np.bool_]:
    """Where the protocol was copied, at a station that no other team counted."""
    alone: NDArray[np.bool_] = form.visits["station"].is_unique().to_numpy().copy()
    alone &= form.filled.states[FIGURE] == GIVEN
    return alone
