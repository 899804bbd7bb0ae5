"""How current is a voter list by visits to its entries, how complete by visits to residents?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.stats.survey import (
    RatioEstimate,
    Sample,
    lone_clusters,
    share_interval,
    weighted_ratio,
)
from paragraph8.analysis.voterlist.field_bases import BASES, WORDS
from paragraph8.analysis.voterlist.field_measures import (
    MAIN,
    MEASURES,
    OUTSIDE,
    OUTSIDE_WORDS,
    SETTLED,
    UNSETTLED_WORDS,
    Measure,
    Scenario,
    one_of,
)
from paragraph8.analysis.voterlist.field_sql import count_query, design_effect_query, share_query
from paragraph8.kernel.figure import Evidence, Figure, Interval, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import literal
from paragraph8.tables.contracts_voterlist import (
    ENTRY_OUTCOMES,
    FIELD_TESTS,
    LIST_TO_PEOPLE,
    PEOPLE_TO_LIST,
    RESIDENT_OUTCOMES,
)
from paragraph8.tables.profile import Profile, profile_of
from paragraph8.tables.tables import Tables

NAME: Final = "voterlist.field_tests"
LIMITS: Final = (
    "A share of entries says how current a list is, a share of residents how complete. They have "
    "different populations and must not be compared, added or put in one column.",
    "The margin of error covers the chance of the draw only. It does not cover people who were not "
    "met, answers that were wrong, or addresses that enumerators misread.",
    "An entry whose person was not found is not shown to be false, and nothing here shows that "
    "anybody voted with it.",
    "Residents who live nowhere that the areas drawn cover, as abroad, in barracks or in prison, "
    "are in no share.",
    "Where the areas or the weights of the draw were wrong, every share is wrong with them.",
)
LEVEL: Final = 0.95
METHOD: Final = (
    "weighted ratio, linearised, with stations or areas as clusters within strata; "
    "t on the scale of the log odds; covers the chance of the draw only"
)
COMPLETE: Final = "none: nothing was left to chance, for all were drawn"
LONE: Final = "none: a stratum has one cluster only, which says nothing of its sampling error"
DESCRIBES: Final = "none: describes the sample itself"
OUTCOMES: Final = {LIST_TO_PEOPLE: ENTRY_OUTCOMES, PEOPLE_TO_LIST: RESIDENT_OUTCOMES}
GROUPS: Final = ("sex", "age_band", "setting")


@dataclass(frozen=True, slots=True)
class _Test:
    """The visits of one test of one list."""

    where: Mapping[str, str]
    visits: pl.DataFrame
    sample: Sample
    lone: bool
    maker: FigureMaker
    profile: Profile

    def marks(self, condition: str) -> NDArray[np.float64]:
        """1 where a row of the visits fulfils the condition, else 0."""
        found = self.visits.select(pl.sql_expr(condition).fill_null(False).alias("found"))
        return found["found"].to_numpy().astype(np.float64)

    def evidence(self, order_by: str | None = None) -> Evidence:
        """The rows by cluster."""
        where = {key: value for key, value in self.where.items() if key != "test"}
        return Evidence(self.where["test"], where, order_by)


def field_tests(tables: Tables, parameters: Parameters) -> Result:
    """Shares of entries and of residents, each with margin of error and three scenarios.

    Needs list_visit. Figures by election, test and list; `scenario` says what those not met would
    have shown: like the others, the best for the list, or the worst.
        visited, clusters, settled   the sample: references, clusters, visits that settled something
        list to people: currency, mostly_elsewhere, relocated, dead, obsolete, unknown
        people to list: completeness, registered_here, registered_elsewhere, not_registered,
                        believes_but_is_not
        accuracy                     by particular, of those found
        design_effect                of each share, where those not met are like the others
    The main share of each test also by sex, age band and setting where enough were met.
    Assumes that `list_visit` holds EVERY reference that was drawn, with the weights of the draw.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures: list[Figure] = []
    notes: list[str] = []
    for test in _tests(tables["list_visit"], maker, profile_of(parameters)):
        figures += _sample_figures(test)
        for measure in MEASURES:
            if measure.test == test.where["test"]:
                figures += _figures(test, measure)
        figures += _group_figures(test)
        notes += _notes(test)
    evidence = {name: _by_cluster(tables["list_visit"], name) for name in FIELD_TESTS}
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        evidence=evidence,
        notes=tuple(notes),
        parameters=parameters,
    )


