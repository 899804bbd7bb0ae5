"""Bulgaria, 11 July 2021 and 2 April 2023.

Expected numbers: official data of the Central Election Commission of Bulgaria (open data by polling
station, CC BY-SA 4.0, see src/paragraph8/data/bulgaria/NOTICE.md), counted without this software.
"""

import hashlib
from functools import cache

import polars as pl
import pytest

from helpers import BULGARIA, accounted_rows, bulgaria, bulgaria_import
from paragraph8.analysis.catalogue import run_all
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.result import Result
from paragraph8.tables.check import check_frames

JULY_2021, APRIL_2023 = "bg-2021-07-11", "bg-2023-04-02"
ELECTIONS = (JULY_2021, APRIL_2023)


@cache
def results() -> dict[str, Result]:
    return run_all(bulgaria(), {})


def figure(name: str, **dimensions: str) -> Figure:
    inside = ", ".join(f"{key}={dimensions[key]}" for key in sorted(dimensions))
    found = results()[".".join(name.split(".")[:2])].figure(f"{name}[{inside}]")
    assert found is not None, f"{name}[{inside}]"
    return found


def both(*numbers: float) -> list[tuple[str, float]]:
    return list(zip(ELECTIONS, numbers, strict=True))


@pytest.mark.parametrize(("election", "stations"), both(13_005, 12_916))
def test_stations(election, stations):
    assert bulgaria()["station"].filter(pl.col("election") == election).height == stations
    protocols = bulgaria()["protocol"].filter(
        (pl.col("election") == election) & (pl.col("source") == "published")
    )
    assert protocols.height == stations


FAILS = [
    # rule, what it says, failing protocols in 2021 and in 2023
    ("protocol.D5", "voted <= list + added", 14, 11),
    ("protocol.D1", "voted = paper + machine ballots", 23, 368),
    ("protocol.D2", "paper box = invalid + none + valid", 0, 57),
    ("protocol.D3", "machine ballots = none + valid", 0, 136),
    ("protocol.D4", "received = unused + destroyed + in box", 1, 107),
]


@pytest.mark.parametrize(
    ("rule", "election", "fail"),
    [
        (rule, election, n)
        for rule, _, *fails in FAILS
        for election, n in zip(ELECTIONS, fails, strict=True)
    ],
)
def test_protocols_that_fail_a_rule(rule, election, fail):
    where = {"election": election, "rule": rule, "source": "published"}
    found = figure("protocols.arithmetic.fail", **where)
    assert found.value == fail
    assert found.evidence is not None
    rows = results()["protocols.arithmetic"].evidence["rule_failures"]
    assert rows.filter(**found.evidence.where).height == fail


TOTALS = [
    # field, channel, 2021, 2023
    ("registered", "all", 6_730_515, 6_668_505),
    ("added", "all", 205_244, 240_396),
    ("voted", "all", 2_775_754, 2_682_338),
    ("ballots_in_box", "paper", 297_812, 1_126_785),
    ("ballots_in_box", "machine", 2_477_956, 1_557_037),
]


@pytest.mark.parametrize(
    ("field", "channel", "election", "total"),
    [
        (field, channel, election, n)
        for field, channel, *totals in TOTALS
        for election, n in zip(ELECTIONS, totals, strict=True)
    ],
)
def test_totals(field, channel, election, total):
    where = {"field": field, "channel": channel, "election": election, "source": "published"}
    assert figure("protocols.arithmetic.total", **where).value == total


@pytest.mark.parametrize(
    ("options", "election", "compared", "differ", "absolute", "median", "largest"),
    [
        # lists and "I support no one": columns 1 to 99
        ("all", JULY_2021, 9_580, 6, 415, 78.5, 134),
        ("all", APRIL_2023, 9_492, 2_357, 8_997, 2, 85),
        # lists only: columns 1 to 98
        ("contestants", JULY_2021, 9_580, 6, 404, 76.5, 130),
        ("contestants", APRIL_2023, 9_492, 2_305, 7_627, 2, 85),
    ],
)
def test_protocol_against_machine_memory(
    options, election, compared, differ, absolute, median, largest
):
    where = {
        "election": election,
        "left": "published",
        "options": options,
        "right": "machine_memory",
    }
    found = figure("protocols.channels.differ", **where)
    assert (found.value, found.denominator) == (differ, compared)
    assert figure("protocols.channels.absolute", **where).value == absolute
    assert figure("protocols.channels.median", **where).value == median
    assert figure("protocols.channels.largest", **where).value == largest


@pytest.mark.parametrize(("election", "stations"), both(47, 9_373))
def test_stations_with_paper_and_machine_ballots(election, stations):
    assert figure("protocols.channels.both", election=election).value == stations


def test_paper_against_machine_by_contestant_is_not_checkable_in_2023():
    found = figure("protocols.channels.by_contestant", election=APRIL_2023)
    assert (found.value, found.denominator) == (0, 9_373)
    assert [n for n in results()["protocols.channels"].notes if n.startswith(APRIL_2023)]
    assert figure("protocols.channels.by_contestant", election=JULY_2021).value == 47


def test_rows_are_accounted_for_and_contracts_kept():
    for report in bulgaria_import().reports:
        rows = accounted_rows(bulgaria_import(), report.file)
        assert rows == set(range(2, report.rows + 2))
        assert report.faults == 0
    assert check_frames(bulgaria().frames) == []


def test_the_file_of_totals_repeats_the_sums_of_the_protocols():
    """So these totals are a second adding-up of the same protocols, by list and channel; paper by
    list is in the totals only for 2023."""
    by_channel = bulgaria()["official_figure"].filter(pl.col("channel") != "all")
    protocols = bulgaria()["protocol"].filter(pl.col("source") == "published")
    keys = ["election", "contest", "contestant", "channel"]
    summed = (bulgaria()["protocol_vote"].join(protocols, on="protocol").group_by(keys)).agg(
        pl.col("votes").sum()
    )
    both_sides = by_channel.join(summed, on=keys)
    assert both_sides.height == 70
    assert both_sides.filter(pl.col("value") != pl.col("votes")).is_empty()
    only_in_totals = by_channel.join(summed, on=keys, how="anti")
    assert only_in_totals.select("election", "channel").unique().rows() == [(APRIL_2023, "paper")]


def test_the_files_are_those_of_the_notice():
    notice = (BULGARIA / "NOTICE.md").read_text(encoding="utf-8")
    for path in BULGARIA.glob("*.csv*"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert f"| `{path.name}` |" in notice
        assert f"`{digest}`" in notice
