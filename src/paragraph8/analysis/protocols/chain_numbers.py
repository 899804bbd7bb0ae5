"""The numbers of a station side by side, in the order in which a result travels."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from paragraph8.analysis.protocols.compare import STATION
from paragraph8.tables.tables import Tables

OBSERVERS, POSTED, SIGNED, DISTRICT, PUBLISHED = ORDER = (
    "observer_copy",
    "posted_copy",
    "station",
    "district",
    "published",
)
VOTES = "votes"
NUMBER = [*STATION, "what", "contestant", "channel"]
# What a pair says of a station, and the chain of one that no step changed.
AGREE, DIFFER = "agree", "differ"
UNCHANGED, ALONE, NOT_COMPARED = "none", "observers alone", "nothing to compare"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources; `neighbours`: only numbers that no source between them gives."""

    left: str
    right: str
    neighbours: bool = True

    @property
    def step(self) -> str:
        """The pair as a step of the chain."""
        return f"{self.left}>{self.right}"

    @property
    def between(self) -> tuple[str, ...]:
        """Sources that must not give the number."""
        inside = ORDER[ORDER.index(self.left) + 1 : ORDER.index(self.right)]
        return inside if self.neighbours else ()

    @property
    def where(self) -> dict[str, str]:
        """Dimensions of its figures."""
        between = "none" if self.neighbours else "any"
        return {"left": self.left, "right": self.right, "between": between}


# In the order of a result: earlier steps first.
NEIGHBOURS = tuple(Pair(left, right) for left, right in combinations(ORDER, 2))
ENDS = Pair(OBSERVERS, PUBLISHED, neighbours=False)


@dataclass(frozen=True, slots=True)
class Line:
    """First copies of the sources of a chain, and their numbers.

    sheets    election, contest, station, source, protocol
    present   election, contest, station; `… there` of every source: it has a protocol
    numbers   one row per number of a station with several sources: election, contest, station,
              what (votes, or a field), contestant ("" for a field), channel; `… says` and
              `… there` of every source; alone: the observers' copy stands alone
    steps     each number and the next source that gives it: election, contest, station, what,
              contestant, channel, place (in NEIGHBOURS), step, before, after, difference
              (after - before), alone
    """

    sheets: pl.DataFrame
    present: pl.DataFrame
    numbers: pl.DataFrame
    steps: pl.DataFrame

    def within(self, scope: Mapping[str, str]) -> "Line":
        """The same of one election, or of one contest of it."""
        return Line(
            self.sheets.filter(**scope),
            self.present.filter(**scope),
            self.numbers.filter(**scope),
            self.steps.filter(**scope),
        )


def line_of(tables: Tables) -> Line:
    """The chain of every station. Numbers that a source does not give are null, never nought."""
    sheets = (
        tables["protocol"]
        .filter((pl.col("copy") == 1) & pl.col("source").is_in(ORDER))
        .select(*STATION, "source", "protocol")
    )
    present = sheets.group_by(STATION).agg(
        (pl.col("source") == source).any().alias(_there(source)) for source in ORDER
    )
    # Published protocols are many and mostly alone: without them the rest is small.
    several = present.filter(pl.sum_horizontal(_there(source) for source in ORDER) > 1)
    numbers = (
        numbers_said(tables, sheets.join(several, on=STATION, how="semi"))
        .group_by(NUMBER)
        .agg(
            pl.col("value").filter(pl.col("source") == source).max().alias(_says(source))
            for source in ORDER
        )
        .join(several, on=STATION)
        .with_columns(alone=_observers_alone())
    )
    steps = pl.concat(
        compared(numbers, pair).with_columns(
            place=pl.lit(place),
            step=pl.lit(pair.step),
            alone=pl.col("alone") & (pair.left == OBSERVERS),
        )
        for place, pair in enumerate(NEIGHBOURS)
    )
    return Line(sheets, present, numbers, steps)


def numbers_said(tables: Tables, sheets: pl.DataFrame) -> pl.DataFrame:
    """All numbers of these protocols: the columns of `sheets` but protocol, what, contestant,
    channel, value."""
    kept = [name for name in sheets.columns if name != "protocol"]
    votes = tables["protocol_vote"].join(sheets, on="protocol")
    figures = tables["protocol_figure"].join(sheets, on="protocol")
    return pl.concat(
        [
            votes.select(
                *kept, pl.lit(VOTES).alias("what"), "contestant", "channel", value="votes"
            ),
            figures.select(
                *kept, pl.col("field").alias("what"), pl.lit("").alias("contestant"),
                "channel", "value",
            ),
        ]
    )  # fmt: skip


