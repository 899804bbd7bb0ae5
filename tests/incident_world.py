"""Small invented reports of incidents and of weeks, as tables; and their queries run by DuckDB."""

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl
import pytest

from helpers import table, tables_of
from paragraph8.analysis.incidents import longterm, reports
from paragraph8.kernel.figure import FIGURE, Figure, Kind
from paragraph8.kernel.result import Result
from paragraph8.statement.wording.guard import check_text
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables

ELECTION, DAY = "zz-2024-05-12", "2024-05-12"
PLACES = {
    "election": """
        election      country title election_day round simulated
        zz-2024-05-12 ZZ      t     2024-05-12   1     true
        """,
    "area": """
        election      area parent level    name
        zz-2024-05-12 N    -      region   North
        zz-2024-05-12 N/1  N      district Hills
        zz-2024-05-12 S    -      region   O'South
        """,
    "station": """
        election      station area kind     channels
        zz-2024-05-12 N-01    N/1  ordinary paper
        zz-2024-05-12 N-02    N    ordinary paper
        zz-2024-05-12 S-01    S    ordinary paper
        """,
    "team": """
        team observers long_term area excluded
        t1   2         false     -    -
        t2   2         false     -    -
        t3   -         false     -    -
        out  2         false     -    withdrawn
        lt1  2         true      N    -
        lt2  2         true      S    -
        """,
}
# Column of a small table of incidents -> item whose answer it is.
ANSWERS = {"on": "X1a", "at": "X1b", "consent": "X16b"}
INCIDENT_COLUMNS = ("categories", "how_known", "verification", "severity", "effect")


def incidents(text: str, **further: str) -> Tables:
    """Tables with these incident reports: a row each; what a column does not say is the default.

    id team station stated area day arrived on at consent late excluded replaced_by
    categories how_known verification severity effect
    """
    rows = pl.DataFrame(table(text), schema_overrides={"id": pl.String}, strict=False).to_dicts()
    return _tables(
        [_observation(row, "incident") for row in rows],
        [(row["id"], ANSWERS[c], row[c]) for row in rows for c in ANSWERS if row.get(c)],
        [
            {"incident": row["id"], **{c: row[c] for c in INCIDENT_COLUMNS if c in row}}
            for row in rows
        ],
        further,
    )


def weeks(reports: str, answers: str, **further: str) -> Tables:
    """Tables with these weekly reports.

    reports   id team area day received …, as above
    answers   id item state value, or id item value: then the state is `given`
    """
    said = pl.DataFrame(table(answers), strict=False).to_dicts() if answers.strip() else []
    rows = [_observation(row, "weekly") for row in pl.DataFrame(table(reports)).to_dicts()]
    cells = [(row["id"], row["item"], row["value"], row.get("state", "given")) for row in said]
    return _tables(rows, cells, [], further)


def _observation(row: Mapping[str, object], form: str) -> dict[str, object]:
    return {
        "observation": row["id"],
        "election": row.get("election") or ELECTION,
        "form": form,
        "version": "1",
        "team": row.get("team") or "t1",
        "station": row.get("station"),
        "station_stated": row.get("stated"),
        "area": row.get("area"),
        "day": row.get("day", DAY),
        "arrived": row.get("arrived"),
        "entry": "phone",
        "received": row.get("received") or f"{DAY}T10:00:00Z",
        "late": row.get("late") == "yes",
        "excluded": row.get("excluded"),
        "replaced_by": row.get("replaced_by"),
    }


def _tables(
    observations: list[dict[str, object]],
    answers: Iterable[tuple[object, ...]],
    told: list[dict[str, object]],
    further: Mapping[str, str],
) -> Tables:
    base = tables_of(**{**PLACES, **further})
    made = {
        "observation": pl.DataFrame(observations, infer_schema_length=None).with_columns(
            pl.col("day").cast(pl.String).str.to_date(strict=False)
        ),
        "answer": pl.DataFrame(
            [
                {
                    "observation": cell[0],
                    "item": cell[1],
                    "state": cell[3] if len(cell) > 3 else "given",
                    "value": None if cell[2] is None else str(cell[2]),
                }
                for cell in answers
            ],
            schema=BY_NAME["answer"].schema,
        ),
        "form_item": form_items(),
    }
    if told:
        made["incident"] = pl.DataFrame(told, infer_schema_length=None)
    shaped = {
        name: BY_NAME[name].shape(
            frame.cast({c: BY_NAME[name].schema[c] for c in frame.columns}, strict=False)
        )
        for name, frame in made.items()
    }
    return Tables({**base.frames, **shaped}, "2024-05-14")


def values(result: Result) -> dict[str, object]:
    """Figure, without analysis and election -> its number, with its denominator if it has one."""
    found = {}
    for figure in result.figures:
        kept = {k: v for k, v in sorted(figure.dimensions.items()) if k != "election"}
        name = " ".join([figure.name.split(".")[-1], *(f"{k}={v}" for k, v in kept.items())])
        whole = figure.denominator
        found[name] = figure.value if whole is None else (figure.value, whole)
    return found


def database(tables: Tables) -> duckdb.DuckDBPyConnection:
    """The tables that the queries name, in DuckDB."""
    connection = duckdb.connect(config={"threads": 1})
    for name in ("area", "station", "team", "form_item", "observation", "answer", "incident"):
        connection.register("frame", tables[name].to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM frame")
    return connection


def differing(connection: duckdb.DuckDBPyConnection, figures: Iterable[Figure]) -> list[str]:
    """Ids of figures that their query does not give."""
    wrong = []
    for figure in figures:
        assert figure.query_gives == FIGURE
        rows = connection.execute(figure.query).fetchall()
        expected = figure.value if figure.numerator is None else figure.numerator
        if rows == [(None,)] or float(rows[0][0]) != pytest.approx(expected):
            wrong.append(f"{figure.id}: {rows}")
    return wrong


# Figures whose queries are run in every test; all of them where a test counts by hand.
ALWAYS = ("events", "reports_received", "weeks", "cells_silent")


def told(tables: Tables, **parameters: object) -> Result:
    """Incidents, once their queries have given their figures."""
    return again(tables, reports.reports(tables, {"incidents": parameters} if parameters else {}))


def weekly(tables: Tables, **parameters: object) -> Result:
    """Weekly reports, in the same way."""
    return again(tables, longterm.longterm(tables, {"incidents": parameters} if parameters else {}))


def again(tables: Tables, result: Result, names: tuple[str, ...] = ALWAYS) -> Result:
    """The result, once DuckDB has counted figures of these names again; no name is all of them."""
    chosen = [f for f in result.figures if not names or f.name.split(".")[-1] in names]
    assert differing(database(tables), chosen) == []
    return result


def can_be_quoted(result: Result) -> None:
    """Asserts what every figure owes its reader: base, query, evidence that is there, limits."""
    ids = [figure.id for figure in result.figures]
    assert len(set(ids)) == len(ids)
    for figure in result.figures:
        assert figure.kind is Kind.OBSERVATION_SHARE
        assert figure.interval == "none: describes what was observed, not a sample of all stations"
        assert figure.limits == result.limits
        assert figure.query
        assert figure.evidence.table in result.evidence
        rows = result.evidence[figure.evidence.table]
        assert set(figure.evidence.where) <= set(rows.columns)
        check_text(figure.base, figure.id, "en")
        if figure.denominator is not None:
            assert 0 <= figure.numerator <= figure.denominator
    for text in (*result.limits, *result.notes):
        assert text.endswith(".")
        check_text(text, result.analysis, "en")
    assert all(rows.columns[0] == "election" for rows in result.evidence.values())
