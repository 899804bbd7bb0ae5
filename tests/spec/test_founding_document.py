"""The press release of 20 September 2004, claim by claim, on the rehearsal mission.

Each claim that is done: the statement holds a sentence, the sentence opens to an accepted finding,
the finding to figures, the figures to rows of the snapshot; and the planted truth lies inside what
is reported. Claims that rest on registers which do not exist yet are listed by name.
"""

from functools import cache
from importlib import resources

import polars as pl
import pytest

from helpers import audited_rehearsal, rehearsal
from paragraph8.findings.decisions import Decision, read_decisions
from paragraph8.kernel.figure import Figure, Interval
from paragraph8.rehearsal.mission import SEED
from paragraph8.rehearsal.truth import Truth
from paragraph8.statement.build import Material, build_document, gather
from paragraph8.statement.documents.html import matching_rows
from paragraph8.statement.documents.model import Document, FindingBlock
from paragraph8.statement.mission import read_mission
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.tables import Tables

# Claim -> the findings that say it.
DONE = {
    1: ("observation.coverage", "observation.observer_statements"),
    10: ("observation.confusion",),
    12: ("observation.evoting_instruction", "observation.evoting_beside_paper"),
    13: ("voterlist.lists_differ.paper-and-electronic",),
    18: ("observation.stages", "observation.assessment.counting"),
    19: ("observation.count_strangers",),
    20: ("observation.not_posted", "protocols.posting", "protocols.chain"),
    21: ("observation.added", "voterlist.additions"),
    22: ("observation.turned_away",),
    23: ("observation.group_voting",),
    24: ("observation.observers_access",),
}
# Claim -> what it waits for.
OPEN = {
    2: "a conclusion accepted by a named person on all findings",
    3: "the legal matrix",
    4: "the assessment of electronic voting before and after election day",
    5: "recommendations of earlier missions",
    6: "the register of contestants",
    7: "the register of cases",
    8: "the composition of commissions",
    9: "media monitoring",
    11: "the log of sessions and decisions",
    14: "the legal matrix",
    15: "the register of debates",
    16: "the register of the media environment",
    17: "the assessment of voter education",
    25: "the press release with approved quotes",
    26: "the sign-off within hours",
}
# Claim -> (form, item) whose planted share must lie in the interval of the share of observations.
PLANTED = {
    12: (("evoting", "E8"), ("evoting", "E14")),
    18: (("voting", "V63"), ("counting", "C47"), ("tabulation", "T28")),
    19: (("counting", "C5"),),
    20: (("counting", "C38"),),
    22: (("voting", "V25"),),
    23: (("voting", "V35"),),
    24: (("voting", "V12"), ("voting", "V55"), ("counting", "C7"), ("counting", "C20")),
}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory) -> Tables:
    return write_snapshot(audited_rehearsal(), tmp_path_factory.mktemp("founding") / "snapshot")


