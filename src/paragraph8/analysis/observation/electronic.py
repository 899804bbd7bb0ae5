"""Do stations with electronic voting differ from paper-only stations, on the same questions?"""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.sql import both_query, share_query
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.analysis.observation.uncertainty import LEVEL, METHOD, NOT_DRAWN, NOTHING_TO_SAY
from paragraph8.analysis.stats.clusters import team_sums
from paragraph8.analysis.stats.differences import bootstrap_differences, fisher_p, permutation_p
from paragraph8.analysis.stats.intervals import newcombe
from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.kernel.figure import INPUT, Evidence, Figure, Interval, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.systematic import refusal
from paragraph8.tables.tables import Tables

NAME = "observation.electronic"
LIMITS = (
    "Differences are among stations observed: machines were put where they were put, and stations "
    "with and without them differ in more than machines.",
    "A difference that is singled out may be a false alarm; how many may be, the profile says.",
)
FORMS = ("opening", "voting", "counting")
OFFERED, PAPER = "with electronic voting", "with paper only"
CONDITIONS = {
    OFFERED: "c.channels IN ('machine', 'both')",
    PAPER: "c.channels = 'paper'",
}
TABLE = "electronic beside paper"
Numbers = NDArray[np.float64]


def electronic(tables: Tables, parameters: Parameters) -> Result:
    """The same items at stations that offer electronic voting and at paper-only stations.

    Needs mission, form_item, observation, answer, station. Figures by election, form and item:
        share [stations]     problem answers (or negative assessments) / given, of observations
        difference           share with electronic voting - share paper only, -1..1, with a
                             team-bootstrap interval
        p_adjusted           of a team permutation test, Benjamini-Hochberg over all items and forms
    Evidence `electronic beside paper` holds all that, and Newcombe's interval and Fisher's p, which
    are NAIVE: they take forms of one team for independent.
    Excluded: forms whose station is not in the list.
    """
    settings = settings_of(parameters)
    refused = refusal(tables)
    if refused:
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(refused,), parameters=parameters)
    pairs = [_Pair(stage) for stage in stages(tables, settings) if stage.form in FORMS]
    both = [pair for pair in pairs if pair.is_there]
    if not both:
        note = "No form was observed both at stations with electronic voting and at others."
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(note,), parameters=parameters)
    rate = settings.profile.false_discovery_rate
    table = _adjusted(pl.concat([pair.table() for pair in both]), rate)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures = [f for pair in both for f in pair.figures(maker, table)]
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        evidence={TABLE: table},
        parameters=parameters,
    )


