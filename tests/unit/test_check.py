"""Contracts: each way to break one, as a small table in and the breach out."""

import polars as pl
import pytest

from helpers import frame, lumria
from paragraph8.kernel.problem import Problem
from paragraph8.tables.check import check_frames, check_snapshot
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.snapshot import write_snapshot

ELECTION = """
election       country  title   election_day  round  simulated
zz-2024-05-12  ZZ       Lumria  2024-05-12    1      true
"""
AREA = """
election       area   parent  level   name
zz-2024-05-12  North  -       region  North
"""
STATION = """
election       station  area   kind      channels  setting  registered  longitude  latitude
zz-2024-05-12  N-01     North  ordinary  both      urban    412         20.5       45.25
"""
CONTEST = """
election       contest
zz-2024-05-12  list
"""
PROTOCOL = """
protocol  election       contest  station  source     copy  signed_on   source_file  source_row
p1        zz-2024-05-12  list     N-01     published  1     2024-05-12  lumria.csv   2
"""
FIGURE = """
protocol  field  channel  value
p1        voted  all      412
"""
FAULT = """
source_file  source_row  column  code                raw  protocol
lumria.csv   2           voted   fault.not_a_number  4l2  p1
"""
SOUND = {
    "election": ELECTION,
    "area": AREA,
    "station": STATION,
    "contest": CONTEST,
    "protocol": PROTOCOL,
    "protocol_figure": FIGURE,
    "fault": FAULT,
}
N_01 = "election=zz-2024-05-12, station=N-01"


def breaches(**changed: str) -> list[str]:
    texts = {**SOUND, **changed}
    return [str(b) for b in check_frames({name: frame(name, text) for name, text in texts.items()})]


def test_sound_tables():
    assert breaches() == []


# table, its text with something wrong in it, the breach
BROKEN = [
    (
        "protocol_figure",
        FIGURE.replace("412", "-1"),
        "protocol_figure: row [protocol=p1, field=voted, channel=all] column value: -1"
        " — at least 0",
    ),
    (
        "station",
        STATION.replace("20.5", "200.5"),
        f"station: row [{N_01}] column longitude: 200.5 — at most 180",
    ),
    (
        "station",
        STATION.replace("ordinary", "floating"),
        f"station: row [{N_01}] column kind: 'floating' — one of ordinary, mobile, ship, abroad,"
        " postal, special, electronic",
    ),
    (
        "station",
        STATION.replace("both", "-   "),
        f"station: row [{N_01}] column channels: None — a value is required",
    ),
    (
        "station",
        STATION.replace("North", "South"),
        f"station: row [{N_01}] column area: 'South' — must be found in the table area",
    ),
    (
        "protocol",
        PROTOCOL.replace("N-01", "N-02"),
        "protocol: row [protocol=p1] column station: 'N-02' — must be found in the table station",
    ),
    (
        "protocol_figure",
        FIGURE.replace("p1", "p2"),
        "protocol_figure: row [protocol=p2, field=voted, channel=all] column protocol: 'p2'"
        " — must be found in the table protocol",
    ),
    (
        "fault",
        FAULT.replace("4l2", "4\x002"),
        "fault: row [source_file=lumria.csv, source_row=2, column=voted, code=fault.not_a_number]"
        " column raw: '4\\x002' — no control characters but tab and line feed",
    ),
]


@pytest.mark.parametrize(("name", "text", "breach"), BROKEN, ids=[b[2][-30:] for b in BROKEN])
def test_breach(name, text, breach):
    assert breaches(**{name: text}) == [breach]


def test_a_key_given_twice_is_a_breach_at_both_rows():
    twice = FIGURE + "p1        voted  all      500\n"
    row = "protocol_figure: row [protocol=p1, field=voted, channel=all]"
    says = f"{row} column protocol+field+channel: repeated — the key must be unique"
    assert breaches(protocol_figure=twice) == [says, says]


def test_an_absence_that_is_allowed():
    assert breaches(station=STATION.replace("20.5 ", "-    ").replace("North", "-    ")) == []


def test_a_missing_column_and_a_column_of_another_type():
    frames = {name: frame(name, text) for name, text in SOUND.items()}
    frames["protocol_figure"] = frames["protocol_figure"].drop("channel")
    frames["contest"] = frames["contest"].with_columns(contest=pl.lit(1))
    assert [str(b) for b in check_frames(frames)] == [
        "contest: column contest: holds Int32 — the column must hold String",
        "protocol_figure: column channel: missing — the column must be there",
    ]


def test_a_table_wrong_throughout_is_listed_up_to_a_limit():
    rows = "".join(f"p1 voted{n} all 4\n" for n in range(50))
    found = check_frames(
        {**{n: frame(n, t) for n, t in SOUND.items()}, "protocol_figure": _figures(rows)}
    )
    assert len(found) == 20
    assert found[-1].further == 30
    assert str(found[-1]).endswith("(and 30 more rows)")


def _figures(rows: str) -> pl.DataFrame:
    return frame("protocol_figure", f"protocol field channel value\n{rows}")


def test_a_snapshot_is_checked_as_its_files_stand(tmp_path):
    write_snapshot(lumria(), tmp_path / "s")
    assert check_snapshot(tmp_path / "s") == []
    path = tmp_path / "s" / "station.parquet"
    pl.read_parquet(path).with_columns(kind=pl.lit("floating")).write_parquet(path)
    found = check_snapshot(tmp_path / "s")
    assert {(b.table, b.column, b.value) for b in found} == {("station", "kind", "'floating'")}
    assert len(found) == 12


def test_a_folder_without_a_snapshot(tmp_path):
    with pytest.raises(Problem) as caught:
        check_snapshot(tmp_path)
    assert caught.value.code == "snapshot.missing"


def test_tables_not_given_are_empty_and_sound():
    assert check_frames({"election": BY_NAME["election"].empty()}) == []
