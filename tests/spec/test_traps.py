"""The traps of the trade, one test each, by their numbers in the list for developers.

Those not here belong to analyses that have tests of their own, or do not exist yet: see ELSEWHERE.
"""

import re
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest

from forms import asked_otherwise, changed, forms, found, one, part, run, together, told
from helpers import tables_of
from missions import accept_all
from paragraph8.analysis.catalogue import run_all
from paragraph8.analysis.observation import coverage, electronic, splits, teams
from paragraph8.analysis.observation.bases import Base, ObserverShare, StationShare
from paragraph8.analysis.observation.overall import OVERALL, same_scale
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.stage import TURNED, stages
from paragraph8.analysis.protocols.margins import margins
from paragraph8.findings.decisions import decide
from paragraph8.findings.proposals import LEFT_OUT, NONE_IN_FORCE
from paragraph8.findings.rules.declared import declared_findings
from paragraph8.findings.standards.commitments import find_commitment
from paragraph8.kernel.figure import Figure, Interval, Kind
from paragraph8.kernel.finding import Finding
from paragraph8.kernel.problem import Problem
from paragraph8.rehearsal.mission import rehearsal_tables
from paragraph8.statement.build import Material, build_document, gather
from paragraph8.statement.mission import read_mission
from paragraph8.statement.wording.guard import check_text
from paragraph8.statement.wording.numbers import put_into_words
from paragraph8.tables.profile import find_profile
from paragraph8.tables.tables import Tables

# Numbers of the list that other analyses answer for.
ELSEWHERE = {
    10: "net and gross differences of lists",
    11: "lists matched to people, and people to lists",
    17: "seconds of office-holders and of contestants",
    18: "tone of an item and tone towards an actor",
    19: "complaints rejected and complaints not admitted",
}
PROFILE = find_profile("paragraph8-2026")
MISSION = """
[mission]
title = "Rehearsal, {{date:election}}"
kind = "simulated"
notice = "Simulated: no observer wrote any of it."
bodies = ["Observers"]
date = 2004-09-20
election = "kz-2004-09-19"
"""


@cache
def rehearsal() -> Material:
    """The rehearsal mission: all results, and what the rules propose."""
    tables, _, _ = rehearsal_tables()
    return gather(read_mission("mission.toml", MISSION), tables, "mission.toml")


def proposal(name: str) -> Finding:
    return next(finding for finding in rehearsal().proposals if finding.id == name)


def observed(tables: Tables, item: str, name: str = "problem", **observation: object) -> Figure:
    return one(run(tables, **observation), name, item=item, base="observations")


def test_every_trap_is_met_here_or_named_as_open():
    here = {int(n) for name in globals() for n in re.findall(r"^test_trap_(\d+)_", name)}
    assert here.isdisjoint(ELSEWHERE)
    assert here | set(ELSEWHERE) == set(range(1, 25))


def test_trap_01_dk_is_not_no():
    figure = observed(forms("voting", 10, V9={"yes": 2, "no": 3, "dk": 5}), "V9")
    assert part(figure) == (2, 5)
    assert figure.excluded == {"not observed or not known": 5}


def test_trap_02_per_cent_of_observers_is_not_per_cent_of_stations():
    tables = told(
        "counting",
        """
        team station C5
        a    s1      yes
        a    s2      no
        b    s3      no
        """,
        team="""
        team observers nationalities long_term
        a    4         AA            false
        b    2         AA            false
        """,
    )
    by_base = {base: one(run(tables), "problem", item="C5", base=base) for base in Base}
    assert {base: part(figure) for base, figure in by_base.items()} == {
        "observations": (1, 3),
        "stations": (1, 3),
        "observers": (4, 6),
    }
    assert len({figure.base for figure in by_base.values()}) == 3
    assert "observers" in put_into_words(by_base[Base.OBSERVERS], "of", PROFILE)
    # The base is in the type: a share of the one kind is not a share of the other.
    assert (ObserverShare.base, StationShare.base) == (Base.OBSERVERS, Base.STATIONS)


