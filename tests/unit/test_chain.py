"""The chain of sources on small elections that can be added up by hand."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import tables_of
from paragraph8.analysis.protocols.chain import NOTHING_SHARED, TOO_FEW, chain
from paragraph8.analysis.protocols.chain_numbers import ORDER
from paragraph8.kernel.figure import Kind
from paragraph8.kernel.figure_maker import OBSERVED
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.result import Result
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.tables import Tables, shape_all

# Votes of Hill / River by source, in the order of the chain; "" is a source that is not there, and
# an empty place a number that it does not give.
WORKED = """
1    50/40    50/40    50/40    50/40    50/40
2    30/20    .        30/20    33/17    33/17
3    12/8     12/8     .        .        12/9
4    71/5     17/5     17/5     17/5     17/5
5    10/5     .        .        .        11/5
6    9/       9/4      .        .        9/4
7    .        .        .        8/2      8/3
8    6/6      .        .        .        .
"""
# Form, station, was a copy posted?
FORMS = [
    ("o1", "1", "yes"),
    ("o2", "2", "no"),
    ("o3", "3", "yes"),
    ("o4", "4", "no"),
    ("o5", "5", None),
    ("o6", "-", "yes"),
    ("o7", "1", "no"),
]
Cells = Mapping[str, Mapping[str, Mapping[str, int]]]
Forms = Sequence[tuple[str, str, str | None]]
HEADS = {
    "contestant": "election contest contestant ballot_order name kind",
    "protocol": "protocol election contest station source copy",
    "protocol_vote": "protocol contestant channel votes",
    "protocol_figure": "protocol field channel value",
    "observation": "observation election form station team late",
    "answer": "observation item state value",
}


def cells(text: str) -> Cells:
    """station -> source -> contestant -> votes."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for line in text.strip().splitlines():
        station, *given = line.split()
        for source, votes in zip(ORDER, given, strict=True):
            if votes != ".":
                pair = zip(("hill", "river"), votes.split("/"), strict=True)
                found.setdefault(station, {})[source] = {c: int(n) for c, n in pair if n}
    return found


def tables(
    votes: Cells,
    figures: Cells = MappingProxyType({}),
    forms: Forms = (),
    elections: Mapping[str, tuple[str, ...]] = MappingProxyType({"e": ("list",)}),
    second: Cells = MappingProxyType({}),
) -> Tables:
    """The same stations in every contest of every election; `second`: a second copy."""
    rows = {name: [head] for name, head in HEADS.items()}
    for election, contests in elections.items():
        for contest in contests:
            rows["contestant"] += [f"{election} {contest} hill 1 Hill list"]
            rows["contestant"] += [f"{election} {contest} river 2 River list"]
            for copy, seen, numbers in ((1, votes, figures), (2, second, {})):
                add_protocols(rows, f"{election} {contest}", copy, seen, numbers)
        for name, station, posted in forms:
            state = "given" if posted else "dk"
            rows["observation"] += [f"{election}-{name} {election} counting {station} t false"]
            rows["answer"] += [f"{election}-{name} C38 {state} {posted or '-'}"]
    made = tables_of(**{name: "\n".join(lines) for name, lines in rows.items() if len(lines) > 1})
    return Tables({**made.frames, "form_item": form_items()}, made.as_of)


def add_protocols(
    rows: dict[str, list[str]], ballot: str, copy: int, votes: Cells, figures: Cells
) -> None:
    for station in sorted({*votes, *figures}):
        for source in ORDER:
            said = votes.get(station, {}).get(source)
            numbers = figures.get(station, {}).get(source)
            if said is None and numbers is None:
                continue
            id_ = f"{ballot.replace(' ', '/')}/{station}/{source}/{copy}"
            rows["protocol"] += [f"{id_} {ballot} {station} {source} {copy}"]
            rows["protocol_vote"] += [f"{id_} {c} paper {n}" for c, n in (said or {}).items()]
            rows["protocol_figure"] += [f"{id_} {f} paper {n}" for f, n in (numbers or {}).items()]


