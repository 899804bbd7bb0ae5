"""p8 voterlist quality: the tests of one list, and what it is put beside."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, cast

import polars as pl
import typer

from paragraph8.cli.terminal import progress
from paragraph8.cli.voterlist import (
    MEMORY,
    ElectionId,
    Mapping,
    Memory,
    Out,
    Simulated,
    say_written,
)
from paragraph8.cli.voterlist_audit import (
    Election,
    Loaded,
    read_lists,
    remember_inputs,
    working_folder,
    write_aggregates,
)
from paragraph8.cli.voterlist_extras import read_extras
from paragraph8.cli.voterlist_sure import tests_with_bounds
from paragraph8.cli.voterlist_tests import print_tests, run_tests
from paragraph8.voterlist.decided import DECISIONS, duplicates_frame
from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.fields import DEATHS, EARLIER, LIST
from paragraph8.voterlist.quality.context import Context
from paragraph8.voterlist.quality.pairing import earlier_pairs
from paragraph8.voterlist.records import records_of

Population = Annotated[
    Path | None,
    typer.Option(
        help="CSV of the people who may vote: area (or all), sex, age_low, age_high, persons, "
        "uncertainty."
    ),
]
LifeTable = Annotated[
    Path | None,
    typer.Option(help="CSV: sex, age, person_years (L of a life table; the last age is open)."),
]
Neighbours = Annotated[
    Path | None,
    typer.Option(help="CSV of stations that touch: area, station, other_area, other_station."),
]
OfficialDeaths = Annotated[
    Path | None,
    typer.Option(
        help="CSV of deaths since --deaths-since: area (or all), sex, age_low, age_high, deaths, "
        "uncertainty."
    ),
]
Earlier = Annotated[
    Path | None,
    typer.Option(help="An earlier version of the list; the mapping describes it as [earlier]."),
]
Deaths = Annotated[
    Path | None,
    typer.Option(help="A register of deaths by name; the mapping describes it as [deaths]."),
]
DeathsSince = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day on which the list was cleared of deaths."),
]


def quality(
    list: Annotated[Path, typer.Argument(help="The list: CSV, TSV, XLSX or Parquet.")],
    mapping: Mapping,
    out: Out,
    election: ElectionId,
    simulated: Simulated = False,
    voting_age: Annotated[int, typer.Option(help="Completed years on election day.")] = 18,
    largest_station: Annotated[
        int | None, typer.Option(help="Most voters of a station by law, if there is such a law.")
    ] = None,
    population: Population = None,
    life_table: LifeTable = None,
    earlier: Earlier = None,
    deaths: Deaths = None,
    deaths_since: DeathsSince = None,
    official_deaths: OfficialDeaths = None,
    neighbours: Neighbours = None,
    memory: Memory = MEMORY,
) -> None:
    """Run the tests of list quality, L01 to L23, each beside what it would show by chance.

    A test that needs a table or a second list does not run without it, and says so.
    """
    of = Election(election, simulated)
    context = Context(
        of.day,
        voting_age,
        largest_station,
        earlier=EARLIER if earlier else None,
        deaths=DEATHS if deaths else None,
        deaths_since=deaths_since.date() if deaths_since else None,
    )
    extras = read_extras(
        {
            "population": population,
            "life_table": life_table,
            "official_deaths": official_deaths,
            "neighbours": neighbours,
        }
    )
    beside = {LIST: list, EARLIER: earlier, DEATHS: deaths}
    files = {name: path for name, path in beside.items() if path is not None}
    with working_folder(out, memory, files.values()) as opened:
        loaded = read_lists(opened, files, mapping)
        remember_inputs(out, files, mapping, loaded.sources)
        found = _second_entries(loaded)
        found.write_parquet(out / DECISIONS)
        extras = replace(extras, pairs=found, earlier_pairs=_earlier_pairs(loaded, earlier))
        tests = run_tests(loaded, _as_mapped(context, loaded), of, extras)
        made = {"list_test": tests_with_bounds(loaded, tests, found, of)}
        written = write_aggregates(out, of, loaded.sources, made)
    print_tests(tests)
    say_written(out, written.snapshot)


def _second_entries(loaded: Loaded) -> pl.DataFrame:
    alone = records_of(loaded.engine, loaded.records, LIST)
    return duplicates_frame(find_duplicates(loaded.engine, alone, progress))


def _earlier_pairs(loaded: Loaded, earlier: Path | None) -> pl.DataFrame | None:
    return earlier_pairs(loaded.engine, loaded.records, progress) if earlier else None


def _as_mapped(context: Context, loaded: Loaded) -> Context:
    """The context with what the mapping says of the list."""
    source = next(source for source in loaded.sources if source.list == LIST)
    kind = source.id_kind if source.id_kind != "none" else None
    dates = cast(Literal["ymd", "dmy", "mdy"], loaded.records.lists[LIST])
    return replace(context, id_kind=kind, dates=dates)
