"""Queries and coverage on the rehearsal mission, of which it is known what was planted.

A stranger's SQL counts every figure again. Missions in which every team is honest, but places and
teams differ, get no flag for forms that are alike.
"""

from collections.abc import Mapping
from functools import cache

import duckdb
import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from paragraph8.analysis.quality.coverage import coverage
from paragraph8.analysis.quality.queries import queries
from paragraph8.analysis.quality.route import kilometres
from paragraph8.kernel.figure import FIGURE, Figure, Kind
from paragraph8.kernel.result import Result
from paragraph8.rehearsal.mission import planted_faults, rehearsal_tables, tables_of
from paragraph8.rehearsal.reports import Reports, reports
from paragraph8.rehearsal.truth import Truth
from paragraph8.tables.snapshot import read_snapshot, write_snapshot
from paragraph8.tables.tables import Tables, shape_all

SEEDS = (2004, 11)
ANALYSES = {"queries": queries, "coverage": coverage}
# Kind of planted fault -> query; and the share of planted reports that must be found at least. A
# copy is not found if the form it was copied from was replaced; a wrong number of a protocol is not
# if the numbers beside it are missing.
FOUND_AT_LEAST = {
    "short_visit": ("short_visit", 1.0),
    "departure_before_arrival": ("departure_before_arrival", 1.0),
    "serious_without_comment": ("serious_without_comment", 1.0),
    "best_mark_with_serious": ("best_mark_with_serious", 1.0),
    "worst_mark_without_problem": ("worst_mark_without_problem", 1.0),
    "two_places": ("two_places", 0.5),
    "impossible_travel": ("impossible_travel", 0.5),
    "straight_lining": ("straight_lining", 0.8),
    "copied": ("copied", 0.5),
    "sent_twice": ("sent_twice", 0.8),
    "unknown_station": ("unknown_station", 1.0),
    "bad_figures": ("protocol_figures", 0.4),
}
# Flagged where nothing was planted, of those checked, at most. Teams of the rehearsal do now and
# then give the best mark beside a serious problem, or the worst one without any: such a flag is
# right, whoever planted it.
FALSE_AT_MOST = {
    "best_mark_with_serious": 0.02,
    "worst_mark_without_problem": 0.001,
    "straight_lining": 0.005,
    "copied": 0.005,
}


@cache
def mission(seed: int) -> tuple[Tables, Truth, Reports]:
    return rehearsal_tables(seed)


@cache
def result(seed: int, analysis: str) -> Result:
    return ANALYSES[analysis](mission(seed)[0], {})


def flags(found: Result) -> pl.DataFrame:
    rows = found.evidence["flags"]
    assert isinstance(rows, pl.DataFrame)
    return rows


def flagged(found: Result, query: str) -> set[str]:
    return set(flags(found).filter(query=query)["observation"])


# what was planted


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", FOUND_AT_LEAST)
def test_what_was_planted_is_found(seed, kind):
    tables, _, told = mission(seed)
    query, least = FOUND_AT_LEAST[kind]
    standing = tables["observation"].filter(pl.col("replaced_by").is_null())["observation"]
    planted = planted_faults(told)[kind] & set(standing)
    assert planted
    assert len(planted & flagged(result(seed, "queries"), query)) >= least * len(planted)


@pytest.mark.parametrize("seed", SEEDS)
def test_photographs_that_were_planted_are_found(seed):
    tables, _, _ = mission(seed)
    shared = tables["attachment"].filter(pl.col("sha256").is_duplicated())["observation"]
    replaced = tables["observation"].filter(pl.col("replaced_by").is_not_null())["observation"]
    found = flagged(result(seed, "queries"), "duplicate_photo")
    assert found == set(shared) - set(replaced) != set()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mission_without_planted_faults_has_few_flags(seed):
    _, truth, _ = mission(seed)
    # The mission says that its clocks are six hours ahead, so that these are looked at too.
    parameters = {"quality": {"utc_offset_minutes": 360}}
    clean = queries(tables_of(truth, reports(truth, seed, blemished=False)), parameters)
    for row in clean.evidence["queries"].to_dicts():
        at_most = FALSE_AT_MOST.get(str(row["query"]), 0.0) * row["checked"]
        assert row["flagged"] <= at_most, row["query"]


