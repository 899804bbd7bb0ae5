"""What every analysis of observers' reports owes its reader, on the rehearsal mission."""

from collections.abc import Mapping
from functools import cache

import pytest

from helpers import rehearsal
from paragraph8.analysis.catalogue import CATALOGUE, run_all
from paragraph8.kernel.figure import Figure, Interval, Kind
from paragraph8.kernel.result import Result
from paragraph8.rehearsal.mission import SEED
from paragraph8.statement.documents.html import matching_rows
from paragraph8.statement.wording.guard import check_text

OBSERVED = ("observation.", "quality.", "incidents.", "protocols.chain")
NAMES = [a.name for a in CATALOGUE if a.name.startswith(OBSERVED)]


@cache
def results() -> Mapping[str, Result]:
    return run_all(rehearsal(SEED)[0], {}, NAMES)


def figures(name: str) -> tuple[Figure, ...]:
    return results()[name].figures


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_unique_and_whole(name):
    ids = [figure.id for figure in figures(name)]
    assert len(set(ids)) == len(ids) > 0
    for figure in figures(name):
        assert figure.name.startswith(f"{name}."), figure.id
        assert figure.unit, figure.id
        assert figure.base, figure.id
        assert figure.query, figure.id
        assert figure.limits, figure.id
        assert figure.dimensions["election"], figure.id
        assert all(n > 0 for n in figure.excluded.values()), figure.id
        assert isinstance(figure.interval, Interval) or figure.interval.startswith("none: ")


@pytest.mark.parametrize("name", NAMES)
def test_shares_are_parts_of_their_base(name):
    for figure in figures(name):
        if figure.denominator is None:
            continue
        assert 0 <= figure.numerator <= figure.denominator, figure.id
        expected = figure.numerator
        if figure.unit == "share":
            expected = figure.numerator / figure.denominator
        assert figure.value == expected, figure.id


@pytest.mark.parametrize("name", NAMES)
def test_an_interval_holds_its_share(name):
    for figure in figures(name):
        if isinstance(figure.interval, Interval):
            low, high = figure.interval.low, figure.interval.high
            assert low <= figure.value <= high, figure.id


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_points_at_rows_that_are_there(name):
    for figure in figures(name):
        if figure.evidence and figure.value:
            assert matching_rows(results()[name], figure.evidence).height, figure.id


@pytest.mark.parametrize("name", NAMES)
def test_limits_pass_the_guard_of_a_statement(name):
    for sentence in {limit for figure in figures(name) for limit in figure.limits}:
        check_text(sentence, name, "en")


def test_what_observers_reported_is_never_an_official_figure():
    official = {f.name for name in NAMES for f in figures(name) if f.kind is Kind.OFFICIAL}
    assert official == {
        "observation.coverage.deployed",
        "observation.coverage.states",
        "observation.coverage.stated",
        "observation.coverage.stated_states",
    }


def test_no_figure_is_called_a_sample_estimate():
    kinds = {figure.kind for name in NAMES for figure in figures(name)}
    assert Kind.SAMPLE_ESTIMATE not in kinds
