"""Two voter lists compared: categories, changes, stations. Counts below the profile are hidden."""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.voterlist.reconciliation import CHANGES, NAME, STATIONS
from paragraph8.kernel.figure import Interval
from paragraph8.kernel.slug import slug
from paragraph8.statement.charts.lists import sign_bars, station_funnel
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context
from paragraph8.statement.sections.small_counts import shown_counts
from paragraph8.statement.wording.numbers import number

WORST_SHARE, FEWEST_WORST, FEWEST_DOTS = 0.05, 5, 8
CATEGORIES = {
    "matched": "On both lists, the same particulars",
    "changed": "On both lists, a particular differs",
    "moved": "On both lists, at another station",
    "probable": "Probably on both lists; a person should look",
    "ambiguous": "On both lists, but with which entry cannot be told",
    "only_paper": "On the paper list only",
    "only_electronic": "On the electronic list only",
    "duplicate_in_paper": "Second entries of one person, paper list",
    "duplicate_in_electronic": "Second entries of one person, electronic list",
}
FIELDS = {
    "surname": "Surname", "given": "Given name", "patronymic": "Patronymic",
    "birth": "Birth date", "sex": "Sex", "number": "Number", "locality": "Locality",
    "street": "Street", "house": "House", "flat": "Flat", "postcode": "Postcode",
    "birth_place": "Place of birth", "area": "Area",
}  # fmt: skip
KINDS = {
    "missing": "given on one list only",
    "form": "another ending of the same name",
    "spelling": "one or two letters",
    "exchanged": "in each other's place",
    "digit": "one digit",
    "other": "another value",
}


def comparison(context: Context) -> Iterator[Block]:
    """Tables and charts of every comparison of two lists in the subject's election."""
    for compared in _comparisons(context):
        where = {"comparison": compared}
        yield _categories(context, where)
        yield from _changes(context, where)
        yield from _stations(context, where)


def _comparisons(context: Context) -> list[str]:
    return sorted({f.dimensions["comparison"] for f in context.figures(f"{NAME}.net")})


def _categories(context: Context, where: Mapping[str, str]) -> Table:
    least = context.profile.least_observations
    figures = {
        category: figure
        for category in CATEGORIES
        if (figure := context.figure(f"{NAME}.category", category=category, **where))
    }
    counts = {category: int(figure.value) for category, figure in figures.items()}
    hidden = set(counts) - set(shown_counts(counts, least))
    rows: list[tuple[Cell, ...]] = []
    for category, figure in figures.items():
        share = f"{100 * figure.value / (figure.denominator or 1):.1f}"
        label = Cell(CATEGORIES[category])
        if category in hidden:
            rows.append((label, Cell(f"below {least}" if counts[category] < least else "hidden"),
                         Cell("–")))  # fmt: skip
        else:
            second = category.startswith("duplicate")
            rows.append((label, context.cell(figure), Cell("–" if second else share)))
    rows += _together(context, where)
    columns = (
        Column("What became of the names"),
        Column("Persons", numeric=True),
        Column("Of those on either list, per cent", numeric=True),
    )
    caption = context.text(
        "Names of the paper and of the electronic list, each person counted once.", "table lists"
    )
    return Table(f"table-lists-{slug(where['comparison'])}", caption, columns, tuple(rows))


def _together(context: Context, where: Mapping[str, str]) -> Iterator[tuple[Cell, ...]]:
    """Net and gross, side by side: a net of nought may hide any gross difference."""
    gross, net = context.figure(f"{NAME}.gross", **where), context.figure(f"{NAME}.net", **where)
    if gross is None or net is None or (gross.numerator or 0) < context.profile.least_observations:
        return
    share = f"{100 * gross.value:.1f}"
    if isinstance(gross.interval, Interval) and gross.interval.high > gross.value:
        share += f"; {100 * gross.interval.high:.1f} if no unsure pair is one person"
    yield (
        Cell("On one list only, both together (gross)"),
        Cell(number(gross.numerator or 0)),
        Cell(share, gross.id),
    )
    yield (
        Cell("More names on paper than on the electronic list (net)"),
        Cell(_signed(net.value), net.id),
        Cell("–"),
    )


