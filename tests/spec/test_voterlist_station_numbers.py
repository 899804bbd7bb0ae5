"""List, observer form and result protocol of one station in one view: known answers by hand.

names at opening + added - struck out = names at closing >= voters who signed >= ballots found
"""

from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import changed, one, part, together, told
from helpers import frame
from paragraph8.analysis.voterlist.station_numbers import LIMITS, NAME, station_numbers
from paragraph8.analysis.voterlist.station_numbers_rules import RULES
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.result import Result
from paragraph8.statement.wording.guard import check_text
from paragraph8.tables.tables import Tables

PAGE = Path(__file__).parents[2] / "docs" / "method" / "voterlist-station-numbers.md"
# Oak 1 agrees in everything, Oak 2 in nothing; Ash has noughts, Elm a list only on paper, Fir none.
COMPARISON = """
election comparison area station side       category        field   kind     entries
e        final      N    oak1    paper      matched         any     any      90
e        final      N    oak1    electronic matched         any     any      90
e        final      N    oak1    paper      changed         any     any      5
e        final      N    oak1    paper      changed         surname spelling 5
e        final      N    oak1    electronic changed         any     any      5
e        final      N    oak1    paper      only_paper      any     any      5
e        final      N    oak1    electronic only_electronic any     any      3
e        final      N    oak2    paper      matched         any     any      50
e        final      N    oak2    electronic matched         any     any      50
e        final      N    oak2    paper      moved           any     any      2
e        final      N    oak2    paper      only_paper      any     any      8
e        final      N    oak2    electronic only_electronic any     any      1
e        final      N    ash     paper      matched         any     any      40
e        final      N    ash     electronic matched         any     any      40
e        final      N    ash     electronic moved           any     any      2
e        final      N    elm     paper      only_paper      any     any      30
e        final      N    nowhere paper      only_paper      any     any      7
"""
STATIONS = """
election station area kind     channels
e        oak1    N    ordinary both
e        oak2    N    ordinary both
e        ash     S    ordinary both
e        elm     S    ordinary paper
e        fir     -    ordinary unknown
"""
AREAS = """
election area parent level  name
e        N    -      region North
e        S    -      region South
"""
OPENING = """
observation team station H10 O22_main O22_electronic
a1          a    oak1    -   100      98
a2          a    oak2    61  -        -
a3          a    ash     40  40       -
a4          b    ash     40  41       -
"""
VOTING = """
observation team station V25 V25a    V25b_not_on_list V25c V26
b1          a    oak1    yes 3       2                1    2
b2          b    oak1    no  skipped skipped          -    4
b3          a    oak2    yes missing missing          -    1
b4          b    oak2    no  skipped skipped          -    dk
b5          a    ash     no  skipped skipped          -    dk
b6          b    fir     yes 9       9                -    0
"""
EVOTING = """
observation team station E12a E12b E14
c1          a    oak1    98   100  no
c2          b    oak1    98   -    yes
c3          a    oak2    50   -    yes
"""
PROTOCOLS = """
protocol election contest station source    copy source_file source_row
p1       e        list    oak1    published 1    f           1
p2       e        list    oak2    published 1    f           2
p3       e        list    ash     published 1    f           3
p4       e        list    elm     published 1    f           4
p5       e        list    fir     published 1    f           5
p6       e        list    oak2    published 2    f           6
q1       e        list    oak1    station   1    f           7
"""
FIGURES = """
protocol field             channel value
p1       registered_before all     100
p1       added             all     4
p1       struck_out        all     1
p1       registered        all     99
p1       voted             all     70
p1       ballots_in_box    paper   40
p1       ballots_in_box    machine 30
p2       registered_before all     62
p2       added             all     0
p2       struck_out        all     0
p2       registered        all     60
p2       signatures        all     61
p2       voted             all     999
p2       ballots_in_box    paper   63
p2       ballots_in_box    machine 500
p3       registered_before all     0
p3       added             all     0
p3       struck_out        all     0
p3       registered        all     0
p3       signatures        all     0
p3       ballots_in_box    paper   0
p4       registered        all     30
p5       registered        all     20
p5       added             all     1
p5       signatures        all     15
p5       supplementary     all     1
p5       mobile            all     2
p5       ballots_in_box    all     18
p6       registered_before all     60
q1       registered_before all     101
q1       voted             all     70
"""
# rule, source -> stations that fail, stations where it can be made, largest difference.
FAILS = {
    # Oak 2: 62 + 0 - 0 is not 60 + 0. Ash has noughts only; the others do not give all numbers.
    ("N1", "published"): (1, 2, 2),
    # Oak 1: 70 of 99 + 4; Oak 2: 61 of 60; Fir: 15 + 1 + 2 of 20 + 1.
    ("N2", "published"): (1, 3, 1),
    # Oak 1: 40 + 30 of 70 who voted; Oak 2: 63 on paper of 61 who signed; Fir: 18 of 18.
    ("N3", "published"): (1, 3, 2),
    # Oak 1: 100; Oak 2: 60 on the list and 62 by the protocol; Ash has noughts; Elm gives none.
    ("N4", "published"): (1, 2, 2),
    ("N4", "station"): (1, 1, 1),
    # Oak 1: 100; Oak 2: 60 and 61; at Ash observers' own numbers differ.
    ("N4", "observers"): (1, 2, 1),
    # Oak 1: 98; Oak 2: 51 and 50. Nobody counted at Ash; Elm has no electronic list.
    ("N5", "observers"): (1, 2, 1),
    # Oak 1: 4 at most, and 4; Oak 2: 1, and 0 by the protocol; Fir: 0, and 1.
    ("N6", "published"): (1, 3, 1),
}
TALLIES = {
    ("N1", "published", ""): (1, 1, 3),
    ("N1", "published", "North"): (1, 1, 0),
    ("N1", "published", "South"): (0, 0, 2),
    ("N4", "published", ""): (1, 1, 2),
    ("N4", "observers", ""): (1, 1, 2),
    ("N5", "observers", ""): (1, 1, 1),
    ("N6", "published", ""): (2, 1, 0),
    ("N6", "station", ""): (0, 0, 3),
}
LISTS = {
    "audited": (4, None),
    # Oak 1 and Ash. At Oak 2 one team saw voters turned away and did not say how many.
    "observed": (2, 4),
    "turned_away": (3, None),
    "not_on_list": (2, None),
    "wrongly_refused": (1, None),
    "one_list category=only_paper": (5, None),
    "one_list category=only_electronic": (3, None),
    # Pairs matched, changed and moved: Oak 1 90 + 5, Oak 2 50 + 2, Ash 40.
    "exposure lock=not_instant": (95, None),
    "exposure lock=instant": (52, None),
    "exposure lock=not_known": (40, None),
}