def test_trap_03_invalid_votes_are_not_in_the_base_of_seats():
    # Of 200 valid votes C has 14, the threshold of 7 per cent; of all 220 it would lack it.
    votes = tables_of(
        election="election country title election_day round\ne ZZ t 2024-05-12 1",
        contest="election contest\ne list",
        contestant="""
        election contest contestant ballot_order name kind
        e        list    A          1            A    list
        e        list    B          2            B    list
        e        list    C          3            C    list
        """,
        area="election area level name\ne N region N",
        station="election station area kind channels\ne s1 N ordinary paper",
        protocol="""
        protocol election contest station source    copy source_file source_row
        a        e        list    s1      published 1    f           2
        """,
        protocol_figure="""
        protocol field   channel value
        a        valid   paper   200
        a        invalid paper   20
        """,
        protocol_vote="""
        protocol contestant channel votes
        a        A          paper   100
        a        B          paper   86
        a        C          paper   14
        """,
    )
    rule = {"seats": 14, "method": "hare_largest_remainder", "threshold_share": 0.07}
    seats = {
        f.dimensions["contestant"]: f.value
        for f in margins(votes, {"seats": rule}).figures
        if f.name.endswith(".seats")
    }
    # Fourteen seats for 200 votes: 7.0, 6.02 and 0.98.
    assert seats == {"A": 7, "B": 6, "C": 1}


def test_trap_04_a_conditional_question_has_the_base_of_those_asked():
    answers = {"V9": ["yes"] * 4 + ["no"] * 16, "V9b": ["yes"] * 3 + ["no"] + ["skipped"] * 16}
    result = run(forms("voting", 20, **answers))
    of_asked = one(result, "problem", item="V9b", base="observations")
    assert part(of_asked) == (3, 4)
    assert "where the question arose" in put_into_words(of_asked, "of", PROFILE)
    assert part(one(result, "problem_of_all", item="V9b")) == (3, 20)


@pytest.mark.parametrize(
    ("form", "where", "item"),
    [
        ("voting", {"V26": ["3", "0"]}, "V27"),
        ("voting", {"V56a": ["1", "0"]}, "V57"),
        ("opening", {"O22": ["main;electronic", "main"]}, "O23"),
        ("tabulation", {"T14a": ["1", "0"]}, "T14c"),
        # What is asked at one stage of electronic voting only.
        ("evoting", {"E0": ["opening", "voting"]}, "E8"),
        ("evoting", {"E0": ["counting", "voting"]}, "E28"),
    ],
)
def test_trap_04_words_tell_a_base_of_some_forms_from_the_base_of_all(form, where, item):
    result = run(forms(form, 2, **where, **{item: ["no", "skipped"], _always(form): ["3", "1"]}))
    of_some = one(result, "problem", item=item, base="observations")
    of_all = one(result, "negative", item=_always(form), base="observations")
    assert (of_some.denominator, of_all.denominator) == (1, 2)
    assert of_some.base != of_all.base


def _always(form: str) -> str:
    """The overall assessment, which is always asked."""
    return OVERALL[form]


def test_trap_04_a_conditional_question_beside_paper_only_stations():
    tables = told(
        "voting",
        """
        team station V9  V9b
        a    s1      yes yes
        a    s2      no  skipped
        b    s3      yes no
        """,
        station="""
        election station area kind     channels
        e        s1      N    ordinary both
        e        s2      N    ordinary both
        e        s3      N    ordinary paper
        """,
    )
    shares = [f for f in run(tables, electronic.electronic).figures if f.name.endswith(".share")]
    of_child = {f.base for f in shares if f.dimensions["item"] == "V9b"}
    assert of_child
    assert of_child.isdisjoint(f.base for f in shares if f.dimensions["item"] == "V9")


def test_trap_05_forms_of_several_versions_are_merged_by_item_and_it_is_said():
    tables = told(
        "voting",
        """
        team station version V9  V12
        a    s1      1       yes -
        a    s2      2       no  yes
        b    s3      2       no  no
        """,
    )
    result = run(tables)
    (note,) = result.notes
    assert "1, 2" in note
    assert part(one(result, "problem", item="V9", base="observations")) == (1, 3)
    new = one(result, "problem", item="V12", base="observations")
    assert part(new) == (1, 2)
    assert new.excluded == {"not on this version of the form": 1}
    # A question that was turned round in a version is not merged with itself.
    turned = observed(tables, "V9", polarity_changed={"V9": ["2"]})
    assert part(turned) == (1, 1)
    assert turned.excluded == {TURNED: 2}


