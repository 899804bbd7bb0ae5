"""Whatever is reported: allegations never move a fact, and DuckDB counts as Polars does."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_world import database, differing, incidents, values, weeks
from paragraph8.analysis.incidents.events import EVENT_COLUMNS
from paragraph8.analysis.incidents.longterm import longterm
from paragraph8.analysis.incidents.reports import reports
from paragraph8.tables.tables import Tables

EMPTY = pl.DataFrame(schema=dict.fromkeys(("standing", *EVENT_COLUMNS), pl.String))
FACTS = ("observed", "corroborated")
REPORT = st.tuples(
    st.sampled_from(["t1", "t2", "out"]),
    st.sampled_from(["N-01 - -", "N-02 - -", "- N-99 N", "- N-99 -", "- - N", "- - N/1", "- - -"]),
    st.sampled_from(["600", "630", "660", "700", "1450", "-"]),
    st.sampled_from(["-", "2024-05-12", "2024-05-13", "soon"]),
    st.sampled_from(["-", "10:20", "00:10", "25:00"]),
    st.sampled_from(["threat", "threat;secrecy", "secrecy", "it's", "-"]),
    st.sampled_from(["seen_one", "told_direct", "media", "-"]),
    st.sampled_from([*FACTS, "credible", "unverified", "refuted", "-", "proven"]),
    st.sampled_from(["1", "3", "-"]),
    st.sampled_from(["none", "stopped", "unknown", "odd", "-"]),
    st.sampled_from(["-", "-", "-", "internal"]),
)
HEADER = (
    "id team station stated area arrived on at categories how_known verification severity effect"
    " consent"
)


def as_tables(told: list[tuple[str, ...]]) -> Tables:
    rows = [f"r{at} {' '.join(report)}" for at, report in enumerate(told)]
    return incidents("\n".join([HEADER, *rows]))


@given(st.lists(REPORT, min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_allegations_never_move_a_fact(told):
    """Taken away, they leave the events that may be stated as fact, and all said of them, alike."""
    tables = as_tables(told)
    verified = tables["incident"].filter(pl.col("verification").is_in(FACTS))
    kept = tables["observation"].filter(pl.col("observation").is_in(verified["incident"].implode()))
    alone = facts(Tables({**tables.frames, "observation": kept}, tables.as_of))
    assert alone in (facts(tables), ({}, []))
    if not alone[0]:
        assert facts(tables)[1] == []


def facts(tables: Tables) -> tuple[dict[str, object], list[tuple[object, ...]]]:
    """Figures and rows of events that may be stated as fact, without what others say of them."""
    result = reports(tables, {})
    names = ("stated_as_fact", "events", "seen")
    figures = {name: n for name, n in values(result).items() if name.startswith(names)}
    rows = result.evidence.get("events", EMPTY)
    columns = ("event", "level", "station", "area", "category", "severity", "effect", "happened")
    assert isinstance(rows, pl.DataFrame)
    return figures, rows.filter(standing="fact").select(columns).rows()


@given(st.lists(REPORT, min_size=1, max_size=10))
@settings(max_examples=12, deadline=None)
def test_incidents_are_counted_alike_in_two_ways(told):
    tables = as_tables(told)
    assert differing(database(tables), reports(tables, {}).figures) == []


@given(st.lists(REPORT, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_every_report_tells_of_one_event(told, chance):
    """Whatever the order in which reports come: the same reports give the same events."""
    result = reports(as_tables(told), {})
    if not result.figures:
        return
    events, rows = result.evidence["events"], result.evidence["reports"]
    assert isinstance(rows, pl.DataFrame)
    assert events["reports"].sum() == rows.height
    assert set(rows["event"]) == set(events["event"])
    named = rows.filter(pl.col("observation") == pl.col("event"))
    assert named.height == events.height
    assert (named["carries"] == "yes").all()
    numbered = list(enumerate(told))
    chance.shuffle(numbered)
    lines = [f"r{at} {' '.join(report)}" for at, report in numbered]
    shuffled = reports(incidents("\n".join([HEADER, *lines])), {})
    assert values(shuffled) == values(result)


WEEKLY = st.tuples(
    st.sampled_from(["lt1", "lt2", "t1", "out"]),
    st.sampled_from(["N", "N/1", "S", "Hills", "Far", "-"]),
    st.sampled_from(["2024-05-01", "2024-05-06", "2024-05-12", "-"]),
)
CELL = st.tuples(
    st.integers(0, 5),
    st.sampled_from(["W1a", "W1b", "W3c", "W3j", "W6b", "W6h", "W7b", "W7c", "W7e", "W14a"]),
    st.sampled_from(["given", "given", "given", "dk", "missing", "skipped", "withheld"]),
    st.sampled_from(["0", "7", "observed", "credible", "2024-05-05", "2031-01-01", "refuted"]),
)


@given(st.lists(WEEKLY, min_size=1, max_size=6), st.lists(CELL, max_size=25))
@settings(max_examples=15, deadline=None)
def test_weeks_are_counted_alike_in_two_ways(sent, said):
    lines = [f"r{at} {' '.join(report)}" for at, report in enumerate(sent)]
    cells = {(at, item): (state, value) for at, item, state, value in said if at < len(sent)}
    answers = [
        f"r{at} {item} {state} {value if state == 'given' else '-'}"
        for (at, item), (state, value) in cells.items()
    ]
    tables = weeks(
        "\n".join(["id team area day", *lines]), "\n".join(["id item state value", *answers])
    )
    result = longterm(tables, {})
    assert differing(database(tables), result.figures) == []
    silence = result.evidence.get("silence")
    if isinstance(silence, pl.DataFrame):
        parts = (
            silence["weeks_reported"] + silence["weeks_silent"] + silence["weeks_without_report"]
        )
        assert parts.to_list() == pytest.approx(silence["weeks_expected"].to_list())
