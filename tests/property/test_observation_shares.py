"""Invariants of shares of observers' reports, on forms with every reason not to answer."""

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import changed, forms, part, run
from paragraph8.analysis.observation import coverage, electronic, people, serious, splits, teams
from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.items import items
from paragraph8.kernel.figure import INPUT, Figure
from paragraph8.tables.tables import Tables

FORM = "counting"
REASONS = ("dk", "na", "missing", "skipped", "withheld", "unreadable")
# Plain, conditional, judged by who saw the whole, with "not applicable", a list, assessments,
# numbers; one of a group of questions.
ANSWERS = {
    "C4": ("yes", "no"),
    "C5": ("yes", "no"),
    "C5b": ("yes", "no"),
    "C18": ("yes", "no"),
    "C39": ("yes", "no"),
    "C46": ("high", "low", "no_confidence"),
    "C47": ("1", "2", "3", "4"),
    "C6a": ("0", "1", "7"),
    "C1": ("on_time", "late_15"),
    "H12a": ("0", "5", "7"),
    "H12b": ("0", "5", "9"),
}
ANALYSES = (items, coverage.coverage, splits.splits, teams.teams, serious.serious, people.people)
NOT_OF_FORMS = ("stations_with_cases",)
OF_FORMS = ("problem", "yes", "negative", "positive", "grade", "any", "any_of_complete", "chosen")
TIMES = st.one_of(st.none(), st.integers(0, 1800))


@st.composite
def reports(draw: st.DrawFn, most: int = 9) -> Tables:
    """A few forms of one stage: two days, three teams, three stations or none, two versions."""
    n = draw(st.integers(1, most))

    def column(of: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(of, min_size=n, max_size=n))

    observation = {
        "team": column(st.sampled_from(["a", "b", "c"])),
        # One form has a station: that none has is a case of its own.
        "station": ["s1", *column(st.sampled_from(["s1", "s2", "s3", None]))[1:]],
        "version": column(st.sampled_from(["1", "2"])),
        "seen": column(st.sampled_from(["start", "part", None])),
        "setting": column(st.sampled_from(["urban", "rural", None])),
        "arrived": column(TIMES),
        "late": [False, *column(st.sampled_from([False, False, True]))[1:]],
        # No two at once: which of two visits is the last must not hang on their names.
        "received": [f"2024-05-12T10:00:{at:02}Z" for at in draw(st.permutations(range(n)))],
    }
    said = {
        item: column(st.sampled_from([*answers, *answers, *REASONS]))
        for item, answers in ANSWERS.items()
    }
    return forms(FORM, n, observation=observation, **said)


def in_time(tables: Tables) -> pl.DataFrame:
    return tables["observation"].filter(~pl.col("late"))


def shares(tables: Tables, **observation: object) -> list[Figure]:
    return [f for f in run(tables, **observation).figures if f.denominator is not None]


def short(figure: Figure) -> str:
    return figure.name.rsplit(".", 1)[1]


@settings(max_examples=40, deadline=None)
@given(reports())
def test_every_form_is_answered_or_excluded_with_a_reason(tables):
    n = in_time(tables).height
    of_forms = [
        figure
        for figure in shares(tables)
        if short(figure) in (*OF_FORMS, "problem_of_all", "present")
        and figure.dimensions.get("base", Base.OBSERVATIONS) == Base.OBSERVATIONS
    ]
    assert of_forms or not n
    for figure in of_forms:
        assert figure.denominator + sum(figure.excluded.values()) == n, figure.id


@settings(max_examples=40, deadline=None)
@given(reports())
def test_every_station_is_answered_or_excluded(tables):
    stations = in_time(tables)["station"].drop_nulls().n_unique()
    words = base_words(FORM, Base.STATIONS)
    for figure in shares(tables):
        if figure.base.startswith(words):
            accounted = figure.denominator + figure.excluded.get("no answer", 0)
            assert accounted == stations, figure.id


@settings(max_examples=40, deadline=None)
@given(reports(), st.sampled_from([{}, {"late": True}, {"polarity_changed": {"C5": ["2"]}}]))
def test_shares_stay_between_nought_and_one_and_ids_are_unique(tables, observation):
    for analysis in ANALYSES:
        figures = run(tables, analysis, **observation).figures
        assert len({figure.id for figure in figures}) == len(figures)
        for figure in figures:
            if figure.unit == "share" and figure.denominator is not None:
                assert 0 <= figure.numerator <= figure.denominator, figure.id
                assert figure.denominator > 0


@settings(max_examples=40, deadline=None)
@given(reports(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tables, chance):
    """Rows stand in the order of their names: other names are another order."""
    names = tables["observation"]["observation"].to_list()
    others = dict(zip(names, chance.sample(names, len(names)), strict=True))
    renamed = {
        name: tables[name].with_columns(pl.col("observation").replace_strict(others))
        for name in ("observation", "answer")
    }
    assert numbers(changed(tables, **renamed)) == numbers(tables)


@settings(max_examples=40, deadline=None)
@given(reports(), st.permutations(["a", "b", "c"]))
def test_names_of_teams_change_no_share(tables, names):
    others = dict(zip("abc", names, strict=True))
    renamed = {
        name: tables[name].with_columns(pl.col("team").replace_strict(others))
        for name in ("observation", "team")
    }
    assert numbers(changed(tables, **renamed)) == numbers(tables)


def numbers(tables: Tables) -> dict[str, object]:
    return {
        figure.id: (figure.value, *part(figure), dict(figure.excluded))
        for analysis in (items, coverage.coverage, splits.splits, serious.serious, people.people)
        for figure in run(tables, analysis).figures
    }


@settings(max_examples=40, deadline=None)
@given(reports())
def test_late_forms_only_add(tables):
    early = {f.id: f for f in shares(tables) if f.dimensions.get("base") == Base.OBSERVATIONS}
    both = {f.id: f for f in shares(tables, late=True)}
    for name, figure in early.items():
        if short(figure) in ("problem", "yes", "negative"):
            assert both[name].numerator >= figure.numerator
            assert both[name].denominator >= figure.denominator


@settings(max_examples=12, deadline=None)
@given(reports(), st.sampled_from([{}, {"late": True}, {"polarity_changed": {"C5": ["2"]}}]))
def test_each_query_gives_its_figure(tables, observation):
    """Counted again by SQL over the tables: a second way to every number."""
    connection = duckdb.connect(config={"threads": 1})
    for name, rows in tables.frames.items():
        connection.register(f"{name}_rows", rows.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM {name}_rows")
    differing = [
        figure.id
        for analysis in (*ANALYSES, electronic.electronic)
        for figure in run(tables, analysis, **observation).figures
        if not gives(connection, figure)
    ]
    assert differing == []


def gives(connection: duckdb.DuckDBPyConnection, figure: Figure) -> bool:
    rows = connection.execute(figure.query).fetchall()
    if figure.query_gives == INPUT:
        return bool(rows) or not figure.value
    expected = figure.value if figure.numerator is None else figure.numerator
    return rows != [(None,)] and float(rows[0][0]) == pytest.approx(expected, abs=1e-9)
