"""Incidents and weekly reports on the rehearsal mission, whose truth is known.

What may be stated as fact: the incident form of the mission's method, item X6. Nothing may add
levels across that line, and the tests here walk every figure to see that none does.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from helpers import rehearsal
from incident_world import database, differing, incidents, values, weeks
from paragraph8.analysis.incidents.longterm import longterm
from paragraph8.analysis.incidents.reports import reports
from paragraph8.analysis.incidents.settings import defaults
from paragraph8.analysis.incidents.standing import FACT, LEVELS, STANDING_OF, STANDINGS
from paragraph8.analysis.incidents.themes import themes
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.result import Result
from paragraph8.tables.tables import Tables

ROOT = Path(__file__).parents[2]
SEEDS = range(2004, 2009)
# Counts of weeks, regions and silence: they say nothing of what was reported, at whatever level.
WITHOUT_LEVEL = {
    "weeks", "regions", "regions_never", "region_weeks", "cells_silent", "regions_silent",
    "theme_weeks",
}  # fmt: skip


# The line of fact


def with_levels(tables: Tables, levels: Iterable[str]) -> Tables:
    """The mission as it would be if only incidents of these levels had been reported."""
    level = pl.col("verification").fill_null("unverified")
    kept = tables["incident"].filter(level.is_in(list(levels)))
    of_others = (pl.col("form") == "incident") & ~pl.col("observation").is_in(
        kept["incident"].implode()
    )
    observation = tables["observation"].filter(~of_others)
    return Tables({**tables.frames, "incident": kept, "observation": observation}, tables.as_of)


def levels_of(standing: str) -> list[str]:
    return [level for level in LEVELS if STANDING_OF[level] == standing]


def crossing(run: Callable[[str], Result], full: Result) -> list[str]:
    """Ids of figures that hold something of more than one standing.

    run   the same analysis when all there is has this standing
    """
    alone = {standing: {f.id: f for f in run(standing).figures} for standing in STANDINGS}
    return [
        figure.id
        for figure in full.figures
        if sum(counts_something(found.get(figure.id)) for found in alone.values()) > 1
    ]


def counts_something(figure: Figure | None) -> bool:
    if figure is None:
        return False
    return bool(figure.value or figure.denominator or sum(figure.excluded.values()))


WORLD = incidents("""
id team station arrived late consent  categories   how_known   verification severity effect
a  t1   N-01    600     -    -        threat       seen_both   observed     1        none
b  t2   N-01    610     -    -        threat       told_direct corroborated 4        stopped
c  t2   N-01    620     -    -        threat       told_direct credible     3        delay
d  t3   N-01    630     -    -        threat;other told_direct unverified   3        delay
e  t1   N-01    640     -    -        threat       seen_one    refuted      2        none
f  t1   S-01    600     -    -        damage       seen_one    corroborated 2        unknown
g  t2   S-01    700     -    -        secrecy      told_direct credible     -        -
h  t3   S-01    710     -    -        secrecy      told_direct credible     -        -
i  t2   N-02    700     -    -        damage       told_direct unverified   4        annulled
j  t3   N-02    710     -    -        damage       told_direct -            4        annulled
k  t1   N-02    900     -    -        other        media       refuted      -        -
l  t1   N-02    900     yes  -        other        media       observed     -        -
m  t1   N-02    900     yes  -        other        media       unverified   -        -
n  t1   N-02    900     -    internal other        media       credible     -        -
o  t1   N-02    900     -    internal other        media       refuted      -        -
""")


@pytest.fixture(params=["invented", "rehearsal"])
def tables(request) -> Tables:
    return WORLD if request.param == "invented" else rehearsal(2004)[0]


def test_no_figure_of_incidents_adds_across_the_line_of_fact(tables):
    full = reports(tables, {})
    assert crossing(lambda s: reports(with_levels(tables, levels_of(s)), {}), full) == []


def test_the_walk_would_see_a_sum():
    """It is no use if it cannot fail: here a figure counts all reports, whatever their level."""

    def faulty(tables: Tables) -> Result:
        result = reports(tables, {})
        n = tables["incident"].height
        wrong = Figure(**{**_fields(result.figures[0]), "value": n, "numerator": n})
        return Result(result.analysis, "", (wrong,), result.limits)

    found = crossing(lambda s: faulty(with_levels(WORLD, levels_of(s))), faulty(WORLD))
    assert len(found) == 1


def _fields(figure: Figure) -> dict[str, object]:
    return {name: getattr(figure, name) for name in Figure.__slots__}


def test_facts_stay_what_they_are_whatever_is_alleged(tables):
    """All figures that may be stated as fact, and all that is received, without any allegation."""
    told = values(reports(tables, {}))
    for last in range(1, len(STANDINGS)):
        strong = [level for s in STANDINGS[:last] for level in levels_of(s)]
        less = values(reports(with_levels(tables, strong), {}))
        for name, number in told.items():
            # What other teams say of an event is said beside it, and may come from any of them.
            if owner(name) in STANDINGS[:last] and "standing=" not in name:
                assert less[name] == number, name


def owner(name: str) -> str:
    """The standing whose reports a figure counts, by its name."""
    word = name.split()[0]
    if word.startswith(("received", "reports_received")):
        return "received"
    if word.startswith(("alleg", "without_level")):
        return "alleged"
    return "refuted" if word == "refuted" else FACT


def weekly_at(tables: Tables, standing: str) -> Result:
    """The weekly reports, every section of them verified as this standing's weakest level."""
    asking = [theme.verification for theme in themes().all if theme.verification]
    (*_, level) = levels_of(standing)
    answer = tables["answer"].with_columns(
        state=pl.when(pl.col("item").is_in(asking)).then(pl.lit("given")).otherwise("state"),
        value=pl.when(pl.col("item").is_in(asking)).then(pl.lit(level)).otherwise("value"),
    )
    return longterm(Tables({**tables.frames, "answer": answer}, tables.as_of), {})


