"""Weekly reports on small tables that a reader can check by hand; themes and the codebook."""

from dataclasses import replace

import polars as pl
import pytest

from helpers import table
from incident_world import again, can_be_quoted, incidents, values, weekly, weeks
from paragraph8.analysis.incidents import longterm
from paragraph8.analysis.incidents.settings import CHANGEABLE, defaults, settings_of
from paragraph8.analysis.incidents.standing import LEVELS
from paragraph8.analysis.incidents.themes import FORM, theme_items, themes
from paragraph8.kernel.problem import Problem
from paragraph8.tables.codebook_reader import codebook_form, form_items

WEEK = """
id team area day
a  lt1  N    2024-05-05
b  lt2  S    2024-05-05
c  lt1  N    2024-05-12
"""
SAID = """
id item state    value
a  W7a  given    3
a  W7b  given    2
a  W7c  withheld -
a  W7e  given    observed
b  W7a  missing  -
b  W7b  dk       -
b  W7c  missing  -
b  W7e  missing  -
c  W7a  given    4
c  W7b  given    1
c  W7c  missing  -
c  W7e  given    credible
a  W8a  given    0
a  W8g  given    corroborated
b  W8a  missing  -
b  W8g  given    observed
c  W8a  skipped  -
"""


def test_figures_can_be_quoted():
    can_be_quoted(weekly(weeks(WEEK, SAID)))


def test_weeks_by_hand():
    tables = weeks(WEEK, SAID)
    assert values(again(tables, weekly(tables), ())) == {
        "weeks": 2,
        "regions": 2,
        "regions_never": (0, 2),
        # South did not report of the second week
        "region_weeks": (3, 4),
        # South says of local media that it does not know, which is no silence; of complaints only
        # how far verified, which is
        "cells_silent": (1, 4),
        "regions_silent theme=media": (0, 2),
        "theme_weeks theme=media": (3, 4),
        "regions_silent theme=complaints": (1, 2),
        "theme_weeks theme=complaints": (1, 4),
        "numbers_as_fact level=observed theme=media": (2, 2),
        "numbers_as_fact level=corroborated theme=media": (0, 2),
        "numbers_received theme=media": 2,
        "numbers_alleged theme=media": 0,
        "numbers_refuted theme=media": 0,
        # outlets followed (W7a) stand and are not added up
        "sum_as_fact item=W7b": 2,
        "sum_received item=W7b": 1,
        "sum_as_fact area=North item=W7b": 2,
        "numbers_as_fact level=observed theme=complaints": (0, 1),
        "numbers_as_fact level=corroborated theme=complaints": (1, 1),
        "numbers_received theme=complaints": 0,
        "numbers_alleged theme=complaints": 0,
        "numbers_refuted theme=complaints": 0,
        # none filed is a number too
        "sum_as_fact item=W8a": 0,
    }


def test_silence_by_hand():
    rows = weekly(weeks(WEEK, SAID)).evidence["silence"].drop("election").rows()
    # expected, reported, silent, without report
    assert rows == [
        ("North", "media", 2, 2, 0, 0, "none"),
        ("North", "complaints", 2, 1, 1, 0, "some weeks"),
        ("O'South", "media", 2, 1, 0, 1, "some weeks"),
        ("O'South", "complaints", 2, 0, 1, 1, "throughout"),
    ]


@pytest.mark.parametrize(
    ("state", "silent"),
    [
        ("given", 0),
        ("dk", 0),
        ("na", 0),
        ("withheld", 0),
        ("unreadable", 0),
        ("missing", 1),
        ("skipped", 1),
    ],
)
def test_what_is_silence(state, silent):
    value = "2" if state == "given" else "-"
    team = "team long_term area\nlt1 true N"
    tables = weeks(
        "id team area\na lt1 N", f"id item state value\na W7b {state} {value}", team=team
    )
    assert values(weekly(tables))["cells_silent"] == (silent, 1)


def test_how_far_verified_alone_says_nothing():
    answers = "id item value\na W7d seen_one\na W7e observed\na W1a 2024-05-06"
    found = values(weekly(weeks("id team area\na lt1 N", answers + "\na W8a 1")))
    assert "regions_silent theme=media" not in found
    assert found["regions_silent theme=complaints"] == (1, 2)


