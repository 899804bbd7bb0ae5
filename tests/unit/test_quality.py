"""The queries to teams and the coverage of the plan, on tables small enough to check by hand."""

from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from helpers import frame, tables_of
from paragraph8.analysis.quality.coverage import LIMITS as COVERAGE_LIMITS
from paragraph8.analysis.quality.coverage import NO_PLAN, coverage
from paragraph8.analysis.quality.limits import limits_of, set_by_a_mission
from paragraph8.analysis.quality.pairs import Partners, overlapping, pairs, runs
from paragraph8.analysis.quality.queries import LIMITS, queries
from paragraph8.analysis.quality.query_list import QUERIES, SEVERITIES
from paragraph8.kernel.problem import Problem
from paragraph8.statement.wording.guard import check_text
from paragraph8.tables.tables import Tables, shape_all

PAGE = Path(__file__).parents[2] / "docs" / "method" / "quality.md"
ITEMS = """
item    form     place type    problem serious supports field          channel
H10     header   1     integer -       false   lists    -              -
H11a    header   2     integer -       false   turnout  -              -
H11b    header   3     integer -       false   turnout  -              -
V9      voting   4     yes_no  yes     false   people   -              -
V26     voting   5     integer -       false   lists    -              -
V44     voting   6     yes_no  yes     true    boxes    -              -
V62     voting   7     rating  3;4     false   rating   -              -
V63     voting   8     rating  3;4     false   rating   -              -
V64     voting   9     text    -       false   comment  -              -
C_rec   counting 10    integer -       false   protocol received       paper
C_iss   counting 11    integer -       false   protocol issued         paper
C_unu   counting 12    integer -       false   protocol unused         paper
C_spo   counting 13    integer -       false   protocol spoiled        paper
C_box   counting 14    integer -       false   protocol ballots_in_box paper
C_val   counting 15    integer -       false   protocol valid          paper
C_inv   counting 16    integer -       false   protocol invalid        paper
C_votes counting 17    votes   -       false   protocol -              paper
O1      opening  18    yes_no  no      false   boxes    -              -
"""
# One degree of longitude at the equator is 111.2 km.
STATIONS = """
election station area kind     channels longitude latitude
e        a       N/1  ordinary paper    0         0
e        b       N/1  ordinary paper    1         0
e        c       S    ordinary paper    0.01      0
e        d       S    ordinary paper    -         -
"""
AREAS = """
election area parent level    name
e        N    -      region   North
e        N/1  N      district Coast
e        S    -      region   South
"""
TEAMS = """
team observers long_term excluded
ana  2         false     -
ben  -         false     -
cat  2         false     unreliable
"""
VISITS = "observation form team station day arrived departed"
DAY = "2024-05-12"


def mission(observation: str, answer: str = "observation item state value", **more: str) -> Tables:
    """A mission: observations by text, of election e, version 1, received in time, unless given."""
    seen = frame("observation", observation)
    lacking = {
        "election": "e",
        "version": "1",
        "entry": "phone",
        "received": "2024-05-13T12:00:00Z",
        "late": False,
    }
    seen = seen.with_columns(
        **{name: pl.lit(value) for name, value in lacking.items() if name not in seen.columns}
    )
    texts = {"form_item": ITEMS, "station": STATIONS, "area": AREAS, "team": TEAMS, **more}
    frames = {name: frame(name, text) for name, text in texts.items()}
    return Tables(
        shape_all({**frames, "observation": seen, "answer": frame("answer", answer)}), "2024-05-14"
    )


def visits(rows: str) -> str:
    """Visits to places by text, without their first line; all on the same day."""
    lines = [line.split() for line in rows.strip().splitlines()]
    made = [" ".join([*line[:4], DAY, *line[4:]]) for line in lines]
    return "\n".join([VISITS, *made])


def answers(rows: str) -> str:
    """Answers given, by text, without their first line and their state; +: kept as free words."""
    lines = [line.split() for line in rows.strip().splitlines()]
    made = [f"{o} {i} withheld -" if v == "+" else f"{o} {i} given {v}" for o, i, v in lines]
    return "\n".join(["observation item state value", *made])


def flags(tables: Tables, query: str, **limits: object) -> dict[str, tuple[str, str | None]]:
    """Observation -> detail and other observation, of one query."""
    found = queries(tables, {"quality": limits}).evidence["flags"]
    rows = found.filter(query=query).select("observation", "detail", "other").rows()
    return {observation: (detail, other) for observation, detail, other in rows}


