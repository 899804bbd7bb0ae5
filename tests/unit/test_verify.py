"""Verification: what was altered is named by table, row and, beside the original, cell."""

import json
from pathlib import Path

import polars as pl
import pytest

from helpers import lumria
from paragraph8.kernel.problem import Problem
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.verify import compare_snapshots, verify_snapshot

N_01 = "zz-2024-05-12/list/N-01/published/1"
ROW = f"table protocol_vote, row [protocol={N_01}, contestant=river, channel=paper]"
DESCRIPTOR = "its rows are not those that the descriptor was made of"


@pytest.fixture
def original(tmp_path) -> Path:
    write_snapshot(lumria(), tmp_path / "original")
    return tmp_path / "original"


@pytest.fixture
def copy(tmp_path, original) -> Path:
    write_snapshot(lumria(), tmp_path / "copy")
    return tmp_path / "copy"


def rewrite(folder: Path, change, table: str = "protocol_vote") -> None:
    path = folder / f"{table}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)


def one_vote_more(votes: pl.DataFrame) -> pl.DataFrame:
    this = (pl.col("protocol") == N_01) & (pl.col("contestant") == "river")
    paper = this & (pl.col("channel") == "paper")
    return votes.with_columns(votes=pl.when(paper).then(31).otherwise("votes").cast(pl.Int64))


def without_it(votes: pl.DataFrame) -> pl.DataFrame:
    return votes.remove(protocol=N_01, contestant="river", channel="paper")


def a_list_more(votes: pl.DataFrame) -> pl.DataFrame:
    row = {"protocol": N_01, "contestant": "valley", "channel": "paper", "votes": 5}
    return pl.concat([votes, pl.DataFrame([row])])


def said(differences) -> list[str]:
    return [str(difference) for difference in differences]


def test_an_untouched_snapshot_proves_itself(copy, original):
    verification = verify_snapshot(copy)
    assert verification.differences == ()
    assert verification.computed_id == verification.stated_id
    assert compare_snapshots(copy, original) == ()


def test_one_altered_vote_is_named_by_its_row(copy):
    rewrite(copy, one_vote_more)
    verification = verify_snapshot(copy)
    row, table, identity = said(verification.differences)
    assert row == f"{ROW}: altered or added since the snapshot was frozen"
    assert table == f"table protocol_vote: {DESCRIPTOR}"
    assert identity.startswith("snapshot id: the descriptor states")
    assert verification.computed_id != verification.stated_id


def test_beside_the_original_it_is_named_by_its_cell(copy, original):
    rewrite(copy, one_vote_more)
    assert said(compare_snapshots(copy, original)) == [
        f"{ROW}, column votes: is 31, the original has 30"
    ]


def test_a_removed_row(copy, original):
    rewrite(copy, without_it)
    assert said(verify_snapshot(copy).differences)[0] == (
        "table protocol_vote: 1 rows fewer than when the snapshot was frozen"
    )
    assert said(compare_snapshots(copy, original)) == [f"{ROW}: the row is missing here"]


def test_an_added_row(copy, original):
    rewrite(copy, a_list_more)
    row = ROW.replace("river", "valley")
    assert said(verify_snapshot(copy).differences)[0] == (
        f"{row}: altered or added since the snapshot was frozen"
    )
    assert said(compare_snapshots(copy, original)) == [f"{row}: the row is not in the original"]


def test_rows_in_another_order_are_the_same_snapshot(copy, original):
    rewrite(copy, lambda votes: votes.reverse())
    assert verify_snapshot(copy).differences == ()
    assert compare_snapshots(copy, original) == ()


def test_a_removed_table(copy, original):
    (copy / "fault.parquet").unlink()
    assert "table fault: 1 rows fewer than when the snapshot was frozen" in said(
        verify_snapshot(copy).differences
    )
    assert len(compare_snapshots(copy, original)) == 1


def test_a_hash_file_swapped_for_that_of_another_table(copy):
    hashes = copy / "hashes"
    (hashes / "station.parquet").write_bytes((hashes / "protocol.parquet").read_bytes())
    differences = said(verify_snapshot(copy).differences)
    # every row looks altered, but the table's hash and the id say that the rows are as they were
    assert len([d for d in differences if d.startswith("table station, row [")]) == 12
    assert not [d for d in differences if DESCRIPTOR in d or d.startswith("snapshot id")]


def test_a_removed_hash_file(copy):
    (copy / "hashes" / "area.parquet").unlink()
    differences = said(verify_snapshot(copy).differences)
    assert len(differences) == 3
    assert all(d.startswith("table area, row [") for d in differences)


def test_who_rewrites_rows_and_hashes_is_caught_by_the_descriptor(copy, tmp_path):
    rewrite(copy, one_vote_more)
    frames = {**lumria().frames, "protocol_vote": pl.read_parquet(copy / "protocol_vote.parquet")}
    forged = write_snapshot(type(lumria())(frames, lumria().as_of), tmp_path / "forged")
    name = "hashes/protocol_vote.parquet"
    (copy / name).write_bytes((tmp_path / "forged" / name).read_bytes())
    verification = verify_snapshot(copy)
    assert said(verification.differences)[0] == f"table protocol_vote: {DESCRIPTOR}"
    assert verification.computed_id == forged.snapshot


def test_who_rewrites_all_is_caught_only_by_an_id_known_from_elsewhere(tmp_path, original):
    frames = {**lumria().frames, "protocol_vote": one_vote_more(lumria()["protocol_vote"])}
    write_snapshot(type(lumria())(frames, lumria().as_of), tmp_path / "forged")
    known = verify_snapshot(original).computed_id
    forged = verify_snapshot(tmp_path / "forged")
    assert forged.differences == ()
    assert forged.computed_id != known


def test_another_id_in_the_descriptor(copy):
    path = copy / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**package, "id": "0" * 64}), encoding="utf-8")
    (difference,) = verify_snapshot(copy).differences
    assert str(difference).startswith("snapshot id: the descriptor states 000000000000…")


def test_many_altered_rows_are_listed_up_to_a_limit(copy, original):
    rewrite(copy, lambda votes: votes.with_columns(votes=pl.col("votes") + 1))
    altered = lumria()["protocol_vote"].height
    assert f"table protocol_vote: {altered - 50} further rows altered or added" in said(
        verify_snapshot(copy).differences
    )
    assert said(compare_snapshots(copy, original))[-1] == (
        f"table protocol_vote, column votes: {altered - 50} further cells differ"
    )


def test_a_column_of_words_where_numbers_were_is_a_problem_not_a_crash(copy):
    rewrite(copy, lambda votes: votes.with_columns(votes=pl.lit("many")))
    with pytest.raises(Problem) as caught:
        verify_snapshot(copy)
    assert caught.value.code == "snapshot.unreadable"


def test_a_hash_file_that_is_none(copy):
    (copy / "hashes" / "area.parquet").write_bytes(b"no parquet")
    with pytest.raises(Problem) as caught:
        verify_snapshot(copy)
    assert caught.value.code == "snapshot.unreadable"


def test_a_folder_that_is_no_snapshot(copy, tmp_path):
    for act in (
        lambda: verify_snapshot(tmp_path / "nowhere"),
        lambda: compare_snapshots(copy, tmp_path / "nowhere"),
        lambda: compare_snapshots(tmp_path / "nowhere", copy),
    ):
        with pytest.raises(Problem) as caught:
            act()
        assert caught.value.code == "snapshot.missing"