def _changes(context: Context, where: Mapping[str, str]) -> Iterator[Block]:
    least = context.profile.least_observations
    rows = context.evidence(NAME, CHANGES)
    if rows.is_empty():
        return
    here = rows.filter(pl.col("comparison") == where["comparison"])
    shown = []
    for field, kind in here.select("field", "kind").rows():
        figure = context.figure(f"{NAME}.changed", field=field, kind=kind, **where)
        if figure and figure.value >= least:
            shown.append((Cell(FIELDS[field]), Cell(KINDS[kind]), context.cell(figure)))
    if shown:
        columns = (Column("Particular"), Column("How it differs"), Column("Persons", numeric=True))
        caption = context.text(
            "Particulars that differ between the entries of a person. A person may stand in "
            "several rows; another script or letters that one alphabet lacks are no difference.",
            "table list changes",
        )
        yield Table(
            f"table-list-changes-{slug(where['comparison'])}", caption, columns, tuple(shown)
        )


def _stations(context: Context, where: Mapping[str, str]) -> Iterator[Block]:
    every = context.evidence(NAME, STATIONS)
    if every.is_empty():
        return
    rows = every.filter(pl.col("comparison") == where["comparison"], pl.col("persons") > 0)
    anchor = slug(where["comparison"])
    if rows.height >= FEWEST_DOTS:
        ranked = rows.sort("net", descending=True).with_row_index("rank", offset=1)
        yield context.chart(
            f"list-net-{anchor}",
            sign_bars(ranked.select("rank", "net")),
            "At which stations was which list longer?",
            "A bar per station, above the line where the paper list holds more names.",
            "Base: stations whose lists were compared. A difference of nought may hide names "
            "missing on either list.",
        )
        columns = ("persons", "gross", "expected_low", "expected_high", "singled_out")
        yield context.chart(
            f"list-funnel-{anchor}",
            station_funnel(rows.select(columns)),
            "At which stations do the lists differ more than elsewhere?",
            "A dot per station by the persons on its lists and the share that is on one list only; "
            "a band holds stations that differ as all do.",
            "Base: persons on either list of a station. Diamonds lie above the band by more than "
            "chance explains, many stations considered; why, the lists do not show.",
        )
    yield _worst(context, rows, anchor)


def _worst(context: Context, rows: pl.DataFrame, anchor: str) -> Table:
    """The stations that differ most: one in twenty, and five at the least."""
    least = context.profile.least_observations
    most = max(FEWEST_WORST, round(WORST_SHARE * rows.height))
    shown = []
    for row in rows.sort("gross", "persons", descending=True).head(most).iter_rows(named=True):
        small = 0 < row["on_one_list"] < least
        shown.append(
            (
                Cell(row["area"]),
                Cell(row["station"]),
                Cell(number(row["paper"])),
                Cell(number(row["electronic"])),
                Cell(_signed(row["net"])),
                Cell(f"below {least}" if small else number(row["on_one_list"])),
                Cell("–" if small else f"{100 * row['gross']:.1f}"),
            )
        )
    columns = (
        Column("Area"),
        Column("Station"),
        Column("Names on paper", numeric=True),
        Column("Electronic", numeric=True),
        Column("Difference", numeric=True),
        Column("On one list only", numeric=True),
        Column("Per cent", numeric=True),
    )
    caption = context.text(
        "Stations whose lists differ most, by the share of persons on one list only.",
        "table list stations",
    )
    return Table(f"table-list-stations-{anchor}", caption, columns, tuple(shown))


def _signed(number: float) -> str:
    return f"{number:+,.0f}".replace("-", "–") if number else "0"
