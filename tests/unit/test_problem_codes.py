"""Every problem of the line from file to result is provoked by a test that names its code."""

import re
from pathlib import Path

import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE

TESTS = Path(__file__).parents[1]
PARTS = ("intake", "mapping", "fault", "snapshot", "analysis", "rule")


@pytest.mark.parametrize("code", [c for c in CATALOGUE if c.split(".")[0] in PARTS])
def test_a_test_names_the_code(code):
    named = re.compile(rf"[\"']{re.escape(code)}[\"']")
    files = [p for p in TESTS.rglob("test_*.py") if p.name != Path(__file__).name]
    assert [p.name for p in files if named.search(p.read_text(encoding="utf-8"))], code


def test_a_problem_has_a_code_facts_and_a_sentence():
    problem = Problem("intake.empty_file", file="ana.csv")
    assert problem.code == "intake.empty_file"
    assert problem.facts == {"file": "ana.csv"}
    assert str(problem).startswith("ana.csv is empty.")


def test_a_code_or_a_fact_that_does_not_exist_is_our_fault():
    with pytest.raises(KeyError):
        Problem("intake.no_such_code")
    with pytest.raises(KeyError):
        Problem("intake.empty_file")
