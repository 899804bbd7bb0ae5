"""python -m benchmarks.intake.bulk TOTAL BYTES: fill the tables up to TOTAL reports by SQL.

Each report has an attempt, a file, and a link in each chain; the chains stay whole. Their XML has
BYTES bytes, and the files have no bytes at all. Prints the seconds it took.
"""

import hashlib
import sys
import time
import uuid
from typing import Any

from benchmarks.intake.inside import MISSION, connect

ROWS_AT_ONCE = 10_000
FORM = "seeded"
# Far from the keys of reports that came before.
FIRST_KEY = 10_000_000


def main(arguments: list[str]) -> None:
    """Fill and print."""
    total, size = int(arguments[0]), int(arguments[1])
    connection = connect()
    started = time.monotonic()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # What is seeded need not survive a power cut.
            cursor.execute("PRAGMA synchronous = OFF")
    _fill(connection, total, b"x" * size)
    sys.stdout.write(f"{time.monotonic() - started:.0f}")


def _fill(connection: Any, total: int, xml: bytes) -> None:
    from django.core.management.color import no_style
    from django.db import transaction

    from paragraph8.server.openrosa.models import Attempt, Submission, SubmissionFile
    from paragraph8.server.record.models import Link

    have = Submission.objects.count()
    reports, files = _Chained("submissions"), _Chained("files")
    seeded = _Seeded(xml)
    for begun in range(have, total, ROWS_AT_ONCE):
        keys = range(begun + FIRST_KEY, min(total, begun + ROWS_AT_ONCE) + FIRST_KEY)
        with transaction.atomic(), connection.cursor() as cursor:
            _insert(cursor, Submission, [seeded.report(key) for key in keys])
            _insert(cursor, Attempt, [seeded.attempt(key) for key in keys])
            _insert(cursor, SubmissionFile, [seeded.file(key) for key in keys])
            for chain in (reports, files):
                _insert(cursor, Link, [chain.link(key, seeded.now) for key in keys])
                chain.keep_head()
    with connection.cursor() as cursor:
        models = [Submission, SubmissionFile, Attempt, Link]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


class _Chained:
    """The end of one chain, and the links that follow."""

    def __init__(self, name: str) -> None:
        from paragraph8.server.record.ledger import first_hash, join
        from paragraph8.server.record.models import Chain

        full = f"{MISSION}/{name}"
        self.row, _ = Chain.objects.get_or_create(name=full, defaults={"head": first_hash(full)})
        self.subject = (
            "submission {key}" if name == "submissions" else "submission {key} file {key}"
        )
        self._join = join

    def link(self, key: int, now: Any) -> dict[str, Any]:
        commitment = hashlib.sha256(key.to_bytes(8, "big")).hexdigest()
        self.row.length += 1
        self.row.head = self._join(self.row.head, commitment)
        return {
            "chain_id": self.row.pk, "number": self.row.length,
            "subject": self.subject.format(key=key), "at": now, "salt": "0" * 32,
            "commitment": commitment, "hash": self.row.head,
        }  # fmt: skip

    def keep_head(self) -> None:
        self.row.save(update_fields=["length", "head"])


class _Seeded:
    """The rows of one report, by its key."""

    def __init__(self, xml: bytes) -> None:
        from django.utils import timezone

        from paragraph8.server.missions.models import Mission

        self.mission, self.now = Mission.objects.get(slug=MISSION).pk, timezone.now()
        self.xml, self.sha256 = xml, hashlib.sha256(xml).hexdigest()

    def report(self, key: int) -> dict[str, Any]:
        return {
            "id": key, "mission_id": self.mission, "form_id": FORM,
            "instance_id": f"uuid:{uuid.uuid4()}", "version": "1", "entry": "phone",
            "xml": self.xml, "xml_sha256": self.sha256, "received_at": self.now,
            "state": "accepted", "reason": "", "expected": "[]", "complete": True, "excluded": "",
            "details": "{}",
        }  # fmt: skip

    def attempt(self, key: int) -> dict[str, Any]:
        return {"submission_id": key, "at": self.now, "outcome": "first", "files": 1}

    def file(self, key: int) -> dict[str, Any]:
        return {
            "id": key, "submission_id": key, "name": "photo1.jpg", "sha256": self.sha256,
            "size": 0, "content_type": "image/jpeg", "referenced": True, "received_at": self.now,
        }  # fmt: skip


def _insert(cursor: Any, model: Any, rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0])
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"
    cursor.executemany(sql, [tuple(row.values()) for row in rows])


if __name__ == "__main__":
    main(sys.argv[1:])