def values(result: Result) -> dict[str, tuple[int, int | None]]:
    """Id without the analysis -> numerator (or value), denominator."""
    return {
        figure.id.removeprefix("protocols.chain."): (
            figure.value if figure.numerator is None else figure.numerator,
            figure.denominator,
        )
        for figure in result.figures
    }


def wrong_queries(tables: Tables, result: Result) -> list[str]:
    """Ids of figures whose query does not give them."""
    connection = duckdb.connect(config={"threads": 1})
    for name, frame in tables.frames.items():
        connection.register(name, frame)
    wrong = []
    for figure in result.figures:
        ((again,),) = connection.execute(figure.query).fetchall()
        if again != (figure.value if figure.numerator is None else figure.numerator):
            wrong.append(figure.id)
    return wrong


@pytest.fixture(scope="module")
def worked() -> tuple[Tables, Result]:
    made = tables(cells(WORKED), forms=FORMS)
    return made, chain(made, {})


# the worked example of the page


def test_pairs_of_the_worked_example(worked):
    pairs = {
        # left, right, between: stations compared, differing; numbers compared, differing, given by
        # one only; sum of absolute differences; the largest
        ("observer_copy", "posted_copy", "none"): (4, 1, 7, 1, 1, 54, 54),
        ("observer_copy", "station", "none"): (1, 0, 2, 0, 0, 0, None),
        ("observer_copy", "published", "none"): (1, 1, 2, 1, 0, 1, 1),
        ("posted_copy", "station", "none"): (2, 0, 4, 0, 0, 0, None),
        ("posted_copy", "published", "none"): (2, 1, 4, 1, 0, 1, 1),
        ("station", "district", "none"): (3, 1, 6, 2, 0, 6, 3),
        ("district", "published", "none"): (4, 1, 8, 1, 0, 1, 1),
        ("observer_copy", "published", "any"): (6, 4, 11, 5, 1, 62, 54),
    }
    _, result = worked
    found = values(result)
    for (left, right, between), expected in pairs.items():
        stations, differ, numbers, changed, once, absolute, largest = expected
        where = f"between={between}, election=e, left={left}, right={right}"
        by_kind = f"between={between}, election=e, left={left}, numbers=votes, right={right}"
        assert _one(result, "stations_differ", where) == (differ, stations)
        assert _one(result, "stations_agree", where) == (stations - differ, stations)
        assert _one(result, "numbers", by_kind) == (changed, numbers)
        figure = result.figure(f"protocols.chain.numbers[{by_kind}]")
        assert sum(figure.excluded.values()) == once
        assert _one(result, "absolute", where) == (absolute, None)
        largest_id = f"protocols.chain.largest[{where}]"
        assert getattr(result.figure(largest_id), "value", None) == largest
    compared = {name for name in found if name.startswith("stations_agree")}
    assert len(compared) == len(pairs)


def test_first_steps_of_the_worked_example(worked):
    _, result = worked
    steps = {
        f.dimensions.get("step", f.name.rsplit(".", 1)[1]): f.value
        for f in result.figures
        if f.base.startswith("stations with an observers' or a posted copy")
    }
    assert {step: n for step, n in steps.items() if n} == {
        "station>district": 1,
        "posted_copy>published": 1,
        "observer_copy>published": 1,
        "observers_alone": 1,
        "unchanged": 2,
    }
    figure = result.figure("protocols.chain.unchanged[election=e]")
    assert (figure.denominator, figure.excluded) == (6, {"no number in several sources": 1})
    first = dict(result.evidence["chain"].select("station", "first_step").rows())
    assert first == {
        "1": "none",
        "2": "station>district",
        "3": "posted_copy>published",
        "4": "observers alone",
        "5": "observer_copy>published",
        "6": "none",
        "8": "nothing to compare",
    }
    sources = dict(result.evidence["chain"].select("station", "sources").rows())
    assert sources["2"] == "observer_copy, station, district, published"


