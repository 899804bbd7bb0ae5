"""p8 voterlist add, report, purge: what becomes of an audit."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from paragraph8.cli.terminal import say
from paragraph8.cli.voterlist_audit import SNAPSHOT, remembered_inputs
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts_list_audit import LIST_AUDIT_CONTRACTS
from paragraph8.tables.snapshot import read_snapshot, write_snapshot
from paragraph8.tables.tables import Tables
from paragraph8.voterlist.privacy.purge import RECEIPT
from paragraph8.voterlist.privacy.purge import purge as purge_folder
from paragraph8.voterlist.privacy.working import AGGREGATES

ADDED = tuple(contract.name for contract in LIST_AUDIT_CONTRACTS)


def add(
    snapshot: Annotated[Path, typer.Argument(help="Snapshot of the mission.")],
    audits: Annotated[list[Path], typer.Argument(help="Folders of audits.")],
    into: Annotated[Path, typer.Option(help="Folder of the new snapshot; must not exist.")],
) -> None:
    """Make a snapshot of the mission that holds the counts of audits as well.

    The old snapshot stays as it is. Audits must be of an election that it knows.
    """
    tables = read_snapshot(snapshot)
    frames = dict(tables.frames)
    for audit in audits:
        found = read_snapshot(audit / AGGREGATES / SNAPSHOT)
        _check_election(tables, found, audit)
        for name in ADDED:
            frames[name] = pl.concat([frames[name], found[name]]).unique(maintain_order=True)
    frozen = write_snapshot(Tables(frames, tables.as_of, tables.sources), into)
    say(f"snapshot {frozen.snapshot}")
    say(f"written to {into}")


def _check_election(tables: Tables, audit: Tables, folder: Path) -> None:
    known = set(tables["election"]["election"])
    if strange := sorted(set(audit["election"]["election"]) - known):
        raise Problem(
            "voterlist.other_election",
            folder=folder,
            election=", ".join(strange),
            known=", ".join(sorted(known)),
        )


def report(
    audit: Annotated[Path, typer.Argument(help="Folder of an audit, or a snapshot.")],
    out: Annotated[Path, typer.Option(help="Folder to write; must be new or empty.")],
) -> None:
    """Write an audit's report, a page and a PDF: what differs, how sure, what it cannot show.

    It is made from counts alone; small numbers are hidden.
    """
    # Charts, documents and statistics take longer to import than a station takes to compare.
    from paragraph8.statement.list_report import write_list_report

    inside = audit / AGGREGATES / SNAPSHOT
    tables = read_snapshot(inside if inside.is_dir() else audit)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Problem("statement.exists", folder=out)
    write_list_report(tables, out)
    say(f"report written to {out}")


def purge(
    audit: Annotated[Path, typer.Argument(help="Folder of an audit.")],
    by: Annotated[str, typer.Option(help="Name of the person who ends the audit.")],
) -> None:
    """End an audit: names, row numbers and the key are deleted, counts stay, a receipt says so."""
    recorded = remembered_inputs(audit).recorded
    receipt = purge_folder(
        audit, recorded, at=datetime.now(tz=UTC).isoformat(timespec="seconds"), by=by
    )
    say(f"{len(receipt.deleted)} files deleted, {len(receipt.stays)} kept; receipt in {RECEIPT}")
    for limit in receipt.limits:
        say(limit)
