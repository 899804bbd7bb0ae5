"""Check a receipt without any code of the project: the signature, and what it says of itself.

    python verify_receipt.py receipt.json [exported-chain.json]

Needs the library `cryptography` only. The public key must be compared with one known from
elsewhere, for instance as printed on the mission's page.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(content: object) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def check_receipt(receipt: dict, public_key: str = "") -> list[str]:
    """What is wrong with the receipt; nothing if it is right."""
    key = public_key or receipt["public_key"]
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(
            base64.b64decode(receipt["signature"]), canonical(receipt["receipt"])
        )
    except InvalidSignature:
        return ["the signature does not fit the receipt"]
    return []


def check_chain(name: str, links: list[dict]) -> list[str]:
    """What is wrong with an exported chain: links in order, each with number, commitment, hash."""
    before, wrong = hashlib.sha256(name.encode()).hexdigest(), []
    for number, link in enumerate(links, start=1):
        joined = bytes.fromhex(before) + bytes.fromhex(link["commitment"])
        if link["number"] != number or hashlib.sha256(joined).hexdigest() != link["hash"]:
            wrong.append(f"link {number} does not follow from the one before")
        before = link["hash"]
    return wrong


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        faults = check_receipt(json.load(file))
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            exported = json.load(file)
        faults += check_chain(exported["name"], exported["links"])
    sys.stdout.write("\n".join(faults or ["right"]) + "\n")
    sys.exit(bool(faults))