def compared(numbers: pl.DataFrame, pair: Pair) -> pl.DataFrame:
    """The numbers that both give: NUMBER, before, after, difference (after - before), alone."""
    before, after = pl.col(_says(pair.left)), pl.col(_says(pair.right))
    both = [before.is_not_null(), after.is_not_null()]
    silent = [pl.col(_says(source)).is_null() for source in pair.between]
    return numbers.filter(*both, *silent).select(
        *NUMBER, "alone", before=before, after=after, difference=after - before
    )


def pair_stations(rows: pl.DataFrame) -> pl.DataFrame:
    """The stations of `compared` rows: election, contest, station, numbers_compared,
    numbers_differing, votes_differing (sum of absolute differences), outcome (agree, differ)."""
    size = pl.col("difference").abs()
    outcome = pl.when(pl.col("numbers_differing") > 0).then(pl.lit(DIFFER)).otherwise(pl.lit(AGREE))
    return (
        rows.group_by(STATION)
        .agg(
            numbers_compared=pl.len().cast(pl.Int64),
            numbers_differing=(size > 0).sum().cast(pl.Int64),
            votes_differing=size.filter(pl.col("what") == VOTES).sum(),
        )
        .with_columns(outcome=outcome)
        .sort(STATION)
    )


def given_once(numbers: pl.DataFrame, pair: Pair) -> pl.DataFrame:
    """The numbers that only one of them gives, at stations where the pair has protocols."""
    before, after = pl.col(_says(pair.left)), pl.col(_says(pair.right))
    return numbers.filter(*_both_there(pair), before.is_null() != after.is_null())


def stations_of(present: pl.DataFrame, pair: Pair) -> pl.DataFrame:
    """The stations where both have a protocol, and none between them if they are neighbours."""
    return present.filter(*_both_there(pair)).select(STATION)


def chain_table(line: Line) -> pl.DataFrame:
    """One row per station with an observers' or a posted copy: election, contest, station, sources,
    numbers_compared, alone_numbers, first_step.

    first_step   the first step that changes a number; none; observers alone, if nothing else
                 differs; nothing to compare
    """
    changed = (pl.col("difference") != 0) & ~pl.col("alone")
    steps = line.steps.group_by(STATION).agg(
        numbers_compared=pl.len().cast(pl.Int64),
        alone_numbers=pl.col("alone").sum().cast(pl.Int64),
        place=pl.col("place").filter(changed).min(),
    )
    names = {place: pair.step for place, pair in enumerate(NEIGHBOURS)}
    in_order = pl.col("source").cast(pl.Enum(ORDER)).sort().cast(pl.String)
    return (
        line.sheets.join(copied(line.present), on=STATION, how="semi")
        .group_by(STATION)
        .agg(sources=in_order.str.join(", "))
        .join(steps, on=STATION, how="left")
        .with_columns(pl.col("numbers_compared", "alone_numbers").fill_null(0))
        .with_columns(
            first_step=pl.when(pl.col("place").is_not_null())
            .then(pl.col("place").replace_strict(names, return_dtype=pl.String, default=None))
            .when(pl.col("alone_numbers") > 0)
            .then(pl.lit(ALONE))
            .when(pl.col("numbers_compared") > 0)
            .then(pl.lit(UNCHANGED))
            .otherwise(pl.lit(NOT_COMPARED))
        )
        .drop("place")
        .sort(STATION)
    )


def copied(present: pl.DataFrame) -> pl.DataFrame:
    """The stations with an observers' or a posted copy."""
    return present.filter(pl.col(_there(OBSERVERS)) | pl.col(_there(POSTED))).select(STATION)


def _observers_alone() -> pl.Expr:
    """The observers' number differs from all others, and those of the station agree.

    There must be a copy posted at the station or its own protocol: a later table alone may have
    been changed on the way. With it, the district must agree where it gives the number, and at
    least two of the later sources.
    """
    own = pl.col(_says(OBSERVERS))
    others = [pl.col(_says(source)) for source in ORDER[1:]]
    there = pl.coalesce(_says(POSTED), _says(SIGNED))
    up_to_district = [pl.col(_says(source)) for source in (POSTED, SIGNED, DISTRICT)]
    return pl.all_horizontal(
        (own != there).fill_null(False),
        *((other == there).fill_null(True) for other in up_to_district),
        (pl.col(_says(PUBLISHED)) != own).fill_null(True),
        pl.sum_horizontal((other == there).fill_null(False) for other in others) > 1,
    )


def _both_there(pair: Pair) -> list[pl.Expr]:
    return [
        pl.col(_there(pair.left)),
        pl.col(_there(pair.right)),
        *(~pl.col(_there(source)) for source in pair.between),
    ]


def _says(source: str) -> str:
    # Not the bare word: one of the sources, station, is a column already.
    return f"{source} says"


def _there(source: str) -> str:
    return f"{source} there"