@cache
def world() -> Tables:
    observed = together(told("opening", OPENING), told("voting", VOTING), told("evoting", EVOTING))
    texts = {
        "list_comparison": COMPARISON,
        "station": STATIONS,
        "area": AREAS,
        "protocol": PROTOCOLS,
        "protocol_figure": FIGURES,
    }
    frames = {name: frame(name, text) for name, text in texts.items()}
    # "-" is an empty cell in these texts, and the word for "not given" in the table.
    nowhere = pl.col("station").replace("nowhere", "-")
    frames["list_comparison"] = frames["list_comparison"].with_columns(nowhere)
    return changed(observed, **frames)


@cache
def result() -> Result:
    return station_numbers(world(), {})


def fails(found: Result) -> dict[tuple[str, str], tuple[object, ...]]:
    """rule, source -> stations that fail, stations checked, largest difference."""
    named = [(f, f.dimensions["rule"][-2:], f.dimensions["source"]) for f in checks(found, "fail")]
    largest = {
        (f.dimensions["rule"][-2:], f.dimensions["source"]): f.value
        for f in checks(found, "largest")
    }
    return {(rule, source): (*part(f), largest.get((rule, source))) for f, rule, source in named}


def checks(found: Result, name: str) -> list[Figure]:
    return [f for f in found.figures if f.name == f"{NAME}.{name}"]


def rows_of(found: Result, name: str) -> pl.DataFrame:
    rows = found.evidence[name]
    assert isinstance(rows, pl.DataFrame)
    return rows


