"""p8 statement: from accepted findings to the publication folder."""

from pathlib import Path
from typing import Annotated

import typer

from paragraph8.cli.files import read_text
from paragraph8.cli.terminal import progress, say
from paragraph8.cli.workspace import MISSION, beside, load_decisions, load_material
from paragraph8.statement.publication import publish


def statement(
    snapshot: Annotated[Path, typer.Argument(help="Folder of a snapshot.")],
    out: Annotated[Path, typer.Option(help="Folder of the publication.")],
    mission: Annotated[Path | None, typer.Option(help="Mission file.")] = None,
    decisions: Annotated[Path | None, typer.Option(help="Decisions file.")] = None,
) -> None:
    """Write the statement: HTML, PDF, DOCX, charts, evidence, open data, all in one folder."""
    path = beside(snapshot, mission, MISSION)
    text = read_text(path, "mission.missing")
    material = load_material(snapshot, mission)
    document = publish(material, load_decisions(snapshot, decisions), text, snapshot, out, progress)
    say(f"{len(document.figures())} figures, {len(document.commitments)} commitments cited")
    say(f"written to {out}: index.html, statement.pdf, statement.docx, data/")
