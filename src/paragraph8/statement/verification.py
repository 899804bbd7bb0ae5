"""Verification by a stranger: files, rows, id and every figure of a publication."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paragraph8.findings.decisions import read_decisions
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.problem import Problem
from paragraph8.statement.build import Material, build_document, gather
from paragraph8.statement.mission import read_mission
from paragraph8.statement.publication import (
    DECISIONS,
    FIGURES,
    MANIFEST,
    MISSION,
    SNAPSHOT,
    data_files,
    figure_record,
    file_hashes,
    pages,
    style_files,
)
from paragraph8.tables.snapshot import read_descriptor, read_snapshot
from paragraph8.tables.verify import Difference, verify_snapshot

RELATIVE_TOLERANCE = 1e-9
MADE_FOLDERS = ("data/", "style/")
DRAWING = re.compile(rb"<svg.*?</svg>", re.DOTALL)
# What a figure says; the other fields say where it comes from.
COMPARED = ("value", "numerator", "denominator", "excluded", "unit", "base", "kind")


def is_publication(folder: Path) -> bool:
    """Whether the folder is a publication (else it may be a snapshot)."""
    return (folder / MANIFEST).is_file() and (folder / SNAPSHOT).is_dir()


def snapshot_folder(folder: Path) -> Path:
    """The snapshot inside a publication, or the folder itself."""
    return folder / SNAPSHOT if is_publication(folder) else folder


def verify_publication(folder: Path) -> tuple[Difference, ...]:
    """Every difference: altered files and rows, figures that no longer recompute, and pages or data
    that are not what these rows, decisions and this mission file make.

    Drawings, PDF and DOCX are compared with the manifest only: their bytes depend on the versions
    of libraries. Raises Problem snapshot.missing, snapshot.unreadable, mission problems.
    """
    missing = [name for name in (MISSION, DECISIONS) if not (folder / name).is_file()]
    rows = verify_snapshot(folder / SNAPSHOT)
    found = (*_files(folder), *rows.differences)
    if missing:
        says = f"cannot be recomputed: {' and '.join(missing)} missing"
        return (*found, Difference("figures", says))
    mission = read_mission(MISSION, _read(folder, MISSION))
    material = gather(mission, read_snapshot(folder / SNAPSHOT), MISSION)
    figures = tuple(_figures(folder, material.figures))
    if rows.differences or figures:
        # What is made of altered rows differs throughout; the rows and figures say why.
        return (*found, *figures)
    return (*found, *_made_again(folder, material))


def _made_again(folder: Path, material: Material) -> Iterator[Difference]:
    """Pages and data made once more and compared, drawings left out."""
    try:
        decisions = read_decisions(DECISIONS, _read(folder, DECISIONS))
        document = build_document(material, decisions)
    except Problem as problem:
        yield Difference("statement", f"cannot be made again: {problem}")
        return
    identity = read_descriptor(folder / SNAPSHOT)["identity"]
    made = {
        **dict(pages(material, document)),
        **dict(style_files()),
        **dict(data_files(material, document, identity)),
    }
    for path in _made_kinds(folder) - set(made):
        yield Difference(f"file {path}", "is nothing that these rows and decisions make")
    for path, content in made.items():
        file = folder / path
        if not file.is_file():
            yield Difference(f"file {path}", "is missing, though these rows and decisions make it")
        elif _without_drawings(file.read_bytes()) != _without_drawings(content):
            yield Difference(f"file {path}", "is not what these rows and decisions make")


def _made_kinds(folder: Path) -> set[str]:
    """Files of the kinds that are made again: pages, what they load, and the data."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.relative_to(folder).as_posix() for path in found}
    return {name for name in names if name.endswith(".html") or name.startswith(MADE_FOLDERS)}


def _without_drawings(page: bytes) -> bytes:
    # A drawing more or fewer is a difference; only what stands inside is left out.
    return DRAWING.sub(b"<svg/>", page)


def _files(folder: Path) -> Iterator[Difference]:
    stated = _read_json(folder, MANIFEST, dict)
    found = file_hashes(folder)
    for path in sorted({*stated, *found}):
        if path not in found:
            yield Difference(f"file {path}", "is missing")
        elif path not in stated:
            yield Difference(f"file {path}", "was not part of the publication")
        elif stated[path] != found[path]:
            yield Difference(f"file {path}", "altered since publication")


def _figures(folder: Path, figures: Mapping[str, Figure]) -> Iterator[Difference]:
    now = {figure_id: figure_record(figure) for figure_id, figure in figures.items()}
    stated = {
        r["id"]: r for r in _read_json(folder, FIGURES, list) if isinstance(r, dict) and "id" in r
    }
    for figure_id in sorted({*now, *stated}):
        if figure_id not in now:
            yield Difference(f"figure {figure_id}", "does not recompute: there is no such figure")
        elif figure_id not in stated:
            yield Difference(f"figure {figure_id}", "is not among the published figures")
        else:
            yield from _compare(figure_id, stated[figure_id], now[figure_id])


def _compare(
    figure_id: str, stated: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Difference]:
    recomputed = json.loads(json.dumps({name: now[name] for name in COMPARED}))
    changed = [
        f"{name} published as {stated.get(name)}, recomputed as {recomputed[name]}"
        for name in COMPARED
        if not _same(stated.get(name), recomputed[name])
    ]
    if changed:
        yield Difference(f"figure {figure_id}", "; ".join(changed))


def _same(stated: Any, recomputed: Any) -> bool:
    if isinstance(stated, float) and isinstance(recomputed, float):
        # The last digits of a quantile or p-value may differ between versions of a library.
        return math.isclose(stated, recomputed, rel_tol=RELATIVE_TOLERANCE)
    return bool(stated == recomputed)


def _read_json(folder: Path, name: str, kind: type) -> Any:
    try:
        content = json.loads(_read(folder, name))
    except ValueError as error:
        raise Problem("snapshot.unreadable", folder=folder, file=name, reason=error) from None
    if not isinstance(content, kind):
        reason = "it holds something else than a publication's does"
        raise Problem("snapshot.unreadable", folder=folder, file=name, reason=reason)
    return content


def _read(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Problem("snapshot.unreadable", folder=folder, file=name, reason=error) from None