def checked(tables: Tables, query: str, form: str = "voting") -> tuple[int, int, dict[str, int]]:
    """Flagged, checked, and why not, of the figure of a query."""
    where = f"[election=e, form={form}, query={query}]"
    figure = queries(tables, {}).figure(f"quality.queries.flagged{where}")
    return figure.numerator, figure.denominator, dict(figure.excluded)


# times


def test_a_visit_is_short_below_the_limit_and_passes_midnight():
    tables = mission(
        visits("""
            o1 voting ana a 600  614
            o2 voting ana b 700  715
            o3 voting ben a 1430 1450
            o4 voting ben b 700  690
            o5 voting ben c -    800
        """)
    )
    assert flags(tables, "short_visit") == {"o1": ("arrived 10:00, departed 10:14: 14 min", None)}
    assert checked(tables, "short_visit") == (1, 3, {"times missing or out of order": 2})
    assert set(flags(tables, "short_visit", short_visit_minutes=21)) == {"o1", "o2", "o3"}


def test_departure_before_arrival_and_times_not_given():
    tables = mission(
        visits("""
            o1 voting ana a 700 690
            o2 voting ana b 700 700
            o3 voting ben a -   800
        """)
    )
    assert flags(tables, "departure_before_arrival") == {
        "o1": ("arrived 11:40, departed 11:30", None)
    }
    assert checked(tables, "departure_before_arrival") == (1, 2, {"times missing": 1})
    assert flags(tables, "no_times") == {"o3": ("not given: arrived", None)}


def test_a_report_received_before_the_departure_it_tells_of():
    tables = mission(
        f"""
        observation form   team station day   arrived departed received
        o1          voting ana  a       {DAY} 600     640      {DAY}T05:00:00Z
        o2          voting ana  b       {DAY} 600     640      {DAY}T04:00:00Z
        o3          voting ben  a       {DAY} 600     640      yesterday
        """
    )
    # 640 is 10:40: at five hours ahead received at 10:00 and 9:00.
    here = {"utc_offset_minutes": 300, "clock_margin_minutes": 60}
    assert flags(tables, "future_or_late", **here) == {
        "o2": ("departed 10:40, received 100 min before", None)
    }
    # Who does not say where the mission is gets no flag that may be wrong.
    assert not flags(tables, "future_or_late")
    assert checked(tables, "future_or_late")[1:] == (
        2,
        {"departure or time of receipt missing": 1},
    )


# places


def test_a_team_at_different_places_at_once():
    tables = mission(
        visits("""
            o1 voting  ana a 600 640
            o2 evoting ana a 600 640
            o3 voting  ana b 615 660
            o4 voting  ana c 656 700
            o5 voting  ben b 615 660
            o6 voting  ben d 660 690
        """)
    )
    assert flags(tables, "two_places") == {
        "o1": ("25 min at both places", "o3"),
        "o2": ("25 min at both places", "o3"),
        "o3": ("25 min at both places; 1 more", "o2"),
    }
    # Four minutes shared with the next visit are a rounded time.
    assert set(flags(tables, "two_places", overlap_minutes=4)) == {"o1", "o2", "o3", "o4"}


def test_a_commission_is_a_place_and_a_region_is_not():
    tables = mission(
        f"""
        observation form       team station station_stated area day   arrived departed
        o1          voting     ana  -       -              N    {DAY} 600     660
        o2          voting     ana  -       99             -    {DAY} 600     660
        o3          tabulation ana  -       -              N    {DAY} 630     700
        """
    )
    assert set(flags(tables, "two_places")) == {"o2", "o3"}
    assert checked(tables, "two_places") == (1, 1, {"no station named": 1})


@pytest.mark.parametrize(
    ("arrived", "odd"),
    [(640 + 47, False), (640 + 46, True), (630, True)],
)
def test_travel_faster_than_a_car(arrived, odd):
    # 111.2 km at 130 km/h take 51.3 minutes, of which 5 are allowed for rounded times.
    rows = f"o1 voting ana a 600 640\no2 voting ana b {arrived} {arrived + 40}"
    found = flags(mission(visits(rows)), "impossible_travel")
    said = f"111 km in {arrived - 640} min"
    assert found == ({"o1": (said, "o2"), "o2": (said, "o1")} if odd else {})


