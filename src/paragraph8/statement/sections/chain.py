"""From the observers' copy to publication: where a station's numbers changed."""

from collections.abc import Iterator

from paragraph8.analysis.protocols.chain import NAME
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context
from paragraph8.tables.words import said

ONE_SHEET = "none"


def chain(context: Context) -> Iterator[Block]:
    """Every two sources that stand next to each other at some station: compared, and different."""
    rows = []
    for differ in context.figures(f"{NAME}.stations_differ"):
        where = differ.dimensions
        if "contest" in where or not differ.denominator:
            continue
        pair = {name: where[name] for name in ("left", "right", "between")}
        votes = context.figure(f"{NAME}.absolute", **pair)
        apart = "" if where["between"] == ONE_SHEET else ", directly"
        rows.append(
            (
                Cell(f"{said(where['left'])}{apart}"),
                Cell(said(where["right"])),
                Cell(f"{differ.denominator:,}"),
                context.cell(differ),
                context.cell(votes),
            )
        )
    if not rows:
        return
    columns = (
        Column("Between"),
        Column("and"),
        Column("Stations compared", numeric=True),
        Column("That differ", numeric=True),
        Column("Sum of differences in votes", numeric=True),
    )
    caption = context.text(
        "Result protocols on their way, {{date:election}}: the sources of a station that stand "
        "next to each other, and the observers' copy against publication directly.",
        "table of sources",
    )
    yield Table("table-chain", caption, columns, tuple(rows))
