"""No published figure without SQL: what tests/spec/test_queries.py leaves open.

There each query of two countries is run against its figure. Here: that none is missing; that the
queries which give the input of a figure lead to that figure; and that all of them hold on small
invented elections with what the two countries lack: several ballots, second copies, apostrophes.
"""

import random
from collections.abc import Iterator, Mapping
from functools import cache

import duckdb
import polars as pl
import pytest

from helpers import bulgaria, lumria, tables_of
from missions import accept_all, lumria_material
from paragraph8.analysis.catalogue import run_all
from paragraph8.analysis.protocols.arithmetic import COUNTED, TOUCHING
from paragraph8.analysis.protocols.parameters import LEVELS
from paragraph8.analysis.protocols.rules import rules
from paragraph8.analysis.protocols.sql import any_fail_query, reach_query
from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.analysis.stats.seats import allocate_seats, smallest_shift
from paragraph8.analysis.stats.sign import sign_test
from paragraph8.kernel.figure import FIGURE, INPUT, Figure
from paragraph8.kernel.sql import literal
from paragraph8.statement.build import build_document
from paragraph8.statement.documents.html import evidence_page
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables, shape_all
from paragraph8.tables.words import FIELDS

ELECTIONS = {"lumria": lumria, "bulgaria": bulgaria}
SEATS = {"seats": 240, "method": "hare_largest_remainder", "threshold_share": 0.04}
# A share that no binary number equals: 0.29 of 100 is 28.999… in the one way of counting.
TOLERANCE = {"absolute": 1, "share": 0.29, "of": "issued:paper"}
INPUT_ONLY = {
    "protocols.channels.level",
    "protocols.channels.sign_p",
    "protocols.margins.seat_shift",
    "protocols.margins.seats",
}
SMALL = {
    "election": """
        election country title election_day round simulated
        e        ZZ      t     2024-05-12   1     true
        """,
    "contest": """
        election contest
        e        list
        e        mayor
        """,
    "contestant": """
        election contest contestant ballot_order name kind
        e        list    1          1            Hill list
        e        list    none       2            None none
        e        mayor   1          2            Ana  candidate
        e        mayor   2          1            Ben  candidate
        """,
    "area": """
        election area parent level    name
        e        N    -      region   O'Neill
        e        N/1  N      district Coast
        e        S    -      region   Coast
        """,
    "station": """
        election station area kind     channels
        e        s1      N/1  ordinary paper
        e        s2      S    ordinary paper
        """,
    "protocol": """
        protocol election contest station source    copy source_file source_row
        a        e        list    s1      published 1    f           2
        b        e        list    s1      published 2    f           3
        c        e        mayor   s1      published 1    f           4
        d        e        list    s2      published 1    f           5
        """,
    "protocol_figure": """
        protocol field          channel value
        a        ballots_in_box paper   50
        a        registered     all     80
        a        added          all     20
        a        valid          paper   41
        b        registered     all     999
        b        valid          paper   7
        b        voted          all     999
        c        registered     all     80
        c        signatures     all     90
        d        issued         paper   30
        d        registered     all     60
        d        valid          paper   30
        """,
    "protocol_vote": """
        protocol contestant channel votes
        a        1          paper   40
        a        none       paper   3
        b        1          paper   900
        c        1          paper   33
        c        2          paper   33
        d        1          paper   33
        """,
}
BY_HAND = {
    # s1 has two ballots, each with a turnout of its own. The other area named Coast is not it.
    "turnout.participation.turnout[area=O'Neill, contest=list, election=e, source=published]": 50,
    "turnout.participation.turnout[area=O'Neill, contest=mayor, election=e, source=published]": 90,
    "turnout.participation.turnout[area=Coast, contest=list, election=e, source=published]": 30,
    "turnout.participation.over_list[contest=mayor, election=e, source=published, stations=all]": 1,
    # 41 valid against 40 votes, 30 against 33: both fail A6, d also A9. c fails A7, voters.
    "protocols.arithmetic.any_fail[election=e, source=published]": 3,
    "protocols.arithmetic.reach[election=e, source=published]": 1 + 3,
    "protocols.margins.reach[contest=list, election=e]": 1 + 3,
    "protocols.margins.votes[contest=list, contestant=1, election=e]": 73,
    "protocols.margins.votes[contest=mayor, contestant=1, election=e]": 33,
    # Equal votes: the order of the ballot decides who stands above whom.
    "protocols.margins.margin[above=2, below=1, contest=mayor, election=e]": 0,
    "protocols.margins.within_reach[contest=mayor, election=e]": 1,
}


