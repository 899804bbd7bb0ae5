"""Intervals of observers' shares against the planted truth of the rehearsal, over many reports.

The long run is benchmarks/coverage_of_intervals.py, whose parts are used here.
"""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from forms import forms, one, run
from paragraph8.kernel.figure import Interval

FILE = Path(__file__).parents[2] / "benchmarks" / "coverage_of_intervals.py"
SEEDS = range(50)
# What a run of two thousand seeds must give, as shares of intervals that hold the truth.
LOWEST, HIGHEST = 0.92, 0.97


@cache
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_of_intervals", FILE)
    module = importlib.util.module_from_spec(spec)
    # Data classes look up the module that they were made in.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def outcomes() -> list[object]:
    return benchmark().outcomes(SEEDS)


def test_the_benchmark_draws_the_intervals_of_the_analysis():
    assert benchmark().differing_from_the_analysis(7) == []


def test_intervals_of_usual_items_hold_the_truth_as_often_as_they_say():
    """Items of one mission share its teams, so that only missions are independent: the bound is
    three standard errors of the mean over missions, as these spread."""
    share, error = benchmark().coverage(outcomes(), "usual")
    assert len(outcomes()[0].bootstrap["usual"]) > 50
    # So that the bound can fail: 0.003 would be the error if all intervals were independent.
    assert error < 0.01
    assert share + 3 * error >= LOWEST
    assert share - 3 * error <= HIGHEST


def test_they_miss_on_both_sides():
    """An interval that always lay too low could hold the truth as often."""
    sides = np.concatenate([one.bootstrap["usual"] for one in outcomes()])
    below, above = (sides == -1).sum(), (sides == 1).sum()
    assert min(below, above) > 0.2 * (below + above) > 0


def test_where_teams_differ_the_naive_interval_is_too_narrow():
    """Ten teams of ten forms, each all or nothing: as ten answers, not as a hundred."""
    answers = (["yes"] * 10 + ["no"] * 10) * 5
    figure = one(
        run(forms("voting", 100, per_team=10, V9=answers), draws=2000),
        "problem",
        item="V9",
        base="observations",
    )
    assert isinstance(figure.interval, Interval)
    # Of a hundred independent answers it would be 0.40 to 0.60.
    assert figure.interval.low < 0.25
    assert figure.interval.high > 0.75


@pytest.mark.parametrize("problems", [0, 60])
def test_without_a_case_or_with_nothing_but_cases_there_is_no_interval(problems):
    figure = one(
        run(forms("voting", 60, V9=problems), draws=50), "problem", item="V9", base="observations"
    )
    assert isinstance(figure.interval, str)


def test_the_same_seed_draws_the_same_interval_whatever_else_is_asked():
    answers = ["yes", "no", "no", "no", "yes"] * 12
    few = run(forms("voting", 60, V9=answers), draws=100)
    more = run(forms("voting", 60, V9=answers, V12=7, V63=9), draws=100)
    first, second = (
        one(result, "problem", item="V9", base="observations").interval for result in (few, more)
    )
    assert first == second
    assert np.isfinite(first.low)
