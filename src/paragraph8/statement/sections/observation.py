"""Election day as observers saw it: coverage, assessments, what was seen at each stage."""

from collections.abc import Iterator

import polars as pl

from paragraph8.analysis.observation import coverage, electronic, items, splits
from paragraph8.analysis.observation.overall import MAIN, OVERALL, same_scale
from paragraph8.findings.rules.assessments import problem_words
from paragraph8.kernel.figure import Figure
from paragraph8.statement.charts.observed import assessment_bars, counted_panels, paired_dots
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context
from paragraph8.tables.answers import STATE_WORDS

STAGES = {
    "opening": "Opening",
    "voting": "Voting",
    "evoting": "Electronic voting",
    "counting": "Counting",
    "tabulation": "Tabulation",
}
GRADES = ("very good", "good", "bad", "very bad")
# Reasons for which a form has no answer because none was due.
NOT_ASKED = tuple(STATE_WORDS[state] for state in ("na", "skipped", "absent"))
ROWS_SHOWN = 12
DIFFERENCES_SHOWN = 8


def election_day(context: Context) -> Iterator[Block]:
    """How many forms, stations, teams and observers by stage; how the stages were assessed."""
    stages = [form for form in STAGES if context.figure(f"{coverage.NAME}.observations", form=form)]
    if not stages:
        return
    yield _coverage_table(context, stages)
    yield from _assessments(context, stages)


def opening(context: Context) -> Iterator[Block]:
    """What was seen at opening."""
    yield from _seen(context, "opening")


def voting(context: Context) -> Iterator[Block]:
    """What was seen during voting, and where."""
    yield from _seen(context, "voting")
    yield from _by_area(context, "voting")


def electronic_voting(context: Context) -> Iterator[Block]:
    """What was seen of electronic voting, and how stations with it differ from others."""
    yield from _seen(context, "evoting")
    yield from _differences(context)


def count(context: Context) -> Iterator[Block]:
    """What was seen of counts, and where."""
    yield from _seen(context, "counting")
    yield from _by_area(context, "counting")


def tabulation(context: Context) -> Iterator[Block]:
    """What was seen at higher commissions."""
    yield from _seen(context, "tabulation")


def _coverage_table(context: Context, stages: list[str]) -> Table:
    rows = []
    for form in stages:
        names = ("observations", "stations", "teams", "observers")
        found = [context.figure(f"{coverage.NAME}.{name}", form=form) for name in names]
        late = sum(found[0].excluded.values()) if found[0] else 0
        rows.append((Cell(STAGES[form]), *(context.cell(f) for f in found), Cell(f"{late:,}")))
    columns = (
        Column("Stage"),
        Column("Forms", numeric=True),
        Column("Stations", numeric=True),
        Column("Teams", numeric=True),
        Column("Observers", numeric=True),
        Column("Not counted", numeric=True),
    )
    caption = context.text(
        "What observers sent, {{date:election}}. Not counted are forms received after the freeze, "
        "replaced by a correction or taken out; late forms enter the final report.",
        "table of coverage",
    )
    return Table("table-observed", caption, columns, tuple(rows))


def _assessments(context: Context, stages: list[str]) -> Iterator[Block]:
    kinds = dict(context.tables["form_item"].select("item", "type").rows())
    same_scale({OVERALL[form]: kinds[OVERALL[form]] for form in stages if OVERALL[form] in kinds})
    rows = []
    for form in stages:
        for place, grade in enumerate(GRADES):
            where = {"form": form, "item": OVERALL[form], "grade": str(place + 1)}
            figure = context.figure(f"{items.NAME}.grade", **where)
            if figure:
                rows.append((STAGES[form], grade, place, figure.numerator, figure.denominator))
    if not rows:
        return
    frame = pl.DataFrame(rows, schema=("stage", "grade", "place", "count", "n"), orient="row")
    yield context.chart(
        "assessments",
        assessment_bars(frame),
        "How did observers assess each stage of election day?",
        "A bar for each stage, divided into assessments from very good to very bad, with their "
        "numbers; the same numbers stand in the statistics book.",
        "Base: forms of each stage with an overall assessment. They describe what was observed; "
        "stages were followed by the same teams at different places.",
    )


