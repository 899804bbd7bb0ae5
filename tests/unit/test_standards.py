"""The catalogue of commitments and its date filter (methodology, G)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paragraph8.findings.standards.commitments import (
    citable,
    commitments,
    find_commitment,
    require_in_force,
    search,
)
from paragraph8.kernel.problem import Problem

# Kazakhstan 2004: the vote, and the run-offs two weeks later.
VOTE, RUN_OFFS = date(2004, 9, 19), date(2004, 10, 3)
EVERY = tuple(commitments().values())


def test_there_are_146_commitments():
    assert len(EVERY) == 146


@pytest.mark.parametrize(
    ("commitment", "day", "in_force"),
    [
        # Adopted on 30 September 2004, between the vote and the run-offs.
        ("COE-R(2004)11", "2004-09-19", False),
        ("COE-R(2004)11", "2004-09-29", False),
        ("COE-R(2004)11", "2004-09-30", True),
        ("COE-R(2004)11", "2004-10-03", True),
        # Rec(2017)5 took its place on 14 June 2017, and can be cited from that day.
        ("COE-R(2004)11", "2017-06-13", True),
        ("COE-R(2004)11", "2017-06-14", False),
        ("REC17-9", "2004-10-03", False),
        ("REC17-9", "2017-06-13", False),
        ("REC17-9", "2017-06-14", True),
        ("CRPD-29", "2006-12-12", False),
        ("CRPD-29", "2006-12-13", True),
        ("CPH-7.4", "1990-06-28", False),
        ("CPH-7.4", "1990-06-29", True),
        ("UDHR-21", "1948-12-10", True),
        ("GC37", "2020-07-22", False),
        ("COE-2022-12", "2022-04-06", True),
    ],
)
def test_a_text_may_be_cited_from_its_adoption_until_its_repeal(commitment, day, in_force):
    assert find_commitment(commitment).in_force(date.fromisoformat(day)) is in_force


def test_the_first_of_a_list_that_was_in_force_is_taken():
    # What the methodology asks of an item of a form on e-voting in 2004.
    wanted = ("REC17-9", "CPH-7.4", "UDHR-21", "CGP-I.3.2")
    assert citable(wanted, VOTE) == ("CPH-7.4", "UDHR-21", "CGP-I.3.2")
    assert citable(wanted, date(2019, 6, 9)) == wanted
    assert citable(("COE-R(2004)11",), VOTE) == ()
    assert citable((), VOTE) == ()


@pytest.mark.parametrize(
    ("commitment", "state", "day", "applies", "binds"),
    [
        # Signed in December 2003, in force for Kazakhstan only from April 2006.
        ("ICCPR-25b", "KZ", "2004-09-19", False, False),
        ("ICCPR-25b", "KZ", "2006-04-23", False, False),
        ("ICCPR-25b", "KZ", "2006-04-24", True, True),
        ("ICCPR-25b", "BG", "1976-03-23", True, True),
        # A political commitment binds politically, from the state's joining.
        ("CPH-7.4", "KZ", "1992-01-29", False, False),
        ("CPH-7.4", "KZ", "2004-09-19", True, True),
        ("CPH-7.4", "GE", "1991-01-01", False, False),
        # Guidance is addressed to states and binds none of them.
        ("CGP-I.3.2", "BG", "2004-09-19", True, False),
        ("REC17-9", "BG", "2023-04-02", True, False),
        ("GC25-20", "DE", "2024-06-09", True, False),
        # Kazakhstan is no member of the Council of Europe.
        ("COE-R(2004)11", "KZ", "2004-10-03", False, False),
        # Russia left the Convention on 16 September 2022.
        ("ECHR-P1-3", "RU", "2022-09-15", True, True),
        ("ECHR-P1-3", "RU", "2022-09-16", False, False),
        # A state that is not listed is not bound, as far as the catalogue knows.
        ("ICCPR-25b", "ZZ", "2024-05-12", False, False),
    ],
)
def test_whom_a_text_addresses_and_binds(commitment, state, day, applies, binds):
    found, on = find_commitment(commitment), date.fromisoformat(day)
    assert found.applies_to(state, on) is applies
    assert found.binds(state, on) is binds


def test_guidance_never_binds():
    guidance = [c for c in EVERY if c.instrument.binding == "guidance"]
    assert len(guidance) > 50
    for commitment in guidance:
        states = [party.state for party in commitment.instrument.parties]
        assert not any(commitment.binds(state, date(2026, 1, 1)) for state in states)


def test_an_unknown_commitment():
    with pytest.raises(Problem, match=r"no commitment 'CPH-99'") as caught:
        find_commitment("CPH-99")
    assert caught.value.code == "standard.unknown"
    with pytest.raises(Problem):
        citable(("CPH-7.4", "CPH-99"), VOTE)


@pytest.mark.parametrize("commitment", ["COE-R(2004)11", "REC17-9", "CRPD-29"])
def test_a_text_too_young_names_older_ones_on_its_theme(commitment):
    with pytest.raises(Problem) as caught:
        require_in_force(commitment, VOTE)
    assert caught.value.code == "standard.not_in_force"
    says = str(caught.value)
    assert str(find_commitment(commitment).instrument.adopted_on) in says
    assert "2004-09-19" in says
    instead = caught.value.facts["instead"].split(", ")
    assert all(i in says for i in instead)
    for other in map(find_commitment, instead):
        assert other.in_force(VOTE)
        assert set(other.themes) & set(find_commitment(commitment).themes)


def test_before_there_was_any_commitment():
    with pytest.raises(Problem, match="there is none"):
        require_in_force("CPH-7.4", date(1900, 1, 1))


def test_what_is_in_force_is_handed_back():
    assert require_in_force("CPH-7.4", VOTE).citation == (
        "paragraph 7.4 of the 1990 Copenhagen Document"
    )


# Search


def test_search_by_words_needs_all_of_them():
    both = search("secret ballot")
    assert {"CPH-7.4", "ICCPR-25b"} <= {c.id for c in both}
    assert set(both) <= set(search("secret")) & set(search("ballot"))
    assert search("SECRET Ballot") == both
    assert [c.id for c in search("cph-7.4")] == ["CPH-7.4"]
    assert search("zeppelin") == []
    assert search() == list(EVERY)


def test_search_by_theme_and_day():
    technology = search(theme="nvt")
    assert technology
    assert all("NVT" in c.themes for c in technology)
    then = search(theme="NVT", day=VOTE)
    assert "REC17-9" not in {c.id for c in then}
    later = {c.id for c in search(theme="NVT", day=RUN_OFFS)} - {c.id for c in then}
    assert later == {"COE-R(2004)11"}


@given(st.dates(date(1940, 1, 1), date(2030, 1, 1)))
def test_search_finds_on_a_day_exactly_what_may_be_cited_on_it(day):
    found = {c.id for c in search(day=day)}
    assert found == set(citable(commitments(), day))
    for commitment in EVERY:
        if commitment.id in found:
            assert require_in_force(commitment.id, day) is commitment


# What is printed


@pytest.mark.parametrize("commitment", EVERY, ids=lambda c: c.id)
def test_summaries_are_short_sentences_and_no_quotations(commitment):
    summary = commitment.summary
    assert 10 < len(summary) <= 160
    assert summary.endswith(".")
    assert summary[0].isupper()
    assert not set(summary) & set('"“”„«»‘')
    assert commitment.evidence in ("V", "K")
    assert commitment.themes


def test_themes_are_those_of_the_methodology():
    known = "LEG SYS ADM REG CAN CAM FIN MED VOT SEC CNT RES EDR OBS WOM MIN PWD NVT DAT FUP"
    assert {theme for c in EVERY for theme in c.themes} <= set(known.split())


def test_dates_of_instruments_make_sense():
    for instrument in {c.instrument.id: c.instrument for c in EVERY}.values():
        assert instrument.adopted_on.year == instrument.year, instrument.id
        assert instrument.binding in ("treaty", "political", "guidance")
        assert instrument.repealed_on is None or instrument.repealed_on > instrument.adopted_on
        states = [party.state for party in instrument.parties]
        assert len(set(states)) == len(states), instrument.id
        for party in instrument.parties:
            assert party.since >= instrument.adopted_on
            assert party.until is None or party.until >= party.since + timedelta(days=1)