def test_a_region_that_never_reported_is_expected():
    found = values(weekly(weeks("id team area\na lt1 N", "id item value\na W7b 0")))
    assert found["regions"] == 2
    assert found["regions_never"] == (1, 2)
    assert found["regions_silent theme=media"] == (1, 2)


def test_a_team_taken_out_is_not_expected():
    team = "team long_term area excluded\nlt1 true N -\nlt2 true S withdrawn"
    tables = weeks("id team area\na lt1 N", "id item value\na W7b 0", team=team)
    assert values(weekly(tables))["regions"] == 1


WEEKS_OF = """
what                day        W1a        W1b        week
friday              2024-05-10 -          -          2024-05-06
sunday              2024-05-12 -          -          2024-05-06
monday_after        2024-05-13 -          -          2024-05-06
wednesday_after     2024-05-15 -          -          2024-05-13
last_day_said       2024-05-15 -          2024-05-12 2024-05-06
first_day_said      2024-05-15 2024-05-06 -          2024-05-06
thursday_to_monday  2024-05-15 2024-05-09 2024-05-15 2024-05-13
year_mistyped       2024-05-12 -          2042-05-12 2024-05-06
no_day_of_the_form  -          -          -          2024-05-06
"""


@pytest.mark.parametrize("case", pl.DataFrame(table(WEEKS_OF)).to_dicts(), ids=lambda c: c["what"])
def test_the_week_of_a_report(case):
    said = [f"a {item} {case[item]}" for item in ("W1a", "W1b") if case[item]]
    answers = "\n".join(["id item value", "a W7b 1", *said])
    result = weekly(weeks(f"id team area day\na lt1 N {case['day'] or '-'}", answers))
    assert str(result.evidence["coverage"]["week"][0]) == case["week"]
    assert (longterm.NOTE_MISDATED in result.notes) == (case["what"] == "year_mistyped")


def test_weeks_that_begin_on_another_day():
    result = weekly(
        weeks("id team area day\na lt1 N 2024-05-12", "id item value\na W7b 1"),
        first_weekday=4,
        days_to_file=0,
    )
    assert str(result.evidence["coverage"]["week"][0]) == "2024-05-09"


def test_a_number_without_a_level_is_an_allegation():
    result = weekly(weeks("id team area\na lt1 N", "id item value\na W3e 5"))
    found = values(result)
    assert found["numbers_alleged theme=campaign"] == 1
    assert found["numbers_as_fact level=observed theme=campaign"] == (0, 0)
    assert found["sum_alleged item=W3e"] == 5
    assert "sum_as_fact item=W3e" not in found
    assert longterm.NOTE_WITHOUT_LEVEL in result.notes


def test_numbers_that_stand_are_not_added_up():
    reports_text = "id team area day\na lt1 N 2024-05-05\nb lt1 N 2024-05-12"
    answers = "id item value\na W6b 10\nb W6b 12\na W6h observed\nb W6h observed"
    result = weekly(weeks(reports_text, answers))
    assert not [name for name in values(result) if "W6b" in name]
    (row,) = result.evidence["numbers"].to_dicts()
    assert (row["numbers"], row["total"], row["newest"]) == (2, None, 12)


def test_numbers_of_the_missions_own_security_and_work_are_not_counted():
    answers = "id item value\na W12a 3\na W12d observed\na W13a 4\na W14a 9"
    result = weekly(weeks("id team area\na lt1 N", answers))
    assert not [name for name in values(result) if name.startswith(("numbers", "sum"))]
    assert result.evidence["digest"].height == 0


def test_the_region_of_a_report_without_area_is_that_of_its_team():
    tables = weeks(
        "id team area\na lt1 -\nb t1 -\nc lt1 N/1\nd lt1 Valley", "id item value\na W7b 1\nb W7b 2"
    )
    result = weekly(tables)
    regions = result.evidence["silence"]["region"].unique().sort().to_list()
    assert regions == ["North", "O'South", "Valley"]
    assert longterm.NOTE_NO_REGION in result.notes
    assert longterm.NOTE_SEVERAL in result.notes
    # the number of a report without a region is known all the same
    assert values(result)["sum_alleged item=W7b"] == 3


