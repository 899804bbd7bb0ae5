"""The open-data package: tables and evidence as CSV with schema, licence and a note how to use."""

import json
from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.kernel.result import Result
from paragraph8.statement.documents.html import table_file
from paragraph8.tables.contracts import CONTRACTS
from paragraph8.tables.frictionless import package_descriptor
from paragraph8.tables.tables import Tables

FORMULA_STARTS = r"^([=+\-@\t\r])"


def data_package(
    tables: Tables, identity: Mapping[str, object], results: Mapping[str, Result], notice: str
) -> Iterator[tuple[str, bytes]]:
    """(path inside `data/`, content): a CSV per table and evidence table, and what they are."""
    for contract in CONTRACTS:
        frame = tables[contract.name]
        if frame.height:
            yield f"{contract.name}.csv", as_csv(frame)
    for result in results.values():
        for name, rows in result.evidence.items():
            if isinstance(rows, pl.DataFrame):
                yield f"evidence/{table_file(result.analysis, name)}", as_csv(rows)
    descriptor = package_descriptor(tables, identity, suffix="csv")
    yield "datapackage.json", (json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n").encode()
    yield "LICENCE.md", _licence(tables).encode()
    yield "README.md", _readme(tables, notice).encode()


def as_csv(frame: pl.DataFrame) -> bytes:
    """The frame as CSV. A text that a spreadsheet would run as a formula gets an apostrophe."""
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
        "rows behind the figures.\n\nTo run a query of an evidence page with DuckDB, make the "
        "tables known once:\n\n    CREATE VIEW protocol AS FROM 'protocol.csv';\n"
        "    CREATE VIEW protocol_figure AS FROM 'protocol_figure.csv';\n"
        "    CREATE VIEW protocol_vote AS FROM read_csv('protocol_vote.csv', "
        "types={'contestant': 'VARCHAR'});\n"
        "    CREATE VIEW contestant AS FROM read_csv('contestant.csv', "
        "types={'contestant': 'VARCHAR'});\n"
        "    CREATE VIEW station AS FROM read_csv('station.csv', types={'station': 'VARCHAR'});\n"
        "    CREATE VIEW fault AS FROM 'fault.csv';\n\n"
        "Texts that a spreadsheet would run as a formula begin with an apostrophe.\n"
    )
