"""What every analysis owes its reader: whole figures, evidence that is there, limits in words."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from helpers import lumria, rehearsal, tables_of
from paragraph8.analysis.catalogue import CATALOGUE, find, run, run_all
from paragraph8.kernel.figure import Figure, Interval, Kind, figure_id
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.result import Result
from paragraph8.rehearsal.mission import SEED
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables

NAMES = [analysis.name for analysis in CATALOGUE]
SEATS = {"seats": {"seats": 11, "method": "dhondt"}}
# Figures whose value is the number of evidence rows they point at.
ONE_ROW_EACH = {
    "protocols.arithmetic.fail",
    "protocols.sources.alone",
    "protocols.sources.none_agree",
    "protocols.channels.both",
}


@cache
def results() -> Mapping[str, Result]:
    return run_all(lumria(), SEATS)


def figures() -> list[Figure]:
    return [figure for result in results().values() for figure in result.figures]


def evidence_rows(figure: Figure) -> pl.DataFrame:
    result = results()[".".join(figure.name.split(".")[:2])]
    assert figure.evidence is not None
    rows = result.evidence[figure.evidence.table]
    assert isinstance(rows, pl.DataFrame)
    return rows.filter(**figure.evidence.where)


# the catalogue


@pytest.mark.parametrize("analysis", CATALOGUE, ids=NAMES)
def test_every_analysis_states_its_question_source_and_limits(analysis):
    assert analysis.question.endswith("?")
    assert analysis.question[0].isupper()
    assert analysis.cannot_say
    assert all(sentence.endswith(".") for sentence in analysis.cannot_say)
    assert analysis.source
    assert set(analysis.needs) <= set(BY_NAME)
    assert analysis.run.__doc__
    assert analysis.page.startswith("docs/method/")


def test_names_are_unique_and_found():
    assert len(set(NAMES)) == len(NAMES)
    assert all(find(name).name == name for name in NAMES)


def test_an_unknown_analysis():
    with pytest.raises(Problem) as caught:
        find("protocols.fraud")
    assert caught.value.code == "analysis.unknown"
    assert "protocols.arithmetic" in str(caught.value)


@pytest.mark.parametrize("analysis", CATALOGUE, ids=NAMES)
def test_a_missing_table(analysis):
    # Lumria has no observers; the rehearsal has everything.
    whole = lumria() if "observation" not in analysis.needs else rehearsal(SEED)[0]
    for table in analysis.needs:
        frames = {**whole.frames, table: BY_NAME[table].empty()}
        with pytest.raises(Problem) as caught:
            run(analysis, Tables(frames, whole.as_of), {})
        assert caught.value.code == "snapshot.missing_table"
        assert caught.value.facts == {"analysis": analysis.name, "table": table}


def test_without_tables_no_analysis_runs_unasked():
    assert run_all(tables_of(), {}) == {}


def test_analyses_of_a_snapshot_without_votes():
    """Only protocols and stations: what needs votes is left out, the rest has notes."""
    frames = {**lumria().frames, "protocol_vote": BY_NAME["protocol_vote"].empty()}
    assert set(run_all(Tables(frames, "2024-05-14"), {})) == {
        "protocols.arithmetic",
        "turnout.participation",
        "voterlist.additions",
    }


def test_a_bad_parameter():
    with pytest.raises(Problem) as caught:
        run(find("protocols.margins"), lumria(), {"seats": {"seats": 11, "method": "by lot"}})
    assert caught.value.code == "analysis.bad_parameter"


# results, on Lumria; those of observers' reports: test_observed_results.py


@pytest.mark.parametrize("name", results())
def test_a_result_says_what_it_cannot_show(name):
    result = results()[name]
    assert result.figures
    assert result.analysis == name
    assert result.limits == find(name).cannot_say
    assert result.parameters == SEATS
    assert all(note.endswith(".") for note in result.notes)


@pytest.mark.parametrize("name", results())
def test_figures_are_unique_and_found_by_id(name):
    result = results()[name]
    ids = [figure.id for figure in result.figures]
    assert len(set(ids)) == len(ids)
    assert all(id_.startswith(f"{name}.") for id_ in ids)
    assert result.figure(ids[-1]) is result.figures[-1]
    assert result.figure("no such figure") is None


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.id)
def test_a_figure_is_never_bare(figure):
    assert figure.unit
    assert figure.base
    assert isinstance(figure.interval, Interval) or figure.interval.startswith("none: ")
    assert figure.as_of == "2024-05-14"
    assert figure.snapshot == lumria().snapshot
    assert figure.parameters == SEATS
    assert figure.limits
    # Lumria publishes no totals: every number is added up by us.
    assert figure.kind is Kind.OWN_MEASUREMENT
    assert "election" in figure.dimensions
    assert all(n > 0 for n in figure.excluded.values())
    if figure.denominator is not None:
        assert figure.value == figure.numerator
        assert figure.numerator >= 0


def test_no_part_is_larger_than_its_whole_but_turnout():
    """Turnout may pass one: more voted than were on the list is a finding, not an error."""
    for figure in figures():
        if figure.denominator is not None and figure.unit != "voters":
            assert figure.numerator <= figure.denominator, figure.id


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.id)
def test_a_figure_points_at_evidence_that_is_there(figure):
    rows = evidence_rows(figure)
    if figure.evidence.order_by is not None:
        assert figure.evidence.order_by in rows.columns
    if figure.name in ONE_ROW_EACH:
        assert rows.height == figure.value
    elif figure.value:
        assert rows.height > 0


def test_differing_stations_are_those_of_the_evidence():
    for figure in figures():
        if figure.name.endswith(".differ") and figure.dimensions["options"] == "all":
            assert evidence_rows(figure)["station"].n_unique() == figure.value
            absolute = figure.id.replace(".differ[", ".absolute[")
            (sum_of_them,) = [f.value for f in figures() if f.id == absolute]
            assert evidence_rows(figure)["difference"].abs().sum() == sum_of_them


def test_protocols_failing_a_rule_are_those_of_the_evidence():
    (any_fail,) = [f for f in figures() if f.name.endswith(".any_fail")]
    rows = evidence_rows(any_fail).filter(pl.col("within") & (pl.col("severity") != "warning"))
    assert rows["station"].n_unique() == any_fail.value == 9


def test_additions_and_turnout_are_those_of_the_evidence():
    for figure in figures():
        if figure.name == "voterlist.additions.added":
            rows = evidence_rows(figure).drop_nulls(["added", "voted"])
            sums = (rows["added"].sum(), rows["voted"].sum())
        elif figure.name == "turnout.participation.turnout":
            rows = evidence_rows(figure).drop_nulls("turnout")
            sums = (rows["voted"].sum(), rows["electorate"].sum())
        else:
            continue
        assert sums == (figure.numerator, figure.denominator), figure.id


def test_tallies_add_up_over_areas():
    checks = results()["protocols.arithmetic"].checks
    for whole in (tally for tally in checks if not tally.area):
        parts = [t for t in checks if t.area and (t.rule, t.source) == (whole.rule, whole.source)]
        assert {t.area for t in parts} == {"North", "Coast", "Hills"} or whole.source != "published"
        for name in ("passed", "failed", "not_checkable", "checked"):
            assert sum(getattr(t, name) for t in parts) == getattr(whole, name)


def test_parameters_travel_with_the_result():
    changed = {"rules": {"protocol.D1": {"tolerance": 2}}}
    result = run(find("protocols.arithmetic"), lumria(), changed)
    (fail,) = [
        f
        for f in result.figures
        if f.name.endswith(".fail") and f.dimensions["rule"] == "protocol.D1"
    ]
    assert fail.value == 0
    assert fail.parameters == changed


def test_the_id_of_a_figure_names_dimensions_in_alphabetical_order():
    assert figure_id("a.b.c", {}) == "a.b.c"
    assert figure_id("a.b.c", {"b": "2", "a": "1"}) == "a.b.c[a=1, b=2]"


# one analysis, small tables

STATIONS = """
election  station  area  kind      channels
e         N-01     N     ordinary  both
e         N-02     N     ordinary  both
e         C-01     C/1   mobile    paper
"""
AREAS = """
election  area  parent  level     name
e         N     -       region    North
e         C     -       region    Coast
e         C/1   C       district  Port
"""


def test_turnout_by_who_took_part_where_a_number_is_missing():
    """Voted, else signatures, else ballots issued, else ballots in the boxes together."""
    rows = "".join(
        f"p{n} e list {s} published 1 a.csv 2\n" for n, s in enumerate(("N-01", "N-02", "C-01"))
    )
    tables = tables_of(
        station=STATIONS,
        area=AREAS,
        protocol="protocol election contest station source copy source_file source_row\n" + rows,
        protocol_figure="""
