"""Do a station's numbers stay the same from observers to publication, and where do they change?"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from paragraph8.analysis.protocols.chain_evidence import (
    changes_table,
    contestant_table,
    copies_table,
    direct_table,
    steps_table,
    with_area,
)
from paragraph8.analysis.protocols.chain_figures import (
    CHAIN,
    CHANGES,
    DIRECT,
    STEPS,
    TWO_COPIES,
    chain_figures,
    copies_figure,
    pair_figures,
)
from paragraph8.analysis.protocols.chain_numbers import (
    ENDS,
    NEIGHBOURS,
    ORDER,
    Line,
    chain_table,
    line_of,
)
from paragraph8.analysis.protocols.chain_posting import (
    POSTING,
    counting_grids,
    counts_late,
    posting_figures,
    posting_table,
)
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import said

NAME = "protocols.chain"
LIMITS = (
    "A difference shows that a number changed, or was copied wrongly, between its sources; it does "
    "not show which source is right, nor why they differ.",
    "Where the observers' copy stands alone, a slip of those who copied it is the likely cause; a "
    "protocol written anew after they left looks the same.",
    "Only stations of which observers brought something are compared at the early steps; how often "
    "numbers change elsewhere is not known from them.",
    "Numbers that agree may share an error: a copy of a wrong protocol agrees with it.",
    "A posted copy that nobody photographed may have been there, and a copy posted later than "
    "observers stayed is not in their forms.",
)
TOO_FEW = f"Fewer sources than a chain needs, of these: {', '.join(said(s) for s in ORDER)}."
NOTHING_SHARED = "No number of a station is given by several sources of the chain."
NO_FORMS = "No counted form says whether a protocol was posted."
SEVERAL_COPIES = (
    "Several teams copied the protocol of a station; only the first copy enters figures, and where "
    "the others differ stands in the evidence."
)


def chain(tables: Tables, parameters: Parameters) -> Result:
    """Compare the sources of a station in the order in which a result travels: the observers' copy,
    the copy posted at the station, the station's own protocol, the district's table, publication.

    Needs protocol, protocol_vote; uses protocol_figure, contestant, station, area, and the forms of
    counting. Figures as in `pair_figures` (for every two neighbours, and for the ends directly),
    `chain_figures`, `copies_figure`, `posting_figures`. First copies only. A number that a source
    does not give is no difference; it is compared with the next source that gives it.
    Assumes that sources give a number in the same field and channel words.
    Raises Problem analysis.bad_parameter.
    """
    late = counts_late(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    line = line_of(tables)
    if line.steps.is_empty():
        note = TOO_FEW if line.sheets["source"].n_unique() < 2 else NOTHING_SHARED
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(note,), parameters=parameters)
    table, copies = chain_table(line), copies_table(tables)
    evidence = {
        STEPS: steps_table(tables, line),
        CHANGES: changes_table(tables, line),
        CHAIN: with_area(tables, table).select("election", "area", pl.exclude("election", "area")),
        DIRECT: direct_table(tables, line),
        "by contestant": contestant_table(tables, line),
        TWO_COPIES: copies,
    }
    figures: list[Figure] = []
    for scope in _scopes(line):
        here = line.within(scope)
        for pair in (*NEIGHBOURS, ENDS):
            figures += pair_figures(maker, here, pair, scope)
        figures += chain_figures(maker, here, table.filter(**scope), scope)
        figures += copies_figure(maker, tables["protocol"], copies, scope)
    grids = counting_grids(tables, late)
    postings = [posting_table(tables, line, grid) for grid in grids]
    for grid, posting in zip(grids, postings, strict=True):
        figures += posting_figures(maker, grid, posting, late)
    if postings:
        evidence[POSTING] = pl.concat(postings)
    # Sources are compared where observers were, whatever else was published there.
    observed = tuple(replace(figure, interval=OBSERVED) for figure in figures)
    several = any(figure.name == f"{NAME}.two_copies" for figure in figures)
    notes = [note for note, holds in ((SEVERAL_COPIES, several), (NO_FORMS, not grids)) if holds]
    return Result(NAME, tables.snapshot, observed, LIMITS, (), evidence, tuple(notes), parameters)


def _scopes(line: Line) -> Iterator[dict[str, str]]:
    """Elections, and contests where an election has several."""
    for election, contests in (
        line.sheets.group_by("election").agg(pl.col("contest").unique().sort()).sort("election")
    ).rows():
        if len(contests) == 1:
            yield {"election": election}
        else:
            yield from ({"election": election, "contest": contest} for contest in contests)