@pytest.mark.parametrize("seed", SEEDS)
def test_other_flags_stand_beside_a_planted_fault(seed):
    """Apart from marks, what is flagged carries a fault or is the other half of a pair with one."""
    planted = frozenset().union(*planted_faults(mission(seed)[2]).values())
    photographs = flagged(result(seed, "queries"), "duplicate_photo")
    marks = ["best_mark_with_serious", "worst_mark_without_problem"]
    for observation, query, other in (
        flags(result(seed, "queries"))
        .filter(~pl.col("query").is_in(marks))
        .select("observation", "query", "other")
        .rows()
    ):
        assert {observation, other} & (planted | photographs), (observation, query)


def test_a_report_sent_again_names_the_answer_that_differs():
    tables, _, told = mission(2004)
    again = {name: item for _, _, name, item in told_copies(told, tables)}
    found = flags(result(2004, "queries")).filter(query="sent_twice")
    said = dict(found.select("observation", "detail").rows())
    assert again
    for name, item in again.items():
        assert said[name] == f"differs in {item}"


def told_copies(told: Reports, tables: Tables) -> list[tuple[str, str, str, str]]:
    """form, first, again, item: which answer differs between reports of the same visit."""
    planted = planted_faults(told)["sent_twice"]
    mine = tables["answer"].filter(pl.col("observation").is_in(list(planted)))
    where = tables["observation"].filter(pl.col("observation").is_in(list(planted)))
    rows = []
    for _, pair in where.group_by("team", "station", "arrived"):
        names = pair["observation"].sort().to_list()
        if len(names) != 2 or pair["replaced_by"].is_not_null().any():
            continue
        both = mine.filter(pl.col("observation").is_in(names))
        differ = both.group_by("item").agg(pl.col("value").n_unique()).filter(pl.col("value") > 1)
        (item,) = differ["item"]
        rows.append(("voting", names[0], names[1], item))
    return rows


def test_a_planted_silence_of_a_region_is_found_and_no_other():
    _, _, told = mission(2004)
    rows = result(2004, "coverage").evidence["themes"]
    silent = rows.filter(pl.col("answered") == 0, form="weekly").select("area", "theme").rows()
    assert set(silent) == set(told.weekly.silent)
    figure = result(2004, "coverage").figure(
        "quality.coverage.silent_themes[election=kz-2004-09-19, form=weekly]"
    )
    assert figure.numerator == len(told.weekly.silent)


def test_stops_without_a_report_are_those_whose_report_is_lost():
    tables, _, _ = mission(2004)
    found = result(2004, "coverage")
    for form in ("opening", "voting", "counting"):
        where = {"election": "kz-2004-09-19", "form": form}
        done = found.figure(f"quality.coverage.done[election={where['election']}, form={form}]")
        kept = tables["observation"].filter(pl.col("replaced_by").is_null(), form=form)
        came = set(kept.select("team", "station").rows())
        plan = tables["deployment"].filter(form=form).select("team", "station").rows()
        assert done.numerator == sum(stop in came for stop in plan)
        assert done.denominator == len(plan)


