"""References that stand for people in reports and on answer sheets, made with the mission's key.

A reference is a keyed hash of where a person stands in the inputs, never of a name. Without the
key nobody can tell whose it is; with the key and the lists anybody can. Hashing is therefore NOT
anonymisation: until the key is destroyed, a reference is personal data. The key is destroyed when
the audit is closed (see purge).
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.privacy.keyed import checked_key, keyed_codes

SIGNS = 12
PURPOSE = "person_ref"
KEY_FILE = "mission.key"
OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def write_key(file: Path, key: bytes) -> None:
    """Write the mission's key, as hexadecimal digits, into a new file that only its owner reads.

    key   32 bytes from a source of cryptographic randomness, such as secrets.token_bytes(32)

    Raises voterlist.bad_key, voterlist.key_exists (no key is ever overwritten), file.not_usable.
    """
    text = checked_key(key).hex() + "\n"
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise Problem("voterlist.key_exists", file=file.name) from None
    except OSError as error:
        raise Problem("file.not_usable", file=file.name, reason=error.strerror) from error


def read_key(file: Path) -> bytes:
    """The mission's key. Raises voterlist.key_open, voterlist.bad_key, file.not_usable."""
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="ascii")
        key = bytes.fromhex(text)
    except OSError as error:
        raise Problem("file.not_usable", file=file.name, reason=error.strerror) from error
    except ValueError:
        # From None: the error of the conversion repeats what it could not read.
        raise Problem("voterlist.bad_key", bytes=0, expected=32) from None
    if mode & OTHERS_MAY:
        raise Problem("voterlist.key_open", file=file.name, mode=f"{stat.S_IMODE(mode):04o}")
    return checked_key(key)


def person_ref(key: bytes, list_name: str, row: int) -> str:
    """The reference of whoever stands in one row: 12 signs A to Z and 2 to 7."""
    return row_refs(key, list_name, [row])[0]


def row_refs(key: bytes, list_name: str, rows: Sequence[int]) -> list[str]:
    """The references of a column of rows of one list.

    key         the mission's key, 32 bytes
    list_name   what tells this list from the mission's others, for instance `paper`. Where a
                mission audits more than two lists, the SHA-256 of the input
    rows        1-based data rows of the input

    Returns one reference for each row, in order: 60 bits, so that among ten million rows two are
    the same with a chance of 1 in 23,000. A reference stays the same as long as key, name and row
    do. Raises voterlist.bad_key.
    """
    return keyed_codes(key, PURPOSE, (f"{list_name}\0{row}" for row in rows), SIGNS)


def linked_refs(
    key: bytes, paper_rows: Sequence[int | None], electronic_rows: Sequence[int | None]
) -> list[str]:
    """The references of a column of people: one for both rows of a linked pair.

    paper_rows        1-based row of the paper list; None where the person stands only on the other
    electronic_rows   the same of the electronic list; never None in both

    A pair has the reference of its paper row, so a row keeps its reference if a reviewer takes the
    pair apart. Raises voterlist.bad_key, and analysis.bad_parameter for columns of unequal length
    or a person without any row.
    """
    if len(paper_rows) != len(electronic_rows):
        lengths = f"{len(paper_rows)} and {len(electronic_rows)}"
        raise _unfit("rows", lengths, "columns of equal length")
    materials = []
    for paper, electronic in zip(paper_rows, electronic_rows, strict=True):
        if paper is None and electronic is None:
            raise _unfit("rows", None, "a row in at least one of the lists")
        materials.append(f"electronic\0{electronic}" if paper is None else f"paper\0{paper}")
    return keyed_codes(key, PURPOSE, materials, SIGNS)


def _unfit(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
