"""The statement as PDF, by Typst: same text, small numbers to an annex, bundled fonts only."""

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from paragraph8.kernel.figure import Figure
from paragraph8.statement.documents import model
from paragraph8.statement.documents.annex import annex_lines

# A fixed time, so that two builds give the same bytes; the statement's date stands in its text.
TIMESTAMP = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())


def statement_pdf(document: model.Document, figures: Mapping[str, Figure]) -> bytes:
    """The PDF's bytes. Typst's own errors are our fault and are not caught."""
    package = resources.files("paragraph8.statement")
    with (
        tempfile.TemporaryDirectory() as name,
        resources.as_file(package / "fonts" / "ttf") as fonts,
        resources.as_file(package / "documents" / "templates" / "statement.typ") as template,
    ):
        folder = Path(name)
        for block in document.blocks:
            if isinstance(block, model.Chart):
                (folder / f"{block.anchor}.svg").write_text(block.svg, encoding="utf-8")
        content = json.dumps(_as_data(document, figures), ensure_ascii=False)
        (folder / "document.json").write_text(content, encoding="utf-8")
        main = folder / "statement.typ"
        main.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        pdf = typst.compile(
            str(main),
            root=str(folder),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            timestamp=TIMESTAMP,
        )
    return bytes(pdf)


def _as_data(document: model.Document, figures: Mapping[str, Figure]) -> dict[str, Any]:
    ids = document.numbered()
    numbers = {figure_id: place for place, figure_id in enumerate(ids, start=1)}
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "lines": document.lines,
        "notice": document.notice,
        "attribution": document.attribution,
        "snapshot": document.snapshot,
        "language": document.language,
        "direction": document.direction,
        "wide": document.wide,
        "blocks": [_block(block, numbers) for block in document.blocks],
        "commitments": [{"key": e.key, "text": e.text} for e in document.commitments],
        "annex": [
            {"number": place, "id": figure_id, "text": text}
            for place, figure_id, text in annex_lines(ids, figures)
        ],
    }


def _block(block: model.Block, numbers: Mapping[str, int]) -> dict[str, Any]:
    kind = type(block).__name__
    match block:
        case model.Heading():
            return {"kind": kind, "level": block.level, "text": block.text}
        case model.Paragraph():
            return {"kind": kind, "role": block.role, "runs": _runs(block.runs, numbers)}
        case model.FindingBlock():
            return {
                "kind": kind,
                "runs": _runs(block.runs, numbers),
                "strength": block.strength,
                "scope": block.scope,
                "law": block.law,
                "commitments": _runs(block.commitments, numbers),
                "recommendation": _runs(block.recommendation, numbers),
                "limits": [_runs(limit, numbers) for limit in block.limits],
            }
        case model.Table():
            return {
                "kind": kind,
                "caption": block.caption,
                "columns": [
                    {"title": c.title, "numeric": c.numeric, "weight": weight}
                    for c, weight in zip(block.columns, _weights(block), strict=True)
                ],
                "rows": [
                    [{"text": cell.text, "heading": cell.heading} for cell in row]
                    for row in block.rows
                ],
            }
        case model.Chart():
            file = f"{block.anchor}.svg"
            return {
                "kind": kind,
                "title": block.title,
                "file": file,
                "alt": block.alt,
                "note": block.note,
            }


def _weights(table: model.Table) -> list[int]:
    """How much of the width a text column asks for: its longest text, within bounds."""
    return [
        min(max(len(row[place].text) for row in table.rows) if table.rows else 1, 40)
        for place in range(len(table.columns))
    ]


def _runs(runs: model.Runs, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "text": run.text,
            "number": numbers[run.figure] if isinstance(run, model.FigureText) else 0,
        }
        for run in runs
    ]