def test_changes_of_the_worked_example(worked):
    _, result = worked
    columns = ["station", "step", "contestant", "before", "after", "difference", "alone"]
    assert result.evidence["changes"].select(columns).rows() == [
        ("2", "station>district", "hill", 30, 33, 3, "no"),
        ("2", "station>district", "river", 20, 17, -3, "no"),
        ("3", "posted_copy>published", "river", 8, 9, 1, "no"),
        ("4", "observer_copy>posted_copy", "hill", 71, 17, -54, "yes"),
        ("5", "observer_copy>published", "hill", 10, 11, 1, "no"),
        ("7", "district>published", "river", 2, 3, 1, "no"),
    ]
    direct = result.evidence["observers against published"]
    assert direct["station"].to_list() == ["2", "2", "3", "4", "5"]


def test_by_contestant_in_ballot_order_never_by_size(worked):
    _, result = worked
    rows = result.evidence["by contestant"].select("step", "name", "stations", "net_votes").rows()
    assert [row[1] for row in rows] == ["Hill", "River"] * (len(rows) // 2)
    assert [row for row in rows if row[0] == "station>district"] == [
        ("station>district", "Hill", 3, 3),
        ("station>district", "River", 3, -3),
    ]
    assert [row for row in rows if row[0] == "observer_copy>posted_copy"] == [
        ("observer_copy>posted_copy", "Hill", 4, -54),
        ("observer_copy>posted_copy", "River", 3, 0),
    ]


def test_posting_of_the_worked_example(worked):
    _, result = worked
    found = values(result)
    # Forms 1, 3 and 6 say posted; 2, 4 and 7 not; 5 does not know. Form 6 names no known station.
    assert found["posted[election=e]"] == (3, 6)
    assert found["not_posted[election=e]"] == (3, 6)
    assert result.figure("protocols.chain.posted[election=e]").excluded == {
        "not observed or not known": 1
    }
    assert found["copy_in_hand[election=e]"] == (2, 2)
    assert found["no_copy[election=e]"] == (0, 2)
    assert found["contradicted[election=e]"] == (2, 3)
    # Station 1 is taken as not posted, since one of its forms says so. 4 has only the observers'
    # slip, which is no change.
    assert found["changed_later[election=e, posting=not_posted]"] == (1, 3)
    assert found["changed_later[election=e, posting=posted]"] == (1, 1)
    flagged = result.evidence["posting"].filter(pl.col("flag") != "")
    assert flagged["observation"].to_list() == ["e-o7", "e-o4"]


def test_queries_of_the_worked_example(worked):
    made, result = worked
    assert wrong_queries(made, result) == []


def test_kinds_and_intervals(worked):
    """What forms say is never mixed with differences between sources."""
    _, result = worked
    by_forms = {"posted", "not_posted", "copy_in_hand", "no_copy", "contradicted", "changed_later"}
    for figure in result.figures:
        of_forms = figure.name.rsplit(".", 1)[1] in by_forms
        assert figure.kind is (Kind.OBSERVATION_SHARE if of_forms else Kind.OWN_MEASUREMENT)
        assert figure.interval == OBSERVED
        assert figure.evidence.table in result.evidence


# what is a difference, and whose


@pytest.mark.parametrize(
    ("hill", "alone", "first"),
    [
        ("5 7 . . 7", True, "observers alone"),
        ("5 . 7 . 7", True, "observers alone"),
        ("5 7 7 . .", True, "observers alone"),
        ("5 7 7 7 7", True, "observers alone"),
        # One against one: nothing says which of them was copied wrongly.
        ("5 . . . 7", False, "observer_copy>published"),
        ("5 7 . . .", False, "observer_copy>posted_copy"),
        # Without a source at the station the change may lie between it and the district.
        ("5 . . 7 7", False, "observer_copy>district"),
        # The others do not agree, or one of them says what the observers say.
        ("5 7 8 8 8", False, "observer_copy>posted_copy"),
        ("5 7 7 8 8", False, "observer_copy>posted_copy"),
        ("5 7 7 5 5", False, "observer_copy>posted_copy"),
        ("5 7 7 7 5", False, "observer_copy>posted_copy"),
        ("5 7 . . 8", False, "observer_copy>posted_copy"),
        # The slip of the observers does not hide what was changed later.
        ("5 7 7 7 9", True, "district>published"),
        ("5 5 7 7 7", False, "posted_copy>station"),
        ("5 5 5 5 5", False, "none"),
        (". 5 5 5 6", False, "district>published"),
    ],
)
def test_whether_the_observers_copy_stands_alone(hill, alone, first):
    text = "1 " + " ".join(n if n == "." else f"{n}/0" for n in hill.split())
    made = tables(cells(text))
    result = chain(made, {})
    (row,) = result.evidence["chain"].to_dicts()
    assert (row["alone_numbers"] > 0, row["first_step"]) == (alone, first)
    assert wrong_queries(made, result) == []


def test_a_number_that_the_next_source_lacks_is_compared_with_the_one_after():
    """The photographed copy shows no valid ballots; the signed one more than noted."""
    figures = {"1": {"observer_copy": {"valid": 10}, "station": {"valid": 12}}}
    made = tables(cells("1 6/4 6/4 6/4 . ."), figures)
    result = chain(made, {})
    (change,) = result.evidence["changes"].to_dicts()
    assert (change["step"], change["what"], change["difference"]) == (
        "observer_copy>station", "valid", 2,
    )  # fmt: skip
    found = values(result)
    where = "between=none, election=e, left=observer_copy, numbers=valid:paper, right=station"
    assert found[f"numbers[{where}]"] == (1, 1)
    assert wrong_queries(made, result) == []


def test_an_absent_number_is_no_difference_and_nought_is_a_number():
    result = chain(tables(cells("1 9/ . . . 9/4\n2 9/0 . . . 9/4")), {})
    assert result.evidence["changes"]["station"].to_list() == ["2"]
    where = "between=none, election=e, left=observer_copy, numbers=all, right=published"
    figure = result.figure(f"protocols.chain.numbers[{where}]")
    assert (figure.value, figure.denominator) == (1, 3)
    assert figure.excluded == {"only one of them gives it": 1}


def test_fields_are_counted_each_by_itself_in_the_order_of_a_protocol():
    figures = {
        "1": {
            "observer_copy": {"valid": 9, "issued": 12, "registered": 50},
            "published": {"valid": 9, "issued": 10, "registered": 50, "lost": 1},
        }
    }
    result = chain(tables(cells("1 5/4 . . . 5/4"), figures), {})
    numbers = [
        (f.dimensions["numbers"], f.value, f.denominator)
        for f in result.figures
        if f.name.endswith(".numbers") and f.dimensions["between"] == "none"
    ]
    assert numbers == [
        ("all", 1, 5),
        ("votes", 0, 2),
        ("registered:paper", 0, 1),
        ("issued:paper", 1, 1),
        ("valid:paper", 0, 1),
    ]


def test_protocols_that_share_no_number_are_not_compared():
    figures = {"2": {"observer_copy": {"valid": 9}, "published": {"issued": 9}}}
    result = chain(tables(cells("1 5/4 . . . 5/4"), figures), {})
    where = "between=none, election=e, left=observer_copy, right=published"
    figure = result.figure(f"protocols.chain.stations_agree[{where}]")
    assert (figure.value, figure.denominator) == (1, 1)
    assert figure.excluded == {"no number in both": 1}


def test_only_the_first_copy_enters_figures():
    made = tables(
        cells("1 5/4 5/4 . . 5/4\n2 5/4 . . . 5/4"), second=cells("1 5/9 . . . .\n2 5/ . . . .")
    )
    result = chain(made, {})
    assert values(result)["two_copies[election=e]"] == (1, 2)
    (row,) = result.evidence["two copies"].to_dicts()
    assert (row["station"], row["copy"], row["contestant"], row["before"], row["after"]) == (
        "1", 2, "river", 4, 9,
    )  # fmt: skip
    assert result.evidence["changes"].is_empty()
    assert any("only the first copy" in note for note in result.notes)
    assert wrong_queries(made, result) == []


def test_contests_and_elections_are_kept_apart():
    elections = {"a'1": ("list",), "b": ("list", "mayor")}
    made = tables(cells(WORKED), forms=FORMS, elections=elections)
    result = chain(made, {})
    ids = [figure.id for figure in result.figures]
    assert len(ids) == len(set(ids))
    unchanged = {f.id: f.value for f in result.figures if f.name.endswith(".unchanged")}
    assert unchanged == {
        "protocols.chain.unchanged[election=a'1]": 2,
        "protocols.chain.unchanged[contest=list, election=b]": 2,
        "protocols.chain.unchanged[contest=mayor, election=b]": 2,
    }
    # A station is one, however many ballots were counted there.
    later = [f.denominator for f in result.figures if f.name.endswith(".changed_later")]
    assert later == [3, 1, 3, 1]
    assert wrong_queries(made, result) == []


# too little


@pytest.mark.parametrize(
    ("votes", "note"),
    [("1 . . . . 5/4", TOO_FEW), ("1 5/4 . . . .\n2 . . . . 5/4", NOTHING_SHARED)],
)
def test_without_a_chain_there_is_a_note(votes, note):
    result = chain(tables(cells(votes)), {})
    assert (result.figures, result.notes) == ((), (note,))


def test_without_any_table():
    result = chain(Tables(shape_all({}), "2024-05-14"), {})
    assert (result.figures, result.notes) == ((), (TOO_FEW,))


def test_without_forms_there_is_a_note_and_no_posting():
    result = chain(tables(cells("1 5/4 . . . 5/4")), {})
    assert "posting" not in result.evidence
    assert any("whether a protocol was posted" in note for note in result.notes)


def test_where_no_copy_was_collected_posting_is_not_joined_with_copies():
    result = chain(tables(cells("1 5/4 . . . 5/4"), forms=FORMS), {})
    names = {figure.name.rsplit(".", 1)[1] for figure in result.figures}
    assert "posted" in names
    assert not names & {"copy_in_hand", "no_copy", "contradicted"}


def test_late_forms_count_only_where_the_mission_says_so():
    made = tables(cells("1 5/4 5/4 . . 5/4"), forms=FORMS[:2])
    frames = dict(made.frames)
    frames["observation"] = frames["observation"].with_columns(late=pl.lit(True))
    made = Tables(frames, made.as_of)
    assert "posted[election=e]" not in values(chain(made, {}))
    result = chain(made, {"observation": {"late": True}})
    assert values(result)["posted[election=e]"] == (1, 2)
    assert wrong_queries(made, result) == []


def test_a_bad_parameter():
    with pytest.raises(Problem) as caught:
        chain(tables(cells(WORKED)), {"observation": {"late": "yes"}})
    assert caught.value.code == "analysis.bad_parameter"


# any election

PROTOCOLS = st.none() | st.fixed_dictionaries(
    {}, optional={"hill": st.integers(0, 2), "river": st.integers(0, 2)}
)
STATIONS = st.dictionaries(
    st.sampled_from("12345"),
    st.fixed_dictionaries(dict.fromkeys(ORDER, PROTOCOLS)),
    min_size=1,
)
POSTINGS = st.lists(
    st.tuples(st.sampled_from([*"123456", "-"]), st.sampled_from(["yes", "no", None])), max_size=5
)


@settings(max_examples=25, deadline=None)
@given(STATIONS, POSTINGS)
def test_every_station_has_one_outcome_and_sql_counts_the_same(stations, postings):
    votes = {s: {k: v for k, v in given.items() if v is not None} for s, given in stations.items()}
    forms = [(f"o{n}", station, posted) for n, (station, posted) in enumerate(postings)]
    made = tables(votes, forms=forms)
    result = chain(made, {})
    assert wrong_queries(made, result) == []
    if not result.figures:
        return
    outcomes = [f for f in result.figures if f.evidence.table == "chain"]
    assert sum(f.value for f in outcomes) == (outcomes[0].denominator if outcomes else 0)
    for figure in result.figures:
        rows = result.evidence[figure.evidence.table].filter(**figure.evidence.where)
        assert rows.height or not figure.value, figure.id


def _one(result: Result, name: str, where: str) -> tuple[int, int | None]:
    figure = result.figure(f"protocols.chain.{name}[{where}]")
    return figure.value, figure.denominator
