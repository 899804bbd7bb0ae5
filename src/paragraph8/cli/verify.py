"""p8 check, p8 verify: does a snapshot keep its contracts, is it as it was frozen?"""

from pathlib import Path
from typing import Annotated

import typer

from paragraph8.cli.terminal import say
from paragraph8.statement.verification import (
    is_publication,
    snapshot_folder,
    verify_publication,
)
from paragraph8.tables.check import check_snapshot
from paragraph8.tables.verify import compare_snapshots, verify_snapshot

DIFFERENCES_FOUND = 3


def check(
    folder: Annotated[Path, typer.Argument(help="Folder of a snapshot.")],
) -> None:
    """Name every breach of a contract: table, row, column, rule. Exit 3 if there is one."""
    breaches = check_snapshot(snapshot_folder(folder))
    for breach in breaches:
        say(str(breach))
    if breaches:
        say(f"{len(breaches):,} breaches listed")
        raise typer.Exit(DIFFERENCES_FOUND)
    say("every table keeps its contract")


def verify(
    folder: Annotated[Path, typer.Argument(help="A snapshot, or a publication.")],
    against: Annotated[
        Path | None, typer.Option(help="An original, to name the altered cell.")
    ] = None,
) -> None:
    """Recompute every hash, and of a publication every figure; name what differs (exit 3)."""
    snapshot = snapshot_folder(folder)
    differences = (
        verify_publication(folder)
        if is_publication(folder)
        else verify_snapshot(snapshot).differences
    )
    if against is not None:
        differences = (*differences, *compare_snapshots(snapshot, snapshot_folder(against)))
    for difference in differences:
        say(str(difference))
    verified = verify_snapshot(snapshot)
    say(f"snapshot id by its rows: {verified.computed_id}")
    if differences:
        say(f"{len(differences):,} differences")
        raise typer.Exit(DIFFERENCES_FOUND)
    what = "files, rows and figures are" if is_publication(folder) else "rows are"
    say(f"all {what} as they were frozen; compare the id with one known from elsewhere")