@cache
def figures(country: str) -> tuple[Figure, ...]:
    return tuple(_figures(ELECTIONS[country](), {"seats": SEATS}))


@pytest.fixture(scope="module", params=ELECTIONS)
def database(request, tmp_path_factory) -> tuple[str, duckdb.DuckDBPyConnection]:
    return request.param, opened(
        ELECTIONS[request.param](), tmp_path_factory.mktemp("every") / request.param
    )


def opened(tables: Tables, folder) -> duckdb.DuckDBPyConnection:
    """The tables in DuckDB, also those without rows with their types."""
    folder.mkdir()
    connection = duckdb.connect(config={"threads": 2})
    for name, frame in tables.frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
        connection.execute(f"CREATE TABLE {name} AS FROM '{folder / name}.parquet'")
    return connection


def differing(connection: duckdb.DuckDBPyConnection, found: Iterator[Figure]) -> list[str]:
    """Ids of figures whose query does not give them; inputs need only run."""
    return [f.id for f in found if not _given(f, connection.execute(f.query).fetchall())]


# the two countries


@pytest.mark.parametrize("country", ELECTIONS)
def test_every_figure_has_a_query(country):
    assert [figure.id for figure in figures(country) if not figure.query] == []
    assert {f.name for f in figures(country) if f.query_gives != FIGURE} <= INPUT_ONLY


def test_the_input_of_the_sign_test_leads_to_its_p_values(database):
    country, connection = database
    tested = [f for f in figures(country) if f.name.endswith(".sign_p")]
    assert tested
    for election in {f.dimensions["election"] for f in tested}:
        of_election = [f for f in figures(country) if f.dimensions["election"] == election]
        p_values = {f.dimensions["contestant"]: f for f in of_election if f in tested}
        levels = {f.dimensions["level"]: f for f in of_election if f.name.endswith(".level")}
        (sql,) = {f.query for f in (*p_values.values(), *levels.values())}
        rows = connection.execute(sql).fetchall()
        adjusted = benjamini_hochberg([sign_test(h, low).p_value for _, _, h, low in rows])
        again = dict(zip((contestant for _, contestant, _, _ in rows), adjusted, strict=True))
        assert again == pytest.approx({key: f.value for key, f in p_values.items()}, abs=1e-12)
        incompatible = sum(p < LEVELS["incompatible"] for p in adjusted)
        unusual = sum(p < LEVELS["unusual"] for p in adjusted) - incompatible
        consistent = len(adjusted) - unusual - incompatible
        assert {level: f.value for level, f in levels.items()} == {
            "consistent": consistent,
            "unusual": unusual,
            "incompatible": incompatible,
        }


def test_the_input_of_seats_leads_to_the_seats(database):
    country, connection = database
    won = [f for f in figures(country) if f.name.endswith(".seats")]
    shifts = [f for f in figures(country) if f.name.endswith(".seat_shift")]
    assert won
    assert shifts
    for shift in shifts:
        votes = {contestant: int(n) for contestant, n in connection.execute(shift.query).fetchall()}
        here = [f for f in won if f.query == shift.query]
        seats = allocate_seats(votes, *SEATS.values()).seats
        assert {f.dimensions["contestant"]: f.value for f in here} == seats
        found = smallest_shift(votes, *SEATS.values())
        assert found is not None
        assert found.votes == shift.value


