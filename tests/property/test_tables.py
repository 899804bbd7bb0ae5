"""Snapshots of any small tables: order does not matter, every altered cell is found by its row."""

import shutil
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.snapshot import read_snapshot, write_snapshot
from paragraph8.tables.tables import Tables, shape_all
from paragraph8.tables.verify import compare_snapshots, verify_snapshot

SMALL = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
TEXT = st.text(SMALL, min_size=1, max_size=6)
DEGREES = st.none() | st.floats(-90, 90, allow_nan=False)
KEY = "election"

FEW = settings(max_examples=40, deadline=None)


@st.composite
def stations(draw) -> list[dict]:
    codes = draw(st.lists(TEXT, min_size=1, max_size=8, unique=True))
    return [
        {
            "election": "zz-2024-05-12",
            "station": code,
            "area": draw(st.none() | TEXT),
            "kind": draw(st.sampled_from(["ordinary", "mobile"])),
            "channels": draw(st.sampled_from(["paper", "both"])),
            "longitude": draw(DEGREES),
            "latitude": draw(DEGREES),
        }
        for code in codes
    ]


def tables(rows: list[dict]) -> Tables:
    frame = pl.DataFrame(rows, schema=BY_NAME["station"].schema)
    return Tables(shape_all({"station": frame}), "2024-05-14")


class Folder:
    """A fresh folder for each example; fixtures would be shared between them."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp())
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path)


@FEW
@given(stations(), st.randoms(use_true_random=False))
def test_the_id_does_not_depend_on_the_order_of_rows(rows, random):
    shuffled = random.sample(rows, len(rows))
    with Folder() as folder:
        one = write_snapshot(tables(rows), folder / "one")
        other = write_snapshot(tables(shuffled), folder / "other")
        assert one.snapshot == other.snapshot
        assert read_snapshot(folder / "one")["station"].equals(tables(shuffled)["station"])
        assert verify_snapshot(folder / "one").differences == ()


@FEW
@given(stations(), st.data())
def test_one_altered_cell_changes_the_id_and_is_named_by_its_row(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1), label="row")
    column = data.draw(st.sampled_from(["area", "kind", "channels", "longitude", "latitude"]))
    was = rows[at][column]
    cells = DEGREES if column in ("longitude", "latitude") else st.none() | TEXT
    # -0.0 and 0.0 are equal numbers but different texts, and so different cells
    now = data.draw(cells.filter(lambda cell: cell != was), label="now")
    altered = [{**row, column: now} if n == at else row for n, row in enumerate(rows)]
    with Folder() as folder:
        original = write_snapshot(tables(rows), folder / "original")
        other = write_snapshot(tables(altered), folder / "altered")
        assert other.snapshot != original.snapshot
        # the altered file under the hashes and the description of the original
        shutil.copytree(folder / "original", folder / "forged")
        name = "station.parquet"
        shutil.copyfile(folder / "altered" / name, folder / "forged" / name)
        verification = verify_snapshot(folder / "forged")
        place = f"table station, row [election=zz-2024-05-12, station={rows[at]['station']}]"
        named = [d.place for d in verification.differences if "row [" in d.place]
        assert named == [place]
        assert verification.computed_id == other.snapshot
        (cell,) = compare_snapshots(folder / "forged", folder / "original")
        assert cell.place == f"{place}, column {column}"


@FEW
@given(stations(), st.data())
def test_a_removed_row_is_found(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    fewer = [row for n, row in enumerate(rows) if n != at]
    with Folder() as folder:
        original = write_snapshot(tables(rows), folder / "original")
        other = write_snapshot(tables(fewer), folder / "fewer")
        assert other.snapshot != original.snapshot
        (gone,) = compare_snapshots(folder / "fewer", folder / "original")
        assert str(gone).endswith(f"station={rows[at]['station']}]: the row is missing here")
