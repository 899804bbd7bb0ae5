"""The statistics book: every table of election day with its bases and all that is left out."""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.catalogue import find
from paragraph8.analysis.incidents import reports
from paragraph8.analysis.observation import coverage, electronic, items, people, splits, teams
from paragraph8.findings.rules.assessments import problem_words
from paragraph8.kernel.figure import Figure, Interval
from paragraph8.statement.build import Material
from paragraph8.statement.documents.model import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
    Text,
)
from paragraph8.statement.wording.numbers import number
from paragraph8.tables.answers import STATE_WORDS
from paragraph8.tables.codebook_reader import form_items

TITLE = "Statistics book"
STAGES = {
    "opening": "Opening",
    "voting": "Voting",
    "mobile": "Mobile voting",
    "evoting": "Electronic voting",
    "counting": "Counting",
    "tabulation": "Tabulation",
}
UNKNOWN = (STATE_WORDS["dk"], STATE_WORDS["missing"], STATE_WORDS["unreadable"])
NOT_DUE = (STATE_WORDS["na"], STATE_WORDS["skipped"], STATE_WORDS["absent"])
OPENING = (
    "All tables of the reports of observers, each figure with its base and with what is left out "
    "of it. Shares describe what was observed and make no estimate for other stations. The range "
    "beside a share says how far it could lie elsewhere had other teams of the same kind filled in "
    "the forms; it is for the mission's own caution and is no margin of error. Problems are those "
    "of the codebook, by the id of the question."
)
# Evidence tables that stand in the book as they are: analysis, table, heading, what a row is.
WHOLE_TABLES = (
    (coverage.NAME, "coverage", "Coverage by area and setting",
     "Forms, stations and teams; cells under the limits of the profile are hidden, and others with "
     "them so that none can be found by subtraction."),
    (coverage.NAME, "hours", "Arrivals by hour",
     "Hours beyond midnight continue those of election day; hours with few forms are shown "
     "together."),
    (splits.NAME, "splits", "By area, setting and time of arrival",
     "Areas, settings and hours with few observations are shown together with a neighbour."),
    (electronic.NAME, electronic.TABLE, "Electronic voting beside paper only",
     "The same questions at both kinds of stations. Columns called naive take the forms of a team "
     "for independent, which they are not."),
    (teams.NAME, teams.EFFECT, "How shares depend on teams",
     "Equal teams: the mean of the teams' shares. Without a team: the range when any is left out."),
    (teams.NAME, teams.AGREEMENT, "Agreement of teams that met at a station",
     "Pairs of forms of different teams on the same stage and station."),
    ("incidents.longterm", "silence", "Long-term reports: silence by region and theme",
     "Weeks in which a region reported on a theme, and in which it said nothing of it."),
    ("observation.comments", "themes", "Comments by theme",
     "Themes as coded by a person; the words of comments stand in no table."),
)  # fmt: skip
MOST_ROWS = 400
NOTES = {items.WEAK: "weak", items.SENSITIVE: "few teams"}


def statistics_book(material: Material, statement: Document) -> Document:
    """The book as a document of the same snapshot, notice and attribution as the statement."""
    return Document(
        title=f"{TITLE}: {statement.title}",
        subtitle="All tables, bases and exclusions",
        lines=statement.lines,
        notice=statement.notice,
        attribution=statement.attribution,
        snapshot=statement.snapshot,
        language=statement.language,
        direction=statement.direction,
        blocks=tuple(_blocks(material)),
        files=(("Statement", "index.html"), ("PDF", "statistics-book.pdf")),
        wide=True,
    )


def _blocks(material: Material) -> Iterator[Block]:
    yield Paragraph((Text(OPENING),))
    figures = _by_form(material)
    says = dict(form_items().select("item", "says").rows())
    for form, title in STAGES.items():
        here = figures.get(form)
        if here:
            yield Heading(1, title, f"book-{form}")
            yield from _stage(material, form, here, says)
    for analysis, name, heading, what in WHOLE_TABLES:
        yield from _whole(material, analysis, name, heading, what)
    yield from _incidents(material)
    yield from _limits(material)


def _by_form(material: Material) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for name in (coverage.NAME, items.NAME, people.NAME):
        result = material.results.get(name)
        for figure in result.figures if result else ():
            if figure.dimensions.get("election") == material.subject.election:
                found.setdefault(figure.dimensions.get("form", ""), []).append(figure)
    return found


