"""Incident reports and weekly reports on small tables that a reader can check by hand."""

import polars as pl
import pytest

from helpers import table
from incident_world import again, can_be_quoted, incidents, told, values
from paragraph8.analysis.incidents import reports
from paragraph8.kernel.result import Result
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables

# Ana's team t1 saw a at N-01; t2 was told of it there (b), half an hour later and as something
# graver. c and d are the mission's own too; e to h are not facts.
REPORTED = """
id team station area arrived categories         how_known   verification severity effect
a  t1   N-01    -    600     threat             seen_both   observed     1        none
b  t2   N-01    -    630     threat;violence    told_direct unverified   4        stopped
c  t1   S-01    -    700     secrecy;threat     document    corroborated 3        delay
d  t3   -       N    800     technical          seen_one    observed     -        unknown
e  t3   S-01    -    900     vote_buying        told_direct credible     2        none
f  t1   -       S    905     vote_buying        told_others credible     2        none
g  t2   -       -    910     obstruction        media       -            2        none
h  t2   N-02    -    600     registration       told_others refuted      2        none
"""


def events(result: Result) -> pl.DataFrame:
    rows = result.evidence["events"]
    assert isinstance(rows, pl.DataFrame)
    return rows


# Incidents and their levels


def test_incidents_by_hand():
    tables = incidents(REPORTED)
    assert values(again(tables, told(tables), ())) == {
        "stated_as_fact level=observed": (2, 3),
        "stated_as_fact level=corroborated": (1, 3),
        "reports_received": 2,
        "allegations": 2,
        "refuted": 1,
        "without_level": (1, 2),
        "seen": (2, 2),
        "events": 3,
        "events_by_level level=observed": (2, 3),
        "events_by_level level=corroborated": (1, 3),
        # b names violence too, but b is an allegation
        "events_by_category category=secrecy": (1, 3),
        "events_by_category category=technical": (1, 3),
        "events_by_category category=threat": (2, 3),
        # of a and c; d does not say how severe it was, and b is not asked
        "events_by_severity severity=1": (1, 2),
        "events_by_severity severity=2": (0, 2),
        "events_by_severity severity=3": (1, 2),
        "events_by_severity severity=4": (0, 2),
        "events_serious": (1, 2),
        "events_by_effect effect=annulled": (0, 2),
        "events_by_effect effect=stopped": (0, 2),
        "events_by_effect effect=delay": (1, 2),
        "events_by_effect effect=none": (1, 2),
        "events_by_area area=North": (2, 3),
        "events_by_area area=O'South": (1, 3),
        # e names a station and f does not: one event or two, a person must tell
        "received_events": 2,
        "received_by_category category=vote_buying": (2, 2),
        # b goes to the event of a
        "alleged_events": 1,
        "corroborated_by_two_teams standing=fact": (1, 3),
        "contradicted standing=fact": (0, 3),
        "corroborated_by_two_teams standing=received": (0, 2),
        "contradicted standing=received": (0, 2),
        "corroborated_by_two_teams standing=alleged": (0, 1),
        "contradicted standing=alleged": (0, 1),
    }


def test_what_is_left_out_of_a_base_is_counted():
    result = told(incidents(REPORTED))
    excluded = {f.name.split(".")[-1]: dict(f.excluded) for f in result.figures}
    assert excluded["events_serious"] == {"severity not stated": 1}
    assert excluded["events_by_effect"] == {"effect not known": 1}


def test_notes_say_what_a_person_must_decide():
    assert told(incidents(REPORTED)).notes == (reports.NOTE_WITHOUT_LEVEL, reports.NOTE_PAIRS)


@pytest.mark.parametrize("level", ["-", "dk", "Observed", "proven"])
def test_a_level_that_no_codebook_has_is_an_allegation(level):
    """Without a level nothing may be stated as fact: incident form, X6."""
    found = values(told(incidents(f"id categories verification\na threat {level}")))
    assert (found["allegations"], found["without_level"], found["events"]) == (1, (1, 1), 0)


def test_seen_is_beside_observed_and_changes_nothing():
    result = told(
        incidents("""
        id categories how_known   verification
        a  threat     told_others observed
        b  secrecy    -           observed
        c  technical  seen_one    observed
        """)
    )
    found = values(result)
    assert found["seen"] == (1, 2)
    assert found["events"] == 3
    assert reports.NOTE_NOT_SEEN in result.notes


# One event or two

JOINING = """
what                      joined station stated area arrived on         at    categories
same_station              yes    N-01    -      -    600     -          -     threat
an_hour_later             yes    N-01    -      -    660     -          -     threat
more_than_an_hour         no     N-01    -      -    661     -          -     threat
a_category_in_common      yes    N-01    -      -    600     -          -     secrecy;threat
no_category_in_common     no     N-01    -      -    600     -          -     secrecy
no_category               no     N-01    -      -    600     -          -     -
another_station           no     N-02    -      -    600     -          -     threat
no_station                no     -       -      N    600     -          -     threat
unknown_station           no     -       N-99   N    600     -          -     threat
said_time_wins            no     N-01    -      -    600     -          14:00 threat
said_day_wins             no     N-01    -      -    600     2024-05-13 10:00 threat
arrival_of_another_day    no     N-01    -      -    600     2024-05-13 -     threat
said_day_and_arrival      yes    N-01    -      -    600     2024-05-12 -     threat
no_time                   no     N-01    -      -    -       -          -     threat
unreadable_time           yes    N-01    -      -    600     12.05.2024 25:00 threat
"""


