"""Does recorded turnout grow as fast as observers saw voters come?"""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.sql import counted
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.kernel.figure import Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.tables.tables import Tables

NAME = "observation.traffic"
LIMITS = (
    "A visit shows part of a day: voters may have come before or after it, in groups, or by the "
    "mobile box. A station that is listed is one to look at, not one where something happened.",
    "Numbers that voters at the station had reached are what the commission told the team.",
)
LONGEST_GAP = 24 * 60
# How a station is listed: recorded growth so many times the growth seen, and by so many voters.
TIMES, VOTERS, SHORTEST_VISIT, SHORTEST_GAP = 3.0, 100, 20, 60
COLUMNS = (
    "election", "observation", "station", "area", "arrived", "departed", "voted_arriving",
    "voted_leaving", "hour", "recorded", "seen_per_hour", "recorded_per_hour", "why",
)  # fmt: skip
BELOW, FASTER = "recorded turnout is below what the team was told", "recorded turnout grew faster"


def traffic(tables: Tables, parameters: Parameters) -> Result:
    """Stations whose recorded turnout does not fit the voters that observers saw come.

    Needs observation, answer, protocol, protocol_figure. A visit gives voters at arrival (H11a) and
    departure (H11b); the published protocol gives voters by hours of the day, and in all (see
    `Settings.hours`). Listed for follow-up is a station
        where the next recorded number is below the one told at departure, or
        whose recorded growth per hour after the visit is over three times that seen in it, and
        over a hundred voters more.
    Figures by election: listed [why] / visits that can be compared. Evidence `traffic`: every visit
    with its rates. Excluded: visits without numbers or times, with numbers that fall, shorter than
    twenty minutes, or without an hourly number an hour or more after them.
    Assumes that the visit was ON ELECTION DAY.
    """
    settings = settings_of(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures: list[Figure] = []
    rows = []
    for stage in stages(tables, settings):
        if stage.form == "voting":
            compared = _compared(tables, stage)
            rows.append(compared)
            figures += _figures(maker, stage, compared)
    evidence = {"traffic": pl.concat(rows)} if rows else {}
    notes = () if figures else ("No visit can be compared with turnout by the hour.",)
    return Result(NAME, tables.snapshot, tuple(figures), LIMITS, (), evidence, notes, parameters)


def _figures(maker: FigureMaker, stage: Stage, compared: pl.DataFrame) -> Iterator[Figure]:
    if compared.is_empty():
        return
    for why in (BELOW, FASTER):
        where = {"election": stage.election, "why": "below" if why == BELOW else "faster"}
        yield maker.share(
            "listed",
            compared.filter(pl.col("why") == why).height,
            compared.height,
            base="visits that can be compared with turnout by the hour",
            kind=Kind.OWN_MEASUREMENT,
            excluded={"no numbers, times, or later hour": stage.grid.height - compared.height},
            query=_query(stage, why),
            evidence=Evidence("traffic", {"election": stage.election, "why": why}),
            where=where,
        )


def _compared(tables: Tables, stage: Stage) -> pl.DataFrame:
    visits = stage.grid.observations.select(
        "election", "observation", "station", "area", "arrived", "departed"
    ).with_columns(
        voted_arriving=pl.Series(stage.grid.numbers("H11a")),
        voted_leaving=pl.Series(stage.grid.numbers("H11b")),
    )
    usable = (
        visits.fill_nan(None)
        .drop_nulls()
        .filter(
            (pl.col("departed") - pl.col("arrived") >= SHORTEST_VISIT)
            & (pl.col("voted_leaving") >= pl.col("voted_arriving"))
        )
    )
    hourly = _hourly(tables, stage.election, stage.settings.hours)
    joined = usable.join(hourly, on="station").filter(
        (pl.col("minute") - pl.col("departed") >= SHORTEST_GAP)
        & (pl.col("minute") - pl.col("departed") <= LONGEST_GAP)
    )
    nearest = joined.sort("observation", "minute").unique("observation", keep="first")
    growth = pl.col("recorded") - pl.col("voted_leaving")
    hours = (pl.col("minute") - pl.col("departed")) / 60
    stay = (pl.col("departed") - pl.col("arrived")) / 60
    seen = (pl.col("voted_leaving") - pl.col("voted_arriving")) / stay
    expected = seen * hours
    why = (
        pl.when(growth < 0)
        .then(pl.lit(BELOW))
        .when((growth > TIMES * expected) & (growth - expected > VOTERS))
        .then(pl.lit(FASTER))
    )
    return (
        nearest.with_columns(
            hour=pl.col("minute") // 60,
            seen_per_hour=seen.round(1),
            recorded_per_hour=(growth / hours).round(1),
            why=why,
        )
        .select(COLUMNS)
        .sort("observation")
    )


def _hourly(tables: Tables, election: str, hours: Mapping[str, int]) -> pl.DataFrame:
    """station, minute, recorded: turnout of the published protocols at an hour."""
    published = tables["protocol"].filter(
        (pl.col("election") == election) & (pl.col("source") == "published") & (pl.col("copy") == 1)
    )
    figures = tables["protocol_figure"].filter(
        pl.col("field").is_in(list(hours)) & (pl.col("channel") == "all")
    )
    return (
        published.select("protocol", "station")
        .join(figures, on="protocol")
        .select(
            "station",
            minute=pl.col("field").replace_strict(hours, return_dtype=pl.Int64),
            recorded=pl.col("value"),
        )
        # Of several ballots of a station the lowest number: more cannot have come by then.
        .group_by("station", "minute")
        .agg(pl.col("recorded").min())
    )


def _query(stage: Stage, why: str) -> str:
    hours = stage.settings.hours
    minute = " ".join(f"WHEN {literal(field)} THEN {at}" for field, at in hours.items())
    steps: Steps = {
        "counted": counted(stage),
        "visits": (
            "SELECT c.observation, c.station, c.arrived, c.departed,\n"
            "  TRY_CAST(a.value AS DOUBLE) AS came, TRY_CAST(b.value AS DOUBLE) AS went\n"
            "FROM counted c\n"
            "JOIN answer a ON a.observation = c.observation AND a.item = 'H11a'"
            " AND a.state = 'given'\n"
            "JOIN answer b ON b.observation = c.observation AND b.item = 'H11b'"
            " AND b.state = 'given'\n"
            f"WHERE c.departed - c.arrived >= {SHORTEST_VISIT}"
        ),
        "hourly": (
            f"SELECT station, CASE field {minute} END AS minute, min(value) AS recorded\n"
            "FROM protocol JOIN protocol_figure USING (protocol)\n"
            f"WHERE election = {literal(stage.election)} AND source = 'published' AND copy = 1\n"
            f"  AND channel = 'all' AND field IN ({', '.join(literal(f) for f in hours)})\n"
            "GROUP BY ALL"
        ),
        "later": (
            "SELECT v.*, h.minute, h.recorded,\n"
            "  row_number() OVER (PARTITION BY observation ORDER BY minute) AS place\n"
            "FROM visits v JOIN hourly h USING (station)\n"
            f"WHERE went >= came AND minute - departed BETWEEN {SHORTEST_GAP} AND {LONGEST_GAP}"
        ),
        "compared": (
            "SELECT recorded - went AS growth,\n"
            "  (went - came) / (departed - arrived) * (minute - departed) AS expected\n"
            "FROM later WHERE place = 1"
        ),
    }
    condition = (
        "growth < 0"
        if why == BELOW
        else f"growth > {TIMES} * expected AND growth - expected > {VOTERS}"
    )
    return query(steps, f"SELECT count(*) FILTER ({condition}) FROM compared")
