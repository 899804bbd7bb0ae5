"""Findings from observers' reports: declared sentences, assessments, and when there is none."""

import re
from dataclasses import replace
from functools import cache

import pytest

from forms import forms, together
from paragraph8.findings.proposals import Evidence
from paragraph8.findings.rules.declared import (
    FIGURE,
    PLACE,
    Declared,
    declared_findings,
    propose_declared,
)
from paragraph8.kernel.figure import Figure, figure_id
from paragraph8.kernel.finding import Finding, Scope, Strength
from paragraph8.rehearsal.mission import rehearsal_tables
from paragraph8.statement.build import Material, gather, plain_sentence
from paragraph8.statement.mission import read_mission
from paragraph8.statement.sections.order import SECTIONS
from paragraph8.tables.profile import find_profile
from paragraph8.tables.tables import Tables

MISSION = """
[mission]
title = "Rehearsal, {{{{date:election}}}}"
kind = "simulated"
notice = "Simulated: no observer wrote any of it."
bodies = ["Observers"]
date = 2004-09-20
election = "{election}"
[parameters.observation]
draws = {draws}
"""
RULES = {rule.id: rule for rule in declared_findings()}
# What is said of several figures together: a contrast of stages, the two of the register.
OF_SEVERAL = ("observation.stages", "observation.coverage")
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def material(tables: Tables, election: str = "e", draws: int = 0) -> Material:
    mission = read_mission("mission.toml", MISSION.format(election=election, draws=draws))
    return gather(mission, tables, "mission.toml")


@cache
def rehearsal() -> Material:
    return material(rehearsal_tables()[0], "kz-2004-09-19", draws=200)


def proposed(material: Material, name: str) -> Finding | None:
    return next((finding for finding in material.proposals if finding.id == name), None)


def sentence(material: Material, name: str) -> str:
    finding = proposed(material, name)
    assert finding is not None, name
    return plain_sentence(material, finding.sentence, name)


def evidence(figures: Material, without: set[str] = frozenset()) -> Evidence:
    """The evidence of a mission, some of its figures taken away."""
    results = {
        name: replace(result, figures=tuple(f for f in result.figures if f.id not in without))
        for name, result in figures.results.items()
    }
    return Evidence(results, figures.subject, find_profile("paragraph8-2026"))


def full_id(text: str) -> str:
    """The id of a declared figure on the rehearsal mission."""
    match = FIGURE.fullmatch(text)
    assert match, text
    dimensions = dict(pair.split("=", 1) for pair in match["dimensions"].split(", "))
    return figure_id(match["name"], {"election": "kz-2004-09-19", **dimensions})


# what is declared


@every_rule
def test_every_figure_that_a_finding_names_is_there_on_the_rehearsal(rule):
    assert [
        text for text in rule.figures.values() if full_id(text) not in rehearsal().figures
    ] == []


@every_rule
def test_every_place_of_a_sentence_is_a_named_figure_and_the_main_one_is_used(rule):
    named = {place["name"] for place in PLACE.finditer(rule.sentence)}
    assert named == set(rule.figures)
    assert rule.section in {section.id for section in SECTIONS}


def figures_in_brackets(rule: Declared) -> set[str]:
    """Names that stand inside brackets, at whatever depth."""
    depth, found = 0, set()
    for token in re.finditer(r"\[\[|\]\]|\{(\w+):\w+\}", rule.sentence):
        if token[0] == "[[":
            depth += 1
        elif token[0] == "]]":
            depth -= 1
        elif depth:
            found.add(token[1])
    assert depth == 0
    return found


@every_rule
def test_a_part_in_brackets_goes_with_its_figure_and_leaves_a_clean_sentence(rule):
    for name in sorted(figures_in_brackets(rule)):
        gone = full_id(rule.figures[name])
        finding = propose_declared(evidence(rehearsal(), {gone}), rule)
        assert finding is not None, name
        assert gone not in finding.figures
        assert gone not in finding.sentence
        assert clean(plain_sentence(rehearsal(), finding.sentence, rule.id)), finding.sentence


@every_rule
def test_without_all_parts_in_brackets_a_clean_sentence_is_left(rule):
    gone = {full_id(rule.figures[name]) for name in figures_in_brackets(rule)}
    finding = propose_declared(evidence(rehearsal(), gone), rule)
    assert finding is not None
    assert clean(plain_sentence(rehearsal(), finding.sentence, rule.id)), finding.sentence


