"""Keyed hashes in bulk: HMAC-SHA-256, shortened and written in base32."""

import hmac
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem

KEY_BYTES = 32
ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype="S1")
BITS_A_SIGN = 5
DIGEST_BYTES = 32


def checked_key(key: bytes) -> bytes:
    """The key, if it is 32 bytes and not all alike. Raises voterlist.bad_key."""
    if len(key) != KEY_BYTES or len(set(key)) == 1:
        raise Problem("voterlist.bad_key", bytes=len(key), expected=KEY_BYTES)
    return key


def keyed_codes(key: bytes, purpose: str, materials: Iterable[str], signs: int) -> list[str]:
    """One code for each text: the first `signs` of its HMAC-SHA-256 in base32 (RFC 4648).

    key         32 bytes
    purpose     separates the uses of one key: the same text has another code for another purpose
    materials   any texts; equal texts have equal codes
    signs       length of a code, 1 to 51; each sign is 5 bits

    Source: RFC 2104, RFC 4648 section 6.
    """
    checked_key(key)
    prefix = f"{purpose}\0".encode()
    kept = -(-signs * BITS_A_SIGN // 8)
    digests = b"".join(
        hmac.digest(key, prefix + material.encode(), "sha256")[:kept] for material in materials
    )
    return _base32(np.frombuffer(digests, dtype=np.uint8).reshape(-1, kept), signs)


def _base32(digests: NDArray[np.uint8], signs: int) -> list[str]:
    """For one row of bytes one text; a loop over b32encode takes longer than the hashing."""
    bits = np.unpackbits(digests, axis=1)[:, : signs * BITS_A_SIGN]
    weights = 1 << np.arange(BITS_A_SIGN - 1, -1, -1, dtype=np.uint8)
    values = bits.reshape(len(bits), signs, BITS_A_SIGN) @ weights
    texts = np.ascontiguousarray(ALPHABET[values]).view(f"S{signs}").reshape(-1)
    return [str(text) for text in texts.astype(f"U{signs}")]