def test_trap_05_no_figure_of_a_question_counts_the_version_in_which_it_was_turned():
    tables = told(
        "counting",
        """
        team station version C47
        a    s1      1       4
        b    s2      2       1
        c    s3      2       1
        """,
    )
    figures = run(tables, polarity_changed={"C47": ["2"]}).figures
    assert len(figures) > 3
    more = [f.id for f in figures if f.numerator > f.denominator]
    grades = [f.numerator for f in figures if f.name.endswith(".grade")]
    assert (more, sum(grades)) == ([], 1)


def scales(tables: Tables) -> dict[str, str]:
    """The overall assessments of the forms that are there, with their types."""
    found = stages(tables, settings_of({}))
    return {OVERALL[stage.form]: str(stage.item(OVERALL[stage.form])["type"]) for stage in found}


def test_trap_06_assessments_of_four_grades_stand_beside_no_assessments_of_five():
    both = together(forms("opening", 4, O36=1), forms("counting", 4, C47=1))
    five = asked_otherwise(both, "C47", type="rating_five", problem="4;5")
    same_scale(scales(both))
    with pytest.raises(Problem) as caught:
        same_scale(scales(five))
    assert caught.value.code == "observation.mixed_scales"
    assert caught.value.facts == {"items": "C47, O36"}


def test_trap_07_counts_go_on_past_midnight():
    # Minutes after midnight of the day of arrival; some phones write the next day.
    tables = told(
        "counting",
        """
        team station day        arrived departed C47
        a    s1      2024-05-12 1190    1500     4
        b    s1      2024-05-13 10      90       1
        c    s2      2024-05-12 1450    1700     4
        """,
    )
    assert part(one(run(tables), "negative", item="C47", base="stations")) == (1, 2)
    hours = run(tables, coverage.coverage).evidence["hours"]
    # Too few for hours of their own: together they run from the first hour past the last midnight.
    assert hours.select("from_hour", "to_hour", "observations").rows() == [(0, 25, 3)]
    cells = run(tables, splits.splits).evidence["splits"].filter(pl.col("split") == "hours")
    assert cells["observations"].sum() == 3


def test_trap_07_the_last_visit_is_the_last_in_time_however_its_midnight_is_written():
    # Twenty to three in the night, and twenty to two: the first is the last visit.
    tables = told(
        "counting",
        """
        team station day        arrived C47
        a    s1      2024-05-12 1600    4
        b    s1      2024-05-13 100     1
        """,
    )
    assert part(one(run(tables), "negative", item="C47", base="stations")) == (1, 1)


def test_trap_08_a_form_from_a_station_that_is_not_in_the_list_is_kept():
    tables = told(
        "voting",
        """
        team station station_stated V9
        a    s1      -              no
        a    -       999            yes
        """,
    )
    result = run(tables)
    assert part(one(result, "problem", item="V9", base="observations")) == (1, 2)
    stations = one(result, "problem", item="V9", base="stations")
    assert part(stations) == (0, 1)
    assert stations.excluded == {"station not in the list": 1}
    share = one(run(tables, coverage.coverage), "stations_share")
    assert part(share) == (1, 1)
    assert share.excluded == {"forms from a station not in the list": 1}


def two_rounds() -> Tables:
    first = forms("counting", 40, C47=4, C5=8, election="round-1")
    second = forms("counting", 60, C47=9, C5=3, election="round-2")
    return together(first, second)


def test_trap_09_the_second_round_is_another_election():
    result = run(two_rounds())
    both = {
        election: part(one(result, "negative", election=election, item="C47", base="observations"))
        for election in ("round-1", "round-2")
    }
    assert both == {"round-1": (4, 40), "round-2": (9, 60)}


