"""The server's signature: Ed25519, the same key on every machine that shares its secret."""

import base64
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from paragraph8.kernel.canonical import canonical_json


@cache
def _key() -> Ed25519PrivateKey:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"paragraph8 receipts 1")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(settings.SECRET_KEY.encode()))


def sign(content: dict[str, object]) -> str:
    """The signature of the canonical JSON of `content`, in base64."""
    return base64.b64encode(_key().sign(canonical_json(content).encode())).decode()


def public_key() -> str:
    """The public key, in base64, for who wants to check a signature without this server."""
    raw = _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()
