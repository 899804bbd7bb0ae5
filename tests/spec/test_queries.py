"""Every figure that names a query is counted again by DuckDB over the tables of its snapshot.

The analyses count with Polars; the SQL under a figure is what a stranger would run on the published
files. They share no code, so an error in one shows here.
"""

from collections.abc import Iterator, Mapping
from functools import cache

import duckdb
import pytest

from helpers import audited_rehearsal, bulgaria, lumria
from paragraph8.analysis.catalogue import CATALOGUE, run_all
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.result import Result
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.tables import Tables


def kazakhstan() -> Tables:
    """The rehearsal mission: the only one with observers and voter lists."""
    return audited_rehearsal()


ELECTIONS = {"lumria": lumria, "bulgaria": bulgaria, "kazakhstan": kazakhstan}
# How these are computed stands on their method page; a name may leave this list, none may join it.
WITHOUT_QUERY = {
    "protocols.arithmetic.any_fail",
    "protocols.arithmetic.reach",
    "protocols.channels.by_contestant",
    "protocols.channels.higher",
    "protocols.channels.level",
    "protocols.channels.lower",
    "protocols.channels.median_machine_share",
    "protocols.channels.sign_p",
    "protocols.channels.stations_higher",
    "protocols.channels.stations_lower",
    "protocols.margins.margin",
    "protocols.margins.reach",
    "protocols.margins.votes",
    "protocols.margins.within_reach",
    "protocols.sources.alone",
    "protocols.sources.none_agree",
    "turnout.participation.median",
    "turnout.participation.over_list",
    "turnout.participation.quartile_high",
    "turnout.participation.quartile_low",
    "turnout.participation.turnout",
}
TURNOUT = """
WITH RECURSIVE top AS (
  SELECT election, area, name FROM area WHERE parent IS NULL
  UNION ALL
  SELECT a.election, a.area, t.name FROM area a JOIN top t
    ON a.election = t.election AND a.parent = t.area
),
number AS (
  SELECT p.election, p.station, s.kind, t.name AS area,
    max(value) FILTER (field = 'voted' AND channel = 'all') AS voted,
    max(value) FILTER (field = 'registered') AS registered,
    coalesce(max(value) FILTER (field = 'added'), 0) AS added
  FROM protocol p JOIN protocol_figure f USING (protocol)
  JOIN station s ON s.election = p.election AND s.station = p.station
  LEFT JOIN top t ON t.election = s.election AND t.area = s.area
  WHERE p.source = 'published' AND p.copy = 1
  GROUP BY ALL
)
SELECT coalesce(sum(voted), 0), coalesce(sum(registered + added), 0),
  count(*) FILTER (voted > registered + added)
FROM number WHERE registered + added > 0 AND voted IS NOT NULL AND election = ?
"""
ONE_LEFT_OUT = 1e-9


@cache
def results(country: str) -> Mapping[str, Result]:
    return run_all(ELECTIONS[country](), {})


def with_query(country: str, analysis: str) -> list[Figure]:
    result = results(country).get(analysis)
    figures = result.figures if result else ()
    return [figure for figure in figures if figure.query and figure.query_gives == "figure"]


@pytest.fixture(scope="module", params=ELECTIONS)
def database(request, tmp_path_factory) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
    """The Parquet files of a snapshot, each a table, as a stranger would open them."""
    tables: Tables = ELECTIONS[request.param]()
    folder = tmp_path_factory.mktemp("query") / request.param
    write_snapshot(tables, folder)
    connection = duckdb.connect()
    for name, frame in tables.frames.items():
        if frame.height:
            connection.execute(
                f"CREATE TABLE {name} AS FROM read_parquet('{folder / name}.parquet')"
            )
        else:
            columns = ", ".join(f'"{c}" VARCHAR' for c in frame.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
    yield request.param, connection
    connection.close()


@pytest.mark.parametrize("analysis", [analysis.name for analysis in CATALOGUE])
def test_the_query_under_a_figure_gives_the_figure(database, analysis):
    country, connection = database
    for figure in with_query(country, analysis):
        ((again,),) = connection.execute(figure.query).fetchall()
        expected = figure.value if figure.numerator is None else figure.numerator
        assert float(again) == pytest.approx(expected, abs=ONE_LEFT_OUT), figure.id


def test_every_analysis_runs_in_some_country():
    ran = {name for country in ELECTIONS for name in results(country)}
    # Visits to voters are in no country; their queries: test_voterlist_field_tests.py.
    assert ran | {"voterlist.field_tests"} == {analysis.name for analysis in CATALOGUE}


@pytest.mark.parametrize("country", ELECTIONS)
def test_enough_figures_are_counted_again(country):
    assert sum(len(with_query(country, analysis)) for analysis in results(country)) >= 100


@pytest.mark.parametrize("country", ELECTIONS)
def test_a_figure_names_its_query_unless_listed(country):
    without = {f.name for r in results(country).values() for f in r.figures if not f.query}
    assert without <= WITHOUT_QUERY


def test_turnout_by_sql_of_the_test(database):
    """Turnout has no query of its own: here it is counted apart, by kind and by area."""
    country, connection = database
    figures = results(country)["turnout.participation"].figures
    over_list = {f.id: f.value for f in figures if f.name.endswith(".over_list")}
    turnout = [
        f for f in figures if f.name.endswith(".turnout") and f.dimensions["source"] == "published"
    ]
    assert turnout
    for figure in turnout:
        where, values = TURNOUT, [figure.dimensions["election"]]
        for column, word in (("kind", "stations"), ("area", "area")):
            if figure.dimensions.get(word, "all") != "all":
                where += f" AND {column} = ?"
                values.append(figure.dimensions[word])
        ((voted, electorate, over),) = connection.execute(where, values).fetchall()
        assert (voted, electorate) == (figure.numerator, figure.denominator), figure.id
        assert over == over_list.get(figure.id.replace(".turnout[", ".over_list["), over)
