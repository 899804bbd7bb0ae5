"""Canonical JSON and digests: the same content gives the same bytes, everywhere."""

import hashlib
import json


def canonical_json(value: object) -> str:
    """`value` as JSON with sorted keys and no optional blanks. Floats are the shortest that read
    back equal. Raises TypeError for what JSON has no word for."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of `text`, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