def test_travel_needs_positions_times_and_another_stop():
    tables = mission(
        visits("""
            o1 voting ana a 600 640
            o2 voting ana d 650 700
            o3 voting ana c 640 690
            o4 voting ben a 600 640
            o5 voting ben b -   -
        """)
    )
    # Station c lies 1.1 km from a, and d nowhere.
    assert not flags(tables, "impossible_travel")
    assert checked(tables, "impossible_travel") == (
        0,
        2,
        {
            "times missing or out of order": 1,
            "no position of the station": 1,
            "the only visit of its team": 1,
        },
    )


def test_the_same_visit_reported_twice_names_what_differs():
    tables = mission(
        visits("""
            o1 voting ana a 600 640
            o2 voting ana a 600 640
            o3 voting ana b 640 680
            o4 voting ana b 680 720
            o5 voting ben a 600 640
            o6 voting ana c 800 -
            o7 voting ana c 800 -
        """),
        answers("""
            o1 V9  yes
            o1 V44 no
            o2 V9  no
            o2 V44 no
        """),
    )
    assert flags(tables, "sent_twice") == {
        "o1": ("differs in V9", "o2"),
        "o2": ("differs in V9", "o1"),
        "o6": ("the same in every answer", "o7"),
        "o7": ("the same in every answer", "o6"),
    }


def test_a_visit_reported_three_times_is_not_said_to_be_copied():
    said = ["yes" if at % 3 else "no" for at in range(12)]
    items = [f"V{at}" for at in range(12)]
    rows = [("item", "form", "place", "type", "problem", "serious")]
    rows += [
        (item, "voting", str(at + 1), "yes_no", "yes", "false") for at, item in enumerate(items)
    ]
    seen = [f"o{n} voting ana a 600 640" for n in range(3)]
    # Others, so that answers vary.
    seen += [f"p{n} voting ben b {n} {n + 9}" for n in range(6)]
    rng = np.random.default_rng(4)
    told = [
        f"o{n} {item} {value}" for n in range(3) for item, value in zip(items, said, strict=True)
    ]
    told += [f"p{n} {item} {rng.choice(['yes', 'no'])}" for n in range(6) for item in items]
    tables = mission(
        visits("\n".join(seen)),
        answers("\n".join(told)),
        form_item="\n".join(" ".join(row) for row in rows),
    )
    few = {"informative_answers": 2, "copied_expected": 100}
    assert set(flags(tables, "sent_twice", **few)) >= {"o0", "o1", "o2"}
    assert not {"o0", "o1", "o2"} & set(flags(tables, "copied", **few))


# marks and numbers


def test_a_serious_problem_needs_a_comment_and_no_best_mark():
    tables = mission(
        visits("""
            o1 voting ana a 600 640
            o2 voting ana b 700 740
            o3 voting ben a 600 640
            o4 voting ben b 700 740
        """),
        answers("""
            o1 V44 yes
            o1 V63 1
            o2 V44 yes
            o2 V64 +
            o2 V63 2
            o3 V44 no
            o3 V63 4
            o4 V44 no
            o4 V9  yes
            o4 V63 4
        """),
    )
    assert flags(tables, "serious_without_comment") == {"o1": ("problem in V44", None)}
    assert flags(tables, "best_mark_with_serious") == {
        "o1": ("mark 1 in V63, problem in V44", None)
    }
    assert flags(tables, "worst_mark_without_problem") == {"o3": ("mark 4 in V63", None)}
    assert checked(tables, "serious_without_comment") == (1, 2, {})


def test_a_version_without_a_comment_cannot_lack_one():
    tables = mission(
        """
        observation form   team version
        o1          voting ana  1
        o2          voting ana  2
        """,
        answers("""
            o1 V44 yes
            o1 V64 +
            o2 V44 yes
        """),
    )
    why = {"no place for a comment in its version": 1}
    assert checked(tables, "serious_without_comment") == (0, 1, why)


def test_the_best_mark_is_the_end_that_the_codebook_does_not_call_a_problem():
    turned = ITEMS.replace("rating  3;4", "rating  1;2")
    tables = mission(
        visits("o1 voting ana a 600 640"), answers("o1 V44 yes\no1 V63 4"), form_item=turned
    )
    assert set(flags(tables, "best_mark_with_serious")) == {"o1"}


