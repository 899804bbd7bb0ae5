"""Verification by a stranger: files, rows, id and every figure of a publication."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paragraph8.analysis.catalogue import run_all
from paragraph8.kernel.problem import Problem
from paragraph8.statement.mission import read_mission
from paragraph8.statement.publication import (
    FIGURES,
    MANIFEST,
    SNAPSHOT,
    figure_record,
    file_hashes,
)
from paragraph8.tables.snapshot import read_snapshot
from paragraph8.tables.verify import Difference, verify_snapshot

RELATIVE_TOLERANCE = 1e-9
# What a figure says; the other fields say where it comes from.
COMPARED = ("value", "numerator", "denominator", "excluded", "unit", "base", "kind")


def is_publication(folder: Path) -> bool:
    """Whether the folder is a publication (else it may be a snapshot)."""
    return (folder / MANIFEST).is_file() and (folder / SNAPSHOT).is_dir()


def snapshot_folder(folder: Path) -> Path:
    """The snapshot inside a publication, or the folder itself."""
    return folder / SNAPSHOT if is_publication(folder) else folder


def verify_publication(folder: Path) -> tuple[Difference, ...]:
    """Every difference: altered files, altered rows, and figures that no longer recompute.

    Raises Problem snapshot.missing, snapshot.unreadable, mission problems.
    """
    return (
        *_files(folder),
        *verify_snapshot(folder / SNAPSHOT).differences,
        *_figures(folder),
    )


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


def _figures(folder: Path) -> Iterator[Difference]:
    if not (folder / "mission.toml").is_file():
        yield Difference("figures", "cannot be recomputed: mission.toml is missing")
        return
    mission = read_mission("mission.toml", _read(folder, "mission.toml"))
    tables = read_snapshot(folder / SNAPSHOT)
    results = run_all(tables, mission.parameters)
    now = {f.id: figure_record(f) for result in results.values() for f in result.figures}
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
