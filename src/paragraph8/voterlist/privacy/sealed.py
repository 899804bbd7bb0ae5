"""Sealing for one recipient with age: what is sealed can be opened with the recipient's key only.

The software holds no key that opens it. Whoever holds the secret key opens the file with `age`.
"""

import os
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from paragraph8.kernel.problem import Problem

SECRET_PREFIX = "AGE-SECRET-KEY-"
SHOWN = 16
FIRST_LINE = b"age-encryption.org/v1\n"


def read_recipient(text: str) -> str:
    """The public key of X25519 (`age1…`) in a text, without blanks around it.

    Raises voterlist.secret_key_given and voterlist.bad_recipient. SSH keys and keys of plug-ins are
    refused: whether a holder can open the file must not depend on further software.
    """
    key = text.strip()
    if SECRET_PREFIX in key.upper():
        # Never repeated in a message: it would end up in a log.
        raise Problem("voterlist.secret_key_given")
    try:
        return str(pyrage.x25519.Recipient.from_str(key))
    except pyrage.RecipientError:
        raise Problem("voterlist.bad_recipient", key=key[:SHOWN]) from None


def seal(content: bytes, recipient: str) -> bytes:
    """An age file (binary) of `content` that only the holder of the recipient's secret key opens.

    recipient   a public key `age1…`

    age hides neither the length of the content nor, from who sees two files, that they differ; and
    it does not prove who sealed. Raises what read_recipient raises.
    Source: age-encryption.org/v1.
    """
    key = pyrage.x25519.Recipient.from_str(read_recipient(recipient))
    return bytes(pyrage.encrypt(content, [key]))


def is_sealed(file: Path) -> bool:
    """Whether a file begins as age files do."""
    with file.open("rb") as content:
        return content.read(len(FIRST_LINE)) == FIRST_LINE


def write_sealed(file: Path, sealed: bytes) -> None:
    """Write what `seal` gave into a new file that only its owner reads. Raises file.not_usable,
    also where the file exists."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise Problem("file.not_usable", file=file.name, reason=error.strerror) from error
