"""Visits, from the list to people and from people to the list, by the commands of a mission."""

from pathlib import Path

import polars as pl
import pyrage
import pytest

from missions import p8_here
from paragraph8.tables.snapshot import read_snapshot
from paragraph8.voterlist.privacy.canary import scan

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = ("--recipient", str(IDENTITY.to_public()))
DAY = ("--election", "kz-2004-09-19", "--simulated")
AREAS = """stratum,area,size,setting
north,a,100,urban
north,b,80,
north,c,60,rural
south,d,90,rural
south,e,70,
"""
LISTED = "area,households\na,40\nb,30\nc,20\nd,35\ne,25\n"


def run(*arguments: object) -> str:
    done = p8_here("voterlist", *arguments)
    assert done.code == 0, done.err
    return done.out


@pytest.fixture(scope="module")
def audit(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("field")
    run("generate", home / "made", "--people", 6000, "--seed", 3, "--duplicates")
    file = home / "made/lists/simulated_list.parquet"
    mapping = run("suggest", file)
    for name, value in (("supplier", '"a"'), ("legal_basis", '"b"'), ("received", "2004-09-10")):
        mapping = mapping.replace(f'{name} = "?"', f"{name} = {value}")
    (home / "mapping.toml").write_text(mapping, encoding="utf-8")
    run("duplicates", file, "--mapping", home / "mapping.toml", "--out", home / "audit", *DAY)
    return home / "audit"


def opened(sheet: Path) -> pl.DataFrame:
    return pl.read_csv(pyrage.decrypt(sheet.read_bytes(), [IDENTITY]), infer_schema=False)


def test_from_the_list_to_people_and_back(audit: Path, tmp_path: Path):
    sheet = tmp_path / "sheet.age"
    options = ("--stations", 3, "--entries", 8, *RECIPIENT, "--sheet", sheet)
    told = run("sample", audit, *options)
    design = pl.read_csv(audit / "aggregates/sample-1.csv", infer_schema=False)
    people = opened(sheet)
    assert f"{design.height} references in " in told
    assert design.height == 24
    assert sorted(people["reference"]) == design["reference"].to_list()
    assert {"surname", "given", "street"} <= set(people.columns)
    names = [name for name in people["surname"].drop_nulls().unique() if len(name) >= 10]
    assert names
    assert scan(audit / "aggregates", names).found == ()
    visited = tmp_path / "visited"
    run("visits", audit / "aggregates/snapshot", "--design", audit / "aggregates/sample-1.csv",
        "--into", visited)  # fmt: skip
    rows = read_snapshot(visited)["list_visit"]
    # Nobody went anywhere: every reference stands in the table as not contacted.
    assert rows["reference"].to_list() == design["reference"].to_list()
    assert set(rows["outcome"]) == {"not_contacted"}
    again = p8_here("voterlist", "sample", audit, *options)
    assert again.code == 2
    assert "file.not_usable" in again.err


def test_from_people_to_the_list(audit: Path, tmp_path: Path):
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tmp_path / "listed.csv").write_text(LISTED, encoding="utf-8")
    run("areas", audit, "--areas", tmp_path / "areas.csv", "--number", 4)
    chosen = pl.read_csv(audit / "aggregates/areas-2.csv")
    # Both areas of the south are drawn for certain: two in each stratum are the least.
    assert chosen.filter(stratum="south")["probability"].to_list() == [1.0, 1.0]
    sheet = tmp_path / "households.age"
    run("households", audit, "--listed", tmp_path / "listed.csv", "--slots", 5, *RECIPIENT,
        "--sheet", sheet)  # fmt: skip
    visits = opened(sheet)
    counts = dict(visits.group_by("area").len().rows())
    assert counts == dict.fromkeys(chosen["area"], 5)
    assert {"household", "pick_2"} <= set(visits.columns)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--list", "paper"), "--list"),
        (("--oversample", "only_paper"), "--oversample"),
        (("--oversample", "matched=2"), "oversampling"),
        (("--recipient", "age1nobody"), "voterlist.bad_recipient"),
    ],
)
def test_a_sample_that_cannot_be_drawn_leaves_nothing(audit: Path, tmp_path: Path, options, said):
    given = {"--stations": "3", "--entries": "8", "--series": "7", RECIPIENT[0]: RECIPIENT[1],
             "--sheet": str(tmp_path / "s.age"), options[0]: options[1]}  # fmt: skip
    done = p8_here("voterlist", "sample", audit, *(part for pair in given.items() for part in pair))
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "s.age").exists()
    assert not (audit / "aggregates/sample-7.csv").exists()


def test_a_design_that_is_none(audit: Path, tmp_path: Path):
    done = p8_here("voterlist", "visits", audit / "aggregates/snapshot", "--design",
                   tmp_path / "none.csv", "--into", tmp_path / "new")  # fmt: skip
    assert done.code == 2
    assert "--design" in done.err
