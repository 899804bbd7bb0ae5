"""The report of a voter-list audit: what differs, how sure, what it cannot show. Counts only.

It is made from the audit's aggregates, which hold no name, so that it cannot hold one either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import polars as pl

from paragraph8.analysis.catalogue import CATALOGUE, find, run_all
from paragraph8.analysis.voterlist import reconciliation
from paragraph8.findings.proposals import Evidence, Subject
from paragraph8.findings.rules.voterlist import lists_differ, second_entries
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.result import Result
from paragraph8.statement.documents.html import evidence_page, evidence_page_name, statement_page
from paragraph8.statement.documents.model import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
    Text,
)
from paragraph8.statement.documents.pdf import statement_pdf
from paragraph8.statement.publication import style_files
from paragraph8.statement.sections.context import Context
from paragraph8.statement.sections.list_comparison import comparison
from paragraph8.statement.sections.list_quality import tested
from paragraph8.statement.sections.list_sureness import sureness
from paragraph8.statement.sections.list_visits import visited
from paragraph8.statement.wording.references import References, say_date
from paragraph8.tables.folders import appearing
from paragraph8.tables.profile import DEFAULT_PROFILE, find_profile
from paragraph8.tables.tables import Tables

ANALYSES = tuple(a.name for a in CATALOGUE if a.name.startswith("voterlist."))
HOW = (
    "Names were cleaned into keys, so that one name in another script, in capitals or with the "
    "letters of another alphabet is the same name. Entries that agree exactly and alone were "
    "linked first; what was left was compared field by field, and a pair was linked if its "
    "agreement is likelier for one person than for two strangers and for two members of a family. "
    "Each entry has at most one partner. Every entry of either list is counted exactly once.",
    "Small numbers are hidden. Single entries stand in no table: whoever must look into them needs "
    "the sealed case file, which its recipient alone can open.",
)
REPLY = (
    "The authority that keeps the lists was given this report and may answer here. Its answer is "
    "printed as it came."
)
SIMULATED = "Simulated. These lists are invented by a program; nobody on them exists."
WORKING = "Working copy, not for publication: an audit that no mission has accepted as findings."


@dataclass(frozen=True, slots=True)
class _Report:
    tables: Tables
    results: Mapping[str, Result]
    figures: Mapping[str, Figure]
    context: Context
    evidence: Evidence


def write_list_report(tables: Tables, folder: Path) -> None:
    """Write index.html, report.pdf, charts and the evidence page of every figure into a folder.

        tables   election, voter_list, and list_comparison or list_test
    The folder appears whole or not at all. Raises the problems of analyses and of wording.
    """
    made = _gathered(tables)
    document = _document(made)
    with appearing(folder) as partial:
        for path, content in _files(made, document):
            target = partial / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _gathered(tables: Tables) -> _Report:
    row = tables["election"].row(0, named=True)
    profile = find_profile(DEFAULT_PROFILE)
    subject = Subject(row["election"], row["election_day"], row["country"])
    needed = [name for name in ANALYSES if all(tables[t].height for t in find(name).needs)]
    results = run_all(tables, {}, needed) if needed else {}
    figures = {f.id: f for result in results.values() for f in result.figures}
    references = References(
        figures=figures,
        dates={"election": row["election_day"]},
        names={},
        rules={},
        election_day=row["election_day"],
        profile=profile,
        language="en",
    )
    context = Context(tables, results, subject, references)
    return _Report(tables, results, figures, context, Evidence(results, subject, profile))


def _document(made: _Report) -> Document:
    simulated = bool(made.tables["election"]["simulated"].any())
    day = made.context.subject.election_day
    return Document(
        title="Audit of voter lists",
        subtitle=f"Election of {say_date(day)}",
        lines=(),
        notice=SIMULATED if simulated else WORKING,
        attribution="; ".join(source.attribution for source in made.tables.sources),
        snapshot=made.tables.snapshot,
        language="en",
        direction="ltr",
        blocks=tuple(_blocks(made)),
        files=(("PDF", "report.pdf"),),
    )


def _blocks(made: _Report) -> Iterator[Block]:
    yield Heading(1, "What was found", "found")
    for finding in chain(lists_differ(made.evidence), second_entries(made.evidence)):
        runs = made.context.references.resolve(finding.sentence, finding.id)
        yield Paragraph(runs, "lead")
    yield from comparison(made.context)
    yield from tested(made.context)
    yield from visited(made.context)
    if sure := tuple(sureness(made.context)):
        yield Heading(1, "How sure that is", "sure")
        yield from sure
    yield Heading(1, "What it cannot show", "limits")
    for name in made.results:
        for limit in find(name).cannot_say:
            yield Paragraph((Text(limit),), "note")
    yield Heading(1, "What was given", "given")
    yield _given(made.tables["voter_list"])
    yield Heading(1, "How it was done", "how")
    for text in HOW if reconciliation.NAME in made.results else HOW[1:]:
        yield Paragraph((Text(text),))
    yield Heading(1, "Reply of the authority", "reply")
    yield Paragraph((Text(REPLY),), "empty")


def _given(lists: pl.DataFrame) -> Table:
    rows = [
        (
            Cell(row["list"]),
            Cell(f"{row['entries']:,}"),
            Cell(row["supplier"] or "–"),
            Cell(row["legal_basis"] or "–"),
            Cell(say_date(row["received"]) if row["received"] else "–"),
            Cell((row["sha256"] or "")[:16]),
            Cell((row["mapping_sha256"] or "")[:16]),
            Cell(row["keys_version"] or "–"),
        )
        for row in lists.iter_rows(named=True)
    ]
    columns = (
        Column("List"),
        Column("Entries", numeric=True),
        Column("Given by"),
        Column("Held by right of"),
        Column("Received"),
        Column("SHA-256 of the file"),
        Column("of the mapping"),
        Column("Keys"),
    )
    caption = "The lists, as they were given. Hashes are shortened to sixteen signs."
    return Table("table-given", caption, columns, tuple(rows))


def _files(made: _Report, document: Document) -> Iterator[tuple[str, bytes]]:
    yield "index.html", statement_page(document, made.figures).encode()
    yield "report.pdf", statement_pdf(document, made.figures)
    for block in document.blocks:
        if isinstance(block, Chart):
            yield f"charts/{block.anchor}.svg", block.svg.encode()
    for figure_id in document.figures():
        figure = made.figures[figure_id]
        result = made.results[figure.name.rsplit(".", 1)[0]]
        page = evidence_page(document, figure, result)
        yield f"evidence/{evidence_page_name(figure_id)}", page.encode()
    yield from style_files()