def clean(text: str) -> bool:
    """No brackets left, no doubled blank, no mark after a blank or after another mark, one end."""
    return text.endswith(".") and not re.search(r"\[\[|\]\]|  | [.,;:]|[,;:][.,;:]|\.\.", text)


@every_rule
def test_without_its_main_figure_there_is_no_finding(rule):
    main = full_id(next(iter(rule.figures.values())))
    assert propose_declared(evidence(rehearsal(), {main}), rule) is None


@pytest.mark.parametrize("name", [name for name in RULES if name not in OF_SEVERAL])
def test_a_finding_does_not_vanish_because_a_figure_beside_the_main_one_counts_no_case(name):
    """What has no case is left out of the sentence; what has cases is still to be told."""
    for text in list(RULES[name].figures.values())[1:]:
        finding = propose_declared(evidence(rehearsal(), {full_id(text)}), RULES[name])
        assert finding is not None, text


# on small missions


def test_no_case_no_finding():
    calm = material(forms("counting", 40, C5=0, C38=0, C47=0))
    names = {finding.id for finding in calm.proposals}
    assert "observation.count_strangers" not in names
    assert "observation.not_posted" not in names
    assert sentence(calm, "observation.assessment.counting") == (
        "The count was assessed positively in all 40 counts observed."
    )


def test_one_case_is_told_as_one_case():
    small = material(forms("counting", 40, C38=1, C47=1))
    assert sentence(small, "observation.not_posted") == (
        "No copy of the result protocol was posted at the station in 1 of the 40 counts observed."
    )
    finding = proposed(small, "observation.not_posted")
    assert finding.strength is Strength.OBSERVED
    assert finding.scope is Scope.FEW


def test_secrecy_is_told_though_one_way_of_breaking_it_was_not_seen():
    seen = material(forms("voting", 200, V34=20, V36=0, V37=30, V63=10))
    said = sentence(seen, "observation.secrecy")
    assert "15 per cent of observations during voting" in said


def test_widespread_is_said_of_most_areas_only():
    strangers = proposed(rehearsal(), "observation.count_strangers")
    assert strangers.scope is Scope.WIDESPREAD
    # One area alone is most areas. Fourteen pairs are too few observers for a word.
    one_area = material(forms("counting", 40, per_team=1, C5=20, C47=1))
    assert proposed(one_area, "observation.count_strangers").scope is Scope.WIDESPREAD
    few = material(forms("counting", 14, per_team=1, C5=10, C47=1))
    assert proposed(few, "observation.count_strangers").scope is Scope.NOT_SCALED


# assessments


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (0, "positively in all 100 counts observed"),
        (10, "positively in 90 per cent of counts observed"),
        (11, "negatively in 11 per cent of counts observed"),
        (100, "negatively in all 100 counts observed"),
    ],
)
def test_small_shares_of_bad_assessments_are_told_as_the_good_ones(bad, said):
    found = sentence(material(forms("counting", 100, C47=bad)), "observation.assessment.counting")
    assert found == f"The count was assessed {said}."


def test_reasons_are_problems_that_set_bad_assessments_apart():
    # C19 was left out at every bad count; C29 as often at good ones as at bad.
    answers = {
        "C47": ["3"] * 30 + ["1"] * 70,
        "C19": ["no"] * 30 + ["yes"] * 70,
        "C29": ["yes", "no"] * 50,
    }
    found = sentence(material(forms("counting", 100, **answers)), "observation.assessment.counting")
    assert found.startswith(
        "The count was assessed negatively in 30 per cent of counts observed, mainly because "
    )
    assert "(30 of the 100 counts observed)" in found
    assert "50 of the 100" not in found


def test_every_stage_that_was_assessed_has_its_finding_once():
    both = together(forms("opening", 40, O36=3), forms("counting", 40, C47=9))
    names = [f.id for f in material(both).proposals if ".assessment." in f.id]
    assert names == ["observation.assessment.opening", "observation.assessment.counting"]


def test_figures_of_findings_are_figures_of_results():
    for finding in rehearsal().proposals:
        figures: list[Figure] = [rehearsal().figures[name] for name in finding.figures]
        assert figures
        assert len({figure.dimensions["election"] for figure in figures}) == 1