@pytest.mark.parametrize(
    ("numbers", "detail"),
    [
        ("C_rec 500 C_iss 300 C_unu 198 C_spo 2", None),
        ("C_rec 500 C_iss 9 C_unu 1 C_spo 2", "received 500 beside issued + unused + spoiled 12"),
        ("C_box 300 C_val 290 C_inv 9", "ballots_in_box 300 beside valid + invalid 299"),
        ("C_box 301 C_iss 300", "ballots_in_box 301 above issued 300"),
        ("C_rec 299 C_iss 300", "issued 300 above received 299"),
        ("C_box 300 C_iss 300 C_rec 500 C_unu 198", None),
    ],
)  # fmt: skip
def test_the_numbers_of_a_protocol_agree(numbers, detail):
    words = numbers.split()
    rows = "\n".join(f"o1 {i} {v}" for i, v in zip(words[::2], words[1::2], strict=True))
    tables = mission(visits("o1 counting ana a 1200 1400"), answers(rows))
    assert flags(tables, "protocol_figures") == ({"o1": (detail, None)} if detail else {})
    assert checked(tables, "protocol_figures", "counting")[1] == 1


def test_numbers_that_no_rule_can_use_are_not_checked():
    tables = mission(visits("o1 counting ana a 1200 1400"), answers("o1 C_val 5\no1 C_box many"))
    asked = queries(tables, {}).evidence["queries"].filter(query="protocol_figures")
    assert asked.select("checked", "unchecked", "flagged").row(0) == (0, 1, 0)


def test_turnout_does_not_go_backwards_nor_over_the_list():
    tables = mission(
        visits("""
            o1 voting ana a 600 640
            o2 voting ana b 700 740
            o3 voting ben a 600 640
        """),
        answers("""
            o1 H11a 210
            o1 H11b 190
            o2 H10  500
            o2 V26  3
            o2 H11b 504
            o3 H10  500
            o3 H11b 504
        """),
    )
    # Without the number of those added, more voters than the list holds may be right.
    assert flags(tables, "turnout_backwards") == {
        "o1": ("voted 190 at departure, 210 at arrival", None),
        "o2": ("voted 504, on the list 500, added 3", None),
    }
    assert checked(tables, "turnout_backwards") == (2, 2, {"numbers missing": 1})


# what lists do not have, and photographs


def test_stations_and_questions_outside_the_lists():
    tables = mission(
        """
        observation form     team station station_stated
        o1          voting   ana  a       -
        o2          voting   ana  -       99
        o3          voting   ana  z       -
        o4          voting   ana  -       -
        o5          counting ana  a       -
        """,
        answers("""
            o1 V199    yes
            o1 V200    yes
            o5 C_votes-12 7
        """),
    )
    assert flags(tables, "unknown_station") == {
        "o2": ("stated 99", None),
        "o3": ("stated z", None),
    }
    assert checked(tables, "unknown_station") == (2, 3, {"no station named": 1})
    assert flags(tables, "unknown_item") == {"o1": ("V199, V200", None)}


def test_without_a_list_no_station_is_unknown():
    tables = mission(
        "observation form team station\no1 voting ana a", station="election station area kind"
    )
    assert not flags(tables, "unknown_station")


def test_a_photograph_that_came_with_several_reports():
    tables = mission(
        """
        observation form     team replaced_by
        o1          counting ana  -
        o2          counting ben  -
        o3          counting ben  -
        o4          counting ana  o1
        """,
        attachment="""
            observation item sha256 size
            o1          p1   aa     9
            o1          p2   bb     9
            o2          p1   aa     9
            o3          p1   cc     9
            o3          p2   cc     9
            o4          p1   bb     9
        """,
    )
    # A correction shows what the report shows that it replaces, and a report may show itself twice.
    assert flags(tables, "duplicate_photo") == {
        "o1": ("photograph p1", "o2"),
        "o2": ("photograph p1", "o1"),
    }


# what every flag keeps to