def test_trap_12_no_figure_mixes_or_compares_elections():
    alone = forms("counting", 40, C47=4, C5=8, election="round-1")
    parameters = {"observation": {"draws": 50}}
    apart = {f.id: f for result in run_all(alone, parameters).values() for f in result.figures}
    results = run_all(two_rounds(), parameters)
    for result in results.values():
        for figure in result.figures:
            assert figure.dimensions["election"] in ("round-1", "round-2"), figure.id
    beside = {f.id: f for result in results.values() for f in result.figures}
    # Neither the other round's forms nor its teams move a figure of this one.
    kept = {f.id: (f.value, part(f)) for f in apart.values() if ".deployed" not in f.name}
    assert kept == {name: (beside[name].value, part(beside[name])) for name in kept}


def test_trap_13_shares_of_what_was_observed_are_not_projected():
    shares = [f for f in rehearsal().figures.values() if f.name.startswith("observation.items.")]
    assert len(shares) > 500
    for figure in shares:
        assert figure.kind == Kind.OBSERVATION_SHARE
        if isinstance(figure.interval, Interval):
            assert "describes what was observed" in figure.interval.method
            assert "no margin of error" in figure.interval.method
        else:
            assert figure.interval.startswith("none: ")
        assert any("no probability sample" in limit for limit in figure.limits)
    kinds = {f.kind for f in rehearsal().figures.values() if f.name.startswith("observation.")}
    assert Kind.SAMPLE_ESTIMATE not in kinds


def test_trap_14_what_is_not_nought_is_never_0_per_cent():
    figure = observed(forms("voting", 1000, V46=4), "V46")
    said = put_into_words(figure, "share", PROFILE)
    assert said == "less than 1 per cent of observations during voting"
    # 0.5 per cent is rounded once, from the counts.
    figure = observed(forms("voting", 1000, V46=5), "V46")
    assert put_into_words(figure, "share", PROFILE).startswith("1 per cent")
    none = observed(forms("voting", 1000, V46=0), "V46")
    assert put_into_words(none, "share", PROFILE).startswith("none of the")


@pytest.mark.parametrize("typed", ["24 per cent", "two thirds", "٢٤", "half"])
def test_trap_15_a_number_typed_by_hand_is_refused(typed):
    material = rehearsal()
    decisions = accept_all(material)
    at = next(n for n, d in enumerate(decisions) if d.finding == "observation.group_voting")
    decisions[at] = decide(
        proposal("observation.group_voting"),
        material.figures,
        snapshot=material.tables.snapshot,
        action="word",
        by="Ana",
        at=material.mission.date,
        sentence=f"Group voting was seen in {typed} of what was observed.",
    )
    with pytest.raises(Problem) as caught:
        build_document(material, decisions)
    assert caught.value.code == "statement.bare_number"


def test_trap_15_no_proposed_sentence_or_limit_has_one():
    for finding in rehearsal().proposals:
        for text in (finding.sentence, *finding.limits):
            check_text(text, finding.id, "en")


ELECTION_DAY = date(2004, 9, 19)


def test_trap_16_a_commitment_younger_than_the_election_is_not_cited():
    for finding in rehearsal().proposals:
        for standard in finding.standards:
            assert find_commitment(standard).instrument.adopted_on <= ELECTION_DAY, finding.id
            # The Covenant binds Kazakhstan since 2006.
            assert find_commitment(standard).instrument.id != "ICCPR", finding.id


def test_trap_16_eleven_days_are_enough():
    instruction = proposal("observation.evoting_instruction")
    (rule,) = (r for r in declared_findings() if r.id == instruction.id)
    assert find_commitment("COE-R(2004)11").instrument.adopted_on == date(2004, 9, 30)
    assert "COE-R(2004)11" in rule.standards
    assert "COE-R(2004)11" not in instruction.standards
    assert instruction.standards[-1] == "CPH-7.4"
    assert LEFT_OUT in instruction.limits


DROPPED = [
    "observation.turned_away",
    "observation.assessment.evoting",
    "observation.evoting_beside_paper",
]


@pytest.mark.parametrize("name", DROPPED)
def test_trap_16_the_finding_says_that_a_commitment_was_left_out(name):
    assert {LEFT_OUT, NONE_IN_FORCE} & set(proposal(name).limits)


