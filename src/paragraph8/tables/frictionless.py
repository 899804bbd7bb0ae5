"""The Frictionless Data Package description of tables, made from the contracts."""

from collections.abc import Mapping
from typing import Any

from paragraph8.tables.contract import Column, Contract
from paragraph8.tables.contracts import CONTRACTS
from paragraph8.tables.tables import Tables

SIMULATED = Column("simulated", "boolean", "true: some of the data of this package are invented")


def package_descriptor(
    tables: Tables, identity: Mapping[str, Any], suffix: str = "parquet", simulated: bool = False
) -> dict[str, Any]:
    """datapackage.json of a snapshot, or of its tables as CSV (`suffix` "csv").

    simulated   the CSV files carry the column `simulated` in every row

    Holds no time of creation: the same tables give the same bytes.
    """
    return {
        "profile": "tabular-data-package" if suffix == "csv" else "data-package",
        "name": f"paragraph8-{tables.snapshot[:12]}",
        "id": tables.snapshot,
        "as_of": tables.as_of,
        "licenses": [{"name": name} for name in sorted({s.licence for s in tables.sources})],
        "sources": [
            {
                "title": source.title,
                "path": source.path,
                "licence": source.licence,
                "attribution": source.attribution,
            }
            for source in tables.sources
        ],
        "identity": identity,
        "resources": [
            _resource(contract, tables[contract.name].height, suffix, simulated)
            for contract in CONTRACTS
            if tables[contract.name].height
        ],
    }


def table_schema(contract: Contract, simulated: bool = False) -> dict[str, Any]:
    """The Table Schema of one contract."""
    columns = list(contract.columns)
    if simulated and all(column.name != SIMULATED.name for column in columns):
        columns.append(SIMULATED)
    return {
        "fields": [_field(column) for column in columns],
        "primaryKey": list(contract.key),
        "missingValues": [""],
    }


def _resource(contract: Contract, rows: int, suffix: str, simulated: bool) -> dict[str, Any]:
    return {
        "name": contract.name,
        "title": contract.row_is,
        "path": f"{contract.name}.{suffix}",
        "format": suffix,
        "mediatype": "text/csv" if suffix == "csv" else "application/vnd.apache.parquet",
        **({"profile": "tabular-data-resource", "encoding": "utf-8"} if suffix == "csv" else {}),
        "rows": rows,
        "schema": table_schema(contract, simulated),
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.one_of:
        constraints["enum"] = list(column.one_of)
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.says}
    if column.unit:
        field["unit"] = column.unit
    if constraints:
        field["constraints"] = constraints
    return field
