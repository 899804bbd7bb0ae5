"""The contracts of tables: examples keep them, every column says what it is."""

import datetime as dt

import frictionless
import polars as pl
import pytest

from helpers import lumria
from paragraph8.tables.check import check_frames
from paragraph8.tables.contract import TYPES, is_sorted
from paragraph8.tables.contracts import BY_NAME, CONTRACTS
from paragraph8.tables.frictionless import table_schema

NAMES = [contract.name for contract in CONTRACTS]


def examples() -> dict[str, pl.DataFrame]:
    """The example rows of all contracts; together they are a small snapshot."""
    frames = {}
    for contract in CONTRACTS:
        row = {
            name: dt.date.fromisoformat(value) if dtype == pl.Date and value else value
            for (name, dtype), value in zip(
                contract.schema.items(), contract.example.values(), strict=True
            )
        }
        frames[contract.name] = pl.DataFrame([row], schema=contract.schema)
    return frames


def test_the_example_rows_keep_the_contracts():
    assert check_frames(examples()) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_documented_and_typed(name):
    contract = BY_NAME[name]
    assert contract.row_is
    assert list(contract.example) == [column.name for column in contract.columns]
    assert set(contract.key) <= set(contract.example)
    for column in contract.columns:
        assert column.says, column.name
        assert column.type in TYPES
        if column.refers_to:
            assert column.refers_to in BY_NAME
            # a reference is found by all columns of the other table's key; a key of one column may
            # have another name here
            key = BY_NAME[column.refers_to].key
            assert len(key) == 1 or set(key) <= set(contract.example)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_that_count_something_have_a_unit(name):
    for column in BY_NAME[name].columns:
        if column.name in ("value", "votes", "longitude", "latitude"):
            assert column.unit, column.name


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_one_that_frictionless_accepts(name):
    schema = frictionless.Schema.from_descriptor(table_schema(BY_NAME[name]))
    assert schema.primary_key == list(BY_NAME[name].key)
    assert schema.field_names == [column.name for column in BY_NAME[name].columns]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("official_figure",)])
def test_rows_of_lumria_are_valid_by_frictionless(name, tmp_path):
    """The same rows as CSV, judged by a validator that shares no code with `check`."""
    frame = lumria()[name]
    frame.write_csv(tmp_path / "table.csv")
    schema = frictionless.Schema.from_descriptor(table_schema(BY_NAME[name]))
    resource = frictionless.Resource(path="table.csv", basepath=str(tmp_path), schema=schema)
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


def test_shape_orders_drops_fills_and_sorts():
    shaped = BY_NAME["area"].shape(
        pl.DataFrame({"name": ["B", "A"], "area": ["b", "a"], "election": ["e", "e"], "x": [1, 2]})
    )
    assert shaped.columns == ["election", "area", "parent", "level", "name"]
    assert shaped["area"].to_list() == ["a", "b"]
    assert shaped["parent"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], True),
        ([(1, 1)], True),
        ([(1, 1), (1, 2), (2, 1)], True),
        ([(1, 1), (1, 1)], True),
        ([(1, 2), (1, 1)], False),
        ([(2, 1), (1, 2)], False),
        ([(1, 1), (2, 0), (2, -1)], False),
    ],
)
def test_is_sorted_compares_from_left_to_right(rows, expected):
    keys = pl.DataFrame(rows, schema={"a": pl.Int64, "b": pl.Int64}, orient="row")
    assert is_sorted(keys) is expected