def test_trap_20_polarity_hangs_on_the_item_not_on_its_words():
    tables = forms("voting", 20, V34=5, V35=7, V9=3, V25=2)
    turned = asked_otherwise(tables, "V34", says="Was any ballot marked in the open?")
    turned = asked_otherwise(turned, "V35", says="")
    assert run(turned).figures == run(tables).figures


def test_trap_21_two_teams_at_one_station_are_two_observations_of_one_station():
    tables = told(
        "voting",
        """
        team station V9
        a    s1      yes
        b    s1      no
        c    s2      no
        """,
    )
    result = run(tables)
    assert part(one(result, "problem", item="V9", base="observations")) == (1, 3)
    assert part(one(result, "problem", item="V9", base="stations")) == (1, 2)
    covered = run(tables, coverage.coverage)
    assert [one(covered, name).value for name in ("observations", "stations", "shared")] == [
        3,
        2,
        1,
    ]
    assert one(covered, "repeats").value == 0


# 22: small cells


LEAST, LEAST_TEAMS = PROFILE.least_observations, PROFILE.least_teams
STATIONS = "election station area kind channels longitude"
AREAS = "election area level name\ne W region West\ne E region East"


def by_area(text: str, west: int, east: int) -> Tables:
    """Counts at stations W0.. in the west and E0.. in the east."""
    rows = [f"e W{n} W ordinary paper 10" for n in range(west)]
    rows += [f"e E{n} E ordinary paper 20" for n in range(east)]
    return told("counting", text, station="\n".join([STATIONS, *rows]), area=AREAS)


def small_cells(cells: pl.DataFrame) -> pl.DataFrame:
    small = (pl.col("answered") < LEAST) | (pl.col("teams") < LEAST_TEAMS)
    # One cell that holds all forms is the whole, which is published beside it.
    alone = pl.len().over("election", "form", "item", "split") == 1
    return cells.filter(small & ~alone)


def test_trap_22_small_areas_are_shown_with_a_neighbour():
    west = [f"a{n % 2} W{n} 4" for n in range(9)]
    east = [f"b{n % 4} E{n} 1" for n in range(30)]
    tables = by_area("\n".join(["team station C47", *west, *east]), 9, 30)
    result = run(tables, splits.splits)
    areas = [f for f in result.figures if "area" in f.dimensions]
    assert [(f.dimensions["area"], *part(f)) for f in areas] == [("West + East", 9, 39)]


def test_trap_22_no_cell_of_the_rehearsal_is_below_the_limits():
    cells = rehearsal().results["observation.splits"].evidence["splits"]
    assert cells.height > 100
    assert small_cells(cells).rows() == []
    shown = rehearsal().results["observation.coverage"].evidence["coverage"].filter("shown")
    small = (pl.col("observations") < LEAST) | (pl.col("teams") < LEAST_TEAMS)
    assert shown.height > 20
    assert shown.filter(small).rows() == []


def test_trap_22_a_cell_is_small_by_the_item_with_the_fewest_teams_too():
    """In the west C47 has fewer answers, from four teams; C5 has more of them, from two."""
    west = [f"a{n // 8} W{n} {1 if n < 10 else 'dk'} yes" for n in range(16)]
    west += ["a2 W16 1 dk", "a3 W17 1 dk"]
    east = [f"b{n % 10} E{n} 1 no" for n in range(30)]
    tables = by_area("\n".join(["team station C47 C5", *west, *east]), 18, 30)
    assert small_cells(run(tables, splits.splits).evidence["splits"]).rows() == []


def test_trap_22_what_the_cells_leave_of_the_whole_is_no_small_cell():
    """Two forms of one team from stations that are not in the list, both bad: in no area."""
    rows = [f"b{n % 6} E{n} - 1" for n in range(30)]
    text = "\n".join(["team station station_stated C47", *rows, "z - 998 4", "z - 999 4"])
    tables = by_area(text, 0, 30)
    whole = one(run(tables), "negative", item="C47", base="observations")
    cells = run(tables, splits.splits).evidence["splits"].filter(pl.col("split") == "area")
    assert part(whole) == (2, 32)
    left = 32 - cells["answered"].sum()
    assert left == 0 or left >= LEAST


