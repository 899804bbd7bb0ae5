"""The end of an audit: names and key are deleted, aggregates stay, a receipt says what was done."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.privacy.inputs import RecordedInput
from paragraph8.voterlist.privacy.pseudonyms import KEY_FILE
from paragraph8.voterlist.privacy.sealed import is_sealed
from paragraph8.voterlist.privacy.tree import files_of, remove_empty_folders, unlink, write_private
from paragraph8.voterlist.privacy.working import (
    AGGREGATES,
    LOCK,
    MARKER,
    SPILL,
    check_working_folder,
    locked,
)

RECEIPT = "purge-receipt.json"
PENDING = "purge-pending.json"
REVIEW = "review-"
STAYS = ("aggregate", "sealed file")
OWN = (LOCK, MARKER, RECEIPT, PENDING)
LIMITS = (
    "Files were deleted, not overwritten: on flash storage and on file systems that copy on write "
    "nobody can overwrite a file for certain. What protects deleted names is the encryption of "
    "the disk. References can no longer be computed, since the key is among what was deleted.",
    "Copies elsewhere are not covered: the files that were audited, backups, snapshots of the file "
    "system, swap, mail, printed sheets. Whoever holds them must delete or return them.",
    "A case file sealed for a recipient stays where it is; this audit has no key that opens it.",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file of the working folder.

    file     name within the folder
    kind     mission key, working store, spill file, review (sample or answers), aggregate, sealed
             file, other
    bytes    size
    sha256   of its bytes before deletion, 64 hexadecimal digits
    """

    file: str
    kind: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a purge did.

    at, by     as they were typed; nothing checks them
    inputs     what the audit had read; the purge does not reach these files
    deleted    gone, and looked for again afterwards
    stays      left in the folder, unchanged
    limits     what the receipt does not say

    A hash of a small file can be tried against guesses of what it held: the receipt is for the
    mission's records and whoever supplied the lists, not for publication.
    """

    at: str
    by: str
    inputs: tuple[RecordedInput, ...]
    deleted: tuple[Recorded, ...]
    stays: tuple[Recorded, ...]
    limits: tuple[str, ...] = LIMITS


def purge(folder: Path, inputs: Sequence[RecordedInput], *, at: str, by: str) -> Receipt:
    """Delete all of an audit's folder but aggregates and sealed files, and write the receipt.

    inputs   the lists that the audit read
    at, by   when and by whom, as the caller writes it

    The key goes first. A purge that was broken off is taken up by the next, which lists what the
    first deleted as well. The folder is no audit's afterwards.

    Problems: voterlist.not_an_audit, voterlist.folder_open, voterlist.audit_running,
        voterlist.purge_link (nothing was deleted), voterlist.purge_remains, file.not_usable,
        analysis.bad_parameter for a blank `at` or `by`.
    """
    for parameter, value in (("at", at), ("by", by)):
        if not value.strip():
            raise _blank(parameter, value)
    check_working_folder(folder)
    with locked(folder):
        found = [_recorded(folder, name) for name in files_of(folder) if name not in OWN]
        stays = tuple(entry for entry in found if entry.kind in STAYS)
        going = sorted(
            (e for e in found if e not in stays), key=lambda e: (e.file != KEY_FILE, e.file)
        )
        deleted = _with_earlier(folder, going)
        write_private(folder / PENDING, json.dumps([asdict(entry) for entry in deleted]))
        for entry in going:
            unlink(folder / entry.file)
        remove_empty_folders(folder)
        _check_gone(folder, stays)
        receipt = Receipt(at, by, tuple(inputs), deleted, stays)
        write_private(folder / RECEIPT, receipt_json(receipt))
        for name in (PENDING, MARKER):
            unlink(folder / name)
    (folder / LOCK).unlink(missing_ok=True)
    return receipt


def receipt_json(receipt: Receipt) -> str:
    """The receipt as JSON, for people and machines to read."""
    return json.dumps(asdict(receipt), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _with_earlier(folder: Path, going: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """What goes now, after what a purge that was broken off had already listed."""
    pending = folder / PENDING
    if not pending.exists():
        return tuple(going)
    earlier = [Recorded(**entry) for entry in json.loads(pending.read_text(encoding="utf-8"))]
    return (*(entry for entry in earlier if entry not in going), *going)


def _check_gone(folder: Path, stays: Sequence[Recorded]) -> None:
    """Look again: there is nothing but what may stay, and that is unchanged."""
    there = [_recorded(folder, name) for name in files_of(folder) if name not in OWN]
    different = sorted({entry.file for entry in set(there) ^ set(stays)})
    if different:
        raise Problem(
            "voterlist.purge_remains",
            folder=folder,
            count=len(different),
            files=", ".join(different),
        )


def _recorded(folder: Path, name: str) -> Recorded:
    file = folder / name
    try:
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        return Recorded(name, _kind(file, name), file.stat().st_size, digest)
    except OSError as error:
        raise Problem("file.not_usable", file=name, reason=error.strerror) from error


def _kind(file: Path, name: str) -> str:
    top = name.split("/")[0]
    if name == KEY_FILE:
        return "mission key"
    if is_sealed(file):
        return "sealed file"
    if "/" in name and top in (SPILL, AGGREGATES):
        return {SPILL: "spill file", AGGREGATES: "aggregate"}[top]
    if file.name.startswith(REVIEW):
        return "review"
    return "working store" if ".duckdb" in file.name else "other"


def _blank(parameter: str, value: str) -> Problem:
    expected = "a text that is not blank"
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
