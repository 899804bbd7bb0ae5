"""Analyses of observers' reports on small tables: numbers by hand, and input that is not usual."""

import duckdb
import polars as pl
import pytest

from forms import changed, forms, found, one, part, run, together, told
from paragraph8.analysis.observation import (
    comments,
    coverage,
    electronic,
    people,
    serious,
    splits,
    teams,
    traffic,
)
from paragraph8.analysis.observation.items import items
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.stage import stages
from paragraph8.kernel.figure import Figure, Interval
from paragraph8.kernel.problem import Problem
from paragraph8.statement.wording.numbers import put_into_words
from paragraph8.tables.profile import find_profile
from paragraph8.tables.tables import Tables

ANALYSES = (
    items,
    coverage.coverage,
    splits.splits,
    electronic.electronic,
    teams.teams,
    traffic.traffic,
    people.people,
    serious.serious,
    comments.comments,
)
every_analysis = pytest.mark.parametrize("analysis", ANALYSES, ids=lambda a: a.__name__)
PROFILE = find_profile("paragraph8-2026")


def counted_again(tables: Tables, figure: Figure) -> object:
    """What the figure's query gives."""
    connection = duckdb.connect(config={"threads": 1})
    for name, rows in tables.frames.items():
        connection.register(f"{name}_rows", rows.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM {name}_rows")
    return connection.execute(figure.query).fetchall()[0][0]


# input that is not usual


@every_analysis
def test_nothing_observed(analysis):
    tables = forms("voting", 1, V9=1)
    empty = {name: tables[name].clear() for name in ("observation", "answer", "team")}
    assert run(changed(tables, **empty), analysis).figures == ()


@every_analysis
def test_one_form_of_one_team(analysis):
    run(forms("counting", 1, C47=1, C5=1, C16=0, C38=1), analysis, draws=20)


@every_analysis
@pytest.mark.parametrize("form", ["voting", "tabulation", "incident", "own"])
def test_forms_without_times_sizes_stations_or_answers(analysis, form):
    text = """
    team station_stated day arrived departed seen setting
    a    999            -   -       -        -    -
    b    -              -   900     100      -    -
    """
    size = "team observers nationalities long_term\na - - false\nb - - false"
    run(told(form, text, team=size), analysis, draws=20)


@every_analysis
def test_stations_that_no_table_lists_and_areas_that_none_names(analysis):
    tables = forms("voting", 4, V9=2, V63=1)
    run(changed(tables, station=tables["station"].clear()), analysis)
    run(changed(tables, area=tables["area"].clear()), analysis)
    nowhere = tables["station"].with_columns(area=pl.lit(None, pl.String))
    run(changed(tables, station=nowhere), analysis)


def test_an_item_that_no_codebook_has_is_in_no_figure():
    tables = told("voting", "team station V9 V999\na s1 yes yes")
    assert {f.dimensions["item"] for f in run(tables).figures} == {"V9"}


# parameters


@pytest.mark.parametrize(
    "observation",
    [
        {"late": "yes"},
        {"draws": -1},
        {"draws": 2.5},
        {"seed": True},
        {"polarity_changed": ["V9"]},
        {"polarity_changed": {"V9": "2"}},
        {"weights": True},
        3,
        "late",
    ],
)
def test_bad_parameters_are_named(observation):
    with pytest.raises(Problem) as caught:
        items(forms("voting", 1, V9=1), {"observation": observation})
    assert caught.value.code == "analysis.bad_parameter"


def test_intervals_are_drawn_when_asked_for_though_none_were_before():
    tables = forms("voting", 60, V9=12)
    without = one(run(tables), "problem", item="V9", base="observations")
    assert isinstance(without.interval, str)
    drawn = one(run(tables, draws=100), "problem", item="V9", base="observations")
    assert isinstance(drawn.interval, Interval)


def test_another_seed_draws_another_interval():
    tables = forms("voting", 60, V9=["yes", "no", "no", "no", "yes", "no", "no"] * 8)
    one_seed, other = (
        one(run(tables, draws=100, seed=seed), "problem", item="V9", base="observations").interval
        for seed in (1, 2)
    )
    assert one_seed != other


def test_why_there_is_no_interval_is_true_of_the_figure():
    """Two of six, all from one team: there are cases, and forms without one."""
    figure = one(run(forms("voting", 6, V9=2), draws=50), "problem", item="V9", base="observations")
    assert isinstance(figure.interval, str)
    assert "no case" not in figure.interval


def test_each_profile_has_its_own_limits_on_the_same_tables():
    tables = forms("counting", 12, C47=3)
    for name in ("paragraph8-2026", "odihr-2019"):
        (stage,) = stages(tables, settings_of({"profile": name}))
        assert stage.settings.profile.name == name


def test_a_question_turned_round_is_left_out_of_the_query_too():
    tables = told(
        "voting",
        """
        team station version V9  V9b
        a    s1      1       yes yes
        b    s2      2       yes yes
        """,
    )
    result = run(tables, polarity_changed={"V9": ["2"]})
    of_all = one(result, "problem_of_all", item="V9b")
    assert counted_again(tables, of_all) == of_all.numerator == 1


# coverage


VISITS = """
team station station_stated arrived departed received             V9
a    s1      -              600     640      2024-05-12T04:50:00Z yes
a    s1      -              700     740      2024-05-12T06:30:00Z no
b    s1      -              605     645      2024-05-12T05:00:00Z no
b    s2      -              800     860      2024-05-12T08:40:00Z no
b    -       77             900     -        2024-05-12T09:05:00Z no
"""


@pytest.fixture(scope="module")
def covered():
    tables = told(
        "voting",
        VISITS,
        team="""
        team observers nationalities long_term
        a    3         AA;BB         false
        b    2         BB;CC         false
        l    2         AA            true
        """,
        station="""
        election station area kind     channels
        e        s1      N    ordinary paper
        e        s2      N    ordinary paper
        e        s3      N    ordinary paper
        e        s4      N    ordinary paper
        """,
        reporting="""
        election form   expected received late pending excluded
        e        voting 8        5        1    1       1
        """,
    )
    return run(tables, coverage.coverage)


def test_who_was_where(covered):
    numbers = {
        name: one(covered, name).value
        for name in ("observations", "teams", "observers", "stations", "repeats", "shared")
    }
    assert numbers == {
        "observations": 5, "teams": 2, "observers": 5, "stations": 2, "repeats": 1, "shared": 1,
    }  # fmt: skip
    assert part(one(covered, "stations_share")) == (2, 4)
    assert part(one(covered, "expected")) == (5, 8)
    deployed = {
        term: (one(covered, "deployed", term=term).value, one(covered, "states", term=term).value)
        for term in ("short_term", "long_term")
    }
    assert deployed == {"short_term": (5, 3), "long_term": (2, 1)}


def test_minutes_to_receipt_without_the_zone(covered):
    # Six hours ahead of UTC: 10, 10, 15 and 20 minutes after departure, and without one 5 after
    # arrival.
    assert one(covered, "delay", which="median").value == 10
    assert one(covered, "delay", which="longest").value == 20


def test_a_team_whose_states_are_not_known_adds_no_state():
    size = "team observers nationalities long_term\na 2 AA;BB false\nb - - false"
    tables = told("voting", "team station V9\na s1 no\nb s2 no", team=size)
    unknown = tables["team"].with_columns(pl.col("nationalities").fill_null(""))
    states = one(run(changed(tables, team=unknown), coverage.coverage), "states")
    assert states.value == 2


def test_more_forms_than_the_plan_expected_are_never_all_but_fewer_than_none():
    plan = "election form expected received late pending excluded\ne voting 10 12 0 0 0"
    tables = told("voting", "team station V9\na s1 no", reporting=plan)
    for figure in run(tables, coverage.coverage).figures:
        if figure.denominator:
            assert "but -" not in put_into_words(figure, "of", PROFILE)


# splits


def test_parts_of_the_day_and_settings():
    times = [600] * 20 + [700] * 20 + [1000] * 20
    settings = ["urban"] * 30 + ["rural"] * 30
    observation = {"arrived": times, "setting": settings}
    tables = forms("voting", 60, V9=25, V63=5, observation=observation)
    cells = run(tables, splits.splits).evidence["splits"].filter(pl.col("item") == "V9")
    found_cells = {row[0]: row[1:] for row in cells.select("cell", "problems", "answered").rows()}
    assert found_cells == {
        "North": (25, 60), "urban": (25, 30), "rural": (0, 30),
        "morning": (20, 20), "midday": (5, 20), "later": (0, 20),
    }  # fmt: skip
    per_cent = dict(cells.select("cell", "per_cent").rows())
    # Thirty forms of five teams show per cent; twenty do not.
    assert (per_cent["urban"], per_cent["morning"]) == (True, False)


def test_a_form_that_names_an_area_below_the_highest_is_counted_there():
    rows = "team area T28\n" + "\n".join(f"t{n} N/1 3" for n in range(12))
    areas = "election area parent level name\ne N - region North\ne N/1 N district Coast"
    tables = told("tabulation", rows, area=areas)
    figures = [f for f in run(tables, splits.splits).figures if "area" in f.dimensions]
    assert [(f.dimensions["area"], *part(f)) for f in figures] == [("North", 12, 12)]
    assert counted_again(tables, figures[0]) == 12


# electronic voting beside paper


def test_the_same_question_at_stations_with_and_without_machines():
    kinds = "\n".join(f"e s{n:05} N ordinary {'both' if n < 30 else 'paper'}" for n in range(90))
    answers = ["yes", "yes", "no", "no", "no"] * 6 + ["yes", *["no"] * 9] * 6
    tables = forms("voting", 90, per_team=3, V9=answers, V25=answers)
    listed = told("voting", "team\na", station=f"election station area kind channels\n{kinds}")
    result = run(changed(tables, station=listed["station"]), electronic.electronic, draws=200)
    groups = (electronic.OFFERED, electronic.PAPER)
    shares = [part(one(result, "share", item="V9", stations=group)) for group in groups]
    assert shares == [(12, 30), (6, 60)]
    difference = one(result, "difference", item="V9")
    assert difference.value == pytest.approx(0.4 - 0.1)
    assert isinstance(difference.interval, Interval)
    assert difference.interval.low < 0.3 < difference.interval.high
    # One question with a problem: nothing to correct for. A neutral one is no problem.
    (row,) = result.evidence[electronic.TABLE].to_dicts()
    assert row["p_adjusted"] == row["p_team_permutation"]
    assert electronic.singled_out(result, "e") == [row]


def test_without_draws_nothing_is_singled_out():
    both = "election station area kind channels\ne s1 N ordinary both\ne s2 N ordinary paper"
    tables = told("voting", "team station V9\na s1 yes\nb s2 no", station=both)
    assert electronic.singled_out(run(tables, electronic.electronic), "e") == []


def test_only_paper_leaves_a_note():
    result = run(forms("voting", 4, V9=1), electronic.electronic)
    assert (result.figures, len(result.notes)) == ((), 1)


# people, serious violations, comments


def test_women_among_members_and_in_the_chair():
    tables = told(
        "voting",
        """
        team station H12a H12b H12c
        a    s1      7    4    yes
        a    s2      5    2    no
        b    s3      4    6    dk
        b    s4      dk   3    yes
        c    s5      0    0    missing
        c    s6      0    dk   missing
        """,
    )
    result = run(tables, people.people)
    women = one(result, "women")
    assert part(women) == (6, 12)
    # Two forms are used; each of the others is left out once.
    assert sum(women.excluded.values()) == 4
    assert part(one(result, "women_in_the_chair")) == (2, 3)


def test_serious_violations_with_place_and_form():
    tables = told(
        "counting",
        """
        team station C16 C26 C5
        a    s1      yes yes yes
        a    s2      no  dk  yes
        b    s3      dk  dk  yes
        """,
    )
    result = run(tables, serious.serious)
    assert part(one(result, "forms")) == (1, 2)
    rows = result.evidence["serious"].select("item", "observation", "station").rows()
    assert sorted(rows) == [("C16", "o01", "s1"), ("C26", "o01", "s1")]


def test_where_no_serious_question_was_answered_there_is_no_figure():
    tables = told("counting", "team station C16 C5\na s1 dk yes")
    assert found(run(tables, serious.serious), "forms") is None


def test_comments_by_theme():
    themes = """
    observation item theme      language
    o01         V64  secrecy    ru
    o01         V64  procedures ru
    o02         V64  secrecy    en
    o09         V64  secrecy    en
    """
    tables = told("voting", "team station V9\na s1 no\na s2 no", comment_theme=themes)
    result = run(tables, comments.comments)
    assert one(result, "comments").value == 2
    by_theme = {
        f.dimensions["theme"]: (f.value, f.denominator)
        for f in result.figures
        if "theme" in f.dimensions
    }
    assert by_theme == {"secrecy": (2, 2), "procedures": (1, 2)}


# traffic


def test_recorded_turnout_beside_the_voters_that_were_seen():
    tables = told(
        "voting",
        """
        team station arrived departed H11a H11b
        a    s1      600     660      100  110
        a    s2      600     660      100  110
        a    s3      600     660      100  110
        b    s4      600     610      100  110
        b    s5      600     660      100  dk
        b    s6      700     660      100  110
        """,
        protocol="\n".join(
            ["protocol election contest station source copy source_file source_row"]
            + [f"p{n} e list s{n} published 1 f {n}" for n in range(1, 7)]
        ),
        protocol_figure="""
        protocol field           channel value
        p1       voted_by_noon   all     112
        p2       voted_by_noon   all     105
        p3       voted_by_noon   all     120
        p1       voted_by_afternoon all  150
        p3       voted_by_afternoon all  900
        """,
    )
    result = run(tables, traffic.traffic)
    # Noon is an hour after departure; ten voters an hour were seen. s1 and s3 fit it, s2 shrank.
    # What happens by four is told by the nearer number first.
    assert part(one(result, "listed", why="below")) == (1, 3)
    assert part(one(result, "listed", why="faster")) == (0, 3)
    assert one(result, "listed", why="below").excluded == {"no numbers, times, or later hour": 3}
    (row,) = result.evidence["traffic"].filter(why=traffic.BELOW).to_dicts()
    assert row["station"] == "s2"


def test_a_station_with_two_ballots_gives_one_visit_and_the_query_agrees():
    tables = told(
        "voting",
        "team station arrived departed H11a H11b\na s1 600 660 100 110",
        protocol="""
        protocol election contest station source    copy source_file source_row
        p1       e        list    s1      published 1    f           1
        p2       e        mayor   s1      published 1    f           2
        """,
        protocol_figure="""
        protocol field         channel value
        p1       voted_by_noon all     400
        p2       voted_by_noon all     100
        """,
    )
    for figure in run(tables, traffic.traffic).figures:
        assert counted_again(tables, figure) == figure.numerator, figure.id


def test_forms_of_two_kinds_stay_apart():
    both = together(forms("voting", 6, V9=1), forms("opening", 5, O4=2))
    result = run(both)
    assert part(one(result, "problem", item="V9", base="observations")) == (1, 6)
    assert part(one(result, "problem", item="O4", base="observations")) == (2, 5)
