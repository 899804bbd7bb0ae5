"""Where were observers, how many forms came in, and what part of the country do they cover?"""

from collections.abc import Iterator
from math import floor

import numpy as np
import polars as pl

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.sql import counted
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.analysis.stats.cells import merge_cells, suppress
from paragraph8.kernel.figure import Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import COMPLETE, OBSERVED, FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import literal, query
from paragraph8.tables.tables import Tables

NAME = "observation.coverage"
# One visit gives a form of it for each stage, which is no repeated visit.
ADD_ON = "evoting"
LIMITS = (
    "Coverage says where observers went, not that what they saw there is like the rest.",
    "Stations observed are those in the list; a form from another station is counted apart.",
)


def coverage(tables: Tables, parameters: Parameters) -> Result:
    """Forms, stations, teams, observers by form; coverage of the country; time of day and delay.

    Needs observation. Figures by election and form:
        observations, stations, teams, observers     counted forms, and by whom and where
        stations_share       distinct stations observed / stations in the list
        expected             forms received in time, of those that the plan expected (may be more)
        repeats, shared      repeated visits of a team; stations that several teams observed
        delay [which]        minutes from departure to receipt: median, and longest
        deployed, states     observers deployed [term], and their states (from the table of teams)
        stated, stated_states [term, version]   how many observers somebody said there were, and
                             from how many states: every version
    Evidence `coverage`: forms, stations and teams by area and setting, cells under the profile's
    limits hidden and others with them so that none can be found by subtraction; `hours`: arrivals
    by hour.
    """
    settings = settings_of(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures: list[Figure] = []
    cells, hours = [], []
    for stage in stages(tables, settings):
        figures += _of_stage(maker, tables, stage)
        cells.append(_cells(stage))
        hours.append(_hours(stage))
    figures += _observers(maker, tables)
    evidence = {"coverage": pl.concat(cells), "hours": pl.concat(hours)} if cells else {}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, evidence=evidence, parameters=parameters
    )


def _of_stage(maker: FigureMaker, tables: Tables, stage: Stage) -> Iterator[Figure]:
    yield _count(maker, stage, "observations", stage.grid.height, "SELECT count(*) FROM counted")
    teams = len(stage.observers)
    yield _count(maker, stage, "teams", teams, "SELECT count(DISTINCT team) FROM counted")
    observers = int(np.maximum(stage.observers, 0).sum())
    by_team = "SELECT any_value(observers) AS n FROM counted GROUP BY team"
    select = f"SELECT coalesce(sum(n), 0) FROM (\n  {by_team}\n)"
    yield _count(maker, stage, "observers", observers, select)
    if stage.grid.observations["station"].drop_nulls().len():
        yield from _of_stations(maker, tables, stage)
    yield from _reporting(maker, tables, stage)
    yield from _delay(maker, stage)


# Figure -> what it counts.
UNITS = {"observations": "observations", "teams": "teams", "observers": "observers",
         "stations": "stations", "shared": "stations", "repeats": "observations"}  # fmt: skip


def _count(maker: FigureMaker, stage: Stage, name: str, n: int, select: str) -> Figure:
    return maker.count(
        name,
        n,
        UNITS[name],
        kind=Kind.OBSERVATION_SHARE,
        interval=OBSERVED,
        base=base_words(stage.form, Base.OBSERVATIONS),
        query=query({"counted": counted(stage)}, select),
        excluded=dict(stage.grid.left_out),
        where={"election": stage.election, "form": stage.form},
    )


