"""The formulas of rules, and what a mission may change in them."""

import polars as pl
import pytest

from helpers import lumria, tables_of
from paragraph8.analysis.catalogue import find, run
from paragraph8.analysis.protocols.evaluate import evaluate
from paragraph8.analysis.protocols.formula import read_formula
from paragraph8.analysis.protocols.rules import SEVERITIES, rules
from paragraph8.kernel.problem import Problem
from paragraph8.tables.grid import protocol_grid


def one(rule_id: str, **change):
    (rule,) = [r for r in rules({rule_id: change}) if r.id == rule_id]
    return rule


def terms(text: str) -> list[tuple]:
    formula = read_formula("test", text)
    return [
        (t.factor, t.column if t.name else "", t.optional) for t in (*formula.left, *formula.right)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("voted = issued:paper", [(1, "voted:all", False), (1, "issued:paper", False)]),
        ("voted <= 10", [(1, "voted:all", False), (10, "", False)]),
        ("0<=lost-added?", [(0, "", False), (1, "lost:all", False), (-1, "added:all", True)]),
        ("2 voted = voted + voted", [(2, "voted:all", False)] + [(1, "voted:all", False)] * 2),
        ("- voted = - 3 added", [(-1, "voted:all", False), (-3, "added:all", False)]),
        ("unreadable_cells = 0", [(1, "unreadable_cells:all", False), (0, "", False)]),
    ],
)  # fmt: skip
def test_read(text, expected):
    assert terms(text) == expected


def test_equal_or_at_most():
    assert read_formula("test", "voted = added").equal
    assert not read_formula("test", "voted <= added").equal


def test_two_sources():
    formula = read_formula("test", "votes[hand_count] = votes[machine_tally]")
    assert formula.sources == ("hand_count", "machine_tally")
    assert read_formula("test", "votes:paper = valid:paper").sources is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("voted", "voted"),  # no sign between the sides
        ("voted < added", "voted < added"),
        ("= voted", ""),
        ("voted =", ""),
        ("voted == added", "= added"),
        ("voted >= added", ">"),
        ("voted = registered added", "added"),  # no sign between two terms
        ("voted = registered +", "+"),
        ("voted = (registered + added)", "(registered + added)"),
        ("voted * 2 = added", "* 2"),
        ("Voted = added", "Voted"),
        ("voted = added:", ":"),
        ("votid = added", "votid"),  # no such field: it would never be checkable
        ("voted:papr = added", "voted:papr"),
        ("votes[ana] = votes[machine_tally]", "votes[ana]"),
    ],
)
def test_a_formula_that_cannot_be_read_says_where(text, at):
    with pytest.raises(Problem) as caught:
        read_formula("mission.X1", text)
    assert caught.value.code == "rule.bad_formula"
    assert caught.value.facts["at"] == at
    assert "mission.X1" in str(caught.value)


def test_every_rule_is_complete():
    found = rules()
    assert len({rule.id for rule in found}) == len(found)
    for rule in found:
        assert rule.severity in SEVERITIES
        assert rule.says[0].isupper(), rule.id
        assert not rule.says.endswith("."), rule.id
        assert rule.law == ""  # named by a mission, never by the software


def failing(rule) -> dict[str, int]:
    evaluated = evaluate(rule, protocol_grid(lumria()), lumria())
    return dict(
        evaluated.filter(pl.col("verdict") == "fail").select("station", "difference").rows()
    )


def test_tolerance():
    assert failing(one("protocol.D1")) == {"C-03": 2}
    assert failing(one("protocol.D1", tolerance=1)) == {"C-03": 2}
    assert failing(one("protocol.D1", tolerance=2)) == {}