# a stranger counts again


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The Parquet files of the snapshot, each a table, and the tables read back from them."""
    folder = tmp_path_factory.mktemp("quality") / "rehearsal"
    write_snapshot(mission(2004)[0], folder)
    tables = read_snapshot(folder)
    connection = duckdb.connect()
    for name, rows in tables.frames.items():
        if rows.height:
            connection.execute(
                f"CREATE TABLE {name} AS FROM read_parquet('{folder / name}.parquet')"
            )
        else:
            columns = ", ".join(f'"{column}" VARCHAR' for column in rows.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
    yield connection
    connection.close()


@pytest.mark.parametrize("analysis", ANALYSES)
def test_the_query_under_a_figure_gives_the_figure(database, analysis):
    figures = result(2004, analysis).figures
    counted = [figure for figure in figures if figure.query_gives == FIGURE]
    assert len(counted) > 40
    for figure in figures:
        rows = database.execute(figure.query).fetchall()
        if figure.query_gives == FIGURE:
            ((again,),) = rows
            assert again == figure.numerator, figure.id


@pytest.mark.parametrize("analysis", ANALYSES)
def test_figures_are_whole_and_their_ids_unique(analysis):
    figures = result(2004, analysis).figures
    assert len({figure.id for figure in figures}) == len(figures)
    for figure in figures:
        assert figure.kind == Kind.OBSERVATION_SHARE
        assert figure.dimensions["election"]
        assert figure.denominator is None or 0 <= figure.numerator <= figure.denominator


def test_a_figure_points_at_as_many_flags_as_it_counts():
    rows = flags(result(2004, "queries"))
    of_query = [f for f in result(2004, "queries").figures if f.name.endswith(".flagged")]
    for figure in of_query:
        assert rows.filter(**figure.evidence.where).height == figure.numerator, figure.id


# versions of a form


def with_versions(turned: tuple[str, ...]) -> Tables:
    """The mission with a second version of its forms used by a third of the teams, in which these
    questions were turned round."""
    tables, _, _ = mission(2004)
    second = pl.col("team").is_in(tables["team"]["team"].sort().gather_every(3).to_list())
    version = pl.when(second).then(pl.lit("2")).otherwise("version")
    observation = tables["observation"].with_columns(version=version)
    used = observation.filter(version="2", form="voting")["observation"].to_list()
    other = pl.col("value").replace({"yes": "no", "no": "yes"})
    mine = pl.col("observation").is_in(used) & pl.col("item").is_in(turned)
    answer = tables["answer"].with_columns(value=pl.when(mine).then(other).otherwise("value"))
    return Tables({**tables.frames, "observation": observation, "answer": answer}, tables.as_of)


@pytest.mark.parametrize("turned", [(), ("V37", "V16")])
def test_a_question_turned_round_in_one_version_is_found(turned):
    found = queries(with_versions(turned), {})
    rows = found.evidence["versions"]
    assert rows.height > 50
    assert set(rows.filter("mirrored")["item"]) == set(turned)
    asked = flags(found).filter(query="polarity_of_versions")
    assert asked["observation"].null_count() == asked.height == len(turned)
    where = "[election=kz-2004-09-19, form=voting, query=polarity_of_versions]"
    assert found.figure(f"quality.queries.flagged{where}").numerator == len(turned)


# forms that are alike


ITEMS, MARKS, TEAMS, FORMS = 40, 5, 50, 8


def invented(problem: np.ndarray, mark: np.ndarray) -> Tables:
    """A mission of TEAMS teams with FORMS voting forms each: problems and marks, one row each."""
    n = len(problem)
    items = [f"V{i}" for i in range(ITEMS + MARKS)]
    team = [f"t{at // FORMS:02}" for at in range(n)]
    names = [f"o{at * 7919 % n:03}" for at in range(n)]
    form_item = pl.DataFrame(
        {
            "item": items,
            "place": list(range(1, len(items) + 1)),
            "type": ["yes_no"] * ITEMS + ["rating"] * MARKS,
            "problem": ["yes"] * ITEMS + ["3;4"] * MARKS,
        }
    ).with_columns(form=pl.lit("voting"), serious=pl.lit(False))
    observation = pl.DataFrame({"observation": names, "team": team}).with_columns(
        election=pl.lit("e"), form=pl.lit("voting"), version=pl.lit("1"), late=pl.lit(False)
    )
    values = np.concatenate([np.where(problem, "yes", "no"), mark.astype(str)], axis=1)
    answer = pl.DataFrame(
        {"observation": np.repeat(names, len(items)), "item": items * n, "value": values.ravel()}
    ).with_columns(state=pl.lit("given"))
    frames = {"form_item": form_item, "observation": observation, "answer": answer}
    return Tables(shape_all({**frames, "team": pl.DataFrame({"team": sorted(set(team))})}), "x")


def honest(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Problems and marks of honest teams.

    quiet    few problems, nearly all marks the best
    places   most places have no problem at all and the best marks, others have many
    regions  the same by region: all places of a team are of one kind
    teams    teams differ in strictness, as those of the rehearsal do
    """
    n = TEAMS * FORMS
    noise = rng.random((n, MARKS)) < 0.15
    if kind == "quiet":
        return rng.random((n, ITEMS)) < 0.06, 1 + noise
    if kind in ("places", "regions"):
        whose = np.arange(n) if kind == "places" else np.repeat(np.arange(TEAMS), FORMS)
        bad = (rng.random(n) < 0.25)[whose]
        problem = (rng.random((n, ITEMS)) < 0.5) & bad[:, None]
        return problem, np.where(bad[:, None], 3, 1) + noise
    strict = np.repeat(rng.normal(0, 0.45, TEAMS), FORMS)[:, None]
    problem = rng.random((n, ITEMS)) < 1 / (1 + np.exp(1.8 - strict))
    mark = np.round(1.8 + strict / 2 + rng.normal(0, 0.7, (n, MARKS)))
    return problem, np.clip(mark, 1, 4).astype(int)


