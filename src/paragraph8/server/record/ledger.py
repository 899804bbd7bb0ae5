"""Append-only hash chains: whoever holds an earlier head can prove that nothing before it changed.

    commitment = SHA-256(salt || canonical JSON of the content)
    hash       = SHA-256(hash before || commitment)         hash before link 1: SHA-256(chain name)

`tests/server/verify_receipt.py` checks an exported chain without any code of the project.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from paragraph8.kernel.canonical import canonical_json
from paragraph8.server.record.models import Chain, Link

INSERT = (
    "INSERT INTO record_link (chain_id, number, subject, at, salt, commitment, hash)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
AT_ONCE = 2_000
ContentsNow = Callable[[Sequence[str]], Mapping[str, Mapping[str, object]]]
_contents_now: dict[str, ContentsNow] = {}
MOVE_HEAD = "UPDATE record_chain SET length = %s, head = %s WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that does not fit: its number, its subject, and what is wrong."""

    number: int
    subject: str
    reason: str


def append(chain_name: str, subject: str, content: Mapping[str, object]) -> tuple[int, str]:
    """Add a link that commits to `content`; must be called inside a transaction.

    The chain's row is locked until the transaction ends, so call it last: everything that is
    slow should be done before. Returns the link's number and hash.
    """
    assert connection.in_atomic_block, "a link is written with what it tells of"
    salt = secrets.token_hex(16)
    commitment = commit_to(salt, content)
    # Plain SQL: every report waits here for the one before it.
    with connection.cursor() as cursor:
        chain, length, head = _locked(cursor, chain_name)
        number, hash = length + 1, join(head, commitment)
        cursor.execute(INSERT, [chain, number, subject, timezone.now(), salt, commitment, hash])
        cursor.execute(MOVE_HEAD, [number, hash, chain])
    return number, hash


def first_hash(chain_name: str) -> str:
    """What stands before link 1 of a chain."""
    return hashlib.sha256(chain_name.encode()).hexdigest()


def commit_to(salt: str, content: Mapping[str, object]) -> str:
    """The commitment of a link."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical_json(content).encode()).hexdigest()


def join(before: str, commitment: str) -> str:
    """The hash of a link from the hash before it and its commitment."""
    return hashlib.sha256(bytes.fromhex(before) + bytes.fromhex(commitment)).hexdigest()


def speaks_of(kind: str, contents_now: ContentsNow) -> None:
    """Register what the links of the chains `…/kind` speak of, so that it can be compared.

    contents_now   subjects -> contents as they stand now, without those that are gone
    """
    _contents_now[kind] = contents_now


def broken_links(chain_name: str) -> Iterator[Broken]:
    """Every link that does not follow from the one before, or whose subject is not what it was."""
    chain = Chain.objects.filter(name=chain_name).first()
    if chain is None:
        return
    contents_now = _contents_now.get(chain_name.rpartition("/")[2])
    before, expected = first_hash(chain_name), 1
    links = chain.links.order_by("number").iterator(chunk_size=AT_ONCE)
    while batch := list(islice(links, AT_ONCE)):
        for link in batch:
            if link.number != expected:
                yield Broken(expected, link.subject, "a link is missing before this one")
            if join(before, link.commitment) != link.hash:
                reason = "its hash does not follow from the link before"
                yield Broken(link.number, link.subject, reason)
            before, expected = link.hash, link.number + 1
        if contents_now is not None:
            yield from _altered(batch, contents_now([link.subject for link in batch]))
    if (expected - 1, before) != (chain.length, chain.head):
        yield Broken(expected, "", "the chain ends before the head that it states")


def _altered(
    links: Sequence[Link], contents: Mapping[str, Mapping[str, object]]
) -> Iterator[Broken]:
    for link in links:
        content = contents.get(link.subject)
        if content is None:
            yield Broken(link.number, link.subject, "what it speaks of is gone")
        elif commit_to(link.salt, content) != link.commitment:
            yield Broken(link.number, link.subject, "what it speaks of is not what was chained")


def _locked(cursor: Any, name: str) -> tuple[int, int, str]:
    """Id, length and head of a chain, locked until the transaction ends."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    for _ in range(2):
        cursor.execute(f"SELECT id, length, head FROM record_chain WHERE name = %s{lock}", [name])
        if row := cursor.fetchone():
            return int(row[0]), int(row[1]), str(row[2])
        # Whoever comes second finds the row of the first.
        Chain.objects.bulk_create([Chain(name=name, head=first_hash(name))], ignore_conflicts=True)
    raise RuntimeError(name)
