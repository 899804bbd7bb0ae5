"""Reports into tables: each state of an answer, place and time, faults, copied protocols."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from helpers import frame
from paragraph8.intake.observations.reports import (
    Report,
    observation_id,
    report_frames,
    safety_count,
)
from paragraph8.kernel.problem import Problem
from paragraph8.tables.check import check_frames
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.contracts import BY_NAME

E = "zz-2024-05-12"
ELECTION = frame(
    "election",
    f"""
    election country title election_day round simulated
    {E}      ZZ      A     2024-05-12   1     true
    """,
)
CONTEST = frame("contest", f"election contest\n{E} list")
STATIONS = frame(
    "station",
    f"""
    election station kind     channels
    {E}      N-01    ordinary paper
    {E}      N-02    ordinary paper
    """,
)
CONTESTANTS = frame(
    "contestant",
    f"""
    election contest contestant ballot_order name kind
    {E}      list    1          1            Hill list
    {E}      list    list-2     2            River list
    """,
)
TEAM = frame(
    "team",
    """
    team observers nationalities long_term
    t-1  2         DE;KZ         false
    t-2  2         DE;KZ         false
    """,
)
VISIT = Report(
    observation="o-1",
    form="voting",
    version="1",
    team="t-1",
    received="2024-05-12T10:00:00Z",
    entry="phone",
    late=False,
    excluded=None,
    replaced_by=None,
    answers={},
    asked=None,
    file="journal",
    row=1,
    election="",
    contest="",
)


def tables(*reports: Report, items: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """The tables of these reports, which must keep their contracts."""
    frames = report_frames(
        reports,
        stations=STATIONS,
        contestants=CONTESTANTS,
        items=items,
        election=E,
        election_day=dt.date(2024, 5, 12),
    )
    around = {
        "election": ELECTION,
        "contest": CONTEST,
        "contestant": CONTESTANTS,
        "station": STATIONS,
        "team": TEAM,
        "form_item": form_items() if items is None else items,
    }
    shaped = {name: _shaped(name, table) for name, table in around.items()}
    assert check_frames({**shaped, **frames}) == []
    return frames


def _shaped(name: str, table: pl.DataFrame) -> pl.DataFrame:
    return BY_NAME[name].shape(table)


def visit(form: str = "voting", /, **answers: str) -> Report:
    return replace(VISIT, form=form, answers=answers)


def answer(report: Report, item: str) -> tuple[str, str | None] | None:
    rows = tables(report)["answer"].filter(item=item).select("state", "value").rows()
    return rows[0] if rows else None


def faults(*reports: Report) -> list[tuple[str, str, str | None]]:
    return tables(*reports)["fault"].select("column", "code", "raw").rows()


def seen(report: Report) -> dict[str, object]:
    (row,) = tables(report)["observation"].to_dicts()
    return row


@pytest.mark.parametrize(
    ("item", "text", "expected"),
    [
        ("V35", "yes", ("given", "yes")),
        ("V35", " No ", ("given", "no")),
        ("V35", "dk", ("dk", None)),
        ("V35", "na", ("na", None)),
        ("V35", "", ("missing", None)),
        ("V35", "perhaps", ("unreadable", None)),
        ("H10", "0012", ("given", "12")),
        ("H10", "12.0", ("given", "12")),
        ("H10", "٣٤", ("given", "34")),
        ("H10", "-3", ("unreadable", None)),
        ("H10", "1.200", ("unreadable", None)),
        ("H10", "9" * 5000, ("unreadable", None)),
        ("H10", "dk", ("dk", None)),
        ("H6", "regular electronic", ("given", "regular;electronic")),
        ("H6", "regular elektronic", ("unreadable", None)),
        ("H5", "rural", ("given", "rural")),
        ("H7", "08:05:00.000+05:00", ("given", "08:05")),
        ("H7", "25:00", ("unreadable", None)),
        ("V64", "The chair, Mr Oak, shouted", ("withheld", None)),
        ("V64", "", ("missing", None)),
        ("H4", "N-01", None),
        ("O4", "yes", ("given", "yes")),
        ("O12", "", None),
    ],
)
def test_an_answer_has_a_state(item, text, expected):
    assert answer(visit(**{item: text}), item) == expected


def test_a_number_not_known():
    assert answer(visit(H10="", H10_dk="dk"), "H10") == ("dk", None)
    assert answer(visit(H10="7", H10_dk="dk"), "H10") == ("given", "7")
    assert faults(visit(H10="", H10_dk="dk")) == []


def test_a_question_whose_condition_does_not_hold_is_skipped():
    assert answer(visit("opening", O4="no"), "O4a") == ("skipped", None)
    assert answer(visit("opening", O4="dk"), "O4a") == ("skipped", None)
    assert answer(visit("opening", O4="yes"), "O4a") == ("missing", None)
    assert answer(visit("evoting", H6="regular electronic", E0="opening"), "E4")[0] == "missing"


def test_an_answer_to_a_question_that_was_not_asked_is_a_fault_and_skipped():
    report = visit("opening", O4="no", O4a="police")
    assert answer(report, "O4a") == ("skipped", None)
    assert faults(report) == [("O4a", "observation.not_asked", None)]
    # Nobody answered what the condition looks at: the answer shows that it was asked.
    assert answer(visit("opening", O4a="police"), "O4a") == ("given", "police")


def test_only_what_a_version_asks_can_be_missing():
    report = replace(visit(V35="no"), asked=frozenset({"V35", "H10"}))
    assert tables(report)["answer"].select("item", "state").rows() == [
        ("H10", "missing"),
        ("V35", "given"),
    ]


def test_unreadable_answers_are_faults_that_show_no_words():
    report = visit(H10="12l4", V35="Mr Oak said yes", V64="Mr Oak", H8="late", H7="8h")
    assert faults(report) == [
        ("H10", "fault.not_a_number", "12l4"),
        ("H7", "observation.bad_time", "8h"),
        ("H8", "observation.bad_time", None),
        ("V35", "observation.bad_answer", None),
    ]
    assert faults(visit(H10="-5")) == [("H10", "fault.negative", "-5")]
    assert faults(visit(H10="1e9")) == [("H10", "fault.not_a_number", "1e9")]
    assert faults(visit(H10="1000000001")) == [("H10", "fault.too_large", "1000000001")]


def test_what_is_no_item_is_kept_as_a_fault_without_its_words():
    report = visit(guard="Mr Oak", empty="", start="2024-05-12T08:00:00", _note="x")
    assert faults(report) == [("guard", "observation.unknown_item", None)]


def test_a_mission_item_is_an_item():
    extra = form_items().filter(item="V35").with_columns(item=pl.lit("VX1"))
    made = tables(visit(VX1="yes"), items=pl.concat([form_items(), extra]))
    assert made["answer"].filter(item="VX1")["value"].to_list() == ["yes"]
    assert made["fault"].is_empty()


def test_items_of_an_own_form_carry_its_id():
    own = (
        form_items().filter(item="V35").with_columns(item=pl.lit("queue.long"), form=pl.lit("own"))
    )
    report = replace(visit("own", long="no", H4="N-01", other="x"), form_id="queue")
    made = tables(report, items=pl.concat([form_items(), own]))
    assert made["answer"].select("item", "value").rows() == [("queue.long", "no")]
    assert made["observation"]["station"].to_list() == ["N-01"]
    assert made["fault"]["column"].to_list() == ["other"]


@pytest.mark.parametrize(
    ("answers", "station", "stated", "raw"),
    [
        ({"H4": "N-01"}, "N-01", None, []),
        ({"H4": "other", "H4x": "N-02"}, "N-02", None, []),
        ({"H4": "other", "H4x": "77/b"}, None, "77/b", ["77/b"]),
        ({"H4": "N-99"}, None, "N-99", ["N-99"]),
        ({"H4": "other", "H4x": "the school of Mr Oak"}, None, None, [None]),
        ({"H4": "other"}, None, None, [None]),
        ({}, None, None, []),
    ],
)
def test_the_station_and_what_is_stated_in_its_place(answers, station, stated, raw):
    row = seen(visit(**answers))
    assert (row["station"], row["station_stated"]) == (station, stated)
    assert faults(visit(**answers)) == [("H4", "observation.unknown_station", r) for r in raw]


def test_an_area_where_no_station_is_named():
    assert seen(visit("tabulation", H3="North"))["area"] == "North"
    assert seen(visit(H3="North", H4="N-01"))["area"] is None
    assert seen(visit("incident", X2a="North", X3a="N-01"))["station"] == "N-01"


@pytest.mark.parametrize(
    ("form", "answers", "day", "arrived", "departed"),
    [
        ("voting", {"H7": "08:05:00", "H8": "08:40:00"}, 12, 485, 520),
        ("voting", {"H7": "08:05", "start": "2024-05-13T08:00:00"}, 13, 485, None),
        ("voting", {"H7": "08:05", "H_day": "2024-05-11", "start": "2024-05-13T08:00"}, 11, 485,
         None),
        ("counting", {"H7": "19:30", "H8": "01:20", "start": "2024-05-13T00:30:00.000+05:00"}, 12,
         1170, 1520),
        ("opening", {"H7": "23:50", "H8": "08:20", "start": "2024-05-11T23:45:00"}, 11, 1430, 1940),
        ("counting", {"H7": "00:10", "start": "2024-05-12T23:50:00"}, 13, 10, None),
        ("weekly", {"start": "2024-05-01T23:50:00"}, 1, None, None),
        ("voting", {}, None, None, None),
    ],
)  # fmt: skip
def test_times_are_minutes_after_midnight_of_the_day_of_arrival(
    form, answers, day, arrived, departed
):
    row = seen(visit(form, **answers))
    expected = dt.date(2024, 5, day) if day else None
    assert (row["day"], row["arrived"], row["departed"]) == (expected, arrived, departed)


def test_a_departure_before_the_arrival_is_kept_and_flagged():
    report = visit(H7="09:00", H8="08:30")
    assert (seen(report)["arrived"], seen(report)["departed"]) == (540, 510)
    assert faults(report) == [("H8", "observation.departed_before_arrived", "08:30")]


def test_the_other_columns_of_an_observation():
    row = seen(visit(H5="rural", H9="part", H13="yes"))
    assert (row["setting"], row["seen"], row["repeat"]) == ("rural", "part", True)
    assert (seen(visit())["setting"], seen(visit())["repeat"]) == (None, None)


def test_every_report_is_an_observation_or_a_fault():
    good = visit()
    bad = [
        replace(good, row=2, observation=""),
        replace(good, row=3, observation="o-3", team=""),
        replace(good, row=4, observation="o-4", form="tea"),
        replace(good, row=5, observation="o-5", entry="pigeon"),
        replace(good, row=6, answers={"guard": "x"}),
    ]
    made = tables(good, *bad)
    assert made["observation"]["observation"].to_list() == ["o-1"]
    assert made["fault"].select("source_row", "column", "code").rows() == [
        (2, "*", "observation.unusable"),
        (3, "*", "observation.unusable"),
        (4, "*", "observation.unusable"),
        (5, "*", "observation.unusable"),
        (6, "*", "observation.duplicate"),
    ]


def test_faults_in_one_place_do_not_cover_each_other():
    lost = replace(VISIT, team="")
    assert tables(lost, lost)["fault"]["column"].to_list() == ["*", "* (2)"]


@pytest.mark.parametrize("flag", ["yes", " Yes", "ja!"])
def test_the_safety_of_the_mission_enters_no_table(flag):
    report = visit("incident", X19=flag, X4="threat", guard="x", H4="nowhere")
    assert all(table.is_empty() for table in tables(report).values())
    assert safety_count([report, visit()]) == 1


@pytest.mark.parametrize("flag", ["no", "dk", ""])
def test_other_incidents_enter_the_table(flag):
    report = visit(
        "incident", X19=flag, X4="threat secrecy", X5="seen_both", X6="observed", X10a="3",
        X10b="yes", X11="delay", X17="Mr Oak did it",
    )  # fmt: skip
    made = tables(report)
    assert safety_count([report]) == 0
    assert made["incident"].rows() == [
        ("o-1", "threat;secrecy", "seen_both", "observed", 3, True, "delay")
    ]
    assert "Oak" not in str([table.to_dicts() for table in made.values()])


def count(number: int, station: str, received: str, **answers: str) -> Report:
    return replace(
        VISIT,
        observation=f"o-{number}",
        form="counting",
        received=received,
        row=number,
        answers={"H4": station, **answers},
    )


def test_figures_of_a_count_become_a_protocol_of_the_observers():
    later = count(1, "N-01", "2024-05-12T22:00:00Z", C41_valid="400", C41_votes_1="150")
    first = count(
        2, "N-01", "2024-05-12T21:00:00Z", C41_registered="900", C41_valid="4oo",
        C41_votes_1="150", C41_votes_list_2d_2="249", C41_invalid="", C41_invalid_dk="dk",
    )  # fmt: skip
    made = tables(later, first)
    assert made["protocol"].select("protocol", "copy", "source_file", "source_row").rows() == [
        (f"{E}/list/N-01/observer_copy/1", 1, "journal", 2),
        (f"{E}/list/N-01/observer_copy/2", 2, "journal", 1),
    ]
    assert made["protocol_figure"].rows() == [
        (f"{E}/list/N-01/observer_copy/1", "registered", "all", 900),
        (f"{E}/list/N-01/observer_copy/2", "valid", "paper", 400),
    ]
    assert made["protocol_vote"].rows() == [
        (f"{E}/list/N-01/observer_copy/1", "1", "paper", 150),
        (f"{E}/list/N-01/observer_copy/1", "list-2", "paper", 249),
        (f"{E}/list/N-01/observer_copy/2", "1", "paper", 150),
    ]
    assert made["fault"].select("column", "raw", "protocol").rows() == [
        ("C41_valid", "4oo", f"{E}/list/N-01/observer_copy/1")
    ]
    votes = made["answer"].filter(observation="o-2").filter(pl.col("item").str.contains("votes-"))
    assert votes.select("item", "value").rows() == [
        ("C41_votes-1", "150"), ("C41_votes-list-2", "249"),
    ]  # fmt: skip


def test_counts_that_give_no_protocol():
    numbers = {"C41_valid": "400"}
    for report in (
        count(1, "N-99", "2024-05-12T21:00:00Z", **numbers),
        count(1, "N-01", "2024-05-12T21:00:00Z"),
        replace(count(1, "N-01", "2024-05-12T21:00:00Z", **numbers), replaced_by="o-2"),
        replace(count(1, "N-01", "2024-05-12T21:00:00Z", **numbers), excluded="training"),
        replace(count(1, "N-01", "2024-05-12T21:00:00Z", **numbers), form="voting"),
    ):
        assert tables(report)["protocol"].is_empty()


def test_votes_of_nobody_on_the_ballot_are_a_fault():
    report = count(1, "N-01", "2024-05-12T21:00:00Z", C41_votes_9="5")
    assert faults(report) == [("C41_votes_9", "observation.unknown_item", None)]


def test_the_id_is_the_same_however_a_report_arrives():
    assert observation_id("uuid:a") == observation_id("uuid:a") != observation_id("uuid:b")


def test_the_sentence_of_a_fault_says_where():
    codes = (
        "observation.unusable", "observation.duplicate", "observation.unknown_station",
        "observation.unknown_item", "observation.bad_answer", "observation.bad_time",
        "observation.departed_before_arrived", "observation.not_asked",
    )  # fmt: skip
    for code in codes:
        problem = Problem(code, file="a.csv", row=7, column="V1", raw="x")
        assert str(problem).startswith("a.csv, row 7")