def test_reports_that_are_settled_are_not_queried_and_late_ones_are():
    tables = mission(
        f"""
        observation form   team station day   arrived departed late  replaced_by excluded
        o1          voting ana  a       {DAY} 600     610      true  -           -
        o2          voting ana  b       {DAY} 700     710      false o1          -
        o3          voting ana  c       {DAY} 800     810      false -           duplicate
        o4          voting cat  a       {DAY} 600     610      false -           -
        """
    )
    assert set(flags(tables, "short_visit")) == {"o1"}
    out = {
        "replaced by a correction": 1,
        "taken out by the mission": 1,
        "team taken out by the mission": 1,
    }
    assert checked(tables, "short_visit") == (1, 1, out)


def test_forms_with_a_flag_count_once():
    tables = mission(
        visits("o1 voting ana a 600 610\no2 voting ana b 700 760"), answers("o1 V199 yes")
    )
    result = queries(tables, {})
    figure = result.figure("quality.queries.any_flag[election=e, form=voting]")
    assert (figure.numerator, figure.denominator) == (1, 2)
    assert result.evidence["flags"].select("query", "team", "station", "severity").rows() == [
        ("short_visit", "ana", "a", "ask"),
        ("unknown_item", "ana", "a", "note"),
    ]
    ids = [figure.id for figure in result.figures]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("analysis", [queries, coverage])
def test_without_reports_there_is_a_note_and_no_figure(analysis):
    result = analysis(Tables(shape_all({}), "2024-05-14"), {})
    assert not result.figures
    assert result.notes
    assert all("election" in rows.columns for rows in result.evidence.values())


def test_a_single_empty_form_is_no_trouble():
    tables = mission("observation form team\no1 voting ben")
    assert flags(tables, "no_times") == {"o1": ("not given: day, arrived, departed", None)}
    figures = coverage(tables, {}).figures
    assert {figure.value for figure in figures if figure.name.endswith(".received")} == {1}


# limits


@pytest.mark.parametrize(
    "given",
    [
        {"short_visit_minutes": -1},
        {"short_visit_minutes": "15"},
        {"short_visit_minutes": True},
        {"travel_kmh": 0},
        {"alike_answers": 2.5},
        {"copied_agreement": 1.5},
        {"visit_forms": ["lunch"]},
        {"visit_forms": "voting"},
        {"visit_forms": [["voting"]]},
        {"publisher": "Ana"},
        {"speed": 3},
    ],
)
def test_a_limit_that_cannot_be(given):
    with pytest.raises(Problem) as found:
        limits_of({"quality": given})
    assert found.value.code == "analysis.bad_parameter"
    assert found.value.facts["parameter"] == f"quality.{next(iter(given))}"


def test_limits_are_a_table_and_are_changed_one_by_one():
    with pytest.raises(Problem):
        limits_of({"quality": 15})
    changed = limits_of({"quality": {"visit_forms": ["voting"], "utc_offset_minutes": -180}})
    assert (changed.visit_forms, changed.utc_offset_minutes) == (("voting",), -180)
    assert changed.short_visit_minutes == limits_of({}).short_visit_minutes
    again = limits_of({"quality": {"visit_forms": ["voting", "voting"]}})
    assert again.visit_forms == ("voting",)


# pairs


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_all_pairs_of_a_group(seed):
    rng = np.random.default_rng(seed)
    group = np.sort(rng.integers(0, 4, size=int(rng.integers(0, 12))))
    found = [
        (int(a), int(b)) for one, other in pairs(group) for a, b in zip(one, other, strict=True)
    ]
    every = combinations(range(len(group)), 2)
    assert sorted(found) == [(a, b) for a, b in every if group[a] == group[b]]
    assert [group[a] for a, _ in runs(group)] == sorted(set(group.tolist()))


@pytest.mark.parametrize("seed", range(20))
def test_overlapping_pairs_are_those_that_a_loop_finds(seed):
    rng = np.random.default_rng(seed)
    group, begun = np.sort(rng.integers(0, 3, 15)), rng.integers(0, 30, 15).astype(float)
    begun = np.concatenate([np.sort(begun[group == g]) for g in range(3)])
    ended = begun + rng.integers(0, 9, 15)
    found = [
        (int(a), int(b))
        for one, other in overlapping(group, begun, ended, 2)
        for a, b in zip(one, other, strict=True)
    ]
    expected = [
        (a, b)
        for a, b in combinations(range(15), 2)
        if group[a] == group[b] and begun[b] <= ended[a] - 2
    ]
    assert sorted(found) == expected


