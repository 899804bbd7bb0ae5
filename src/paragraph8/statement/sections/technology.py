"""Voting technologies: how protocols and machines differ, contestant by contestant."""

from collections.abc import Iterator

import polars as pl

from paragraph8.analysis.protocols.channels import NAME
from paragraph8.statement.charts.shapes import two_sided_bars
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context

SIGNS = "signs published machine_memory"
LEVEL_WORDS = {
    "consistent": "consistent with chance",
    "unusual": "unusual",
    "incompatible": "incompatible with chance",
}


def technology(context: Context) -> Iterator[Block]:
    """By contestant, in ballot order: to which side protocols differ from the machine's memory."""
    signs = context.evidence(NAME, SIGNS)
    if signs.is_empty():
        return
    yield context.chart(
        "direction",
        two_sided_bars(
            signs.select("name", "lower", "higher"),
            "name",
            "lower",
            "higher",
            "stations: fewer in the protocol",
            "stations: more in the protocol",
        ),
        "To which side do protocols differ from the machine's memory?",
        "For each line of the ballot, in ballot order, the number of stations where the protocol "
        "gives fewer and where it gives more votes than the machine's memory; the same numbers "
        "stand in the table.",
        "Base: stations with votes in both the published protocol and the machine's memory that "
        "differ for this line of the ballot.",
    )
    yield _table(context, signs)


def _table(context: Context, signs: pl.DataFrame) -> Table:
    rows = []
    for row in signs.to_dicts():
        where = {"contestant": row["contestant"]}
        rows.append(
            (
                Cell(row["contestant"]),
                Cell(row["name"]),
                context.cell(context.figure(f"{NAME}.lower", **where)),
                context.cell(context.figure(f"{NAME}.higher", **where)),
                Cell(f"{row['fewer_votes']:,}"),
                Cell(f"{row['more_votes']:,}"),
                Cell(_probability(row["p_adjusted"])),
                Cell(LEVEL_WORDS[row["level"]]),
            )
        )
    columns = (
        Column("No."),
        Column("Line of the ballot"),
        Column("Stations: fewer", numeric=True),
        Column("Stations: more", numeric=True),
        Column("Votes fewer", numeric=True),
        Column("Votes more", numeric=True),
        Column("Adjusted p", numeric=True),
        Column("Direction is"),
    )
    caption = context.text(
        "Votes in the protocol against votes in the machine's memory, {{date:election}}, in ballot "
        "order. The sign test asks whether differences fall to either side alike, assuming that "
        "stations err independently; p is adjusted for the number of lines.",
        "table of directions",
    )
    return Table("table-direction", caption, columns, tuple(rows))


def _probability(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