def _seen(context: Context, form: str) -> Iterator[Block]:
    """The problems with the largest shares: k of n, and how many did not know or answer."""
    figures = [
        figure
        for figure in context.figures(f"{items.NAME}.problem", form=form, base="observations")
        if figure.dimensions["item"] in problem_words() and figure.numerator
    ]
    figures.sort(key=lambda figure: (-figure.value, figure.dimensions["item"]))
    if not figures:
        return
    rows = [_seen_row(context, figure) for figure in figures[:ROWS_SHOWN]]
    columns = (
        Column("What was seen"),
        Column("Item"),
        Column("Seen", numeric=True),
        Column("Answered", numeric=True),
        Column("Not known", numeric=True),
        Column("Not asked", numeric=True),
    )
    caption = context.text(
        "What observers saw most often, {{date:election}}. Not known: they did not observe it or "
        "gave no answer. Not asked: the question did not arise or did not apply. Every problem "
        "that was asked for stands in the statistics book.",
        f"table of {form}",
    )
    yield Table(f"table-{form}", caption, columns, tuple(rows))


def _seen_row(context: Context, figure: Figure) -> tuple[Cell, ...]:
    item = figure.dimensions["item"]
    words = problem_words()[item]
    not_asked = sum(figure.excluded.get(reason, 0) for reason in NOT_ASKED)
    return (
        Cell(words[:1].upper() + words[1:]),
        Cell(item),
        Cell(f"{figure.numerator:,}", figure.id),
        Cell(f"{figure.denominator:,}"),
        Cell(f"{sum(figure.excluded.values()) - not_asked:,}"),
        Cell(f"{not_asked:,}"),
    )


def _by_area(context: Context, form: str) -> Iterator[Block]:
    table = context.evidence(splits.NAME, "splits")
    if table.is_empty():
        return
    wanted = [OVERALL[form], *MAIN[form]]
    here = table.filter((pl.col("form") == form) & (pl.col("split") == "area"))
    panels = {
        item: "assessed negatively" if item == OVERALL[form] else problem_words().get(item, item)
        for item in wanted
    }
    rows = here.filter(pl.col("item").is_in(wanted)).select(
        panel=pl.col("item").replace_strict(panels, default=""),
        area=pl.col("cell"),
        k="problems",
        n="answered",
    )
    if rows.is_empty() or rows["area"].n_unique() < 2:
        return
    yield context.chart(
        f"areas-{form}",
        counted_panels(rows),
        "Where was it seen?",
        "For each question a panel with the areas as rows, from west to east: a pale bar for all "
        "observations and a dark one for those with the problem, with both numbers.",
        "Counts and not shares, since most areas have few observations. Areas with very few are "
        "shown together with a neighbour, so that no team can be told from a number.",
    )


def _differences(context: Context) -> Iterator[Block]:
    rows = electronic.singled_out(context.results.get(electronic.NAME), context.subject.election)[
        :DIFFERENCES_SHOWN
    ]
    if not rows:
        return
    frame = pl.DataFrame(
        {
            "label": [problem_words().get(str(r["item"]), str(r["item"])) for r in rows],
            "first": [_share(r["problems_electronic"], r["answered_electronic"]) for r in rows],
            "second": [_share(r["problems_paper"], r["answered_paper"]) for r in rows],
        }
    )
    yield context.chart(
        "electronic-beside-paper",
        paired_dots(frame),
        "Where did stations with electronic voting differ from paper-only stations?",
        "For each question a round mark for stations with electronic voting and a diamond for "
        "paper-only stations; the numbers stand in the statistics book.",
        "Round: stations with electronic voting; diamond: paper only. Shown are questions whose "
        "difference stands out after correction for their number, among stations observed.",
    )


def _share(problems: object, answered: object) -> float:
    return int(str(problems)) / int(str(answered))