def alike(tables: Tables) -> Mapping[str, set[str]]:
    found = queries(tables, {})
    return {query: flagged(found, query) for query in ("straight_lining", "copied")}


@pytest.mark.parametrize("kind", ["quiet", "places", "regions", "teams"])
@pytest.mark.parametrize("seed", range(4))
def test_honest_teams_are_not_said_to_copy(kind, seed):
    found = alike(invented(*honest(kind, np.random.default_rng(seed))))
    assert found == {"straight_lining": set(), "copied": set()}


def test_forms_that_repeat_each_other_are_found():
    rng = np.random.default_rng(8)
    problem = rng.random((TEAMS * FORMS, ITEMS)) < 0.2
    mark = rng.integers(1, 4, (TEAMS * FORMS, MARKS))
    problem[100], mark[100] = problem[97], mark[97]  # of one team
    problem[250], mark[250] = problem[9], mark[9]  # of different teams
    for form in (321, 322, 324, 326):  # one team, the same all day but for an answer
        problem[form], mark[form] = problem[320], mark[320]
        problem[form, form % ITEMS] ^= True
    names = {at: f"o{at * 7919 % 400:03}" for at in range(400)}
    found = alike(invented(problem, mark))
    assert found["straight_lining"] == {names[at] for at in (320, 321, 322, 324, 326)}
    assert found["copied"] >= {names[at] for at in (97, 100, 9, 250)}
    assert found["copied"] <= {names[at] for at in (97, 100, 9, 250, 320, 321, 322, 324, 326)}


# known answers


def test_distances_over_the_ground():
    """Meeus, Astronomical Algorithms (2nd ed., 1998), example 11.c: from the observatory of Paris
    to that of Washington 6166 km on a ball. A quarter of a meridian; nought."""
    paris, washington = (
        (2 + 20 / 60 + 14 / 3600, 48 + 50 / 60 + 11 / 3600),
        (
            -(77 + 3 / 60 + 56 / 3600),
            38 + 55 / 60 + 17 / 3600,
        ),
    )
    first, second = (np.array(place)[:, None] for place in (paris, washington))
    assert kilometres(*first, *second) == pytest.approx(6166, abs=1)
    zero, pole = np.array([0.0]), np.array([90.0])
    assert kilometres(zero, zero, zero, pole) == pytest.approx(6371 * np.pi / 2)
    assert kilometres(zero, pole, zero, pole) == 0


@pytest.mark.parametrize("seed", range(10))
def test_unequal_chances_have_no_heavier_tail_than_their_mean(seed):
    """Hoeffding, Ann. Math. Statist. 27 (1956), 713-721, theorem 4: from the mean plus one on."""
    chances = np.random.default_rng(seed).uniform(0.3, 0.95, 30)
    exact = np.array([1.0])
    for chance in chances:
        exact = np.convolve(exact, [1 - chance, chance])
    for k in range(int(np.ceil(chances.sum())) + 1, 31):
        assert exact[k:].sum() <= binom.sf(k - 1, 30, chances.mean()) + 1e-12


def test_figure_ids_do_not_hang_on_the_order_of_rows():
    tables, _, _ = mission(2004)
    shuffled = {
        n: rows.sample(fraction=1, shuffle=True, seed=4) for n, rows in tables.frames.items()
    }
    again = queries(Tables(shape_all(shuffled), tables.as_of), {})
    here = result(2004, "queries")
    assert [(f.id, f.value) for f in again.figures] == [(f.id, f.value) for f in here.figures]
    assert flags(again).equals(flags(here))


def names_of(figures: tuple[Figure, ...]) -> set[str]:
    return {figure.name.rsplit(".", 1)[1] for figure in figures}


def test_every_figure_that_the_page_names_is_there():
    assert names_of(result(2004, "queries").figures) == {"flagged", "any_flag"}
    assert names_of(result(2004, "coverage").figures) == {
        "received",
        "late",
        "done",
        "silent_teams",
        "teams_without",
        "areas_without",
        "silent_themes",
        "forms_without",
    }