def test_themes_that_no_form_asks_about():
    result = weekly(weeks("id team area\na lt1 N", "id item value\na W7b 1"))
    (note,) = [note for note in result.notes if note.startswith("No weekly report asked")]
    assert "Voter lists" in note
    assert "Local media" not in note


def test_a_report_without_any_answer():
    result = weekly(weeks("id team area\na lt1 N", ""))
    assert values(result)["weeks"] == 1
    assert result.evidence["silence"].height == 0


def test_no_weekly_report():
    result = longterm.longterm(incidents("id verification\na observed"), {})
    assert (result.figures, result.notes) == ((), ("No weekly report is counted.",))


def test_the_digest_says_that_words_were_written():
    rows = weekly(weeks(WEEK, SAID)).evidence["digest"].filter(observation="a", theme="media")
    assert rows.select("week", "region", "level", "item", "state", "value").rows() == [
        ("2024-04-29", "North", "observed", "W7a", "given", "3"),
        ("2024-04-29", "North", "observed", "W7b", "given", "2"),
        ("2024-04-29", "North", "observed", "W7c", "withheld", None),
    ]


# The themes and the codebook


def test_themes_are_the_sections_of_the_codebook():
    sections = {s.id: s for s in codebook_form(FORM).sections if not s.id.startswith("visit")}
    assert [theme.id for theme in themes().all] == list(sections)
    for theme in themes().all:
        own = theme_items(form_items(), [theme])["item"].to_list()
        beside = [item.id for item in sections[theme.id].items if item.id in themes().beside]
        assert sorted([*own, *beside]) == sorted(item.id for item in sections[theme.id].items)


def test_levels_and_ways_of_knowing_are_those_of_the_codebook():
    items = {item.id: item for item in codebook_form(FORM).items}

    def choices(item: str) -> set[str]:
        return {choice.value for choice in items[item].choices}

    ways = {c.value for i in codebook_form("incident").items if i.id == "X5" for c in i.choices}
    for theme in themes().all:
        if theme.verification:
            assert choices(theme.verification) == set(LEVELS)
            assert choices(theme.how_known) == ways
    assert {*defaults().direct, *defaults().seeing} <= ways
    # A section that asks how far it is verified is not forgotten.
    asking = {i for i in items if {c.value for c in items[i].choices} == set(LEVELS)}
    assert asking == {theme.verification for theme in themes().all if theme.verification}


def test_numbers_that_stand_and_words_of_the_settings_are_in_the_codebook():
    items = {item.id: item for item in codebook_form(FORM).items}
    assert all(items[item].type == "integer" for item in themes().state)
    own = {item.id: {c.value for c in item.choices} for item in codebook_form("incident").items}
    assert {*defaults().effects, defaults().effect_not_known} == own["X11"]
    assert set(defaults().inner_categories) <= own["X4"]
    assert defaults().inner_consent in own["X16b"]
    assert str(defaults().serious_from) in own["X10a"]


@pytest.mark.parametrize("settings", [defaults(), themes()], ids=["incidents", "themes"])
def test_who_published_the_limits_and_when(settings):
    assert settings.publisher
    assert len(settings.published_on) == 10


# Parameters of both analyses


@pytest.mark.parametrize("name", sorted(CHANGEABLE))
@pytest.mark.parametrize("value", [-1, 10_000, "60", 1.5, True])
def test_a_bad_parameter(name, value):
    with pytest.raises(Problem) as caught:
        settings_of({"incidents": {name: value}})
    assert caught.value.code == "analysis.bad_parameter"
    assert caught.value.facts["parameter"] == f"incidents.{name}"


@pytest.mark.parametrize("entry", [{"window": 5}, {"direct": ["media"]}, "soon"])
def test_a_parameter_that_nobody_knows(entry):
    with pytest.raises(Problem, match="expected"):
        settings_of({"incidents": entry})


def test_parameters_change_only_what_they_name():
    assert settings_of({}) == defaults()
    changed = settings_of({"incidents": {"window_minutes": 30}})
    assert changed == replace(defaults(), window_minutes=30)
