"""What a section is made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import altair as alt
import polars as pl

from paragraph8.findings.proposals import Subject
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.result import Result
from paragraph8.statement.charts.render import render_svg
from paragraph8.statement.documents.model import Cell, Chart
from paragraph8.statement.wording.references import References
from paragraph8.tables.profile import Profile
from paragraph8.tables.tables import Tables


@dataclass(frozen=True, slots=True)
class Context:
    """Tables, results and references, with short ways to the figures of the subject's election."""

    tables: Tables
    results: Mapping[str, Result]
    subject: Subject
    references: References

    @property
    def profile(self) -> Profile:
        """The publisher's limits."""
        return self.references.profile

    def figures(self, name: str, **dimensions: str) -> Iterator[Figure]:
        """Figures of this full name in the subject's election that have these dimensions."""
        result = self.results.get(name.rsplit(".", 1)[0])
        for figure in result.figures if result else ():
            where = figure.dimensions
            if (
                figure.name == name
                and where.get("election") == self.subject.election
                and all(where.get(key) == value for key, value in dimensions.items())
            ):
                yield figure

    def figure(self, name: str, **dimensions: str) -> Figure | None:
        """The first of `figures`, or None."""
        return next(self.figures(name, **dimensions), None)

    def evidence(self, analysis: str, table: str) -> pl.DataFrame:
        """Rows of an evidence table for the subject's election; empty if there is none."""
        result = self.results.get(analysis)
        rows = result.evidence.get(table) if result else None
        if not isinstance(rows, pl.DataFrame):
            return pl.DataFrame()
        return rows.filter(pl.col("election") == self.subject.election)

    def cell(self, figure: Figure | None, form: str = "number") -> Cell:
        """A table cell that shows a figure and leads to its evidence."""
        if figure is None:
            return Cell("–")
        run = self.references.figure_text(figure, form)
        return Cell(run.text, run.figure)

    def text(self, text: str, where: str) -> str:
        """Text through the guard, as a plain string."""
        return self.references.plain(text, where)

    def chart(
        self, anchor: str, chart: alt.TopLevelMixin, title: str, alt_text: str, note: str
    ) -> Chart:
        """A rendered chart whose title, description and note passed the guard."""
        where = f"chart {anchor}"
        return Chart(
            anchor=anchor,
            title=self.text(title, where),
            svg=render_svg(chart, anchor),
            alt=self.text(alt_text, where),
            note=self.text(note, where),
        )