def _tests(visits: pl.DataFrame, maker: FigureMaker, profile: Profile) -> Iterator[_Test]:
    keys = ("election", "test", "list")
    for values, rows in visits.partition_by(*keys, as_dict=True, maintain_order=True).items():
        where = dict(zip(keys, map(str, values), strict=True))
        sample = _sample(rows)
        yield _Test(where, rows, sample, bool(lone_clusters(sample)), maker, profile)


def _sample(rows: pl.DataFrame) -> Sample:
    """A stratum in which every row was certain to be drawn was counted completely."""
    complete = (
        rows.group_by("stratum")
        .agg(pl.col("weight").max(), pl.col("cluster").n_unique())
        .filter(pl.col("weight") == 1)
    )
    return Sample(
        rows["stratum"].to_list(),
        rows["cluster"].to_list(),
        rows["weight"].to_numpy(),
        dict(complete.select("stratum", "cluster").rows()),
    )


def _sample_figures(test: _Test) -> Iterator[Figure]:
    name = test.where["test"]
    settled = test.visits.filter(pl.col("outcome").is_in(SETTLED[name]))
    clusters = test.visits.select("stratum", "cluster").n_unique()
    base = f"sampled {WORDS[BASES[name]]}"
    settled_only = f"count(*) FILTER (WHERE {one_of('outcome', SETTLED[name])})"
    for figure, value, unit, sql in (
        ("visited", test.visits.height, "references", "count(*)"),
        ("clusters", clusters, "clusters", "count(DISTINCT (stratum, cluster))"),
        ("settled", settled.height, "references", settled_only),
    ):
        yield test.maker.count(
            figure,
            value,
            unit,
            base=base,
            denominator=test.visits.height if figure == "settled" else None,
            interval=DESCRIBES,
            excluded=_not_settled(test) if figure == "settled" else {},
            query=count_query(test.where, sql),
            evidence=test.evidence(),
            where=test.where,
        )


def _figures(test: _Test, measure: Measure) -> Iterator[Figure]:
    where = dict(test.where)
    if measure.particular:
        where["particular"] = measure.particular
    for scenario in Scenario:
        hit, base = measure.counted(scenario)
        estimate = _estimate(test, hit, base)
        if estimate is None:
            return
        excluded = _excluded(test, measure, scenario)
        yield _share(
            test, measure, estimate, (hit, base), excluded, {**where, "scenario": scenario}
        )
        deff = estimate.design_effect
        if scenario == Scenario.MISSING_AT_RANDOM and deff is not None and not test.lone:
            yield test.maker.number(
                "design_effect",
                deff,
                "times the variance of a simple random sample",
                base=measure.base,
                kind=Kind.SAMPLE_ESTIMATE,
                interval=DESCRIBES,
                query=design_effect_query(test.where, hit, base),
                evidence=test.evidence(),
                where={**where, "measure": measure.name},
            )


def _group_figures(test: _Test) -> Iterator[Figure]:
    measure = next(m for m in MEASURES if m.name == MAIN[test.where["test"]])
    hit, base = measure.counted(Scenario.MISSING_AT_RANDOM)
    for column in GROUPS:
        for value in test.visits[column].drop_nulls().unique().sort():
            of_group = f" AND {column} = {literal(value)}"
            here = test.visits.filter(pl.sql_expr(base + of_group).fill_null(False))
            if (
                here.height < test.profile.percent_observations
                or here.select("stratum", "cluster").n_unique() < test.profile.percent_teams
            ):
                continue
            counted = (hit + of_group, base + of_group)
            estimate = _estimate(test, *counted)
            where = {**test.where, column: value, "scenario": Scenario.MISSING_AT_RANDOM}
            if estimate is not None:
                yield _share(test, measure, estimate, counted, {}, where)


