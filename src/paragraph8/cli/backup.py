"""p8 backup, restore, backup-key: a sealed copy of the server, and the proof that it restores."""

import os
from pathlib import Path
from typing import Annotated

import typer

from paragraph8.cli.server import DEFAULT_HOME, Home
from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.commands import backup_main, drill_main, key_main, restore_main

Key = Annotated[Path | None, typer.Option(help="File of the secret key, which opens backups.")]


def backup(
    home: Home = DEFAULT_HOME,
    into: Annotated[
        Path | None, typer.Option(help="Folder for the backup; backups in HOME if none.")
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option(help="Public key (age1…); remembered for the next time.")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Restore the newest beside the server and compare.")
    ] = False,
    file: Annotated[Path | None, typer.Option(help="With --drill: this backup.")] = None,
    key: Key = None,
) -> None:
    """Make a backup that only the secret key opens, or prove that one restores (--drill).

    Exit code 3: a drill found differences, or an attachment is not what it was.
    """
    _prepare(home)
    if drill:
        raise typer.Exit(drill_main(home.resolve(), _needed(key), file))
    raise typer.Exit(backup_main(home.resolve(), into, to or ()))


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    key: Key = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Bring a server back from a backup into an empty HOME (and the database of DATABASE_URL)."""
    os.umask(0o077)
    database = os.environ.get("DATABASE_URL", "")
    raise typer.Exit(restore_main(file, _needed(key), home.resolve(), database))


def backup_key(
    file: Annotated[Path, typer.Argument(help="New file for the secret key; keep it elsewhere.")],
    home: Annotated[
        Path | None, typer.Option(help="Seal the backups of this server for the new key.")
    ] = None,
) -> None:
    """Make a key pair for backups. Without the secret key every backup is lost."""
    os.umask(0o077)
    raise typer.Exit(key_main(file, home.resolve() if home else None))


def _prepare(home: Path) -> None:
    os.umask(0o077)
    os.environ["P8_HOME"] = str(home.resolve())


def _needed(key: Path | None) -> Path:
    if key is None:
        raise Problem("backup.no_secret_key")
    return key