def _of_stations(maker: FigureMaker, tables: Tables, stage: Stage) -> Iterator[Figure]:
    where = {"election": stage.election, "form": stage.form}
    seen = stage.grid.observations.drop_nulls("station")
    unlisted = stage.grid.observations["station_stated"].drop_nulls().len()
    stations = seen["station"].n_unique()
    distinct = "SELECT count(DISTINCT station) FROM counted"
    yield _count(maker, stage, "stations", stations, distinct)
    listed = tables["station"].filter(pl.col("election") == stage.election).height
    if listed:
        yield maker.share(
            "stations_share",
            stations,
            listed,
            base="polling stations of the country",
            excluded={"forms from a station not in the list": unlisted},
            query=query({"counted": counted(stage)}, distinct),
            evidence=Evidence("coverage", where),
            where=where,
        )
    teams = seen.group_by("station").agg(pl.col("team").n_unique())
    several = (
        "SELECT count(*) FROM (\n  SELECT station FROM counted WHERE station IS NOT NULL\n"
        "  GROUP BY station HAVING count(DISTINCT team) > 1\n)"
    )
    yield _count(maker, stage, "shared", teams.filter(pl.col("team") > 1).height, several)
    if stage.form != ADD_ON:
        repeats = seen.height - seen.select("station", "team").n_unique()
        again = (
            "SELECT count(*) - count(DISTINCT (station, team)) FROM counted\n"
            "WHERE station IS NOT NULL"
        )
        yield _count(maker, stage, "repeats", repeats, again)


def _reporting(maker: FigureMaker, tables: Tables, stage: Stage) -> Iterator[Figure]:
    where = {"election": stage.election, "form": stage.form}
    row = tables["reporting"].filter(
        (pl.col("election") == stage.election) & (pl.col("form") == stage.form)
    )
    condition = f"election = {literal(stage.election)} AND form = {literal(stage.form)}"
    for reported in row.to_dicts():
        if reported["expected"]:
            yield maker.count(
                "expected",
                reported["received"],
                "forms",
                kind=Kind.OBSERVATION_SHARE,
                interval=OBSERVED,
                denominator=reported["expected"],
                base="forms expected by the plan",
                query=f"SELECT received FROM reporting WHERE {condition}",
                excluded={
                    "received after the freeze": reported["late"],
                    "waiting for photos or review": reported["pending"],
                    "taken out": reported["excluded"],
                },
                where=where,
            )


def _delay(maker: FigureMaker, stage: Stage) -> Iterator[Figure]:
    minutes = _delays(stage).drop_nulls()
    if minutes.is_empty():
        return
    for which, value in (("median", minutes.median()), ("longest", minutes.max())):
        yield maker.number(
            "delay",
            round(float(str(value)), 1),
            "minutes",
            base=base_words(stage.form, Base.OBSERVATIONS),
            kind=Kind.OBSERVATION_SHARE,
            interval=OBSERVED,
            query=query(
                {"counted": counted(stage)},
                "SELECT day, coalesce(departed, arrived), received FROM counted",
            ),
            query_gives="input",
            excluded={"no times, or a clock that is ahead": stage.grid.height - minutes.len()},
            where={"election": stage.election, "form": stage.form, "which": which},
        )


def _delays(stage: Stage) -> pl.Series:
    """Minutes from the end of a visit to its receipt. Visits are in local time and receipts in
    UTC; the difference of the zones is that of the quickest forms but a few, down to the half hour.
    Assumes that these need LESS THAN HALF AN HOUR."""
    frame = stage.grid.observations.select(
        left=pl.col("day").cast(pl.Datetime("us"))
        + pl.duration(minutes=pl.coalesce("departed", "arrived")),
        came=pl.col("received").str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False),
    )
    minutes = (frame["came"] - frame["left"]).dt.total_minutes()
    known = minutes.drop_nulls()
    if known.is_empty():
        return minutes
    # A few clocks are wrong; the quickest ordinary phones tell the zone.
    zone = floor(float(str(known.quantile(0.05))) / 30) * 30
    late = minutes - zone
    return late.set(late < 0, None)


def _observers(maker: FigureMaker, tables: Tables) -> Iterator[Figure]:
    teams = tables["team"].filter(pl.col("excluded").is_null())
    for election in tables["election"]["election"]:
        for term, long_term in (("short_term", False), ("long_term", True)):
            here = teams.filter(pl.col("long_term") == long_term)
            if here.is_empty():
                continue
            condition = f"excluded IS NULL AND long_term = {str(long_term).lower()}"
            where = {"election": election, "term": term}
            yield maker.count(
                "deployed",
                int(here["observers"].sum()),
                "observers",
                kind=Kind.OFFICIAL,
                base="observers in the mission's register",
                excluded={"teams of unknown size": here["observers"].null_count()},
                query=f"SELECT coalesce(sum(observers), 0) FROM team WHERE {condition}",
                where=where,
            )
            named = here["nationalities"].str.split(";").explode()
            states = named.filter(named != "").n_unique()
            yield maker.count(
                "states",
                states,
                "states",
                kind=Kind.OFFICIAL,
                base="states of observers in the mission's register",
                query=(
                    "SELECT count(DISTINCT state) FROM (SELECT unnest(string_split(nationalities,"
                    f" ';')) AS state FROM team WHERE {condition}) WHERE state <> ''"
                ),
                where=where,
            )
    yield from _stated(maker, tables)