def differing(tables: Tables, found: Result) -> list[str]:
    """Ids of figures that their query does not give again."""
    connection = duckdb.connect(config={"threads": 1})
    for name, rows in tables.frames.items():
        connection.register(f"{name}_rows", rows.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM {name}_rows")
    return [f.id for f in found.figures if connection.execute(f.query).fetchone() != (f.value,)]


def test_checks_by_hand():
    assert fails(result()) == FAILS


def test_tallies_by_hand():
    made = {
        (t.rule.removeprefix("voterlist."), t.source, t.area): (t.passed, t.failed, t.not_checkable)
        for t in result().checks
    }
    assert {key: made.get(key) for key in TALLIES} == TALLIES


def test_lists_beside_voters_turned_away_by_hand():
    for name, expected in LISTS.items():
        figure, *dimensions = name.split()
        where = dict(d.split("=") for d in dimensions)
        fitting = [
            f
            for f in checks(result(), figure)
            if {k: v for k, v in f.dimensions.items() if k not in ("election", "comparison")}
            == where
        ]
        assert [part(f) for f in fitting] == [expected], name
    assert len(result().figures) == len(LISTS) + sum(
        1 + (largest is not None) for _, _, largest in FAILS.values()
    )


def test_what_a_figure_leaves_out_is_counted():
    assert one(result(), "fail", rule="voterlist.N1").excluded == {
        "a number is missing, or all are zero": 3
    }
    observers = one(result(), "fail", rule="voterlist.N4", source="observers")
    assert observers.excluded == {"observers gave no number, or differing ones": 2}
    assert one(result(), "not_on_list").excluded == {"stations without a number": 1}


def test_what_could_not_be_used_is_said():
    assert result().notes == (
        "Entries for which the lists give no station, counted nowhere here: 7.",
    )
    known = world()["station"].filter(pl.col("station") != "elm")
    protocols = world()["protocol_figure"].filter(pl.col("field") != "registered_before")
    without = station_numbers(changed(world(), station=known, protocol_figure=protocols), {})
    assert without.notes == (
        "No station has the numbers that these checks need: voterlist.N1.",
        "Entries for which the lists give no station, counted nowhere here: 7.",
        "Stations that the lists name and the table of stations does not have: 1.",
    )


def test_lists_alone_make_no_check():
    bare = {name: world()[name].clear() for name in ("protocol", "protocol_figure", "observation")}
    alone = station_numbers(changed(world(), **bare), {})
    assert fails(alone) == {}
    assert part(one(alone, "audited")) == (4, None)
    assert part(one(alone, "observed")) == (0, 4)
    assert differing(changed(world(), **bare), alone) == []


def test_reports_after_the_freeze_count_if_the_mission_says_so():
    late = world()["observation"].with_columns(late=pl.col("observation") == "b2")
    tables = changed(world(), observation=late)
    # Without b2 two voters were added at Oak 1 as far as observers know, with it four.
    for counted, added in ((False, 2), (True, 4)):
        found = station_numbers(tables, {"observation": {"late": counted}})
        (oak1,) = rows_of(found, "station_numbers").filter(station="oak1").to_dicts()
        assert oak1["observers_added"] == added
        assert differing(tables, found) == []
    with pytest.raises(Problem) as caught:
        station_numbers(tables, {"observation": {"late": "no"}})
    assert caught.value.code == "analysis.bad_parameter"


def test_contests_and_comparisons_are_checked_apart():
    second = {
        "protocol": {"contest": pl.lit("party"), "protocol": "x" + pl.col("protocol")},
        "protocol_figure": {"protocol": "x" + pl.col("protocol")},
        "list_comparison": {"comparison": pl.lit("draft"), "entries": pl.col("entries") + 1},
    }
    twice = {
        name: pl.concat([world()[name], world()[name].with_columns(**more)])
        for name, more in second.items()
    }
    tables = changed(world(), **twice)
    found = station_numbers(tables, {})
    assert len({figure.id for figure in found.figures}) == len(found.figures)
    assert all("contest" not in figure.dimensions for figure in result().figures)
    n2 = [f for f in checks(found, "fail") if f.dimensions["rule"] == "voterlist.N2"]
    assert [(f.dimensions["contest"], *part(f)) for f in n2] == [("list", 1, 3), ("party", 1, 3)]
    n4 = [
        f
        for f in checks(found, "fail")
        if f.dimensions["rule"] == "voterlist.N4" and f.dimensions["source"] == "observers"
    ]
    # Oak 1 has two categories on paper, so that the draft has two entries more; Oak 2 has three.
    assert [(f.dimensions["comparison"], *part(f)) for f in n4] == [
        ("draft", 2, 2),
        ("final", 1, 2),
    ]
    assert differing(tables, found) == []


def test_failures_with_their_numbers():
    rows = rows_of(result(), "station_failures")
    found = set(rows.select("rule", "source", "station", "expected", "found", "difference").rows())
    assert found == {
        ("voterlist.N1", "published", "oak2", 62, 60, -2),
        ("voterlist.N2", "published", "oak2", 60, 61, 1),
        ("voterlist.N3", "published", "oak2", 61, 63, 2),
        ("voterlist.N4", "published", "oak2", 60, 62, 2),
        ("voterlist.N4", "station", "oak1", 100, 101, 1),
        ("voterlist.N4", "observers", "oak2", 60, 61, 1),
        ("voterlist.N5", "observers", "oak2", 51, 50, -1),
        ("voterlist.N6", "published", "oak2", 0, 1, 1),
    }


def test_one_row_for_each_station_with_all_its_numbers():
    rows = rows_of(result(), "station_numbers")
    assert rows["station"].to_list() == ["fir", "ash", "elm", "oak1", "oak2"]
    (oak1,) = rows.filter(pl.col("station") == "oak1").to_dicts()
    expected = {
        "area": "North",
        "list_paper": 100,
        "list_electronic": 98,
        "observers_paper": 100,
        "observers_electronic": 98,
        "observers_added": 4,
        "observers_turned_away": 3,
        "observers_not_instant": True,
        "published_registered_before": 100,
        "published_signed_or_voted": 70,
        "published_ballots": 70,
        "station_registered_before": 101,
        "fails": "N4 station",
    }
    assert {key: oak1[key] for key in expected} == expected
    fails_there = dict(rows.select("station", "fails").rows())
    assert fails_there["ash"] == ""
    assert fails_there["oak2"] == (
        "N1 published, N2 published, N3 published, N4 observers, N4 published, N5 observers,"
        " N6 published"
    )


def test_every_query_gives_its_figure():
    assert differing(world(), result()) == []


def test_what_is_said_passes_the_guard():
    for text in (*LIMITS, *(figure.base for figure in result().figures)):
        check_text(text, NAME, "en")
    for text in [rule.says for rule in RULES]:
        check_text(text, NAME, "en")


def test_the_page_shows_every_check_as_it_is_computed():
    page = PAGE.read_text(encoding="utf-8")
    for rule in RULES:
        assert f"`{rule.id}`" in page
        assert rule.says in page, rule.id


# two ways of counting

STATION = st.sampled_from(["oak1", "oak2", "ash", "elm", "fir", "none"])
NUMBER = st.integers(0, 3)


@st.composite
def invented(draw: st.DrawFn) -> Tables:
    """The world above with other numbers at other stations: nothing agrees but by chance."""
    tables = world()

    def again(name: str, column: str, of: st.SearchStrategy[object]) -> pl.DataFrame:
        rows = tables[name]
        return rows.with_columns(
            pl.Series(
                column,
                draw(st.lists(of, min_size=rows.height, max_size=rows.height)),
                dtype=rows[column].dtype,
            )
        )

    answers = again("answer", "value", NUMBER.map(str))
    yes_no = tables["answer"]["item"].is_in(["V25", "E14"])
    answers = answers.with_columns(
        value=pl.when(yes_no)
        .then(tables["answer"]["value"])
        .when(pl.col("state") == "given")
        .then("value")
    )
    observations = again("observation", "station", st.one_of(st.none(), STATION))
    late = again("observation", "late", st.booleans())["late"]
    return changed(
        tables,
        answer=answers,
        observation=observations.with_columns(late=late),
        list_comparison=again("list_comparison", "entries", NUMBER),
        protocol_figure=again("protocol_figure", "value", NUMBER),
        station=again("station", "channels", st.sampled_from(["both", "paper", "unknown"])),
    )


@settings(max_examples=40, deadline=None)
@given(invented(), st.booleans())
def test_polars_and_duckdb_count_the_same(tables, late):
    found = station_numbers(tables, {"observation": {"late": late}})
    assert differing(tables, found) == []
    for figure in checks(found, "fail"):
        tally = next(
            t
            for t in found.checks
            if (t.rule, t.source, t.area)
            == (figure.dimensions["rule"], figure.dimensions["source"], "")
        )
        assert part(figure) == (tally.failed, tally.checked)
        assert sum(figure.excluded.values()) == tally.not_checkable