@cache
def shipped(name: str) -> str:
    folder = resources.files("paragraph8") / "data" / "kazakhstan"
    return (folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def material(frozen) -> Material:
    return gather(read_mission("mission.toml", shipped("mission.toml")), frozen, "mission.toml")


@pytest.fixture(scope="module")
def decisions() -> list[Decision]:
    return read_decisions("decisions.toml", shipped("decisions.toml"))


@pytest.fixture(scope="module")
def document(material, decisions) -> Document:
    return build_document(material, decisions)


def truth() -> Truth:
    return rehearsal(SEED)[1]


def figures_of(material: Material, claim: int) -> list[Figure]:
    wanted = DONE[claim]
    ids = [name for f in material.proposals if f.id in wanted for name in f.figures]
    return [material.figures[name] for name in ids]


def test_no_claim_is_dropped():
    assert sorted([*DONE, *OPEN]) == list(range(1, 27))
    assert set(DONE) & set(OPEN) == set()


@pytest.mark.parametrize("claim", DONE)
def test_the_statement_says_it_in_an_accepted_finding(claim, document, decisions, material):
    accepted = {d.finding for d in decisions if d.action == "accept"}
    blocks = {b.id: b for b in document.blocks if isinstance(b, FindingBlock)}
    for finding in DONE[claim]:
        assert finding in accepted
        assert blocks[finding].runs
        assert blocks[finding].commitments
    assert {d.snapshot for d in decisions} == {material.tables.snapshot}


@pytest.mark.parametrize("claim", DONE)
def test_its_figures_open_down_to_rows_of_the_snapshot(claim, material):
    observations = set(material.tables["observation"]["observation"])
    opened = 0
    for figure in figures_of(material, claim):
        assert figure.query, figure.id
        if figure.evidence is None or not figure.value:
            continue
        result = material.results[figure.name.rsplit(".", 1)[0]]
        rows = matching_rows(result, figure.evidence)
        assert rows.height, figure.id
        opened += 1
        if "observation" in rows.columns:
            assert set(rows["observation"]) <= observations, figure.id
        if figure.dimensions.get("base") == "observations" and "item" in figure.dimensions:
            assert rows.height == figure.numerator, figure.id
    assert opened


@pytest.mark.parametrize("claim", PLANTED)
def test_the_planted_truth_lies_inside_what_is_reported(claim, material):
    for form, item in PLANTED[claim]:
        figure = share(material, form, item)
        assert isinstance(figure.interval, Interval)
        expected = truth().expected_share(form, item)
        assert figure.interval.low <= expected <= figure.interval.high, (item, expected)


def share(material: Material, form: str, item: str) -> Figure:
    """The share of observations of an item, whatever its kind calls it."""
    (figure,) = [
        f
        for f in material.figures.values()
        if f.name in {f"observation.items.{n}" for n in ("problem", "negative", "yes")}
        and f.dimensions.get("form") == form
        and f.dimensions.get("item") == item
        and f.dimensions.get("base") == "observations"
    ]
    return figure


def test_per_cent_of_observers_and_of_counts_stand_apart(material):
    """Claim 19 speaks of observers; both bases are in the sentence and neither is the other."""
    observers, counts, *_ = figures_of(material, 19)
    assert observers.base == "observers who followed a count"
    assert counts.base == "counts observed"
    assert observers.value > 0.5
    teams = material.tables["team"]
    reporting = material.tables["observation"].filter(
        (pl.col("form") == "counting") & ~pl.col("late") & pl.col("replaced_by").is_null()
    )
    answered = material.tables["answer"].filter(
        (pl.col("item") == "C5") & (pl.col("state") == "given")
    )
    with_answer = reporting.join(answered, on="observation").join(teams, on="team")
    by_team = with_answer.unique("team")
    assert observers.denominator == by_team["observers"].sum()
    assert counts.denominator == with_answer.height


def test_the_number_of_observers_is_kept_as_everybody_stated_it(material):
    """Claim 1: 300 from 33 states, 305 from 34, 297; none overwrites another."""
    stated = {
        (f.dimensions["version"], int(f.value))
        for f in material.figures.values()
        if f.name == "observation.coverage.stated" and f.dimensions["term"] == "short_term"
    }
    assert {number for _, number in stated} == {300, 305, 297}
    assert material.figures[
        "observation.coverage.deployed[election=kz-2004-09-19, term=short_term]"
    ].value == 305  # fmt: skip


def test_commitments_younger_than_the_election_are_not_cited(document):
    """The text on electronic voting of 30 September 2004 came eleven days later."""
    cited = {entry.key for entry in document.commitments}
    assert cited
    assert "COE-R(2004)11" not in cited
    assert not any(key.startswith("REC17") for key in cited)
    # Kazakhstan ratified the Covenant in 2006.
    assert not any(key.startswith(("ICCPR", "GC25")) for key in cited)


def test_every_page_says_that_it_is_simulated(document, material):
    assert "Simulated" in document.notice
    assert material.tables["mission"]["simulated"].all()
    assert material.tables["election"]["simulated"].all()