def _estimate(test: _Test, hit: str, base: str) -> RatioEstimate | None:
    """None where nothing is in the base. A lone cluster is put beside itself: the share stands, and
    its error is never shown."""
    numerator, counted = test.marks(hit), test.marks(base)
    if not counted.any():
        return None
    sample = test.sample
    if test.lone:
        alone = dict.fromkeys(lone_clusters(sample), 1)
        sample = Sample(sample.stratum, sample.cluster, sample.weight, {**sample.frame, **alone})
    return weighted_ratio(numerator, counted, sample)


def _share(
    test: _Test,
    measure: Measure,
    estimate: RatioEstimate,
    counted: tuple[str, str],
    excluded: Mapping[str, int],
    where: Mapping[str, str],
) -> Figure:
    return test.maker.number(
        measure.name,
        estimate.ratio,
        "share",
        base=measure.base,
        kind=Kind.SAMPLE_ESTIMATE,
        interval=_interval(test, estimate),
        excluded=excluded,
        query=share_query(test.where, *counted),
        evidence=test.evidence(),
        where=where,
    )


def _interval(test: _Test, estimate: RatioEstimate) -> Interval | str:
    if test.lone:
        return LONE
    if estimate.complete:
        return COMPLETE
    low, high = share_interval(estimate, LEVEL)
    return Interval(low, high, LEVEL, METHOD)


def _excluded(test: _Test, measure: Measure, scenario: Scenario) -> dict[str, int]:
    """Reason -> references of the base that the share leaves out."""
    by_random = scenario == Scenario.MISSING_AT_RANDOM
    if measure.name == "accuracy":
        return (
            {"the particular could not be checked": _count(test, measure.open)} if by_random else {}
        )
    reasons = _not_settled(test)
    if not by_random:
        return {OUTSIDE_WORDS: reasons[OUTSIDE_WORDS]}
    if measure.name == "believes_but_is_not":
        silent = f"{measure.open} AND {one_of('outcome', SETTLED[measure.test])}"
        reasons["did not say what they believe"] = _count(test, silent)
    return reasons


def _not_settled(test: _Test) -> dict[str, int]:
    reasons = {**UNSETTLED_WORDS, OUTSIDE: OUTSIDE_WORDS}
    return {words: _count(test, one_of("outcome", [o])) for o, words in reasons.items()}


def _count(test: _Test, condition: str) -> int:
    return int(test.marks(condition).sum())


def _notes(test: _Test) -> Iterator[str]:
    name, tested = test.where["test"].replace("_", "-"), test.where["list"]
    if test.lone:
        yield (
            f"The {name} test of the {tested} list drew one cluster in some strata; its shares "
            "have no margin of error."
        )
    strange = test.visits.filter(~pl.col("outcome").is_in(OUTCOMES[test.where["test"]]))
    if strange.height:
        yield (
            f"{strange.height} visits of the {name} test of the {tested} list have an outcome "
            "that this test does not have; they are in no share."
        )


def _by_cluster(visits: pl.DataFrame, test: str) -> pl.DataFrame:
    """Outcomes by cluster. Each test has a frame with columns of its own: they never share one."""
    outcomes = {
        outcome: (pl.col("outcome") == outcome).sum().cast(pl.Int64) for outcome in OUTCOMES[test]
    }
    return (
        visits.filter(pl.col("test") == test)
        .group_by("election", "list", "stratum", "cluster")
        .agg(references=pl.len().cast(pl.Int64), weights=pl.col("weight").sum(), **outcomes)
        .sort("election", "list", "stratum", "cluster")
    )
