"""How much do shares depend on who observed, and do two teams at one station agree?"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.overall import OVERALL
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.sql import by_team_query, counted, rows_query
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.analysis.observation.uncertainty import Uncertainty, uncertainty
from paragraph8.analysis.stats.agreement import Agreement, kappa
from paragraph8.analysis.stats.clusters import team_sums
from paragraph8.analysis.stats.intervals import wilson
from paragraph8.analysis.stats.poststratified import poststratified
from paragraph8.kernel.figure import INPUT, Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import query
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.systematic import refusal
from paragraph8.tables.tables import Tables

NAME = "observation.teams"
LIMITS = (
    "Intervals and weights are for the mission's own caution: they describe what was observed, and "
    "make no estimate for the country.",
    "Teams that were at the same station may have come at other hours and seen other things.",
)
EFFECT, AGREEMENT = "team effect", "agreement of two teams"


def teams(tables: Tables, parameters: Parameters) -> Result:
    """Team effect, intervals and a weighted line for every item; agreement of two teams.

    Needs mission, form_item, observation, answer, station. Figures by election and form:
        effective_teams      (sum n)^2 / sum n^2 of the teams' forms
        forms_per_team [which]   median and largest number of forms of a team
        largest_team_share   forms of the busiest team / forms
        sensitive_items      items whose share moves by more than the profile allows when teams
                             count alike or one is left out / items with a share
        equal_teams [item]   overall assessment: mean of the teams' negative shares
        poststratified [item]    overall assessment, weighted to the country's stations by area and
                             setting: a line for sensitivity, never a headline
        agreement [item], kappa [item]   two teams at one station
    Evidence `team effect`: one row per item with all of these, Wilson's interval (NAIVE: it takes
    forms for independent) and the team bootstrap's.
    """
    settings = settings_of(parameters)
    refused = refusal(tables)
    if refused:
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(refused,), parameters=parameters)
    figures: list[Figure] = []
    effects, agreements = [], []
    for stage in stages(tables, settings):
        maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
        effect = _effect_table(tables, stage, uncertainty(tables, stage))
        agreement = _agreement_table(stage)
        figures += _Figures(maker, stage, effect, agreement).all()
        effects.append(effect)
        agreements.append(agreement)
    evidence = {EFFECT: pl.concat(effects), AGREEMENT: pl.concat(agreements)} if effects else {}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, evidence=evidence, parameters=parameters
    )


class _Figures:
    def __init__(
        self, maker: FigureMaker, stage: Stage, effect: pl.DataFrame, agreement: pl.DataFrame
    ) -> None:
        self.maker, self.stage = maker, stage
        self.effect, self.agreement = effect, agreement
        self.where = {"election": stage.election, "form": stage.form}

    def all(self) -> Iterator[Figure]:
        sizes = np.bincount(self.stage.team)
        effective = float(sizes.sum() ** 2 / (sizes**2).sum())
        sql = self._per_team("sum(n) ^ 2 / sum(n ^ 2)")
        yield self._number("effective_teams", effective, "teams", sql)
        for which, value, sql in (
            ("median", float(np.median(sizes)), "median(n)"),
            ("largest", float(sizes.max()), "max(n)"),
        ):
            yield self._number("forms_per_team", value, "forms", self._per_team(sql), which=which)
        yield self.maker.share(
            "largest_team_share",
            int(sizes.max()),
            int(sizes.sum()),
            base=base_words(self.stage.form, Base.OBSERVATIONS),
            query=self._per_team("max(n)"),
            where=self.where,
        )
        with_share = self.effect.filter(pl.col("answered") > 0)
        if with_share.height:
            yield self.maker.share(
                "sensitive_items",
                with_share.filter("sensitive").height,
                with_share.height,
                base="questions with a share",
                query=self._per_team("count(*)"),
                query_gives=INPUT,
                evidence=Evidence(EFFECT, self.where),
                where=self.where,
            )
        yield from self._assessment()
        yield from self._agreement()

    def _assessment(self) -> Iterator[Figure]:
        item = OVERALL.get(self.stage.form, "")
        answered = self.effect.filter((pl.col("item") == item) & (pl.col("answered") > 0))
        for row in answered.to_dicts():
            mean = by_team_query(self.stage, item, "avg(problems / answers)")
            yield self._number("equal_teams", row["equal_teams"], "share", mean, item=item)
            if row["poststratified"] is not None:
                rows = rows_query(
                    self.stage,
                    item,
                    "area, setting, count(*) FILTER (problem), count(*)",
                    " GROUP BY area, setting ORDER BY area, setting",
                )
                name, value = "poststratified", row["poststratified"]
                yield self._number(name, value, "share", rows, INPUT, item=item)

    def _agreement(self) -> Iterator[Figure]:
        item = OVERALL.get(self.stage.form, "")
        for row in self.agreement.filter(
            (pl.col("item") == item) & (pl.col("pairs") > 0)
        ).to_dicts():
            where = {**self.where, "item": item}
            pairs = rows_query(
                self.stage, item, "station, team, problem", " ORDER BY station, team, observation"
            )
            yield self.maker.share(
                "agreement",
                row["agreeing"],
                row["pairs"],
                base="pairs of two teams at one station",
                query=pairs,
                query_gives=INPUT,
                evidence=Evidence(AGREEMENT, where),
                where=where,
            )
            if row["kappa"] is not None:
                yield self._number("kappa", row["kappa"], "kappa", pairs, INPUT, item=item)

    def _number(
        self, name: str, value: float, unit: str, sql: str, gives: str = "figure", **more: str
    ) -> Figure:
        return self.maker.number(
            name,
            value,
            unit,
            base=base_words(self.stage.form, Base.OBSERVATIONS),
            kind=Kind.OBSERVATION_SHARE,
            interval=OBSERVED,
            query=sql,
            query_gives=gives,
            evidence=Evidence(EFFECT, self.where),
            where={**self.where, **more},
        )

    def _per_team(self, value: str) -> str:
        steps = {
            "counted": counted(self.stage),
            "teams": "SELECT team, count(*) AS n FROM counted GROUP BY team",
        }
        return query(steps, f"SELECT {value} FROM teams")


def _effect_table(tables: Tables, stage: Stage, spread: Uncertainty) -> pl.DataFrame:
    k = (stage.verdicts == 1).sum(axis=1)
    n = (stage.verdicts >= 0).sum(axis=1)
    low, high = wilson(k, n)
    drawn = {
        f"bootstrap_{end}": values.get(Base.OBSERVATIONS, np.full(len(n), np.nan))
        for end, values in (("low", spread.low), ("high", spread.high))
    }
    weighted = _weighted(tables, stage)
    return pl.DataFrame(
        {
            "election": [stage.election] * len(n),
            "form": [stage.form] * len(n),
            "item": list(stage.items),
            "problems": k,
            "answered": n,
            "share": spread.share,
            "teams": (team_sums(stage.team, stage.verdicts >= 0) > 0).sum(axis=1),
            "effective_teams": spread.effective,
            "equal_teams": spread.equal_teams,
            "lowest_without_one": spread.lowest,
            "highest_without_one": spread.highest,
            "wilson_low_naive": low,
            "wilson_high_naive": high,
            **drawn,
            "poststratified": weighted["share"],
            "country_not_covered": weighted["not_covered"],
            "sensitive": [
                bool(some) and spread.sensitive(item)
                for item, some in zip(stage.items, n, strict=True)
            ],
        },
        strict=False,
    ).fill_nan(None)


def _weighted(tables: Tables, stage: Stage) -> dict[str, list[float | None]]:
    """Shares weighted to the country's stations by highest area and setting; empty settings of an
    area are joined with its others, areas without observations are left out and said so."""
    places = stations_with_top_area(tables).join(
        tables["station"].select("election", "station", "setting"), on=["election", "station"]
    )
    frame = places.filter(pl.col("election") == stage.election).with_columns(
        pl.col("setting").fill_null("")
    )
    counted_by = frame.group_by("area", "setting").len().rows()
    sizes = {(area, setting): n for area, setting, n in counted_by}
    # By the station's own setting, as in the frame: what a team thought it was may differ.
    seen = stage.grid.observations.select("area", pl.col("station_setting").fill_null(""))
    if not sizes or set(sizes) == {("", "")}:
        nothing: list[float | None] = [None] * len(stage.items)
        return {"share": nothing, "not_covered": nothing}
    found = poststratified(stage.verdicts == 1, stage.verdicts >= 0, list(seen.rows()), sizes)
    return {
        "share": [one.share for one in found],
        "not_covered": [one.frame_not_covered for one in found],
    }


def _agreement_table(stage: Stage) -> pl.DataFrame:
    """One row per item: two reports of one stage at one station by different teams."""
    first, second = _pairs(stage)
    rows = []
    for place, item in enumerate(stage.items):
        codes = stage.verdicts[place].astype(np.int64)
        found = kappa(codes[first], codes[second]) if len(first) else Agreement(0, 0, None, None)
        rows.append((stage.election, stage.form, item, found.pairs, found.agreeing, found.kappa))
    schema = {"election": pl.String, "form": pl.String, "item": pl.String,
              "pairs": pl.Int64, "agreeing": pl.Int64, "kappa": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _pairs(stage: Stage) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of forms in pairs: each team's last form at a station with each other team's."""
    last: dict[tuple[int, str | None], dict[int, int]] = {}
    stages_of_forms = stage.grid.texts("E0")
    for place in np.argsort(stage.order, kind="stable"):
        if stage.station[place] >= 0:
            # An add-on form is of one stage: two teams compare only what they saw of the same.
            where = int(stage.station[place]), stages_of_forms[place]
            last.setdefault(where, {})[int(stage.team[place])] = int(place)
    pairs = [
        pair for teams_there in last.values() for pair in combinations(teams_there.values(), 2)
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
