"""What the commands `p8 backup`, `p8 restore` and `p8 backup-key` do, with plain parameters.

Each writes its outcome to `out` and returns the exit code: 0 done, 3 done and something differs or
is damaged. What cannot be done is a Problem, which the shell turns into a sentence and code 2.
Where Django is not set up, it is, for the server with this home.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from paragraph8.server.backup.home_files import KEYS, SECRET_KEY
from paragraph8.server.backup.keys import WHERE_TO_KEEP, make_key_pair, read_identity, recipients
from paragraph8.server.backup.places import POSTGRESQL
from paragraph8.server.backup.restore import restore, set_up
from paragraph8.server.backup.workplace import tidied_when_ended, write_whole

DONE, DIFFERS = 0, 3
FOLDER = "backups"


def key_main(secret_file: Path, home: Path | None = None, out: TextIO | None = None) -> int:
    """Make a key pair; with `home`, backups of that server are sealed for it from now on.

    Raises Problem backup.key_exists, file.not_usable.
    """
    public = make_key_pair(secret_file)
    lines = [f"public key: {public}", f"secret key: {secret_file}", *WHERE_TO_KEEP]
    if home is not None:
        remember_keys(home, [*remembered_keys(home), str(public)])
        lines.append(f"Backups of {home} are sealed for it from now on.")
    _say(lines, out)
    return DONE


def backup_main(
    home: Path,
    folder: Path | None = None,
    keys: Sequence[str] = (),
    out: TextIO | None = None,
) -> int:
    """Make a backup in `folder` (default: `backups` in the home).

    keys   public keys to seal for, remembered in the home; none: those remembered

    Raises the problems of `make_backup`, and backup.bad_public_key, backup.secret_key_given.
    """
    set_up(home)
    # Imported here: models can be imported only where Django is set up.
    from paragraph8.server.backup.make import make_backup

    sealed_for = recipients(keys or remembered_keys(home))
    if keys:
        remember_keys(home, keys)
    with tidied_when_ended():
        made = make_backup(folder or home / FOLDER, sealed_for)
    rows = sum(int(told["rows"]) for told in made.state.tables.values())
    lines = [
        f"backup: {made.sealed.file}",
        f"size: {made.sealed.size:,} bytes, {rows:,} rows, {made.attachments:,} attachments",
        f"SHA-256 of the file: {made.sealed.sha256}",
        f"SHA-256 of its manifest: {made.sealed.manifest_sha256}",
        f"sealed for {len(sealed_for)} key(s); copy it to another place now.",
    ]
    lines += [f"DAMAGED on this server: attachment {sha256}" for sha256 in made.damaged]
    _say(lines, out)
    return DIFFERS if made.damaged else DONE


def drill_main(
    home: Path, secret_file: Path, file: Path | None = None, out: TextIO | None = None
) -> int:
    """Restore `file`, or the newest backup, beside the server and compare. Raises as `drill`."""
    set_up(home)
    from paragraph8.server.backup.drill import as_table, drill

    with tidied_when_ended():
        done = drill(file, read_identity(secret_file))
    _say([as_table(done).rstrip()], out)
    return DIFFERS if done.differs else DONE


def restore_main(
    file: Path,
    secret_file: Path,
    home: Path,
    database_url: str = "",
    out: TextIO | None = None,
) -> int:
    """Bring a server back into an empty home and database. Raises as `restore`."""
    with tidied_when_ended():
        restored = restore(file, read_identity(secret_file), home, database_url)
    rows = sum(int(told["rows"]) for told in restored.state.tables.values())
    lines = [
        f"restored: {restored.home}, as of {restored.manifest.created}",
        f"{rows:,} rows, {restored.attachments:,} attachments, every hash right",
        *(
            f"chain {name}: {told['length']:,} links, head {told['head']}"
            for name, told in sorted(restored.state.chains.items())
        ),
        "What came later is not here; a phone that still has what it sent can send it again.",
    ]
    secret = restored.home / SECRET_KEY
    given = os.environ.get("P8_SECRET", "")
    if restored.place.engine == POSTGRESQL or given not in ("", secret.read_text("utf-8")):
        lines.append(f"Start it with P8_SECRET set to what stands in {secret}.")
    lines += [f"DAMAGED before the backup: attachment {sha256}" for sha256 in restored.damaged]
    _say(lines, out)
    return DIFFERS if restored.damaged else DONE


def remembered_keys(home: Path) -> list[str]:
    """The public keys that backups of this home are sealed for."""
    file = home / KEYS
    if not file.is_file():
        return []
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]


def remember_keys(home: Path, keys: Sequence[str]) -> None:
    """Seal for these from now on. Raises Problem backup.bad_public_key, backup.secret_key_given."""
    texts = [str(key) for key in recipients(keys)]
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(home / KEYS, "".join(f"{text}\n" for text in texts).encode())


def _say(lines: Sequence[str], out: TextIO | None) -> None:
    (out or sys.stdout).write("\n".join(lines) + "\n")
