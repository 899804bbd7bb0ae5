"""Russia, State Duma, 2011 and 2021: what the rules find, against plain Polars on the files.

Data: official results of the Central Election Commission of the Russian Federation, collected by
S. Shpilkin (repository dkobak/elections), found by P8_DATA; not for redistribution.
"""

from functools import cache

import polars as pl
import pytest

from helpers import accounted_rows, built_in_import, p8_data
from paragraph8.analysis.catalogue import find, run
from paragraph8.intake.protocols.importer import Import
from paragraph8.kernel.result import Result
from paragraph8.tables.check import check_frames

YEARS = {"2011": "ru-2011-12-04", "2021": "ru-2021-09-19"}


def russia() -> Import:
    return built_in_import("russia", *(p8_data(f"elections/ru_{y}.csv.gz") for y in YEARS))


@cache
def arithmetic(_files: str) -> Result:
    return run(find("protocols.arithmetic"), russia().tables, {})


def tallies(year: str) -> dict[str, tuple[int, int]]:
    return {
        t.rule: (t.passed, t.failed)
        for t in arithmetic(str(p8_data("elections/ru_2011.csv.gz"))).checks
        if not t.area and t.election == YEARS[year] and t.checked
    }


@pytest.mark.parametrize(("year", "rows"), [("2011", 95_225), ("2021", 96_325)])
def test_rows_are_accounted_for(year, rows):
    report = {r.file: r for r in russia().reports}[f"ru_{year}.csv.gz"]
    assert (report.rows, report.protocols, report.faults) == (rows, rows, 0)
    assert accounted_rows(russia(), report.file) == set(range(2, rows + 2))


def test_contracts_are_kept():
    p8_data("elections/ru_2011.csv.gz")
    assert check_frames(russia().tables.frames) == []


@pytest.mark.parametrize(
    ("year", "fails"),
    [
        # A3: more ballots in the box than issued; A8: than received; A4: many taken away
        ("2011", {"protocol.A3": 18, "protocol.A4": 2_882, "protocol.A8": 1}),
        ("2021", {"protocol.A3": 7, "protocol.A4": 3_006, "protocol.A8": 0}),
    ],
)
def test_what_the_rules_find(year, fails):
    found = {rule: failed for rule, (_, failed) in tallies(year).items()}
    others = ("A1", "A5", "A6.paper", "A9.paper", "A9.cells")
    assert found == {**fails, **{f"protocol.{rule}": 0 for rule in others}}


@pytest.mark.parametrize("year", YEARS)
def test_the_same_by_polars_alone(year):
    rows = pl.read_csv(p8_data(f"elections/ru_{year}.csv.gz"), infer_schema=False)
    texts = {"region", "tik", "oik", "uik"}
    n = rows.with_columns(pl.col(c).cast(pl.Int64) for c in rows.columns if c not in texts)
    c = pl.col
    issued = c("issued_early") + c("issued_station") + c("issued_home")
    box = c("box_mobile") + c("box_stationary")
    parties = pl.sum_horizontal([x for x in rows.columns if x[0] == "v" and x[1:].isdigit()])
    taken = pl.max_horizontal(pl.lit(3), (issued * 0.005).floor())
    spent = c("cancelled_ballots") + issued + c("lost_ballots") - c("unaccounted_ballots")
    failing = n.select(
        (c("received_ballots") != spent).sum().alias("protocol.A1"),
        (box > issued).sum().alias("protocol.A3"),
        (issued - box > taken).sum().alias("protocol.A4"),
        (box != c("valid") + c("invalid")).sum().alias("protocol.A5"),
        (c("valid") != parties + c("leader")).sum().alias("protocol.A6.paper"),
        (box > c("received_ballots")).sum().alias("protocol.A8"),
    ).row(0, named=True)
    found = tallies(year)
    assert {rule: found[rule][1] for rule in failing} == failing
