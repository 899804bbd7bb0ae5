"""All analyses of the mission: the table of contents that menu, commands, docs and tests read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from paragraph8.analysis.protocols import arithmetic, channels, margins, sources
from paragraph8.analysis.turnout import participation
from paragraph8.analysis.voterlist import additions
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.result import Result
from paragraph8.tables.tables import Tables


@dataclass(frozen=True, slots=True)
class Analysis:
    """One question, the tables it needs, the function that answers it, and what it cannot say."""

    name: str
    question: str
    needs: tuple[str, ...]
    run: Callable[[Tables, Parameters], Result]
    source: str
    cannot_say: tuple[str, ...]
    page: str


PROTOCOL_TABLES = ("protocol", "protocol_figure", "station")
VOTE_TABLES = ("protocol", "protocol_vote", "contestant", "station")

CATALOGUE = (
    Analysis(
        name=arithmetic.NAME,
        question="Do the numbers on each result protocol agree with each other?",
        needs=("protocol", "station"),
        run=arithmetic.arithmetic,
        source="Reconciliation rules of result protocols, as collected in docs/method/protocols.md",
        cannot_say=arithmetic.LIMITS,
        page="docs/method/protocols.md",
    ),
    Analysis(
        name=margins.NAME,
        question="How large are failing protocols beside the margins between contestants?",
        needs=VOTE_TABLES,
        run=margins.margins,
        source="Seats: Gallagher 1991; margins as in docs/method/margins.md",
        cannot_say=margins.LIMITS,
        page="docs/method/margins.md",
    ),
    Analysis(
        name=channels.NAME,
        question="How much was voted on paper and by machine, and do protocols repeat machines?",
        needs=VOTE_TABLES,
        run=channels.channels,
        source="Sign test: Siegel 1956; many tests: Benjamini and Hochberg 1995",
        cannot_say=channels.LIMITS,
        page="docs/method/channels.md",
    ),
    Analysis(
        name=sources.NAME,
        question="Do several sources of one station agree, and who agrees with whom?",
        needs=VOTE_TABLES,
        run=sources.sources,
        source="Comparison of copies of protocols, docs/method/sources.md",
        cannot_say=sources.LIMITS,
        page="docs/method/sources.md",
    ),
    Analysis(
        name=additions.NAME,
        question="How many voters were added to the list on election day, and where?",
        needs=PROTOCOL_TABLES,
        run=additions.additions,
        source="Quantiles: Hyndman and Fan 1996, type 7",
        cannot_say=additions.LIMITS,
        page="docs/method/voterlist-additions.md",
    ),
    Analysis(
        name=participation.NAME,
        question="What turnout do protocols record, by area and kind of station?",
        needs=PROTOCOL_TABLES,
        run=participation.participation,
        source="Quantiles: Hyndman and Fan 1996, type 7",
        cannot_say=participation.LIMITS,
        page="docs/method/turnout.md",
    ),
)


def find(name: str) -> Analysis:
    """The analysis of this name. Raises Problem analysis.unknown."""
    for analysis in CATALOGUE:
        if analysis.name == name:
            return analysis
    known = ", ".join(analysis.name for analysis in CATALOGUE)
    raise Problem("analysis.unknown", name=name, known=known)


def run(analysis: Analysis, tables: Tables, parameters: Parameters) -> Result:
    """Run one analysis. Raises Problem snapshot.missing_table where a needed table is empty."""
    for table in analysis.needs:
        if tables[table].is_empty():
            raise Problem("snapshot.missing_table", analysis=analysis.name, table=table)
    return analysis.run(tables, parameters)


def run_all(tables: Tables, parameters: Parameters, names: Iterable[str] = ()) -> dict[str, Result]:
    """Results by name, of the named analyses or of all for which there are tables."""
    if chosen := list(names):
        return {name: run(find(name), tables, parameters) for name in chosen}
    return {
        analysis.name: analysis.run(tables, parameters)
        for analysis in CATALOGUE
        if all(tables[table].height for table in analysis.needs)
    }
