"""The key pair of a backup: the server holds the public key, someone elsewhere the secret one.

A server that is seized, or an administrator who is pressed, can then make backups and open none.
The keys are age's, so `age` opens a backup where this software is gone.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Identity, Recipient, new_identity

SECRET_PREFIX = "AGE-SECRET-KEY-"
WHERE_TO_KEEP = (
    "This secret key opens every backup sealed for it; without it they are lost.",
    "Keep it away from the server and from laptops that travel: on two USB sticks in two places,",
    "with two people, and once printed on paper. Then delete this file here.",
    "The server needs only the public key.",
)
SHOWN = 16


def recipient(text: str) -> Recipient:
    """A public key `age1…`. Raises backup.bad_public_key, backup.secret_key_given."""
    if text.strip().upper().startswith(SECRET_PREFIX):
        # Never repeated in a message: it would end up in a log.
        raise Problem("backup.secret_key_given")
    try:
        return Recipient(text)
    except ValueError as error:
        raise Problem("backup.bad_public_key", key=text.strip()[:SHOWN], reason=error) from None


def recipients(texts: Iterable[str]) -> tuple[Recipient, ...]:
    """Public keys, each once, in order. Raises backup.no_public_key if there are none, and
    backup.bad_public_key, backup.secret_key_given."""
    found = {str(key): key for key in map(recipient, texts)}
    if not found:
        raise Problem("backup.no_public_key")
    return tuple(found.values())


def make_key_pair(secret_file: Path) -> Recipient:
    """Write a new secret key into a file that only its owner reads; return the public key.

    Show WHERE_TO_KEEP beside the result; it stands in the file as well.
    Raises backup.key_exists (no key is ever overwritten) and file.not_usable.
    """
    identity = new_identity()
    notes = "".join(f"# {line}\n" for line in WHERE_TO_KEEP)
    content = f"{notes}# public key: {identity.recipient}\n{identity.secret}\n"
    try:
        handle = os.open(secret_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="utf-8") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise Problem("backup.key_exists", file=secret_file) from None
    except OSError as error:
        raise Problem("file.not_usable", file=secret_file, reason=error.strerror) from error
    return identity.recipient


def read_identity(secret_file: Path) -> Identity:
    """The secret key in a file made by make_key_pair or age-keygen.

    Raises backup.bad_secret_key and file.not_usable.
    """
    try:
        lines = secret_file.read_text(encoding="utf-8").splitlines()
        (secret,) = [line for line in lines if line.strip() and not line.startswith("#")]
        return Identity(secret)
    except OSError as error:
        raise Problem("file.not_usable", file=secret_file, reason=error.strerror) from error
    except ValueError:
        raise Problem("backup.bad_secret_key", file=secret_file) from None