def _stated(maker: FigureMaker, tables: Tables) -> Iterator[Figure]:
    """Every statement on the number of observers, with who made it; none overwrites another."""
    for row in tables["observer_count"].to_dicts():
        key = {name: str(row[name]) for name in ("election", "term", "version")}
        condition = (
            f"election = {literal(key['election'])} AND term = {literal(key['term'])} "
            f"AND version = {key['version']}"
        )
        said = "at least, as stated by" if row["at_least"] else "as stated by"
        for name, unit in (("observers", "observers"), ("states", "states")):
            if row[name] is not None:
                yield maker.number(
                    "stated" if name == "observers" else "stated_states",
                    row[name],
                    unit,
                    base=f"{unit}, {said} {row['source']}",
                    kind=Kind.OFFICIAL,
                    interval=COMPLETE,
                    query=f"SELECT {name} FROM observer_count WHERE {condition}",
                    where=key,
                )


def _cells(stage: Stage) -> pl.DataFrame:
    """Forms by area and setting; small cells hidden, and others so that none can be found."""
    profile = stage.settings.profile
    seen = stage.grid.observations.with_columns(pl.col("setting").fill_null("not known"))
    counts = seen.group_by("area", "setting").agg(
        observations=pl.len().cast(pl.Int64),
        stations=pl.col("station").drop_nulls().n_unique().cast(pl.Int64),
        teams=pl.col("team").n_unique().cast(pl.Int64),
    )
    areas, settings = sorted(set(counts["area"])), sorted(set(counts["setting"]))
    grid = np.zeros((len(areas), len(settings)), dtype=np.int64)
    small = np.zeros(grid.shape, dtype=bool)
    for area, setting, n, _, teams in counts.rows():
        at = areas.index(area), settings.index(setting)
        grid[at] = n
        small[at] = n < profile.least_observations or teams < profile.least_teams
    hidden = suppress(grid, small)
    shown = pl.Series(
        [
            not hidden[areas.index(a), settings.index(s)]
            for a, s in counts.select("area", "setting").rows()
        ],
        dtype=pl.Boolean,
    )
    numbers = [
        pl.when(pl.col("shown")).then(pl.col(n)).alias(n)
        for n in ("observations", "stations", "teams")
    ]
    return (
        counts.with_columns(shown=shown)
        .with_columns(numbers)
        .select(
            pl.lit(stage.election).alias("election"),
            pl.lit(stage.form).alias("form"),
            "area", "setting", "observations", "stations", "teams", "shown",
        )
        .sort("area", "setting")
    )  # fmt: skip


def _hours(stage: Stage) -> pl.DataFrame:
    """Arrivals by hour, from and up to (hours past midnight go beyond 24); hours with too few forms
    or teams are shown together with their neighbours."""
    profile = stage.settings.profile
    by_hour = (
        stage.grid.observations.drop_nulls("arrived")
        .group_by(hour=pl.col("arrived") // 60)
        .agg(observations=pl.len().cast(pl.Int64), teams=pl.col("team"))
        .sort("hour")
    )
    groups = merge_cells(
        by_hour["observations"].to_list(),
        by_hour["teams"].to_list(),
        profile.least_observations,
        profile.least_teams,
    )
    hours, numbers = by_hour["hour"].to_list(), by_hour["observations"].to_list()
    rows = [
        (stage.election, stage.form, hours[g[0]], hours[g[-1]] + 1, sum(numbers[at] for at in g))
        for g in groups
    ]
    schema = {"election": pl.String, "form": pl.String, "from_hour": pl.Int64,
              "to_hour": pl.Int64, "observations": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
