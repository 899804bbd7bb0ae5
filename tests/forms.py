"""Observers' reports built from a few words, so that every share can be counted by hand."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import polars as pl

from helpers import frame, table
from paragraph8.analysis.observation.items import items
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.codebook_reader import Item, codebook_form, form_items
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables, shape_all
from paragraph8.tables.words import ANSWER_STATES

ELECTION, DAY = "e", date(2024, 5, 12)
AS_OF = "2024-05-14"
NOT_GIVEN = tuple(state for state in ANSWER_STATES if state != "given")
# What an observation has unless the words say otherwise.
USUAL: Mapping[str, object] = {
    "version": "1",
    "day": DAY,
    "seen": "start",
    "repeat": False,
    "entry": "phone",
    "received": "2024-05-12T12:00:00Z",
    "late": False,
}
COLUMNS = tuple(BY_NAME["observation"].schema)
Run = Callable[[Tables, Parameters], Result]


def forms(
    form: str,
    n: int,
    *,
    per_team: int = 6,
    per_station: int = 1,
    election: str = ELECTION,
    format: str = "full",
    observation: Mapping[str, object] | None = None,
    **said: int | Mapping[str, int] | list[str],
) -> Tables:
    """`n` forms of one kind from teams of two.

    per_team, per_station   neighbouring forms of one team, and of one station
    observation   column of `observation` -> a value for all forms, or a list of n
    said          item -> how many forms give its problem answer (of a neutral item: "yes"), or
                  answer or reason for none -> how many, in this order, or the answers one by one;
                  forms that are left over give an answer that is no problem
    """
    columns: dict[str, list[object]] = {
        "observation": [f"{form}-{election}-{at:05}" for at in range(n)],
        "team": [f"t{at // per_team:04}" for at in range(n)],
        "station": [f"s{at // per_station:05}" for at in range(n)],
        **{
            name: list(value) if isinstance(value, list) else [value] * n
            for name, value in (observation or {}).items()
        },
    }
    known = {item.id: item for item in codebook_form(form).items}
    cells = {item: _cells(known[item], n, answers) for item, answers in said.items()}
    return _assembled(form, election, format, columns, cells)


def told(form: str, text: str, election: str = ELECTION, **tables: str) -> Tables:
    """Forms of one kind from a small text table: one line for each form.

    The first line names columns of `observation`, or items. In a cell of an item stands an answer,
    a reason for none (dk, na, missing, skipped, withheld), or "-": the form does not have the item.
    `tables`: other tables as small texts, in place of those made here (see helpers.frame).
    """
    read = table(text)
    n = len(next(iter(read.values())))
    rows: dict[str, list[object]] = {"observation": [f"o{at:02}" for at in range(1, n + 1)]}
    cells = {}
    for name, values in read.items():
        if name in COLUMNS:
            rows[name] = [_typed(name, value) for value in values]
        else:
            cells[name] = [None if value is None else str(value) for value in values]
    made = _assembled(form, election, "full", rows, cells)
    frames = {**made.frames, **{name: frame(name, text) for name, text in tables.items()}}
    return Tables(shape_all(frames), AS_OF)


def together(*several: Tables) -> Tables:
    """The rows of several tables as one mission; rows with the same key count once."""
    names = dict.fromkeys(name for tables in several for name in tables.frames)
    frames = {
        name: pl.concat([tables[name] for tables in several]).unique(
            list(BY_NAME[name].key), keep="first", maintain_order=True
        )
        for name in names
    }
    return Tables(shape_all(frames), AS_OF)


def changed(tables: Tables, **frames: pl.DataFrame) -> Tables:
    """The tables with some of them replaced."""
    return Tables(shape_all({**tables.frames, **frames}), tables.as_of)


def asked_otherwise(tables: Tables, item: str, **columns: object) -> Tables:
    """The tables with other words, type or problem answers of one question."""
    rows = [
        {**row, **columns} if row["item"] == item else row for row in tables["form_item"].to_dicts()
    ]
    return changed(tables, form_item=pl.DataFrame(rows, schema=BY_NAME["form_item"].schema))


def run(tables: Tables, analysis: Run = items, profile: str = "", **observation: object) -> Result:
    """The result of an analysis without drawing intervals, unless `draws` says how many."""
    parameters: dict[str, object] = {"observation": {"draws": 0, **observation}}
    return analysis(tables, {**parameters, "profile": profile} if profile else parameters)


def found(result: Result, name: str, **dimensions: str) -> Figure | None:
    """The one figure of this name with these dimensions among its own, or None."""
    full = f"{result.analysis}.{name}"
    fitting = [
        figure
        for figure in result.figures
        if figure.name == full and dimensions.items() <= figure.dimensions.items()
    ]
    assert len(fitting) < 2, [figure.id for figure in fitting]
    return fitting[0] if fitting else None


def one(result: Result, name: str, **dimensions: str) -> Figure:
    """The one figure of this name with these dimensions among its own."""
    figure = found(result, name, **dimensions)
    assert figure is not None, f"{name} {dimensions}"
    return figure


def part(figure: Figure) -> tuple[int | None, int | None]:
    """Numerator and denominator."""
    return figure.numerator, figure.denominator


def _cells(item: Item, n: int, answers: int | Mapping[str, int] | list[str]) -> list[str]:
    if isinstance(answers, int):
        answers = {(item.problem or ("yes",))[0]: answers}
    if isinstance(answers, Mapping):
        answers = [answer for answer, times in answers.items() for _ in range(times)]
    cells = list(answers)
    assert len(cells) <= n, f"{item.id}: {len(cells)} answers on {n} forms"
    return cells + [_clean(item)] * (n - len(cells))


def _clean(item: Item) -> str:
    """An answer that is no problem."""
    if item.type in ("yes_no", "yes_no_na"):
        return "yes" if item.problem == ("no",) else "no"
    if item.type == "rating":
        return "1"
    if item.type == "integer":
        return "0"
    return next(c.value for c in item.choices if c.value not in (*item.problem, "dk"))


def _typed(column: str, value: object) -> object:
    if value is None:
        return None
    kind = BY_NAME["observation"].schema[column]
    if kind == pl.Date:
        return date.fromisoformat(str(value))
    if kind == pl.Boolean:
        return value == "true"
    return value if kind == pl.Int64 else str(value)


def _assembled(
    form: str,
    election: str,
    format: str,
    columns: Mapping[str, list[object]],
    cells: Mapping[str, Iterable[str | None]],
) -> Tables:
    n = len(columns["observation"])
    usual = {name: [value] * n for name, value in USUAL.items()}
    filled = {**usual, "election": [election] * n, "form": [form] * n, **columns}
    schema = BY_NAME["observation"].schema
    observation = pl.DataFrame(filled, schema={c: t for c, t in schema.items() if c in filled})
    teams = observation.select("team").unique()
    stations = observation.drop_nulls("station") if "station" in filled else observation.clear()
    frames = {
        "election": _row(
            "election", election=election, country="ZZ", title="t", election_day=DAY, round=1,
            simulated=True,
        ),
        "mission": _row(
            "mission", mission="m", title="m", format=format, languages="en", simulated=True
        ),
        "area": _row("area", election=election, area="N", level="region", name="North"),
        "team": teams.with_columns(
            observers=pl.lit(2), nationalities=pl.lit("AA;BB"), long_term=pl.lit(False)
        ),
        "station": _stations(stations, election),
        "form_item": form_items(),
        "observation": observation,
        "answer": _answers(observation["observation"], cells),
    }  # fmt: skip
    return Tables(shape_all(frames), AS_OF)


def _stations(observation: pl.DataFrame, election: str) -> pl.DataFrame:
    if "station" not in observation.columns:
        return BY_NAME["station"].empty()
    return observation.select("station").unique().with_columns(
        election=pl.lit(election), area=pl.lit("N"), kind=pl.lit("ordinary"),
        channels=pl.lit("paper"),
    )  # fmt: skip


def _answers(names: pl.Series, cells: Mapping[str, Iterable[str | None]]) -> pl.DataFrame:
    parts = [BY_NAME["answer"].empty()]
    for item, values in cells.items():
        value = pl.Series("value", list(values), dtype=pl.String)
        rows = pl.DataFrame({"observation": names, "value": value}).drop_nulls("value")
        reason = pl.col("value").is_in(NOT_GIVEN)
        parts.append(
            rows.select(
                "observation",
                pl.lit(item).alias("item"),
                pl.when(reason).then("value").otherwise(pl.lit("given")).alias("state"),
                pl.when(~reason).then("value").alias("value"),
            )
        )
    return pl.concat(parts)


def _row(name: str, /, **values: object) -> pl.DataFrame:
    schema = BY_NAME[name].schema
    return pl.DataFrame([values], schema={c: t for c, t in schema.items() if c in values})