def test_trap_22_hidden_cells_of_coverage_cannot_be_found_by_subtraction():
    for form, cells in (
        rehearsal().results["observation.coverage"].evidence["coverage"].group_by("form")
    ):
        found_out = recoverable(cells, totals(str(form[0])))
        assert found_out == [], form


def totals(form: str) -> list[tuple[set[str], str, int]]:
    """What the tables by area and by setting publish of the same forms: names, which, forms."""
    cells = rehearsal().results["observation.splits"].evidence["splits"]
    here = cells.filter((pl.col("form") == form) & pl.col("split").is_in(["area", "setting"]))
    rows = here.select("split", "cell", "observations").unique().sort("split", "cell").rows()
    return [(set(cell.split(" + ")), split, n) for split, cell, n in rows]


def recoverable(cells: pl.DataFrame, published: list[tuple[set[str], str, int]]) -> list[str]:
    """Hidden cells whose number follows from the shown ones and from published sums."""
    hidden = cells.filter(~pl.col("shown")).sort("area", "setting")
    rows = hidden.select("area", "setting").rows()
    sums = [[1.0] * len(rows)]
    for names, split, _ in published:
        place = 0 if split == "area" else 1
        sums.append([float(row[place] in names) for row in rows])
    known = np.array(sums)
    rank = np.linalg.matrix_rank(known)
    alone = np.eye(len(rows))
    return [
        f"{area}, {setting}"
        for at, (area, setting) in enumerate(rows)
        if np.linalg.matrix_rank(np.vstack([known, alone[at]])) == rank
    ]


def test_trap_22_tallies_by_area_show_no_small_area():
    """They leave with `p8 analyse --json`, and add up to the forms of each area."""
    rows = [f"a W{n} 4" for n in range(2)] + [f"b{n % 4} E{n} 1" for n in range(30)]
    tables = by_area("\n".join(["team station C47", *rows]), 2, 30)
    # One area is too small: the other one goes with it, since it could be found by subtraction.
    assert run(tables).checks == ()
    sizes = {
        (t.rule, t.area): t.passed + t.failed + t.not_checkable
        for t in rehearsal().results["observation.items"].checks
    }
    assert sizes
    assert min(sizes.values()) >= LEAST


def test_trap_22_arrivals_by_hour_show_no_single_team():
    hours = rehearsal().results["observation.coverage"].evidence["hours"]
    assert hours.filter(pl.col("observations") < LEAST).rows() == []


def test_trap_22_a_form_without_a_station_is_at_no_station():
    tables = told("tabulation", "team area T28\n" + "\n".join(f"t{n} N 1" for n in range(12)))
    (row,) = run(tables, coverage.coverage).evidence["coverage"].to_dicts()
    assert (row["observations"], row["teams"], row["stations"]) == (12, 12, 0)


def test_trap_23_weighted_shares_are_a_line_for_sensitivity_and_nothing_else():
    weighted = [f for f in rehearsal().figures.values() if "poststratified" in f.id]
    assert weighted
    for figure in weighted:
        assert figure.name == f"{teams.NAME}.poststratified"
        assert any("no estimate for the country" in limit for limit in figure.limits)
    names = {figure.id for figure in weighted}
    for finding in rehearsal().proposals:
        assert names.isdisjoint(finding.figures), finding.id
        assert "poststratified" not in finding.sentence


def test_trap_24_a_later_statement_on_observers_overwrites_none():
    counts = """
    election term       version observers states at_least source
    e        short_term 1       300       33     true     press
    e        short_term 2       305       34     false    report
    e        long_term  1       16        -      false    report
    """
    tables = told("voting", "team station V9\na s1 no", observer_count=counts)
    result = run(tables, coverage.coverage)
    said = {
        (f.dimensions["term"], f.dimensions["version"]): (f.value, f.base)
        for f in result.figures
        if f.name.endswith(".stated")
    }
    assert said == {
        ("short_term", "1"): (300, "observers, at least, as stated by press"),
        ("short_term", "2"): (305, "observers, as stated by report"),
        ("long_term", "1"): (16, "observers, as stated by report"),
    }
    assert found(result, "stated_states", term="long_term") is None
    assert {f.kind for f in result.figures if ".stated" in f.name} == {Kind.OFFICIAL}
    assert changed(tables)["observer_count"].height == 3
