"""Which incidents may be stated as fact, which were reported, and which are allegations?"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.incidents.event_figures import EventFigures
from paragraph8.analysis.incidents.events import (
    BY_TEAMS,
    CONTRADICTED,
    JOINED,
    event_categories,
    event_rows,
    pair_rows,
    with_events,
)
from paragraph8.analysis.incidents.observed import Observed
from paragraph8.analysis.incidents.report_figures import OBSERVED_LEVEL, ReportFigures
from paragraph8.analysis.incidents.settings import Settings, settings_of
from paragraph8.analysis.incidents.sql import IncidentSql
from paragraph8.analysis.incidents.standing import FACT, with_level
from paragraph8.analysis.incidents.told import FORM, categories_of, told_incidents
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.answers import AnswerGrid, answer_grids
from paragraph8.tables.tables import Tables

NAME = "incidents.reports"
LIMITS = (
    "Reports come from where teams were and from who came to them; how many incidents there were "
    "in the country cannot be read from them.",
    "Only what teams observed or corroborated is counted as fact; reports received and allegations "
    "stand apart and are added to nothing.",
    "Reports are joined into an event by category, place and time: the same event told in other "
    "words or much later counts again, and different events close together count once.",
    "Several teams may have heard of an event from the same person; then they do not corroborate "
    "each other.",
    "An event has every category that its reports name, so the categories add up to more than the "
    "events.",
)
NOTE_INNER = "Reports whose source allows internal use only are in no figure and no table here."
NOTE_WITHOUT_LEVEL = "Reports that state no level of verification count as allegations."
NOTE_NOT_SEEN = "Some reports are stated as observed by a team that says it did not see it."
NOTE_SECURITY = "Incidents that concern the mission's own security have no figure by category."
NOTE_PAIRS = "Some reports may tell of the same event; the table of pairs lists them for a person."
NOTE_BY_TEAMS = (
    "Several teams told at first hand of events that none of them states as fact; they stay below "
    "it until a person decides."
)
NOTE_CONTRADICTED = (
    "Some events are refuted by another report; they stay as stated until a person decides."
)
OUT, INNER = "replaced, late or taken out", "internal use only, as the source wishes"


def reports(tables: Tables, parameters: Parameters) -> Result:
    """Incident reports by standing, and the events that they tell of.

    Needs incident, observation, answer, form_item. Figures by election:
        stated_as_fact [level]      reports observed, reports corroborated; of both
        reports_received            reports from a single credible source
        allegations, without_level  reports not verified; those of them that state no level
        refuted                     reports that were refuted
        seen                        of the reports stated as observed, those by a team that saw it
        events…, received_…, alleged_events, corroborated_by_two_teams, contradicted
                                    events: see `EventFigures`
    No figure and no base holds reports or events of two standings. Excluded: corrections' older
    versions, late reports, reports taken out, reports whose source allows internal use only.
    Evidence: events, event_categories, reports, pairs.

    Problems: analysis.bad_parameter.
    Source: what each level allows, incident form X4-X11 and X16; joining into events, own.
    """
    settings = settings_of(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    found = [
        _Incidents.of(tables, grid, settings, maker)
        for (_, form), grid in sorted(answer_grids(tables).items())
        if form == FORM
    ]
    if not found:
        note = "No incident report is counted."
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(note,), parameters=parameters)
    evidence = [one.evidence() for one in found]
    return Result(
        NAME,
        tables.snapshot,
        tuple(figure for one in found for figure in one.figures()),
        LIMITS,
        evidence={name: pl.concat(each[name] for each in evidence) for name in evidence[0]},
        notes=tuple(note for one in found for note in one.notes()),
        parameters=parameters,
    )


@dataclass(frozen=True, slots=True)
class _Incidents:
    """The incidents of one election.

    told       counted reports with their events; inner: those that the source allows nobody to use
    left_out   reason, level, reports
    """

    settings: Settings
    observed: Observed
    told: pl.DataFrame
    inner: pl.DataFrame
    left_out: pl.DataFrame
    events: pl.DataFrame
    categories: pl.DataFrame
    pairs: pl.DataFrame

    @classmethod
    def of(
        cls, tables: Tables, grid: AnswerGrid, settings: Settings, maker: FigureMaker
    ) -> "_Incidents":
        everything = told_incidents(tables, grid, settings.inner_consent)
        inner = everything.filter("inner")
        told = with_events(everything.filter(~pl.col("inner")), settings)
        events = event_rows(told, settings)
        return cls(
            settings,
            Observed(maker, grid.election),
            told,
            inner,
            _left_out(tables, grid, inner),
            events,
            event_categories(told, events),
            pair_rows(told, settings),
        )

    def figures(self) -> Iterator[Figure]:
        sql = IncidentSql(self.observed.election, self.settings)
        yield from ReportFigures(
            self.observed, sql, self.settings, self.told, self.left_out
        ).figures()
        yield from EventFigures(
            self.observed, sql, self.settings, self.events, self.categories
        ).figures()

    def evidence(self) -> dict[str, pl.DataFrame]:
        election = pl.lit(self.observed.election).alias("election")
        frames = {
            "events": self.events,
            "event_categories": self.categories,
            "reports": _report_rows(self.told),
            "pairs": self.pairs,
        }
        return {name: frame.select(election, pl.all()) for name, frame in frames.items()}

    def notes(self) -> Iterator[str]:
        """Without numbers: most of these would add reports of several standings."""
        inner_category = pl.col("category").is_in(self.settings.inner_categories)
        not_seen = (pl.col("level") == OBSERVED_LEVEL) & ~pl.col("how_known").is_in(
            self.settings.seeing
        )
        below_fact = (pl.col("computed_level") == BY_TEAMS) & (pl.col("standing") != FACT)
        for note, rows in (
            (NOTE_INNER, self.inner),
            (NOTE_WITHOUT_LEVEL, self.told.filter(~pl.col("level_stated"))),
            (NOTE_NOT_SEEN, self.told.filter(not_seen)),
            (NOTE_SECURITY, categories_of(self.told).filter(inner_category)),
            (NOTE_PAIRS, self.pairs.filter(pl.col("why") != JOINED)),
            (NOTE_BY_TEAMS, self.events.filter(below_fact)),
            (NOTE_CONTRADICTED, self.events.filter(contradicted=CONTRADICTED)),
        ):
            if rows.height:
                yield note


def _left_out(tables: Tables, grid: AnswerGrid, inner: pl.DataFrame) -> pl.DataFrame:
    """Each standing has its own: a count of all reports left out would add allegations to facts."""
    counted = grid.observations.select("observation")
    of_form = tables["observation"].filter(election=grid.election, form=FORM)
    out = of_form.join(counted, on="observation", how="anti").join(
        tables["incident"], left_on="observation", right_on="incident", how="left"
    )
    rows = [
        with_level(out, "verification").select("level", reason=pl.lit(OUT)),
        inner.select("level", reason=pl.lit(INNER)),
    ]
    return pl.concat(rows).group_by("reason", "level").agg(reports=pl.len().cast(pl.Int64))


def _report_rows(told: pl.DataFrame) -> pl.DataFrame:
    def yes(column: str) -> pl.Expr:
        return pl.when(column).then(pl.lit("yes")).otherwise(pl.lit("no"))

    return told.select(
        "observation",
        "event",
        carries=yes("carries"),
        standing="standing",
        level="level",
        level_stated=yes("level_stated"),
        how_known="how_known",
        team="team",
        station=pl.coalesce("station", "stated"),
        area="region",
        category="categories",
        severity="severity",
        effect="effect",
        ongoing="ongoing",
    )