protocol  field           channel  value
p0        registered      all      100
p0        voted           all      40
p0        issued          paper    50
p1        registered      all      100
p1        added           all      10
p1        ballots_in_box  paper    30
p1        ballots_in_box  machine  25
p2        registered      all      0
p2        voted           all      7
""",
    )
    result = run(find("turnout.participation"), tables, {})
    turnout = {
        f.dimensions.get("area", f.dimensions.get("stations")): (f.numerator, f.denominator)
        for f in result.figures
        if f.name.endswith(".turnout")
    }
    # N-01 40 of 100, N-02 30 + 25 of 110; C-01 has no electorate and so no turnout
    assert turnout == {"all": (95, 210), "ordinary": (95, 210), "North": (95, 210)}
    (whole,) = [f for f in result.figures if f.id.endswith("stations=all]") and ".turnout[" in f.id]
    assert whole.excluded == {"no electorate of its own": 1}
    areas = dict(result.evidence["turnout"].select("station", "area").rows())
    assert areas == {"N-01": "North", "N-02": "North", "C-01": "Coast"}


def test_method_pages_exist():
    """A page is written with its analysis; a path in the catalogue that leads nowhere is a gap."""
    root = Path(__file__).parents[2]
    assert [a.page for a in CATALOGUE if not (root / a.page).is_file()] == []