def test_tolerance_by_a_share():
    # 74 ballots issued at C-02 and 69 in the box: a fifteenth of 74 is 4.9, rounded down 4
    a_fifteenth = {"share": 1 / 15, "of": "issued:paper"}
    assert failing(one("protocol.A4", tolerance=a_fifteenth)) == {"C-02": 5}
    a_tenth = {"share": 0.1, "of": "issued:paper"}
    assert failing(one("protocol.A4", tolerance=a_tenth)) == {}
    assert failing(one("protocol.A4", tolerance={"absolute": 5})) == {}


def test_formula_law_and_off():
    changed = one("protocol.D5", formula="voted <= registered", law="art. 12")
    assert changed.law == "art. 12"
    # without those added: H-03 92 of 88; N-04 42 of 41 and no others
    assert failing(changed) == {"H-03": 4, "N-04": 1}
    assert "protocol.D5" not in {rule.id for rule in rules({"protocol.D5": {"off": True}})}


def test_a_change_of_a_rule_holds_for_its_parts_and_a_part_can_differ():
    changed = {
        r.id: r
        for r in rules({"protocol.A6": {"law": "art. 3"}, "protocol.A6.paper": {"off": True}})
    }
    assert changed["protocol.A6.machine"].law == "art. 3"
    assert "protocol.A6.paper" not in changed


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"protocol.Z9": {"off": True}}, "protocol.Z9"),
        ({"protocol.A4": {"tolerence": 5}}, "tolerence"),
        ({"protocol.A4": {"tolerance": "5"}}, "protocol.A4.tolerance"),
        ({"protocol.A4": {"tolerance": {"percent": 5}}}, "percent"),
        ({"protocol.A4": {"off": "yes"}}, "protocol.A4.off"),
        ({"protocol.A4": 5}, "protocol.A4"),
    ],
)
def test_a_change_that_nothing_would_read_is_refused(changes, names):
    with pytest.raises(Problem) as caught:
        rules(changes)
    assert caught.value.code == "analysis.bad_parameter"
    assert names in str(caught.value)


def test_a_bad_formula_of_a_mission():
    with pytest.raises(Problem) as caught:
        run(
            find("protocols.arithmetic"),
            lumria(),
            {"rules": {"protocol.D1": {"formula": "voted ="}}},
        )
    assert caught.value.code == "rule.bad_formula"


def verdicts(formula: str, figures: str) -> dict[str, str]:
    """Verdict by station of a formula over the figures of a few stations."""
    stations = sorted({line.split()[0] for line in figures.strip().splitlines()})
    rows = "".join(f"e list {s} p-{s} published 1 - a.csv 2\n" for s in stations)
    tables = tables_of(
        protocol="election contest station protocol source copy signed_on source_file source_row\n"
        + rows,
        station="election station area kind channels\n"
        + "".join(f"e {s} - ordinary paper\n" for s in stations),
        protocol_figure="protocol field channel value\n"
        + "".join(f"p-{line}\n" for line in figures.strip().splitlines()),
    )
    (rule,) = [r for r in rules({"protocol.D5": {"formula": formula}}) if r.id == "protocol.D5"]
    evaluated = evaluate(rule, protocol_grid(tables), tables)
    return dict(evaluated.select("station", "verdict").rows())


def test_absent_numbers_and_zeros():
    found = verdicts(
        "voted <= registered + added?",
        """
N-01 voted      all 10
N-01 registered all 9
N-01 added      all 1
N-02 voted      all 10
N-02 registered all 9
N-03 voted      all 10
N-04 voted      all 0
N-04 registered all 0
""",
    )
    assert found == {
        "N-01": "pass",
        "N-02": "fail",  # nothing was added
        "N-03": "not_checkable",  # the list is missing
        "N-04": "not_checkable",  # all zero: nothing was checked
    }


def test_a_number_in_the_formula_is_checked_against_zero():
    found = verdicts(
        "zero_tape:machine = 0", "N-01 zero_tape machine 0\nN-02 zero_tape machine 1\n"
    )
    assert found == {"N-01": "pass", "N-02": "fail"}