def _stage(
    material: Material, form: str, figures: list[Figure], says: Mapping[str, str]
) -> Iterator[Block]:
    named: dict[str, list[Figure]] = {}
    for figure in figures:
        named.setdefault(figure.name.rsplit(".", 1)[1], []).append(figure)
    yield _forms(form, named)
    for names, heading in (
        (("negative",), "Assessments: negative ones"),
        (("problem", "yes"), "Questions: problems, and yes to neutral questions"),
    ):
        shares = [figure for name in names for figure in named.get(name, [])]
        if shares:
            yield Heading(2, heading, f"book-{form}-{names[0]}")
            yield _shares(form, shares, says)
            yield _bases(form, shares)
    if named.get("grade"):
        yield Heading(2, "Grades", f"book-{form}-grades")
        yield _grades(form, named["grade"], says)
    yield from _other(form, named, says)


def _forms(form: str, named: Mapping[str, list[Figure]]) -> Table:
    rows = []
    for name in ("observations", "stations", "teams", "observers", "repeats", "shared"):
        for figure in named.get(name, []):
            out = "; ".join(f"{number(n)} {reason}" for reason, n in figure.excluded.items())
            rows.append((Cell(name), Cell(number(figure.value)), Cell(out or "–")))
    columns = (Column("Counted"), Column("Number", numeric=True), Column("Not counted"))
    return Table(f"book-forms-{form}", "Forms of this stage.", columns, tuple(rows))


def _shares(form: str, figures: list[Figure], says: Mapping[str, str]) -> Table:
    """One row per item: of observations, with the range and every reason for leaving out."""
    observed = [f for f in figures if f.dimensions.get("base") == "observations"]
    rows = []
    for figure in observed:
        item = figure.dimensions["item"]
        out = figure.excluded
        unknown = sum(out.get(reason, 0) for reason in UNKNOWN)
        not_due = sum(out.get(reason, 0) for reason in NOT_DUE)
        rows.append(
            (
                Cell(item),
                Cell(_words(item, says)),
                Cell(number(figure.numerator or 0)),
                Cell(number(figure.denominator or 0)),
                Cell(_per_cent(figure.value)),
                Cell(_range(figure)),
                Cell(number(unknown)),
                Cell(number(not_due)),
                Cell(number(sum(out.values()) - unknown - not_due)),
                Cell(", ".join(word for limit, word in NOTES.items() if limit in figure.limits)),
            )
        )
    columns = (
        Column("Item"),
        Column("What was seen"),
        Column("Seen", numeric=True),
        Column("Answered", numeric=True),
        Column("Per cent", numeric=True),
        Column("Range, other teams", numeric=True),
        Column("Not known or answered", numeric=True),
        Column("Not asked or applicable", numeric=True),
        Column("Left out otherwise", numeric=True),
        Column("Note"),
    )
    caption = "Base: observations. Seen, answered and what is left out add up to all forms counted."
    return Table(f"book-shares-{form}-{observed[0].name}", caption, columns, tuple(rows))


def _bases(form: str, figures: list[Figure]) -> Table:
    """The same items by their three bases, side by side and never added."""
    by_item: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        by_item.setdefault(figure.dimensions["item"], {})[figure.dimensions["base"]] = figure
    rows = []
    for item, of in by_item.items():
        cells = [Cell(item)]
        for base in ("observations", "stations", "observers"):
            cells += _of(of.get(base))
        rows.append(tuple(cells))
    columns = [Column("Item")]
    for base in ("Observations", "Stations", "Observers"):
        columns += [Column(base), Column("of", numeric=True), Column("per cent", numeric=True)]
    numeric = tuple(Column(c.title, numeric=place > 0) for place, c in enumerate(columns))
    caption = (
        "By base. A station counts once: a problem seen at any visit is there, an assessment is "
        "the last. Observers are the members of teams that reported it, of teams that answered."
    )
    return Table(f"book-bases-{form}-{figures[0].name}", caption, numeric, tuple(rows))


def _of(figure: Figure | None) -> list[Cell]:
    if figure is None:
        return [Cell("–"), Cell("–"), Cell("–")]
    n = figure.denominator or 0
    return [Cell(number(figure.numerator or 0)), Cell(number(n)), Cell(_per_cent(figure.value))]


def _grades(form: str, figures: list[Figure], says: Mapping[str, str]) -> Table:
    """One row per assessment: how often each grade was given."""
    by_item: dict[str, list[Figure]] = {}
    for figure in figures:
        by_item.setdefault(figure.dimensions["item"], []).append(figure)
    last = max(len(grades) for grades in by_item.values())
    rows = []
    for item, grades in by_item.items():
        counts = [Cell(number(grade.numerator or 0)) for grade in grades]
        answered = Cell(number(grades[0].denominator or 0))
        missing = [Cell("–")] * (last - len(counts))
        rows.append((Cell(item), Cell(says.get(item, "")), *counts, *missing, answered))
    columns = (
        Column("Item"),
        Column("Question"),
        *(Column(f"Grade {place}", numeric=True) for place in range(1, last + 1)),
        Column("Given", numeric=True),
    )
    caption = "Grades given, from very good to very bad. Base: observations."
    return Table(f"book-grades-{form}", caption, columns, tuple(rows))