class _Pair:
    """The two groups of one stage."""

    def __init__(self, stage: Stage) -> None:
        offered = stage.grid.observations["electronic"].fill_null(False).to_numpy()
        known = stage.grid.observations["electronic"].is_not_null().to_numpy()
        self.stage = stage
        self.unknown = int((~known).sum())
        self.inside = {OFFERED: offered & known, PAPER: ~offered & known}
        self.problems = {k: (stage.verdicts == 1) & v for k, v in self.inside.items()}
        self.answered = {k: (stage.verdicts >= 0) & v for k, v in self.inside.items()}

    @property
    def is_there(self) -> bool:
        """Whether both kinds of stations were observed."""
        return all(inside.any() for inside in self.inside.values())

    def table(self) -> pl.DataFrame:
        """One row per item that both groups answer."""
        k, n = self._counts(self.problems), self._counts(self.answered)
        usable = (n[OFFERED] > 0) & (n[PAPER] > 0)
        low, high = self._intervals()
        naive_low, naive_high = newcombe(k[OFFERED], n[OFFERED], k[PAPER], n[PAPER])
        with np.errstate(invalid="ignore", divide="ignore"):
            difference = k[OFFERED] / n[OFFERED] - k[PAPER] / n[PAPER]
        frame = pl.DataFrame(
            {
                "election": self.stage.election,
                "form": self.stage.form,
                "item": self.stage.items,
                "problems_electronic": k[OFFERED],
                "answered_electronic": n[OFFERED],
                "problems_paper": k[PAPER],
                "answered_paper": n[PAPER],
                "difference": difference,
                "low": low,
                "high": high,
                "p_team_permutation": self._p(),
                "newcombe_low_naive": naive_low,
                "newcombe_high_naive": naive_high,
                "fisher_p_naive": fisher_p(k[OFFERED], n[OFFERED], k[PAPER], n[PAPER]),
            },
            strict=False,
        )
        named = [bool(self.stage.item(item)["problem"]) for item in self.stage.items]
        return frame.filter(pl.Series(usable & np.array(named))).fill_nan(None)

    def figures(self, maker: FigureMaker, table: pl.DataFrame) -> Iterator[Figure]:
        """Shares of both groups, their difference, its p-value."""
        here = table.filter(
            (pl.col("election") == self.stage.election) & (pl.col("form") == self.stage.form)
        )
        for row in here.to_dicts():
            yield from self._of_item(maker, row)

    def _of_item(self, maker: FigureMaker, row: Mapping[str, object]) -> Iterator[Figure]:
        item, stage = str(row["item"]), self.stage
        where = {"election": stage.election, "form": stage.form, "item": item}
        evidence = Evidence(TABLE, where)
        words = base_words(stage.form, Base.OBSERVATIONS)
        if stage.conditional(item):
            words += " where the question arose"
        at = stage.items.index(item)
        for group, sql in CONDITIONS.items():
            n = int(self.answered[group][at].sum())
            yield maker.share(
                "share",
                int(self.problems[group][at].sum()),
                n,
                base=f"{words} at stations {group}",
                excluded={
                    "no answer that counts": int(self.inside[group].sum()) - n,
                    "whether the station offers it is not known": self.unknown,
                },
                query=share_query(stage, item, Base.OBSERVATIONS, among=sql),
                evidence=evidence,
                where={**where, "stations": group},
            )
        for name, unit, interval in (
            ("difference", "difference of shares", self._interval(row)),
            ("p_adjusted", "p-value", "none: a p-value"),
        ):
            if row[name] is not None:
                yield maker.number(
                    name,
                    float(str(row[name])),
                    unit,
                    base=f"{words}, {OFFERED} and {PAPER}",
                    kind=Kind.OBSERVATION_SHARE,
                    interval=interval,
                    query=both_query(stage, item, CONDITIONS[OFFERED], CONDITIONS[PAPER]),
                    query_gives=INPUT,
                    evidence=evidence,
                    where=where,
                )

    def _interval(self, row: Mapping[str, object]) -> Interval | str:
        if not self.stage.settings.draws:
            return NOT_DRAWN
        low, high = row["low"], row["high"]
        if low is None or high is None:
            return NOTHING_TO_SAY
        return Interval(float(str(low)), float(str(high)), LEVEL, METHOD)

    def _counts(self, flags: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.int64]]:
        return {group: marked.sum(axis=1) for group, marked in flags.items()}

    def _intervals(self) -> tuple[Numbers, Numbers]:
        if not self.stage.settings.draws:
            nothing = np.full(len(self.stage.items), np.nan)
            return nothing, nothing
        sums = [
            team_sums(self.stage.team, flags[group])
            for group in (OFFERED, PAPER)
            for flags in (self.problems, self.answered)
        ]
        return bootstrap_differences(
            *sums, draws=self.stage.settings.draws, seed=self.stage.settings.seed, level=LEVEL
        )

    def _p(self) -> Numbers:
        if not self.stage.settings.draws:
            return np.full(len(self.stage.items), np.nan)
        inside = self.inside[OFFERED] | self.inside[PAPER]
        return permutation_p(
            self.stage.team,
            self.inside[OFFERED],
            self.stage.verdicts == 1,
            (self.stage.verdicts >= 0) & inside,
            draws=self.stage.settings.draws,
            seed=self.stage.settings.seed,
        )


def _adjusted(table: pl.DataFrame, rate: float) -> pl.DataFrame:
    """With p-values adjusted over all items and forms, and which differences are singled out."""
    known = table["p_team_permutation"].is_not_null().to_numpy()
    adjusted = np.full(table.height, np.nan)
    adjusted[known] = benjamini_hochberg(table["p_team_permutation"].drop_nulls().to_list())
    return table.with_columns(p_adjusted=pl.Series(adjusted).fill_nan(None)).with_columns(
        singled_out=pl.col("p_adjusted") <= rate
    )


def singled_out(result: Result | None, election: str) -> list[dict[str, object]]:
    """Rows of items whose difference stands out after correction, the largest first."""
    table = result.evidence.get(TABLE) if result else None
    if not isinstance(table, pl.DataFrame):
        return []
    here = table.filter((pl.col("election") == election) & pl.col("singled_out"))
    return here.sort(pl.col("difference").abs(), "item", descending=[True, False]).to_dicts()
