"""p8 import: foreign data into a snapshot, with every fault kept."""

from pathlib import Path
from typing import Annotated

import typer

from paragraph8.cli.files import read_all, read_text
from paragraph8.cli.terminal import err, say
from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.declaration import Declaration, read_declaration
from paragraph8.intake.protocols.formats import MAPPED, built_in_declaration
from paragraph8.intake.protocols.importer import Import, import_protocols
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE
from paragraph8.tables.snapshot import write_snapshot

FAULTS_SHOWN = 10
DEFAULT = Limits()


def import_files(
    format: Annotated[str, typer.Argument(help="bulgaria, georgia, germany, russia or mapped.")],
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV (also .gz) or XLSX files.")],
    into: Annotated[Path, typer.Option(help="Folder of the new snapshot; must not exist.")],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML: which column is which (for mapped).")
    ] = None,
    max_bytes: Annotated[int, typer.Option(help="Largest file.")] = DEFAULT.max_bytes,
    max_rows: Annotated[int, typer.Option(help="Most rows of a file.")] = DEFAULT.max_rows,
    max_cells: Annotated[int, typer.Option(help="Most cells of a file.")] = DEFAULT.max_cells,
) -> None:
    """Read result protocols into a new snapshot.

    A cell or row that cannot be read is kept as it stands and counted on standard error (exit 0).
    A file that cannot be used as a whole changes nothing (exit 2).
    """
    limits = Limits(max_bytes=max_bytes, max_rows=max_rows, max_cells=max_cells)
    declaration = find_declaration(format, mapping)
    content = read_all(files, limits)
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Problem("snapshot.exists", folder=into)
    imported = import_protocols(declaration, content, limits)
    frozen = write_snapshot(imported.tables, into)
    _report(imported)
    say(f"snapshot {frozen.snapshot}")
    say(f"written to {into}")


def find_declaration(format: str, mapping: Path | None) -> Declaration:
    """The declaration of a built-in format, or of a mapping file."""
    if format != MAPPED:
        return built_in_declaration(format)
    if mapping is None:
        raise Problem("mapping.missing_entry", file="p8 import mapped", entry="--mapping FILE")
    return read_declaration(mapping.name, read_text(mapping, "mapping.missing_file"))


def _report(imported: Import) -> None:
    for report in imported.reports:
        say(f"{report.file}: {report.rows:,} rows, {report.protocols:,} protocols")
        if report.unused_columns:
            err.print(f"  columns not used: {', '.join(report.unused_columns)}", markup=False)
    faults = imported.tables["fault"]
    if faults.is_empty():
        return
    noun = "fault" if faults.height == 1 else "faults"
    err.print(f"{faults.height:,} {noun} kept in the table fault:", markup=False)
    for row in faults.head(FAULTS_SHOWN).to_dicts():
        sentence = CATALOGUE[row["code"]].format(
            file=row["source_file"], row=row["source_row"], column=row["column"], raw=row["raw"]
        )
        err.print(f"  {row['code']}: {sentence}", markup=False)
    if faults.height > FAULTS_SHOWN:
        err.print(f"  and {faults.height - FAULTS_SHOWN:,} more", markup=False)