def _other(
    form: str, named: Mapping[str, list[Figure]], says: Mapping[str, str]
) -> Iterator[Block]:
    """Grades, groups of questions, answers of lists, numbers of cases, people: one row a figure."""
    for names, heading in (
        (("any", "any_of_complete"), "Groups of questions"),
        (("problem_of_all",), "Questions asked after another, of all forms"),
        (("chosen",), "Answers of lists"),
        (("cases", "stations_with_cases", "median_cases", "largest_cases", "present"), "Numbers"),
        (("women", "women_in_the_chair"), "Women on commissions"),
    ):
        figures = [figure for name in names for figure in named.get(name, [])]
        if figures:
            yield Heading(2, heading, f"book-{form}-{names[0]}")
            yield _plain(f"book-plain-{form}-{names[0]}", figures, says)


def _plain(anchor: str, figures: list[Figure], says: Mapping[str, str]) -> Table:
    rows = []
    for figure in figures:
        where = {k: v for k, v in figure.dimensions.items() if k not in ("election", "form")}
        label = ", ".join(f"{key} {value.replace('_', ' ')}" for key, value in where.items())
        asked = figure.parameters.get("items")
        question = _words(where.get("item", ""), says)
        if isinstance(asked, list):
            question = f"at least one of {', '.join(asked)}"
        counted = figure.numerator is not None and figure.denominator
        rows.append(
            (
                Cell(figure.name.rsplit(".", 1)[1].replace("_", " ")),
                Cell(label),
                Cell(question),
                Cell(number(figure.numerator or 0 if counted else figure.value)),
                Cell(number(figure.denominator or 0) if counted else "–"),
                Cell(_per_cent(figure.value) if counted else "–"),
                Cell(figure.base),
            )
        )
    columns = (
        Column("Figure"),
        Column("Of"),
        Column("Question"),
        Column("Number", numeric=True),
        Column("of", numeric=True),
        Column("Per cent", numeric=True),
        Column("Base"),
    )
    return Table(anchor, "Each figure with its base.", columns, tuple(rows))


def _whole(
    material: Material, analysis: str, name: str, heading: str, what: str
) -> Iterator[Block]:
    result = material.results.get(analysis)
    frame = result.evidence.get(name) if result else None
    if not isinstance(frame, pl.DataFrame) or frame.is_empty():
        return
    here = frame.filter(pl.col("election") == material.subject.election).drop("election")
    anchor = f"book-{analysis}-{name}".replace(" ", "-").replace(".", "-")
    yield Heading(1, heading, anchor)
    shown = here.head(MOST_ROWS)
    columns = tuple(
        Column(column.replace("_", " "), numeric=here.schema[column].is_numeric())
        for column in here.columns
    )
    rows = tuple(tuple(Cell(_cell(value)) for value in row) for row in shown.rows())
    more = "" if shown.height == here.height else " The rest stands in the data package."
    yield Table(f"{anchor}-table", what + more, columns, rows)


def _incidents(material: Material) -> Iterator[Block]:
    """Every figure on incidents with its base: no base holds facts and allegations together."""
    result = material.results.get(reports.NAME)
    figures = [
        figure
        for figure in (result.figures if result else ())
        if figure.dimensions.get("election") == material.subject.election
    ]
    if figures:
        yield Heading(1, "Incidents", "book-incidents")
        yield _plain("book-plain-incidents", figures, {})


def _limits(material: Material) -> Iterator[Block]:
    yield Heading(1, "What these tables cannot show", "book-limits")
    for name in dict.fromkeys([items.NAME, *(entry[0] for entry in WHOLE_TABLES)]):
        if name in material.results:
            for limit in find(name).cannot_say:
                yield Paragraph((Text(limit),), "note")


def _words(item: str, says: Mapping[str, str]) -> str:
    words = problem_words().get(item) or says.get(item, "")
    return words[:1].upper() + words[1:]


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f}"


def _range(figure: Figure) -> str:
    if isinstance(figure.interval, Interval):
        return f"{100 * figure.interval.low:.1f}–{100 * figure.interval.high:.1f}"
    return "–"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
