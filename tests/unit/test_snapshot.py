"""Snapshots: written whole or not at all, never overwritten, known by what they hold."""

import json
from dataclasses import replace

import polars as pl
import pytest

from helpers import lumria, tables_of
from paragraph8.kernel.problem import Problem
from paragraph8.tables import snapshot
from paragraph8.tables.contracts import CONTRACTS
from paragraph8.tables.snapshot import read_snapshot, write_snapshot
from paragraph8.tables.tables import Source, Tables, shape_all

ELECTION = """
election       country  title  election_day  round  simulated
zz-2024-05-12  ZZ       Lumria 2024-05-12    1      true
"""
STATION = """
election       station  area  kind      channels  longitude  latitude
zz-2024-05-12  N-01     -     ordinary  both      20.5       45.25
zz-2024-05-12  C-02     -     mobile    paper     -          -
"""
SMALL = tables_of(election=ELECTION, station=STATION)
PINNED = "581263ca2719366485890c9cf90fabe741d65ac7d6fde880880ccf612aa0f53e"


def problem(code: str, act, *arguments) -> Problem:
    with pytest.raises(Problem) as caught:
        act(*arguments)
    assert caught.value.code == code
    return caught.value


def test_what_is_read_is_what_was_written(tmp_path):
    written = write_snapshot(lumria(), tmp_path / "lumria")
    read = read_snapshot(tmp_path / "lumria")
    assert (read.snapshot, read.as_of, read.sources) == (
        written.snapshot,
        "2024-05-14",
        lumria().sources,
    )
    for contract in CONTRACTS:
        assert read[contract.name].equals(lumria()[contract.name]), contract.name


def test_only_tables_with_rows_have_a_file(tmp_path):
    write_snapshot(SMALL, tmp_path / "s")
    assert sorted(
        path.relative_to(tmp_path / "s").as_posix() for path in tmp_path.rglob("*.*")
    ) == [
        "datapackage.json",
        "election.parquet",
        "hashes/election.parquet",
        "hashes/station.parquet",
        "station.parquet",
    ]


def test_the_id_does_not_depend_on_the_order_of_rows(tmp_path):
    shuffled = {name: frame.reverse() for name, frame in lumria().frames.items()}
    one = write_snapshot(lumria(), tmp_path / "one")
    other = write_snapshot(replace(lumria(), frames=shuffled), tmp_path / "other")
    assert one.snapshot == other.snapshot


def test_the_same_tables_give_the_same_bytes_of_description(tmp_path):
    """No time of creation, no name of a folder or a machine."""
    for name in ("one", "other"):
        write_snapshot(SMALL, tmp_path / name)
    one, other = ((tmp_path / n / "datapackage.json").read_bytes() for n in ("one", "other"))
    assert one == other


def test_the_id_is_pinned(tmp_path):
    """Another id for the same tables would cut every published number from its snapshot."""
    assert write_snapshot(SMALL, tmp_path / "s").snapshot == PINNED


def test_the_state_of_the_data_is_part_of_the_id(tmp_path):
    later = write_snapshot(replace(SMALL, as_of="2024-05-15"), tmp_path / "later")
    assert later.snapshot != PINNED


def test_licence_and_attribution_are_not_part_of_the_id(tmp_path):
    source = Source("Lumria", "CC0-1.0", "invented")
    sourced = write_snapshot(replace(SMALL, sources=(source,)), tmp_path / "sourced")
    assert sourced.snapshot == PINNED


def test_never_overwritten(tmp_path):
    write_snapshot(SMALL, tmp_path / "s")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    problem("snapshot.exists", write_snapshot, lumria(), tmp_path / "s")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "s").mkdir()
    assert write_snapshot(SMALL, tmp_path / "s").snapshot == PINNED


def test_a_folder_with_anything_in_it_may_not(tmp_path):
    (tmp_path / "notes.txt").write_text("observer Ana", encoding="utf-8")
    problem("snapshot.exists", write_snapshot, SMALL, tmp_path)


def test_a_write_that_fails_leaves_no_snapshot_and_can_be_repeated(tmp_path, monkeypatch):
    written = []

    def fails_at_the_second_file(frame: pl.DataFrame, path) -> None:
        if written:
            raise OSError("no space left on device")
        written.append(path)
        frame.write_parquet(path)

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_write_parquet", fails_at_the_second_file)
        with pytest.raises(OSError, match="no space"):
            write_snapshot(SMALL, tmp_path / "s")
    assert not (tmp_path / "s").exists()
    problem("snapshot.missing", read_snapshot, tmp_path / "s")
    assert write_snapshot(SMALL, tmp_path / "s").snapshot == PINNED
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_folder_without_a_snapshot(tmp_path):
    problem("snapshot.missing", read_snapshot, tmp_path)
    problem("snapshot.missing", read_snapshot, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "null", '"id"', '{"id": "a"}', '{"id": "a", "as_of": ""}']
)
def test_a_garbled_description(tmp_path, text):
    write_snapshot(SMALL, tmp_path / "s")
    (tmp_path / "s" / "datapackage.json").write_text(text, encoding="utf-8")
    found = problem("snapshot.unreadable", read_snapshot, tmp_path / "s")
    assert found.facts["file"] == "datapackage.json"


def test_a_description_that_is_not_utf_8(tmp_path):
    write_snapshot(SMALL, tmp_path / "s")
    (tmp_path / "s" / "datapackage.json").write_bytes(b'{"id": "\xff"}')
    problem("snapshot.unreadable", read_snapshot, tmp_path / "s")


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1" * 10])
def test_a_garbled_table(tmp_path, content):
    write_snapshot(SMALL, tmp_path / "s")
    (tmp_path / "s" / "station.parquet").write_bytes(content)
    found = problem("snapshot.unreadable", read_snapshot, tmp_path / "s")
    assert found.facts["file"] == "station.parquet"


def test_a_table_with_a_word_where_a_number_belongs(tmp_path):
    write_snapshot(SMALL, tmp_path / "s")
    path = tmp_path / "s" / "election.parquet"
    pl.read_parquet(path).with_columns(round=pl.lit("first")).write_parquet(path)
    problem("snapshot.unreadable", read_snapshot, tmp_path / "s")


def test_the_description_is_a_data_package(tmp_path):
    write_snapshot(lumria(), tmp_path / "s")
    package = json.loads((tmp_path / "s" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"] == [{"name": "CC0-1.0"}]
    by_name = {resource["name"]: resource for resource in package["resources"]}
    assert by_name["station"]["rows"] == 12
    assert by_name["station"]["schema"]["primaryKey"] == ["election", "station"]
    assert "official_figure" not in by_name  # Lumria announced no totals


def test_tables_that_nobody_gave_are_empty():
    tables = Tables(shape_all({}), "2024-05-14")
    assert all(tables[contract.name].is_empty() for contract in CONTRACTS)
