"""The statement as web pages: one for the statement, one for the evidence of each figure."""

import re
from collections.abc import Mapping
from functools import cache

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from paragraph8.kernel.canonical import sha256_hex
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.result import Result
from paragraph8.statement.documents import annex, model
from paragraph8.statement.wording.numbers import number

ROWS_SHOWN = 100


def statement_page(document: model.Document, figures: Mapping[str, Figure]) -> str:
    """The statement as HTML that stands on its own beside `style/`, `evidence/` and `charts/`."""
    numbers = {figure_id: place for place, figure_id in enumerate(document.numbered(), start=1)}
    shown = {figure_id: figures[figure_id] for figure_id in numbers}
    headings = [b for b in document.blocks if isinstance(b, model.Heading) and b.level < 3]
    return (
        environment()
        .get_template("statement.html")
        .render(
            document=document,
            numbers=numbers,
            figures=shown,
            headings=headings,
            annex=annex,
            evidence_page=evidence_page_name,
            kind_of=lambda block: type(block).__name__,
            root="",
        )
    )


def evidence_page(document: model.Document, figure: Figure, result: Result) -> str:
    """The page of one figure: what it is made of, the query, and the rows by station."""
    rows: list[dict[str, object]] = []
    columns: list[str] = []
    height = 0
    if figure.evidence is not None:
        matching = matching_rows(result, figure.evidence)
        # What all rows share is said once, above the table.
        columns = [c for c in matching.columns if c not in figure.evidence.where]
        height = matching.height
        rows = matching.head(ROWS_SHOWN).to_dicts()
    return (
        environment()
        .get_template("evidence.html")
        .render(
            document=document,
            figure=figure,
            rows=rows,
            columns=columns,
            height=height,
            table_file=evidence_table_name(figure) if figure.evidence else "",
            annex=annex,
            root="../",
        )
    )


def matching_rows(result: Result, evidence: Evidence) -> pl.DataFrame:
    """The rows behind a figure, in the order in which a reader should see them."""
    frame = result.evidence[evidence.table]
    if not isinstance(frame, pl.DataFrame):
        return pl.DataFrame(frame.to_dicts())
    conditions = [
        pl.col(column).cast(pl.String) == value
        for column, value in evidence.where.items()
        if column in frame.columns
    ]
    found = frame.filter(*conditions) if conditions else frame
    if evidence.order_by:
        size = pl.col(evidence.order_by).abs().fill_null(0)
        found = found.sort(size, descending=True, maintain_order=True)
    return found


def evidence_page_name(figure_id: str) -> str:
    """The file name of a figure's page: readable, and unique by eight digits of the id's hash."""
    readable = re.sub(r"[^A-Za-z0-9.=-]+", "-", figure_id).strip("-")[:80]
    return f"{readable}-{sha256_hex(figure_id)[:8]}.html"


def evidence_table_name(figure: Figure) -> str:
    """The file name of the table that holds a figure's rows, as the package names it."""
    table = figure.evidence.table if figure.evidence else ""
    return table_file(figure.name.rsplit(".", 1)[0], table)


def table_file(analysis: str, table: str) -> str:
    """The file name of an evidence table."""
    return f"{analysis}.{table.replace(' ', '_')}.csv"


@cache
def environment() -> Environment:
    """Jinja with autoescape: text from the data can never become markup."""
    environment = Environment(
        loader=PackageLoader("paragraph8.statement.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["cell"] = _cell
    return environment


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
