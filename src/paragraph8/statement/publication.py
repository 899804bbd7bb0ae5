"""Publication: everything a stranger needs, written into one folder of static files."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from paragraph8.findings.decisions import HEADER, Decision, as_toml
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.problem import Problem
from paragraph8.statement.book import statistics_book
from paragraph8.statement.build import Material, build_document, has_book
from paragraph8.statement.documents.docx import statement_docx
from paragraph8.statement.documents.html import evidence_page, evidence_page_name, statement_page
from paragraph8.statement.documents.model import Chart, Document
from paragraph8.statement.documents.pdf import statement_pdf
from paragraph8.statement.documents.standards_page import standards_page
from paragraph8.statement.package import data_package
from paragraph8.tables.folders import appearing
from paragraph8.tables.snapshot import read_descriptor

MANIFEST = "manifest.json"
SNAPSHOT = "snapshot"
FIGURES = "figures.json"
MISSION = "mission.toml"
DECISIONS = "decisions.toml"
Progress = Callable[[str], None]


def publish(
    material: Material,
    decisions: Iterable[Decision],
    mission_text: str,
    snapshot_folder: Path,
    folder: Path,
    progress: Progress,
) -> Document:
    """Write the publication into `folder` and return its document.

        index.html, statement.pdf, statement.docx, standards.html
        book.html, statistics-book.pdf   where observers' reports were analysed
        evidence/*.html   one page per figure shown      charts/*.svg
        data/             open-data package (CSV)        snapshot/   the snapshot itself
        figures.json      every figure of every analysis, for verification
        mission.toml, decisions.toml, manifest.json (SHA-256 of every file)

    The folder changes as a whole at the end or not at all. It is replaced only if all it holds was
    written by an earlier run. Raises Problem statement.exists and those of `build_document`.
    """
    _refuse_foreign(folder)
    decisions = list(decisions)
    document = build_document(material, decisions)
    with appearing(folder) as partial:
        for path, content in _files(
            material, document, decisions, mission_text, snapshot_folder, progress
        ):
            target = partial / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        shutil.copytree(snapshot_folder, partial / SNAPSHOT)
        _write_manifest(partial)
    return document


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a publication, the manifest itself left out."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def figure_record(figure: Figure) -> dict[str, Any]:
    """A figure as JSON: id and all its fields."""
    record = asdict(figure)
    record["kind"] = figure.kind.value
    return {"id": figure.id, **record}


def _files(
    material: Material,
    document: Document,
    decisions: list[Decision],
    mission_text: str,
    snapshot_folder: Path,
    progress: Progress,
) -> Iterator[tuple[str, bytes]]:
    progress("statement and evidence as web pages")
    yield from pages(material, document)
    for block in document.blocks:
        if isinstance(block, Chart):
            yield f"charts/{block.anchor}.svg", block.svg.encode()
    yield from style_files()
    progress("PDF")
    yield "statement.pdf", statement_pdf(document, material.figures)
    if has_book(material):
        progress("statistics book")
        yield "statistics-book.pdf", statement_pdf(statistics_book(material, document), {})
    progress("DOCX")
    yield "statement.docx", statement_docx(document, material.figures)
    progress("open data")
    yield from data_files(material, document, read_descriptor(snapshot_folder)["identity"])
    yield FIGURES, _figures_json(material.figures).encode()
    yield MISSION, mission_text.encode()
    yield DECISIONS, (HEADER + "".join(as_toml(d) for d in decisions)).encode()


def pages(material: Material, document: Document) -> Iterator[tuple[str, bytes]]:
    """(path, content) of every web page."""
    yield "index.html", statement_page(document, material.figures).encode()
    yield "standards.html", standards_page(document, material.subject.election_day).encode()
    if has_book(material):
        yield "book.html", statement_page(statistics_book(material, document), {}).encode()
    for figure_id in document.figures():
        figure = material.figures[figure_id]
        result = material.results[figure.name.rsplit(".", 1)[0]]
        page = evidence_page(document, figure, result)
        yield f"evidence/{evidence_page_name(figure_id)}", page.encode()


def data_files(
    material: Material, document: Document, identity: Mapping[str, Any]
) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the open-data package."""
    notice = document.notice
    for path, content in data_package(material.tables, identity, material.results, notice):
        yield f"data/{path}", content


def style_files() -> Iterator[tuple[str, bytes]]:
    """(path, content) of what the web pages load: styles, the script, fonts and their licence."""
    package = resources.files("paragraph8.statement")
    for name in ("statement.css", "statement.js"):
        yield f"style/{name}", (package / "documents" / "templates" / name).read_bytes()
    yield "style/fonts.css", (package / "fonts" / "fonts.css").read_bytes()
    yield "style/OFL.txt", (package / "fonts" / "OFL.txt").read_bytes()
    for font in sorted((package / "fonts" / "woff2").iterdir(), key=lambda entry: entry.name):
        yield f"style/woff2/{font.name}", font.read_bytes()


def _figures_json(figures: Mapping[str, Figure]) -> str:
    records = [figure_record(figures[figure_id]) for figure_id in sorted(figures)]
    return json.dumps(records, indent=0, ensure_ascii=False, sort_keys=True) + "\n"


def _write_manifest(folder: Path) -> None:
    text = json.dumps(file_hashes(folder), indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Problem("statement.exists", folder=folder.parent, found=folder.name)
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    manifest = folder / MANIFEST
    try:
        known = set(json.loads(manifest.read_bytes())) if manifest.is_file() else set()
    except (ValueError, TypeError):
        # A manifest that cannot be read vouches for nothing.
        known = set()
    foreign = sorted(set(found) - known - {MANIFEST})
    if foreign:
        raise Problem("statement.exists", folder=folder, found=", ".join(foreign[:5]))