@pytest.mark.parametrize("case", pl.DataFrame(table(JOINING)).to_dicts(), ids=lambda c: c["what"])
def test_a_second_report(case):
    """The first: threat at N-01 at ten o'clock."""
    given = {k: "-" if v is None else v for k, v in case.items()}
    columns = ("station", "stated", "area", "arrived", "on", "at", "categories")
    text = (
        f"id team verification {' '.join(columns)}\n"
        "a t1 observed N-01 - - 600 - - threat\n"
        f"b t2 observed {' '.join(str(given[c]) for c in columns)}"
    )
    assert values(told(incidents(text)))["events"] == (1 if case["joined"] == "yes" else 2)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("- N-99 N", "- N-99 N", 1),
        ("- N-99 N", "- N-99 -", 1),
        ("- N-99 N", "- N-99 S", 2),
        ("- N-99 N", "- N-98 N", 2),
        ("- N-99 N", "- - N", 2),
        ("- - N", "- - N", 1),
        ("- - N", "- - N/1", 2),
        ("- - -", "- - -", 2),
    ],
)
def test_places_outside_the_register(first, second, expected):
    text = (
        "id team verification arrived categories station stated area\n"
        f"a t1 observed 600 threat {first}\nb t2 observed 605 threat {second}"
    )
    assert values(told(incidents(text)))["events"] == expected


def test_midnight_lies_between_two_reports():
    text = """
    id team verification station categories arrived on         at
    a  t1   observed     N-01    tampering  1450    -          -
    b  t2   observed     N-01    tampering  -       2024-05-12 23:50
    c  t3   observed     N-01    tampering  -       2024-05-13 00:40
    """
    assert values(told(incidents(text)))["events"] == 1


def test_a_team_that_repeats_itself_is_one_source():
    text = """
    id team verification station categories arrived how_known
    a  t1   observed     N-01    threat     600     seen_both
    b  t1   observed     N-01    threat     610     seen_one
    """
    (event,) = events(told(incidents(text))).to_dicts()
    assert (event["reports"], event["teams"], event["independent_sources"]) == (2, "t1", 1)
    assert event["computed_level"] == ""


def test_a_window_of_the_mission():
    text = "id verification station categories arrived\na observed N-01 threat 600\n"
    text += "b observed N-01 threat 616"
    assert values(told(incidents(text), window_minutes=15))["events"] == 2
    assert values(told(incidents(text), window_minutes=16))["events"] == 1


def test_reports_that_only_a_person_can_join_are_listed():
    text = """
    id team verification station area arrived categories
    a  t1   observed     N-01    -    600     threat
    b  t2   observed     -       N    610     threat
    c  t3   observed     N-01    -    -       threat
    d  t3   observed     S-01    -    610     threat
    """
    pairs = told(incidents(text)).evidence["pairs"].drop("election")
    assert pairs.rows() == [
        ("a", "b", 10, "place in part"),
        ("a", "c", None, "time not known"),
    ]


# The line of fact


def test_an_allegation_does_not_make_two_facts_one():
    text = """
    id team verification station arrived categories
    a  t1   observed     N-01    600     threat
    b  t2   unverified   N-01    650     threat
    c  t3   observed     N-01    700     threat
    """
    found = events(told(incidents(text)))
    assert found.select("event", "reports").rows() == [("a", 2), ("c", 1)]
    linked = text.replace("unverified", "observed  ")
    assert events(told(incidents(linked))).select("event", "reports").rows() == [("a", 3)]


def test_an_allegation_says_nothing_of_a_fact():
    text = """
    id team verification station arrived categories     severity effect  how_known
    b  t1   observed     N-01    600     threat         1        none    seen_both
    a  t2   unverified   N-01    610     threat;damage  4        stopped media
    """
    (event,) = events(told(incidents(text))).to_dicts()
    said = {k: event[k] for k in ("event", "level", "category", "severity", "effect", "how_known")}
    assert said == {
        "event": "b",
        "level": "observed",
        "category": "threat",
        "severity": "1",
        "effect": "none",
        "how_known": "seen_both",
    }
    assert event["levels"] == "observed;unverified"


def test_several_facts_of_one_event():
    """The strongest level, the highest severity and the gravest effect of what may be stated."""
    text = """
    id team verification station arrived categories severity effect
    a  t1   corroborated N-01    600     threat     3        unknown
    b  t2   observed     N-01    610     threat     2        delay
    """
    (event,) = events(told(incidents(text))).to_dicts()
    assert (event["level"], event["severity"], event["effect"]) == ("observed", "3", "delay")


