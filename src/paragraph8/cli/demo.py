"""p8 demo: a statement from official data, one from a rehearsal, and a mission server."""

import shutil
import time
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from paragraph8.cli.demo_server import run_demonstration
from paragraph8.cli.rehearse import rehearsal_files, write_rehearsal
from paragraph8.cli.terminal import progress, say
from paragraph8.findings.decisions import as_toml, read_decisions
from paragraph8.intake.protocols.formats import built_in_declaration
from paragraph8.intake.protocols.importer import import_protocols
from paragraph8.kernel.problem import Problem
from paragraph8.statement.build import gather
from paragraph8.statement.mission import read_mission
from paragraph8.statement.publication import publish
from paragraph8.statement.summary import ten_lines
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.tables import Tables

REHEARSAL = "kazakhstan-2004"
DATA_SUFFIXES = (".csv", ".gz")
COPIED = ("mission.toml", "decisions.toml", "NOTICE.md")


def demo(
    folder: Annotated[Path, typer.Option(help="Where to build it.")] = Path("demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it here.")] = True,
    port: Annotated[int, typer.Option(help="Port of the mission server.")] = 8008,
    statement_port: Annotated[int, typer.Option(help="Port of the statement.")] = 8009,
) -> None:
    """Build the demonstration and serve it on this machine only.

    A statement on Bulgaria 2023 and 2021 from official data; the rehearsal mission Kazakhstan 2004
    with simulated reports of observers and its statement; and the mission server with an invented
    mission, Lumria 2024: people, forms, plans and reports, all simulated.
    """
    started = time.monotonic()
    bulgaria = resources.files("paragraph8") / "data" / "bulgaria"
    _refuse_foreign(folder, (bulgaria / "NOTICE.md").read_bytes())
    _prepare(folder, bulgaria)
    progress("reading the commission's open data")
    files = {
        entry.name: entry.read_bytes()
        for entry in sorted(bulgaria.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(DATA_SUFFIXES)
    }
    imported = import_protocols(built_in_declaration("bulgaria"), files)
    progress("freezing the snapshot")
    _publish(folder, write_snapshot(imported.tables, folder / "snapshot"))
    rehearsal = folder / REHEARSAL
    _prepare(rehearsal, rehearsal_files())
    _publish(rehearsal, write_rehearsal(rehearsal))
    say()
    say(f"built in {time.monotonic() - started:.0f} seconds; in {folder / 'statement'} and")
    say(f"{rehearsal / 'statement'}: index.html, statement.pdf, statement.docx, data/.")
    say(f"To verify: p8 verify {folder / 'statement'}")
    if serve:
        statements = (folder / "statement", rehearsal / "statement")
        run_demonstration(folder / "mission", statements, port, statement_port)


def _prepare(folder: Path, shipped: Traversable) -> None:
    """The files of a demonstration in its folder, with decisions of others after the shipped."""
    shutil.rmtree(folder / "snapshot", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    own = _own_decisions(
        folder / "decisions.toml", (shipped / "decisions.toml").read_text(encoding="utf-8")
    )
    for name in COPIED:
        _copy_or_set_aside((shipped / name).read_bytes(), folder / name)
    with (folder / "decisions.toml").open("a", encoding="utf-8") as file:
        file.write(own)


def _publish(folder: Path, tables: Tables) -> None:
    """Analyse, publish into `statement`, and print ten lines."""
    progress("analysing")
    mission_text = (folder / "mission.toml").read_text(encoding="utf-8")
    mission = read_mission("mission.toml", mission_text)
    material = gather(mission, tables, "mission.toml")
    decisions_text = (folder / "decisions.toml").read_text(encoding="utf-8")
    decisions = read_decisions("decisions.toml", decisions_text)
    out = folder / "statement"
    publish(material, decisions, mission_text, folder / "snapshot", out, progress)
    say()
    for line in ten_lines(material, decisions):
        say(line)


def _own_decisions(file: Path, shipped: str) -> str:
    """Decisions that somebody took on an earlier demonstration, as text; they stay in force."""
    if not file.is_file():
        return ""
    ours = read_decisions(file.name, shipped)
    desks = {decision.by for decision in ours}
    taken = read_decisions(file.name, file.read_text(encoding="utf-8"))
    return "".join(as_toml(decision) for decision in taken if decision.by not in desks)


def _copy_or_set_aside(content: bytes, file: Path) -> None:
    """The demonstration is built from its own files; a changed mission file is kept beside."""
    if file.name == "mission.toml" and file.is_file() and file.read_bytes() != content:
        kept = file.with_name("mission.before.toml")
        file.replace(kept)
        progress(f"the mission file had been changed; it is kept as {kept}")
    file.write_bytes(content)


def _refuse_foreign(folder: Path, notice: bytes) -> None:
    """Only an earlier demonstration is built anew; a mission's folder must never be lost to one."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    mark = folder / "NOTICE.md"
    if not mark.is_file() or mark.read_bytes() != notice:
        raise Problem("snapshot.exists", folder=folder)
