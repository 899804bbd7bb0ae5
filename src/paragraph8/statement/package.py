"""The open-data package: tables and evidence as CSV with schema, licence and a note how to use."""

import json
from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.kernel.result import Result
from paragraph8.statement.documents.html import table_file
from paragraph8.tables.contract import Contract
from paragraph8.tables.contracts import CONTRACTS
from paragraph8.tables.frictionless import package_descriptor
from paragraph8.tables.tables import Tables

SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}
FORMULA_STARTS = r"^([=+\-@\t\r])"


def data_package(
    tables: Tables, identity: Mapping[str, object], results: Mapping[str, Result], notice: str
) -> Iterator[tuple[str, bytes]]:
    """(path inside `data/`, content): a CSV per table and evidence table, and what they are."""
    simulated = bool(tables["election"]["simulated"].any())
    for contract in CONTRACTS:
        frame = tables[contract.name]
        if frame.height:
            yield f"{contract.name}.csv", as_csv(frame, simulated)
    for result in results.values():
        for name, rows in result.evidence.items():
            if isinstance(rows, pl.DataFrame):
                file = f"evidence/{table_file(result.analysis, name)}"
                yield file, as_csv(rows, simulated)
    descriptor = package_descriptor(tables, identity, suffix="csv", simulated=simulated)
    yield "datapackage.json", (json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n").encode()
    yield "tables.sql", tables_sql(tables).encode()
    yield "LICENCE.md", _licence(tables).encode()
    yield "README.md", _readme(tables, notice).encode()


def tables_sql(tables: Tables) -> str:
    """SQL that makes the CSV files known to DuckDB, with their types; tables without rows are
    empty ones, so that every query runs."""
    return "".join(_table_sql(contract, tables[contract.name].height) for contract in CONTRACTS)


def _table_sql(contract: Contract, rows: int) -> str:
    types = {column.name: SQL_TYPES[column.type] for column in contract.columns}
    if not rows:
        columns = ", ".join(f'"{name}" {sql_type}' for name, sql_type in types.items())
        return f"CREATE OR REPLACE TABLE {contract.name} ({columns});\n"
    named = ", ".join(f"'{name}': '{sql_type}'" for name, sql_type in types.items())
    return (
        f"CREATE OR REPLACE VIEW {contract.name} AS FROM read_csv('{contract.name}.csv', "
        f"header = true, types = {{{named}}});\n"
    )


def as_csv(frame: pl.DataFrame, simulated: bool = False) -> bytes:
    """The frame as CSV. A text that a spreadsheet would run as a formula gets an apostrophe.

    Where any of the data are invented, every row says so in a column `simulated`.
    """
    if simulated:
        frame = frame.with_columns(simulated=pl.lit(True))
    harmless = frame.with_columns(
        pl.col(pl.String).str.replace(FORMULA_STARTS, "'$1"),
        pl.col(pl.Float64).cast(pl.String),
    )
    return harmless.write_csv().encode()


def _licence(tables: Tables) -> str:
    lines = [f"- {s.title}\n  {s.attribution}\n  Licence: {s.licence}\n" for s in tables.sources]
    return (
        "# Licence\n\nThe tables, and every chart, table and figure made from them, come from:\n\n"
        + "".join(lines)
        + "\nShare-alike terms of a source apply to this package as a whole.\n"
    )


def _readme(tables: Tables, notice: str) -> str:
    rows = "".join(
        f"| {c.name}.csv | {tables[c.name].height:,} | {c.row_is} |\n"
        for c in CONTRACTS
        if tables[c.name].height
    )
    return (
        f"# Data\n\n{notice}\n\nSnapshot `{tables.snapshot}`, data as of {tables.as_of}.\n\n"
        f"| file | rows | a row is |\n|---|---|---|\n{rows}\n"
        "Columns, units and keys stand in `datapackage.json` (Frictionless). `evidence/` holds the "
        "rows behind the figures.\n\nTo run a query of an evidence page, start DuckDB in this "
        "folder and make the tables known: `.read tables.sql`.\n\n"
        "Texts that a spreadsheet would run as a formula begin with an apostrophe.\n"
    )
