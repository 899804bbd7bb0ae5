"""Results: the margins between neighbours beside what failing protocols could touch."""

from collections.abc import Iterator

from paragraph8.analysis.protocols.margins import NAME
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context


def results(context: Context) -> Iterator[Block]:
    """One row per pair of neighbouring contestants."""
    reach = context.figure(f"{NAME}.reach")
    margins = list(context.figures(f"{NAME}.margin"))
    if reach is None or not margins:
        return
    names = context.references.names
    rows = []
    for figure in margins:
        above, below = figure.dimensions["above"], figure.dimensions["below"]
        rows.append(
            (
                Cell(names[f"contestant:{above}"]),
                Cell(names[f"contestant:{below}"]),
                context.cell(figure),
                Cell("yes" if figure.value <= reach.value else "no"),
            )
        )
    columns = (
        Column("Contestant"),
        Column("Next in votes"),
        Column("Margin, votes", numeric=True),
        Column("Within reach"),
    )
    caption = context.text(
        f"National margins between neighbouring contestants, {{{{date:election}}}}, beside "
        f"{{{{fig:{reach.id}|count}}}} that failing protocols could touch at most. Within reach: "
        "the margin is no larger than that.",
        "table of margins",
    )
    yield Table("table-margins", caption, columns, tuple(rows))