def test_the_partner_named_is_the_one_that_counts_most():
    found = Partners(4)
    found.add(np.array([0, 1]), np.array([1, 2]), np.array([5.0, 7.0]))
    found.add(np.array([0]), np.array([2]), np.array([6.0]))
    assert found.odd.tolist() == [0, 1, 2]
    assert found.first.tolist() == [2, 2, 1, -1]
    assert found.more(["x", "y", "z"]) == ["x; 1 more", "y; 1 more", "z; 1 more"]


# coverage

PLAN = """
election team stop station form
e        ana  1    a       opening
e        ana  2    a       voting
e        ana  3    c       voting
e        ben  1    c       opening
e        ben  2    b       voting
e        cat  1    b       counting
e        ben  3    b       counting
"""
CAME = """
observation form    team station area late  replaced_by
o1          opening ana  a       -    false -
o2          voting  ana  a       -    false -
o3          voting  ana  -       N/1  true  -
o4          voting  ben  a       -    false o2
o5          weekly  ben  -       S    false -
"""


def covered(**more: str) -> dict[str, tuple[int, int | None]]:
    """Figure of coverage -> numerator and denominator."""
    made = coverage(mission(CAME, deployment=PLAN, **more), {}).figures
    short = {f.id.removeprefix("quality.coverage.").replace("election=e, ", ""): f for f in made}
    return {name: (f.numerator, f.denominator) for name, f in short.items()}


def test_what_came_of_the_plan():
    found = covered()
    assert found["received[form=voting]"] == (1, None)
    assert found["late[form=voting]"] == (1, 2)
    # Of the stops at a, c and b only that at a has its form.
    assert found["done[form=voting]"] == (1, 3)
    assert found["silent_teams[form=voting]"] == (1, 2)
    assert found["silent_teams[form=opening]"] == (1, 2)
    assert found["teams_without[form=voting]"] == (0, 1)
    # A district belongs to its region: North has reports of voting, South has none.
    assert found["areas_without[form=voting]"] == (1, 2)
    assert found["areas_without[form=counting]"] == (2, 2)
    # The stop of the team that was taken out is not expected.
    assert found["done[form=counting]"] == (0, 1)
    assert found["forms_without[election=e]"] == (1, 3)


def test_the_matrix_shows_where_nothing_came():
    rows = coverage(mission(CAME, deployment=PLAN), {}).evidence["matrix"]
    shown = rows.select("area", "form", "planned", "received", "late").rows()
    assert ("North", "voting", 2, 1, 1) in shown
    assert ("South", "voting", 1, 0, 0) in shown
    assert ("South", "counting", 0, 0, 0) in shown


def test_a_theme_without_an_answer():
    answer = """
        observation item state   value
        o1          O1   given   yes
        o2          V9   dk      -
        o2          V26  skipped -
        o3          V9   missing -
        o3          V44  given   no
        """
    tables = mission(CAME, answer, deployment=PLAN)
    result = coverage(tables, {})
    silent = result.figure("quality.coverage.silent_themes[election=e, form=voting]")
    assert (silent.numerator, silent.denominator) == (1, 2)
    rows = result.evidence["themes"].filter(form="voting")
    assert rows.select("area", "theme", "asked", "answered").rows() == [
        ("North", "boxes", 1, 1),
        ("North", "people", 2, 0),
    ]


def test_without_a_plan_coverage_says_so():
    result = coverage(tables_of(observation="observation election form\no1 e voting"), {})
    assert result.notes == (NO_PLAN,)


# words


def test_every_query_is_documented_and_says_what_to_do():
    page = PAGE.read_text(encoding="utf-8")
    assert len({query.name for query in QUERIES}) == len(QUERIES)
    for query in QUERIES:
        assert f"`{query.name}`" in page
        assert query.severity in SEVERITIES
        for text in (query.sentence, query.remedy):
            assert text.endswith(".")
            check_text(text, query.name, "en")
        check_text(query.base, query.name, "en")


def test_every_limit_a_mission_may_set_is_documented():
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in set_by_a_mission())


def test_what_cannot_be_shown_stands_at_the_end_of_the_page():
    last = PAGE.read_text(encoding="utf-8").split("## ")[-1]
    assert last.startswith("What this cannot show")
    for limit in (*LIMITS, *COVERAGE_LIMITS):
        assert limit in last
        check_text(limit, "quality", "en")
