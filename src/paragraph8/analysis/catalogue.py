"""All analyses of the mission: the table of contents that menu, commands, docs and tests read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from paragraph8.analysis.incidents import longterm, reports
from paragraph8.analysis.observation import (
    comments,
    coverage,
    electronic,
    items,
    people,
    serious,
    splits,
    teams,
    traffic,
)
from paragraph8.analysis.protocols import arithmetic, chain, channels, margins, sources
from paragraph8.analysis.quality import coverage as quality_coverage
from paragraph8.analysis.quality import queries
from paragraph8.analysis.turnout import participation
from paragraph8.analysis.voterlist import (
    additions,
    field_tests,
    list_quality,
    reconciliation,
    station_numbers,
)
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

OBSERVATION_TABLES = ("observation", "answer", "form_item")

CATALOGUE = (
    Analysis(
        name=coverage.NAME,
        question="Where were observers, how many forms came in, and what do they cover?",
        needs=OBSERVATION_TABLES,
        run=coverage.coverage,
        source="Tables of election night, docs/method/observation-coverage.md",
        cannot_say=coverage.LIMITS,
        page="docs/method/observation-coverage.md",
    ),
    Analysis(
        name=items.NAME,
        question="What share of what was observed had each problem, and how were stages assessed?",
        needs=OBSERVATION_TABLES,
        run=items.items,
        source="Definitions of shares in docs/method/observation-items.md; team bootstrap",
        cannot_say=items.LIMITS,
        page="docs/method/observation-items.md",
    ),
    Analysis(
        name=splits.NAME,
        question="Where, when and in what setting were stages assessed negatively?",
        needs=OBSERVATION_TABLES,
        run=splits.splits,
        source="Merging of small cells, docs/method/observation-splits.md",
        cannot_say=splits.LIMITS,
        page="docs/method/observation-splits.md",
    ),
    Analysis(
        name=electronic.NAME,
        question="Do stations with electronic voting differ from others on the same questions?",
        needs=(*OBSERVATION_TABLES, "station"),
        run=electronic.electronic,
        source="Team permutation: Good 2005; many tests: Benjamini and Hochberg 1995",
        cannot_say=electronic.LIMITS,
        page="docs/method/observation-electronic.md",
    ),
    Analysis(
        name=teams.NAME,
        question="How much do shares depend on who observed, and do teams agree?",
        needs=(*OBSERVATION_TABLES, "station"),
        run=teams.teams,
        source="Cluster bootstrap: Davison and Hinkley 1997; agreement: Scott 1955",
        cannot_say=teams.LIMITS,
        page="docs/method/observation-teams.md",
    ),
    Analysis(
        name=traffic.NAME,
        question="Does recorded turnout grow as fast as observers saw voters come?",
        needs=(*OBSERVATION_TABLES, "protocol_figure"),
        run=traffic.traffic,
        source="Comparison of rates, docs/method/observation-traffic.md",
        cannot_say=traffic.LIMITS,
        page="docs/method/observation-traffic.md",
    ),
    Analysis(
        name=people.NAME,
        question="How many women sat on the commissions that observers saw, and in the chair?",
        needs=OBSERVATION_TABLES,
        run=people.people,
        source="Counts of members present, docs/method/observation-people.md",
        cannot_say=people.LIMITS,
        page="docs/method/observation-people.md",
    ),
    Analysis(
        name=serious.NAME,
        question="Which serious violations did observers report, where, and on which form?",
        needs=OBSERVATION_TABLES,
        run=serious.serious,
        source="Marks of the codebook, docs/method/observation-serious.md",
        cannot_say=serious.LIMITS,
        page="docs/method/observation-serious.md",
    ),
    Analysis(
        name=comments.NAME,
        question="What do observers write about, by the theme that a person coded?",
        needs=("observation", "comment_theme"),
        run=comments.comments,
        source="Coding of comments, docs/method/observation-comments.md",
        cannot_say=comments.LIMITS,
        page="docs/method/observation-comments.md",
    ),
    Analysis(
        name=reports.NAME,
        question="Which incidents may be stated as fact, were reported, or are allegations?",
        needs=("incident", *OBSERVATION_TABLES),
        run=reports.reports,
        source="Incident form X4-X11 and X16; joining of reports: docs/method/incidents.md",
        cannot_say=reports.LIMITS,
        page="docs/method/incidents.md",
    ),
    Analysis(
        name=longterm.NAME,
        question="What did long-term observers report by region, and which was silent on what?",
        needs=(*OBSERVATION_TABLES, "team"),
        run=longterm.longterm,
        source="Weekly reports and coverage matrix, docs/method/longterm.md",
        cannot_say=longterm.LIMITS,
        page="docs/method/longterm.md",
    ),
    Analysis(
        name=queries.NAME,
        question="Which forms are contradictory, implausible, copied, or sent more than once?",
        needs=OBSERVATION_TABLES,
        run=queries.queries,
        source="Queries to teams on election day, docs/method/quality.md",
        cannot_say=queries.LIMITS,
        page="docs/method/quality.md",
    ),
    Analysis(
        name=quality_coverage.NAME,
        question="Which areas, forms and teams are silent, and on which themes?",
        needs=OBSERVATION_TABLES,
        run=quality_coverage.coverage,
        source="Coverage matrix, docs/method/quality.md",
        cannot_say=quality_coverage.LIMITS,
        page="docs/method/quality.md",
    ),
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
        name=chain.NAME,
        question="Do a station's numbers stay the same from observers to publication?",
        needs=("protocol", "protocol_vote"),
        run=chain.chain,
        source="Rule B4 of result protocols, docs/method/protocols-as-seen.md",
        cannot_say=chain.LIMITS,
        page="docs/method/protocols-as-seen.md",
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
        name=reconciliation.NAME,
        question="By how much do lists of the same voters differ, where, and how sure is that?",
        needs=("list_comparison",),
        run=reconciliation.reconciliation,
        source="Record linkage: Fellegi and Sunter 1969; funnel: Spiegelhalter 2005",
        cannot_say=reconciliation.LIMITS,
        page="docs/method/voterlist-reconciliation.md",
    ),
    Analysis(
        name=list_quality.NAME,
        question="What did the tests of a voter list find, and what would chance alone have given?",
        needs=("list_test",),
        run=list_quality.list_quality,
        source="Tests of lists, docs/method/voterlist-quality.md",
        cannot_say=list_quality.LIMITS,
        page="docs/method/voterlist-quality.md",
    ),
    Analysis(
        name=station_numbers.NAME,
        question="Do the audited list, observers and the protocol give the same numbers of a "
        "station?",
        needs=("station", "list_comparison"),
        run=station_numbers.station_numbers,
        source="Reconciliation of lists and protocols, docs/method/voterlist-station-numbers.md",
        cannot_say=station_numbers.LIMITS,
        page="docs/method/voterlist-station-numbers.md",
    ),
    Analysis(
        name=field_tests.NAME,
        question="How current is a voter list by visits to its entries, how complete by visits to "
        "residents?",
        needs=("list_visit",),
        run=field_tests.field_tests,
        source="List-to-people and people-to-list tests: NDI 2001; variance: Cochran 1977",
        cannot_say=field_tests.LIMITS,
        page="docs/method/voterlist-field-tests.md",
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
