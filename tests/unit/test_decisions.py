"""Decisions: an append-only file, the latest on a finding holds, and none outlives its figures."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions import accept_all, figure, lumria_material
from paragraph8.findings.decisions import (
    HEADER,
    Decision,
    accepted,
    as_toml,
    decide,
    figures_digest,
    read_decisions,
)
from paragraph8.kernel.finding import Finding, Scope, Strength
from paragraph8.kernel.problem import Problem
from paragraph8.statement.build import build_document

SNAPSHOT, OTHER = "a" * 64, "b" * 64
FIGURES = {f.id: f for f in (figure(41, 180, name="a.x"), figure(7, 9, name="a.y"))}


def proposal(name: str, *figures: str) -> Finding:
    return Finding(
        id=name,
        rule=name,
        section="count",
        election="zz-2024-05-12",
        figures=figures,
        standards=("CPH-7.4",),
        strength=Strength.OBSERVED,
        scope=Scope.FEW,
        sentence=f"Proposed: {name}.",
        limits=("It shows nothing else.",),
    )


PROPOSALS = (proposal("first", "a.x"), proposal("second", "a.x", "a.y"))


def decision(finding: str = "first", action: str = "accept", **changes: str) -> Decision:
    made = decide(
        next((f for f in PROPOSALS if f.id == finding), PROPOSALS[0]),
        FIGURES,
        snapshot=SNAPSHOT,
        action=action,
        by="Ana",
        at=date(2024, 5, 13),
    )
    if "sentence" in changes and "figures" not in changes:
        changes["figures"] = figures_digest(PROPOSALS[0], FIGURES, changes["sentence"])
    return replace(made, **{"finding": finding, **changes})


def taken(*decisions: Decision) -> list[str]:
    return [finding.sentence for finding in accepted(PROPOSALS, decisions, FIGURES, SNAPSHOT)]


# Which decision holds


def test_nothing_is_accepted_without_a_decision():
    assert taken() == []


def test_the_latest_decision_holds():
    reworded = decision(action="word", sentence="In Ana's words.")
    assert taken(decision()) == ["Proposed: first."]
    assert taken(decision(), reworded) == ["In Ana's words."]
    assert taken(reworded, decision()) == ["Proposed: first."]
    assert taken(decision(), decision(action="reject")) == []
    assert taken(decision(action="reject"), decision()) == ["Proposed: first."]


def test_findings_stay_in_the_order_of_the_proposals():
    assert taken(decision("second"), decision("first")) == [
        "Proposed: first.",
        "Proposed: second.",
    ]


def test_a_recommendation_is_published_with_the_finding():
    made = decision(recommendation="Check again.")
    assert accepted(PROPOSALS, [made], FIGURES, SNAPSHOT)[0].recommendation == "Check again."


def test_decisions_on_another_snapshot_are_ignored():
    foreign = decision(snapshot=OTHER)
    assert taken(foreign) == []
    assert taken(decision(), replace(foreign, action="reject")) == ["Proposed: first."]
    # Even if there they were on a finding that does not exist here, or on other figures.
    assert taken(decision(snapshot=OTHER, finding="third"), decision()) == ["Proposed: first."]
    assert taken(decision(snapshot=OTHER, figures="0" * 16), decision()) == ["Proposed: first."]


def test_a_decision_on_no_proposal():
    with pytest.raises(Problem, match="'third'; there are first, second") as caught:
        taken(decision(finding="third"))
    assert caught.value.code == "decision.unknown_finding"


# Stale


@pytest.mark.parametrize(
    "change",
    [{"value": 42}, {"numerator": 42}, {"denominator": 181}],
)
def test_a_decision_is_stale_when_its_figures_change(change):
    now = {**FIGURES, "a.x": replace(FIGURES["a.x"], **change)}
    for name in ("first", "second"):
        with pytest.raises(Problem) as caught:
            accepted(PROPOSALS, [decision(name)], now, SNAPSHOT)
        assert caught.value.code == "statement.stale_decision"
        says = str(caught.value)
        assert f"Finding {name}: its figures or its wording have changed since Ana" in says
        assert f"p8 findings DIR accept {name} --by NAME" in says


def test_a_rejection_or_a_change_of_other_figures_is_not_stale():
    now = {**FIGURES, "a.y": replace(FIGURES["a.y"], value=8)}
    assert len(accepted(PROPOSALS, [decision("first")], now, SNAPSHOT)) == 1
    assert accepted(PROPOSALS, [decision("second", "reject")], now, SNAPSHOT) == []


@pytest.mark.parametrize(
    "change",
    [
        {"sentence": "Proposed otherwise."},
        {"scope": Scope.SOME},
        {"standards": ("CPH-8",)},
        {"limits": ("It shows nothing.",)},
    ],
)
def test_a_decision_is_stale_when_what_was_read_changes(change):
    now = (replace(PROPOSALS[0], **change), PROPOSALS[1])
    with pytest.raises(Problem) as caught:
        accepted(now, [decision()], FIGURES, SNAPSHOT)
    assert caught.value.code == "statement.stale_decision"


def test_figures_that_a_rewording_adds_are_watched_too():
    worded = decision(action="word", sentence="It was {{fig:a.y|count}}.")
    now = {**FIGURES, "a.y": replace(FIGURES["a.y"], value=8)}
    with pytest.raises(Problem, match="figures or its wording"):
        accepted(PROPOSALS, [worded], now, SNAPSHOT)


def test_the_digest_does_not_depend_on_the_order_of_figures():
    turned = replace(PROPOSALS[1], figures=("a.y", "a.x"))
    assert figures_digest(turned, FIGURES) == figures_digest(PROPOSALS[1], FIGURES)
    assert len(figures_digest(turned, FIGURES)) == 16


# The file


def test_the_file_grows_at_its_end():
    first, second = decision(), decision(action="reject", why="described elsewhere")
    text = HEADER + as_toml(first)
    assert read_decisions("d.toml", text) == [first]
    assert read_decisions("d.toml", text + as_toml(second)) == [first, second]
    assert read_decisions("d.toml", HEADER) == []
    assert read_decisions("d.toml", "") == []


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT, TEXT, TEXT)
def test_every_text_survives_the_file(why, sentence, recommendation, by):
    made = decision(why=why, sentence=sentence, recommendation=recommendation, by=f"A{by}")
    assert read_decisions("d.toml", HEADER + as_toml(made)) == [made]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"by": None}, "it lacks by"),
        ({"by": ""}, "it lacks by"),
        ({"by": "  "}, "it lacks by"),
        ({"figures": None, "at": None}, "it lacks at, figures"),
        ({"mood": "good"}, "it has the unknown entry mood"),
        ({"action": "praise"}, "the action is 'praise'; expected accept, word, reject"),
        ({"action": "word"}, "the action word needs a sentence"),
    ],
)
def test_an_entry_that_is_not_one(change, reason):
    entry = {
        "snapshot": SNAPSHOT,
        "finding": "first",
        "action": "accept",
        "by": "Ana",
        "at": "2024-05-13",
        "figures": "0" * 16,
        **change,
    }
    lines = [f'{name} = "{value}"' for name, value in entry.items() if value is not None]
    text = HEADER + as_toml(decision()) + "\n".join(["", "[[decision]]", *lines])
    with pytest.raises(Problem) as caught:
        read_decisions("decisions.toml", text)
    assert caught.value.code == "decision.bad_entry"
    assert str(caught.value) == f"decisions.toml, decision 2: {reason}."


@pytest.mark.parametrize("text", ["[[decision]", '[decision]\nby = "Ana"', "decision = 5"])
def test_a_file_that_is_no_list_of_decisions(text):
    with pytest.raises(Problem) as caught:
        read_decisions("decisions.toml", text)
    assert caught.value.code == "decision.bad_entry"


@pytest.mark.parametrize("by", ["", "  "])
def test_a_decision_needs_a_name(by):
    with pytest.raises(Problem, match="--by") as caught:
        decide(
            PROPOSALS[0],
            FIGURES,
            snapshot=SNAPSHOT,
            action="accept",
            by=by,
            at=date(2024, 5, 13),
        )
    assert caught.value.code == "decision.no_name"


# On a whole statement


def test_a_statement_holds_what_was_accepted_and_no_more():
    material = lumria_material()
    decisions = accept_all(material)
    rejected = replace(decisions[-1], action="reject")
    document = build_document(material, [*decisions, rejected])
    shown = [block.id for block in document.blocks if type(block).__name__ == "FindingBlock"]
    assert sorted(shown) == sorted(d.finding for d in decisions[:-1])
    with pytest.raises(Problem) as caught:
        build_document(material, [replace(d, action="reject") for d in decisions])
    assert caught.value.code == "statement.no_findings"
