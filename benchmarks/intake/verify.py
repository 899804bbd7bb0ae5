"""python -m benchmarks.intake.verify LEDGER: whether all that was acknowledged is there.

Prints JSON, see `Found`. The ledger is the client's; nothing of the server is believed but the
rows and the files themselves.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.intake.inside import MISSION, connect
from benchmarks.intake.report import FORM

SHOWN = 5


@dataclass
class Found:
    """Counts, and under `faults` what must be empty.

    acknowledged   ids in the ledger
    rows           reports in the database
    unasked        reports whose acknowledgement never reached the client
    repeats        requests that brought what was stored already
    incomplete     reports marked as lacking a file
    """

    acknowledged: int = 0
    rows: int = 0
    files: int = 0
    unasked: int = 0
    repeats: int = 0
    incomplete: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def fault(self, name: str, text: str) -> None:
        """Count one, and show the first few."""
        self.faults[name] = self.faults.get(name, 0) + 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"{name}: {text}")


def main(arguments: list[str]) -> None:
    """Compare and print."""
    connection = connect()
    found = Found()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if (said := cursor.fetchone()[0]) != "ok":
                found.fault("damaged database", said)
    promised = read_ledger(Path(arguments[0]))
    rows = _rows()
    compare_reports(promised, rows, found)
    found.repeats = _repeats()
    compare_files(promised, found)
    compare_chains(rows, found)
    sys.stdout.write(json.dumps(asdict(found)))


def read_ledger(file: Path) -> dict[str, dict[str, Any]]:
    """Id -> hash of its bytes and of every file that was acknowledged with it."""
    promised: dict[str, dict[str, Any]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        known = promised.setdefault(entry["instance"], {"sha256": entry["sha256"], "files": {}})
        known["files"] |= entry["files"]
    return promised


def _rows() -> list[Any]:
    from paragraph8.server.openrosa.models import Submission

    return list(
        Submission.objects.filter(mission__slug=MISSION).filter(form_id=FORM).order_by("pk")
    )


def _repeats() -> int:
    from paragraph8.server.openrosa.models import Attempt

    repeated: int = Attempt.objects.exclude(outcome="first").count()
    return repeated


def compare_reports(promised: dict[str, dict[str, Any]], rows: list[Any], found: Found) -> None:
    """Each promised report once and with the same bytes."""
    found.acknowledged, found.rows = len(promised), len(rows)
    times = Counter(row.instance_id for row in rows)
    hashes = {row.instance_id: hashlib.sha256(bytes(row.xml)).hexdigest() for row in rows}
    for instance, promise in promised.items():
        if times[instance] == 0:
            found.fault("acknowledged and lost", instance)
        elif times[instance] > 1:
            found.fault("stored twice", instance)
        elif hashes[instance] != promise["sha256"]:
            found.fault("other bytes", instance)
    found.incomplete = sum(not row.complete for row in rows)
    found.unasked = len(times.keys() - promised.keys())


def compare_files(promised: dict[str, dict[str, Any]], found: Found) -> None:
    """Each promised file has a row and its bytes; each row has its bytes."""
    from paragraph8.server.openrosa.models import SubmissionFile

    rows = SubmissionFile.objects.filter(submission__mission__slug=MISSION)
    known = {
        (row.submission.instance_id, row.name): row.sha256
        for row in rows.select_related("submission").defer("submission__xml")
    }
    found.files = len(known)
    whole = dict(_contents(set(known.values())))
    for (instance, name), sha256 in known.items():
        if whole[sha256] != sha256:
            found.fault("file without its bytes", f"{instance} {name}")
    for instance, promise in promised.items():
        for name, sha256 in promise["files"].items():
            if known.get((instance, name)) != sha256:
                found.fault("acknowledged file lost", f"{instance} {name}")


def _contents(hashes: set[str]) -> Iterator[tuple[str, str]]:
    """Each hash and the hash of what lies under it; "" where nothing does."""
    from paragraph8.server.record.files import file_store

    store = file_store()
    for sha256 in hashes:
        digest = hashlib.sha256()
        try:
            for piece in store.read(sha256):
                digest.update(piece)
        except FileNotFoundError:
            yield sha256, ""
        else:
            yield sha256, digest.hexdigest()


def compare_chains(rows: list[Any], found: Found) -> None:
    """Every report and every file is in its chain, and the chains are whole."""
    from paragraph8.server.openrosa.models import SubmissionFile
    from paragraph8.server.record.ledger import broken_links
    from paragraph8.server.record.models import Link

    files = SubmissionFile.objects.filter(submission__mission__slug=MISSION)
    subjects = {
        "submissions": {f"submission {row.pk}" for row in rows},
        "files": {f"submission {row.submission_id} file {row.pk}" for row in files},
    }
    for name, expected in subjects.items():
        chain = f"{MISSION}/{name}"
        for broken in broken_links(chain):
            found.fault("broken chain", f"{name} {broken.number}: {broken.reason}")
        linked = Link.objects.filter(chain__name=chain).values_list("subject", flat=True)
        for subject in expected - set(linked):
            found.fault("not in its chain", subject)


if __name__ == "__main__":
    main(sys.argv[1:])