def test_rules_left_out_of_a_query_find_nothing(database):
    """any_fail and reach name only the rules that can be checked; with all it is the same."""
    country, connection = database
    counted = [rule for rule in rules() if rule.severity in COUNTED]
    within = [rule for rule in counted if not rule.formula.sources]
    touching = [rule for rule in counted if rule.counts in TOUCHING]
    for figure in figures(country):
        scope = {key: str(value) for key, value in figure.dimensions.items()}
        if figure.name.endswith(".any_fail"):
            sql = any_fail_query(within, scope)
        elif figure.name == "protocols.arithmetic.reach":
            of_source = (figure.dimensions["source"], None)
            sql = reach_query(
                [r for r in touching if (r.formula.sources or (None,))[0] in of_source], scope
            )
        elif figure.name == "protocols.margins.reach":
            sql = reach_query(touching, scope)
        else:
            continue
        assert connection.execute(sql).fetchall() == [(figure.value,)], figure.id


def test_the_page_of_a_figure_says_what_its_query_gives():
    material = lumria_material()
    document = build_document(material, accept_all(material))
    said = {INPUT: "it gives the numbers this was computed from", FIGURE: "it gives the numerator"}
    result = material.results["protocols.channels"]
    for gives, words in said.items():
        figure = next(
            f
            for f in result.figures
            if f.query_gives == gives and (f.numerator is not None or gives == INPUT)
        )
        assert words in evidence_page(document, figure, result)


# small elections


def test_a_text_in_sql():
    marks = "'\"''"
    assert literal("Côte d'Ivoire") == "'Côte d''Ivoire'"
    assert duckdb.connect().execute(f"SELECT {literal(marks)}").fetchall() == [(marks,)]


def test_by_hand(tmp_path):
    tables = tables_of(**SMALL)
    found = {figure.id: figure for figure in _figures(tables, {})}
    assert {id_: found[id_].value for id_ in BY_HAND} == BY_HAND
    assert differing(opened(tables, tmp_path / "small"), found.values()) == []


def test_no_rule_of_severity_critical_or_error(tmp_path):
    tables = tables_of(**SMALL)
    off = {rule.id: {"off": True} for rule in rules() if rule.severity in COUNTED}
    found = list(_figures(tables, {"rules": off}))
    assert {f.value for f in found if f.name.endswith((".any_fail", ".reach"))} == {0}
    assert differing(opened(tables, tmp_path / "off"), found) == []


@pytest.mark.parametrize("seed", range(6))
def test_two_ways_of_counting_agree_on_invented_elections(seed, tmp_path):
    """Polars and DuckDB, on numbers that agree nowhere and fail everywhere."""
    tables = invented(random.Random(seed))
    changes = {"protocol.A4": {"tolerance": TOLERANCE}, "protocol.A3": {"tolerance": TOLERANCE}}
    found = list(_figures(tables, {"seats": {"seats": 7, "method": "dhondt"}, "rules": changes}))
    assert len(found) > 100
    assert differing(opened(tables, tmp_path / "invented"), found) == []


def invented(chance: random.Random) -> Tables:
    """Two ballots, six stations, three sources with second copies; protocols without figures or
    without votes, cells left empty, areas that share a name, announced totals in versions."""
    rows = _places(chance)
    # One source has the same name as a column.
    sources = ["published", *chance.sample(["machine_memory", "machine_tally", "station"], 2)]
    channels = chance.choice([["all"], ["paper", "machine"], ["all", "paper", "machine"]])
    fields = sorted({"issued", "ballots_in_box", *chance.sample(FIELDS, 20)})
    for contest in ("list", "o'ne"):
        rows["contest"].append({"election": "e'1", "contest": contest})
        for at, contestant in enumerate("abcd"):
            rows["contestant"].append(_contestant(contest, contestant, at, chance))
            if contest == "list":
                rows["official_figure"] += [
                    _announced(contest, contestant, version, chance)
                    for version in range(chance.randint(0, 2))
                ]
        for station in range(6):
            for source in sources:
                for copy in (1, 2)[: chance.choice([1, 1, 2])]:
                    _protocol(rows, contest, str(station), source, copy, fields, channels, chance)
    frames = {
        name: pl.DataFrame(
            each, {k: v for k, v in BY_NAME[name].schema.items() if k in each[0]}, orient="row"
        )
        for name, each in rows.items()
        if each
    }
    return Tables(shape_all(frames), "2024-05-14")


