"""Two lists of the same people, or one with second entries, and the truth about every row."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.generate.blemishes import NO_BLEMISHES, Blemishes, counted, planted
from paragraph8.voterlist.generate.dates import DATE_FORM, dates_as_text
from paragraph8.voterlist.generate.numbers import national_numbers
from paragraph8.voterlist.generate.people import people
from paragraph8.voterlist.generate.places import places
from paragraph8.voterlist.generate.scripts import written
from paragraph8.voterlist.generate.settings import Errors, Order, Settings, check
from paragraph8.voterlist.generate.side import Desk, Side, present, typed
from paragraph8.voterlist.generate.truth import Row, described, keys, truth_of_two

COLUMNS = (
    "number", "surname", "given", "patronymic", "birth_date", "sex", "area", "station",
    "locality", "street", "house", "flat", "serial",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TwoLists:
    """paper and electronic have COLUMNS as text; truth has a row for every row of both."""

    paper: pl.DataFrame
    electronic: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True, slots=True)
class OneList:
    """entries has COLUMNS as text; truth has a row for every one of its rows.

    planted has kind and count: how many entries, or gaps, each kind of blemish touched.
    """

    entries: pl.DataFrame
    truth: pl.DataFrame
    planted: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Made:
    frame: pl.DataFrame
    row: Row


def two_lists(settings: Settings) -> TwoLists:
    """A paper and an electronic list of the same people, with known truth. ALL INVENTED.

    paper, electronic  COLUMNS, all text; number is null on paper unless paper_numbers
    truth              list ("paper", "electronic"), row (1-based), person, second (a second
                       entry was made), one bool for each of side.FLAGS, differs (fields in which
                       the pair differs, joined by commas), only_missing (every difference is a
                       value that one side lacks), category
    Problems: analysis.bad_parameter.
    """
    check(settings)
    desk = _desk(settings)
    numbers = _numbers(desk)
    on_paper = _listed(desk, settings.paper_errors, 1)
    paper = _made(on_paper, numbers if settings.paper_numbers else None, settings.paper_order)
    on_screen = _listed(desk, settings.electronic_errors, 2)
    latin = settings.electronic_script == "latin"
    electronic = _made(on_screen, numbers, settings.electronic_order, latin=latin)
    truth = truth_of_two(paper.row, electronic.row)
    return TwoLists(paper.frame, electronic.frame, truth)


def one_list(
    settings: Settings, second_entries: float = 0.01, blemishes: Blemishes = NO_BLEMISHES
) -> OneList:
    """One list on which a share of its entries are second entries of people there. ALL INVENTED.

    First entries have electronic_errors, second entries second_errors (twice those of a list
    typed from paper), so a second entry may stand in another station. Nobody is lacking: with
    a share of 0.01, 1,000 people make about 1,010 entries.
    truth    row (1-based), person, second, one bool for each of side.FLAGS, blemish (kind or null)
    planted  kind, count
    Problems: analysis.bad_parameter.
    """
    check(settings)
    desk = _desk(settings)
    numbers = _numbers(desk)
    everyone = np.arange(settings.people)
    rng = np.random.default_rng([settings.seed, 3])
    again = everyone[rng.random(len(everyone)) < second_entries]
    clerk = Desk(
        settings, desk.people, desk.places, settings.electronic_errors, settings.second_errors, rng
    )
    latin = settings.electronic_script == "latin"
    made = _made((clerk, everyone, again), numbers, settings.electronic_order, latin=latin)
    planter = np.random.default_rng([settings.seed, 4])
    entries, kinds = planted(made.frame, blemishes, settings.election_day, planter)
    truth = described(made.row).with_columns(kinds.alias("blemish"))
    return OneList(entries, truth, counted(kinds, blemishes))


def _desk(settings: Settings) -> Desk:
    """The people and their places; lists are copied from here."""
    rng = np.random.default_rng([settings.seed, 0])
    who = people(settings, rng)
    where = places(settings, int(who.household.max()) + 1, rng)
    return Desk(settings, who, where, settings.paper_errors, settings.second_errors, rng)


def _numbers(desk: Desk) -> NDArray[np.str_]:
    return national_numbers(desk.people.birth, desk.people.sex, desk.rng)


Listed = tuple[Desk, NDArray[np.int64], NDArray[np.int64]]


def _listed(desk: Desk, errors: Errors, stream: int) -> Listed:
    """Who stands on a list, and who stands there twice."""
    settings, household = desk.settings, desk.people.household
    rng = np.random.default_rng([settings.seed, stream])
    gone = rng.random(len(desk.places.station)) < settings.lacking * settings.together
    alone = rng.random(len(household)) < settings.lacking * (1 - settings.together)
    person = np.flatnonzero(~(gone[household] | alone))
    again = person[rng.random(len(person)) < settings.second_entries]
    clerk = Desk(settings, desk.people, desk.places, errors, settings.second_errors, rng)
    return clerk, person, again


def _made(
    listed: Listed, numbers: NDArray[np.str_] | None, order: Order, *, latin: bool = False
) -> _Made:
    desk, first, again = listed
    person = np.concatenate([first, again])
    second = np.arange(len(person)) >= len(first)
    side = typed(desk, person, second)
    compared = keys(side, desk.places)
    present(desk, side, latin=latin)
    frame = _frame(desk, side, numbers, latin=latin)
    place = _ordered(desk, side, frame, order)
    frame = frame.select(pl.all().gather(place))
    frame = frame.with_columns(_serials(desk.places.station[side.address[place]]))
    row = Row(
        person[place],
        second[place],
        {name: key.taken(place) for name, key in compared.items()},
        desk.places.station[side.address[place]],
        {name: flag[place] for name, flag in side.flags.items()},
    )
    return _Made(frame.select(COLUMNS), row)


def _frame(
    desk: Desk, side: Side, numbers: NDArray[np.str_] | None, *, latin: bool
) -> pl.DataFrame:
    who, where = desk.people, desk.places
    station = where.station[side.address]
    area, locality, sexes = where.areas, where.localities, where.sexes
    if latin:
        area, locality = written(area, where.latin), written(locality, where.latin)
        sexes = pl.Series(["M", "F"])
    columns = {name: text.cells() for name, text in side.text.items()}
    columns["birth_date"] = dates_as_text(side.birth, DATE_FORM)
    columns["sex"] = sexes.gather(who.sex[side.person] - 1)
    columns["area"] = area.gather(where.area[station])
    columns["station"] = where.stations.gather(station)
    columns["locality"] = locality.gather(where.locality[station])
    frame = pl.DataFrame(columns)
    if numbers is None:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias("number"))
    none = side.second & (desk.rng.random(len(side.person)) >= desk.settings.second_number)
    index = pl.Series(side.person).set(pl.Series(none), None)
    return frame.with_columns(pl.Series("number", numbers.tolist()).gather(index))


def _ordered(desk: Desk, side: Side, frame: pl.DataFrame, order: Order) -> NDArray[np.int64]:
    """Station by station; within it by surname, by address, or by chance."""
    station = desk.places.station[side.address]
    by_chance = desk.rng.permutation(len(station))
    if order == "shuffled":
        return by_chance[np.argsort(station[by_chance], kind="stable")]
    keys_used = [pl.Series("s", station), pl.Series("c", by_chance)]
    if order == "surname":
        within = [frame["surname"].str.to_uppercase(), frame["given"].str.to_uppercase()]
    else:
        within = [pl.Series("a", side.address)]
    sorting = pl.DataFrame([keys_used[0], *within, keys_used[1]])
    return sorting.select(pl.arg_sort_by(sorting.columns)).to_series().to_numpy()


def _serials(station: NDArray[np.int32]) -> pl.Series:
    """Numbers 1, 2, 3 ... within each station; rows are sorted by station."""
    starts = np.flatnonzero(np.r_[True, station[1:] != station[:-1]])
    sizes = np.diff(np.r_[starts, len(station)])
    serial = np.arange(len(station)) - np.repeat(starts, sizes) + 1
    return pl.Series("serial", serial).cast(pl.String)