def test_two_teams_stand_beside_the_stated_level():
    text = """
    id team verification station arrived categories how_known
    a  t1   credible     N-01    600     threat     told_direct
    b  t2   unverified   N-01    610     threat     seen_one
    """
    result = told(incidents(text))
    (event,) = events(result).to_dicts()
    assert event["level"] == "credible"
    assert event["computed_level"] == "corroborated_by_two_teams"
    found = values(result)
    assert (found["events"], found["received_events"]) == (0, 1)
    assert found["corroborated_by_two_teams standing=received"] == (1, 1)
    assert reports.NOTE_BY_TEAMS in result.notes


@pytest.mark.parametrize("how_known", ["told_others", "document", "media", "-"])
def test_what_others_told_is_no_source_of_its_own(how_known):
    text = (
        "id team verification station arrived categories how_known\n"
        "a t1 credible N-01 600 threat told_direct\n"
        f"b t2 unverified N-01 610 threat {how_known}"
    )
    (event,) = events(told(incidents(text))).to_dicts()
    assert (event["independent_sources"], event["computed_level"]) == (1, "")


def test_a_report_that_refutes_is_shown_and_moves_nothing():
    text = """
    id team verification station arrived categories how_known
    a  t1   observed     N-01    600     threat     seen_one
    b  t2   refuted      N-01    610     threat     seen_one
    """
    result = told(incidents(text))
    (event,) = events(result).to_dicts()
    assert (event["level"], event["contradicted"]) == ("observed", "contradicted")
    assert event["computed_level"] == ""
    found = values(result)
    assert (found["events"], found["refuted"]) == (1, 1)
    assert found["contradicted standing=fact"] == (1, 1)
    assert reports.NOTE_CONTRADICTED in result.notes


def test_the_security_of_the_mission_has_no_figure_of_its_own():
    text = "id verification categories\na observed mission_security;threat"
    result = told(incidents(text))
    by_category = [name for name in values(result) if name.startswith("events_by_category")]
    assert by_category == ["events_by_category category=threat"]
    assert reports.NOTE_SECURITY in result.notes


# Reports that are not counted


def test_reports_that_are_not_counted():
    text = """
    id team verification late excluded replaced_by consent    categories
    a  t1   observed     -    -        -           -          threat
    b  t1   observed     yes  -        -           -          threat
    c  t1   observed     -    mistake  -           -          threat
    d  t1   observed     -    -        a           -          threat
    e  out  observed     -    -        -           -          threat
    f  t1   observed     -    -        -           internal   threat
    g  t1   unverified   yes  -        -           -          threat
    h  t2   unverified   -    -        -           anonymised secrecy
    """
    result = told(incidents(text))
    fact = next(f for f in result.figures if f.name.endswith("stated_as_fact"))
    assert (fact.numerator, fact.denominator) == (1, 1)
    assert dict(fact.excluded) == {reports.OUT: 4, reports.INNER: 1}
    allegations = next(f for f in result.figures if f.name.endswith("allegations"))
    assert (allegations.value, dict(allegations.excluded)) == (1, {reports.OUT: 1})
    assert result.evidence["reports"]["observation"].to_list() == ["a", "h"]
    assert reports.NOTE_INNER in result.notes


def test_no_incident_at_all():
    tables = incidents(REPORTED)
    none = Tables({**tables.frames, "observation": BY_NAME["observation"].empty()}, tables.as_of)
    result = reports.reports(none, {})
    assert (result.figures, result.notes) == ((), ("No incident report is counted.",))


def test_a_report_of_which_nothing_is_known():
    """One observation, no answer, no row in the table of incidents, no team in the table."""
    tables = incidents("id team day\na nobody -")
    bare = Tables({**tables.frames, "incident": BY_NAME["incident"].empty()}, tables.as_of)
    found = values(told(bare))
    assert (found["allegations"], found["without_level"], found["alleged_events"]) == (1, (1, 1), 1)


def test_only_reports_for_internal_use():
    result = told(incidents("id verification consent categories\na observed internal threat"))
    assert values(result)["events"] == 0
    assert all(rows.height == 0 for rows in result.evidence.values())


def test_elections_are_not_mixed():
    text = """
    id election      verification station arrived categories
    a  zz-2024-05-12 observed     N-01    600     threat
    b  zz-2024-05-26 observed     N-01    610     threat
    """
    result = told(incidents(text))
    counted = {
        f.dimensions["election"]: f.value for f in result.figures if f.name[-7:] == ".events"
    }
    assert counted == {"zz-2024-05-12": 1, "zz-2024-05-26": 1}


# What every result owes its reader


def test_figures_can_be_quoted():
    can_be_quoted(told(incidents(REPORTED)))


def test_evidence_has_a_row_for_each_event():
    result = told(incidents(REPORTED))
    for figure in result.figures:
        name = figure.name.split(".")[-1]
        if "events" in name or "_by_" in name or name == "contradicted":
            rows = result.evidence[figure.evidence.table].filter(**figure.evidence.where)
            if name != "events_serious":
                assert rows.height == figure.value, figure.id