def _places(chance: random.Random) -> dict[str, list[dict[str, object]]]:
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in BY_NAME}
    rows["election"].append({"election": "e'1", "country": "ZZ", "title": "t", "round": 1})
    tree = (("A", None, "Nor'th"), ("A/1", "A", "South"), ("A/1/2", "A/1", "x"), ("B", None, "x"))
    for area, parent, name in (*tree, ("C", None, "x")):
        rows["area"].append({"election": "e'1", "area": area, "parent": parent, "name": name})
    for station in range(6):
        rows["station"].append(
            {
                "election": "e'1",
                "station": str(station),
                "area": chance.choice([None, "A", "A/1", "A/1/2", "B", "C"]),
                "kind": chance.choice(["ordinary", "ship"]),
            }
        )
    return rows


def _contestant(contest: str, contestant: str, at: int, chance: random.Random) -> dict[str, object]:
    kind = "none" if at == 3 else "list"
    return {
        "election": "e'1",
        "contest": contest,
        "contestant": contestant,
        "ballot_order": chance.choice([at, 1]),
        "kind": kind,
    }


def _announced(
    contest: str, contestant: str, version: int, chance: random.Random
) -> dict[str, object]:
    return {
        "election": "e'1",
        "contest": contest,
        "field": "votes",
        "contestant": contestant,
        "channel": "all",
        "version": version + 1,
        "value": chance.randint(0, 4),
    }


def _protocol(
    rows: dict[str, list[dict[str, object]]],
    contest: str,
    station: str,
    source: str,
    copy: int,
    fields: list[str],
    channels: list[str],
    chance: random.Random,
) -> None:
    id_ = f"e'1/{contest}/{station}/{source}/{copy}"
    place = {"election": "e'1", "contest": contest, "station": station}
    rows["protocol"].append({"protocol": id_, **place, "source": source, "copy": copy})
    said = [kind for kind in ("figures", "votes", "faults") if chance.random() < 0.8]
    for channel in ("all", "paper", "machine"):
        for field in fields if "figures" in said else ():
            if chance.random() < 0.8:
                value = chance.choice([0, 1, 2, 100, 128, 129, 130])
                number = {"field": field, "channel": channel, "value": value}
                rows["protocol_figure"].append({"protocol": id_, **number})
    for channel in channels if "votes" in said else ():
        for contestant in "abcd":
            if chance.random() < 0.8:
                votes = {"channel": channel, "votes": chance.choice([0, 1, 2, 15])}
                rows["protocol_vote"].append({"protocol": id_, "contestant": contestant, **votes})
    if "faults" in said:
        code = chance.choice(["fault.not_a_number", "fault.negative", "fault.unknown_station"])
        rows["fault"].append({"source_row": len(rows["fault"]), "code": code, "protocol": id_})


def _figures(tables: Tables, parameters: Mapping[str, object]) -> Iterator[Figure]:
    for result in run_all(tables, parameters).values():
        yield from result.figures


def _given(figure: Figure, rows: list[tuple[object, ...]]) -> bool:
    if figure.query_gives == INPUT:
        return bool(rows) or not figure.value
    expected = figure.value if figure.numerator is None else figure.numerator
    return rows != [(None,)] and float(rows[0][0]) == pytest.approx(expected, abs=1e-9)