def test_no_figure_of_weekly_reports_adds_across_the_line_of_fact():
    tables = rehearsal(2004)[0]
    full = longterm(tables, {})
    found = crossing(lambda standing: weekly_at(tables, standing), full)
    assert {id_.split("[")[0].split(".")[-1] for id_ in found} == WITHOUT_LEVEL
    names = {figure.name.split(".")[-1] for figure in full.figures}
    assert names > WITHOUT_LEVEL


# The truth of the rehearsal


def test_levels_as_reported():
    tables, _, told = rehearsal(2004)
    counted = tables["observation"].filter(form="incident").filter(~pl.col("late"))
    truth = told.incidents.reports.join(counted.select("observation"), on="observation")
    by_level = dict(truth.group_by("verification").len().rows())
    found = values(reports(tables, {}))
    facts = by_level["observed"] + by_level["corroborated"]
    assert found["stated_as_fact level=observed"] == (by_level["observed"], facts)
    assert found["reports_received"] == by_level["credible"]
    assert found["allegations"] == by_level["unverified"]
    assert found["refuted"] == by_level.get("refuted", 0)


def test_events_that_may_be_stated_are_the_true_ones():
    """An event of the truth may be stated if one counted report of it may."""
    tables, _, told = rehearsal(2004)
    counted = tables["observation"].filter(form="incident").filter(~pl.col("late"))
    facts = told.incidents.reports.filter(
        pl.col("verification").is_in(levels_of(FACT))
    ).join(counted.select("observation"), on="observation")  # fmt: skip
    found = values(reports(tables, {}))
    assert found["events"] == facts["event"].n_unique()
    for category, n in facts.group_by("category").agg(pl.col("event").n_unique()).rows():
        assert found[f"events_by_category category={category}"] == (n, found["events"])


@cache
def script() -> ModuleType:
    file = ROOT / "benchmarks" / "incident_pairs.py"
    spec = importlib.util.spec_from_file_location("incident_pairs", file)
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its own module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def pairs_of(seed: int) -> object:
    tables, _, told = rehearsal(seed)
    one = script().mission(seed, tables, told)
    return script().score(one.told, one.truth, defaults().window_minutes)


@pytest.mark.parametrize("seed", SEEDS)
def test_reports_of_one_event_are_found(seed):
    """The method page prints the same row; the rehearsal writes category and station alike."""
    score = pairs_of(seed)
    assert score.found == score.true > 4
    assert score.false <= 2
    page = (ROOT / "docs" / "method" / "incidents.md").read_text("utf-8")
    assert script().row(str(seed), score) in page


def test_most_joined_pairs_are_of_one_event():
    total = script().summed([pairs_of(seed) for seed in SEEDS])
    assert total.false <= 0.1 * total.found


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_silence_is_found_and_nothing_else(seed):
    tables, _, told = rehearsal(seed)
    result = longterm(tables, {})
    silent = result.evidence["silence"].filter(silence="throughout")
    assert set(silent.select("region", "theme").rows()) == set(told.weekly.silent)
    found = values(result)
    assert found["cells_silent"][0] == len(told.weekly.silent)
    for theme in {section for _, section in told.weekly.silent}:
        planted = sum(section == theme for _, section in told.weekly.silent)
        assert found[f"regions_silent theme={theme}"][0] == planted


def test_sums_of_the_week_are_those_of_the_answers():
    """Cases of pressure (W3f) at the level of their section (W3j), added up by hand of the test."""
    tables = rehearsal(2004)[0]
    weekly = tables["observation"].filter(form="weekly").select("observation")
    wide = (
        tables["answer"].filter(pl.col("item").is_in(["W3f", "W3j"]))
        .join(weekly, on="observation")
        .pivot("item", index="observation", values="value")
        .with_columns(pl.col("W3f").cast(pl.Int64))
    )  # fmt: skip
    found = values(longterm(tables, {}))
    for name, standing in (("sum_as_fact", FACT), ("sum_received", "received")):
        here = wide.filter(pl.col("W3j").is_in(levels_of(standing)))
        assert found[f"{name} item=W3f"] == here["W3f"].sum()


@pytest.mark.parametrize("analysis", [reports, longterm])
def test_duckdb_counts_every_figure_again(analysis):
    tables = rehearsal(2004)[0]
    figures = analysis(tables, {}).figures
    assert len(figures) > 50
    assert all(figure.query for figure in figures)
    assert differing(database(tables), figures) == []


def test_weeks_and_incidents_stand_beside_each_other():
    """Neither form is counted in the other's analysis."""
    both = weeks("id team area\na lt1 N", "id item value\na W7b 1")
    assert reports(both, {}).figures == ()
    assert longterm(WORLD, {}).figures == ()
