"""age encryption as streams. The only module that knows the library.

pyrage reads and writes 8 KB to 64 KB at a time, so 20 GB need no more memory than 20 KB.
"""

from collections.abc import Callable, Iterator, Sequence

import pyrage  # type: ignore[import-untyped]

# What pyrage says when no part of the file's header was made for the key.
NO_KEY = "No matching keys found"


class Damaged(Exception):
    """The file is no age file, or was cut, or a bit of it changed."""


class WrongKey(Exception):
    """The file was not sealed for this key."""


class Recipient:
    """A public key, `age1…`: seals and cannot open."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for what is no public key of X25519."""
        try:
            self.age = pyrage.x25519.Recipient.from_str(text.strip())
        except pyrage.RecipientError as error:
            raise ValueError(str(error)) from error

    def __str__(self) -> str:
        return str(self.age)


class Identity:
    """A secret key. Printing it does not show it; `secret` does."""

    def __init__(self, secret: str) -> None:
        """Reads `AGE-SECRET-KEY-1…`. Raises ValueError without repeating it."""
        try:
            self.age = pyrage.x25519.Identity.from_str(secret.strip())
        except pyrage.IdentityError:
            raise ValueError("it is not an age secret key") from None
        self.recipient = Recipient(str(self.age.to_public()))

    @property
    def secret(self) -> str:
        return str(self.age)


def new_identity() -> Identity:
    """A new secret key."""
    return Identity(str(pyrage.x25519.Identity.generate()))


def encrypt(
    pieces: Iterator[bytes], write: Callable[[bytes], object], recipients: Sequence[Recipient]
) -> None:
    """Encrypt for the holders of any of the keys. What `pieces` and `write` raise is raised."""
    source, drain = _Source(pieces), _Drain(write)
    try:
        pyrage.encrypt_io(source, drain, [recipient.age for recipient in recipients])
    except (pyrage.EncryptError, OSError):
        _raise_cause(source, drain)
        raise


def decrypt(pieces: Iterator[bytes], write: Callable[[bytes], object], identity: Identity) -> None:
    """Decrypt. What was written is genuine, but it is whole only if this returns.

    Raises WrongKey, Damaged, and what `pieces` and `write` raise.
    """
    source, drain = _Source(pieces), _Drain(write)
    try:
        pyrage.decrypt_io(source, drain, [identity.age])
    except (pyrage.DecryptError, OSError) as error:
        _raise_cause(source, drain)
        raise (WrongKey if NO_KEY in str(error) else Damaged)(str(error)) from error


class _Source:
    """Pieces as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")
        self.failure: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.failure = error
            raise
        part, self._rest = self._rest[:size], self._rest[size:]
        return bytes(part)


class _Drain:
    """A function as a file to write into."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.failure: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            self._write(piece)
        except BaseException as error:
            self.failure = error
            raise
        return len(piece)

    def flush(self) -> None:
        pass


def _raise_cause(source: _Source, drain: _Drain) -> None:
    """pyrage turns what our side raised into its own errors; the cause says more."""
    failure = source.failure or drain.failure
    if failure:
        raise failure from None
