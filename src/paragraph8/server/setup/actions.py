"""Everything that changes the set-up. Each leaves a line in the journal.

A list is imported in two steps: `preview_stations` (or `preview_contestants`) keeps the file and
says what would change; `apply_import` does exactly that, or refuses because it would do another.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from paragraph8.intake.stations.contestants import CONTESTANT_FIELDS
from paragraph8.intake.stations.register import STATION_FIELDS
from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.record.files import file_store
from paragraph8.server.record.journal import record
from paragraph8.server.setup.changes import WITHDRAWN, Changes, Row
from paragraph8.server.setup.models import Area, Contest, Contestant, Election, ImportRun, Station
from paragraph8.server.setup.previews import (
    AREA_FIELDS,
    CONTESTANTS,
    FAULTS_KEPT,
    KINDS,
    STATIONS,
    Preview,
    Read,
    preview,
    read_list,
)

ELECTION_FIELDS = ("code", "title", "day", "round", "freeze_at")
# Kinds of rows that stay, marked, when they are not in a list any more.
CAN_BE_WITHDRAWN = ("areas", "stations", "contestants")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Previewed:
    """A file that was kept, and what applying it would do."""

    run: ImportRun
    preview: Preview


@transaction.atomic
def create_election(mission: Mission, by: Account | None, values: Mapping[str, Any]) -> Election:
    """A new election from the cleaned `values` of its form."""
    election = Election.objects.create(mission=mission, **values)
    record("election.created", election, mission=mission.slug, by=by, election=election.code)
    return election


@transaction.atomic
def change_election(election: Election, by: Account | None, values: Mapping[str, Any]) -> list[str]:
    """Set what differs from `values`; returns the names of the fields that changed."""
    its = Election.objects.select_for_update().select_related("mission").get(pk=election.pk)
    changed = [
        name for name in ELECTION_FIELDS if name in values and getattr(its, name) != values[name]
    ]
    for name in changed:
        setattr(its, name, values[name])
    if changed:
        its.save(update_fields=changed)
        slug = its.mission.slug
        record("election.changed", its, mission=slug, by=by, election=its.code, fields=changed)
    return changed


def preview_stations(
    election: Election,
    file_name: str,
    content: bytes,
    mapping_text: str = "",
    by: Account | None = None,
) -> Previewed:
    """Keep a list of stations and say what it would change; nothing of the election changes.

    mapping_text   TOML; empty where the columns have our own names

    Raises the problems of `intake.stations.register.import_stations` and of the mapping; then
    nothing is kept.
    """
    return _preview(STATIONS, election, file_name, content, mapping_text, by)


def preview_contestants(
    election: Election,
    file_name: str,
    content: bytes,
    mapping_text: str = "",
    by: Account | None = None,
) -> Previewed:
    """The same for a list of contestants."""
    return _preview(CONTESTANTS, election, file_name, content, mapping_text, by)


def preview_run(run: ImportRun) -> Preview:
    """What the kept file would change now. Raises Problem setup.file_missing."""
    assert run.election is not None
    return preview(run.election, _read_kept(run))


def apply_import(
    run: ImportRun, by: Account | None, withdraw: Collection[str] = (), seen: str = ""
) -> ImportRun:
    """Do what the preview said, all of it or nothing.

    withdraw   of CAN_BE_WITHDRAWN: kinds of which the rows that are not in the file are marked
    seen       fingerprint of the preview that the person saw; empty: the one of the upload

    Raises Problem setup.already_applied, setup.changed_meanwhile, setup.file_missing.
    """
    assert run.kind in KINDS
    assert run.election_id is not None
    assert set(withdraw) <= set(CAN_BE_WITHDRAWN), withdraw
    # Reading takes longest, and needs no lock.
    read = _read_kept(run)
    with transaction.atomic():
        election = (
            Election.objects.select_for_update().select_related("mission").get(pk=run.election_id)
        )
        its = ImportRun.objects.select_for_update().get(pk=run.pk)
        if its.applied:
            raise Problem("setup.already_applied", file=its.file_name)
        now = preview(election, read)
        if now.fingerprint != (seen or its.outcome["fingerprint"]):
            raise Problem("setup.changed_meanwhile", file=its.file_name)
        for changes in now.changes:
            _write(election, changes, changes.what in withdraw)
        its.applied = True
        its.outcome = {**now.outcome(), "withdrawn": _withdrawn(now, withdraw)}
        its.save(update_fields=["applied", "outcome"])
        record(
            f"{its.kind}.imported",
            its,
            mission=election.mission.slug,
            by=by,
            election=election.code,
            sha256=its.sha256,
            changes=its.outcome["changes"],
            withdrawn=its.outcome["withdrawn"],
        )
    return its


def _preview(
    kind: str,
    election: Election,
    file_name: str,
    content: bytes,
    mapping_text: str,
    by: Account | None,
) -> Previewed:
    made = preview(election, read_list(kind, file_name, content, mapping_text))
    kept = file_store().keep([content])
    with transaction.atomic():
        run = ImportRun.objects.create(
            mission_id=election.mission_id,
            election=election,
            kind=kind,
            file_name=file_name[-200:],
            sha256=kept.sha256,
            mapping=mapping_text,
            by=by.pk if by else None,
            outcome=made.outcome(),
            faults=list(made.faults[:FAULTS_KEPT]),
        )
        record(
            f"{kind}.previewed",
            run,
            mission=election.mission.slug,
            by=by,
            election=election.code,
            sha256=kept.sha256,
        )
    return Previewed(run, made)


def _read_kept(run: ImportRun) -> Read:
    try:
        content = b"".join(file_store().read(run.sha256))
    except FileNotFoundError:
        raise Problem("setup.file_missing", file=run.file_name, sha256=run.sha256) from None
    return read_list(run.kind, run.file_name, content, run.mapping)


def _withdrawn(now: Preview, withdraw: Collection[str]) -> dict[str, int]:
    return {
        changes.what: len(changes.missing) for changes in now.changes if changes.what in withdraw
    }


def _write(election: Election, changes: Changes, withdraw: bool) -> None:
    """Add and change the rows, and mark the missing ones if `withdraw`."""
    rows = [*changes.new, *(change.row for change in changes.changed)]
    if changes.what == "areas":
        _upsert(Area, "election", [(election.pk, row) for row in rows], AREA_FIELDS)
        missing: QuerySet[Any] = election.areas.all()
    elif changes.what == STATIONS:
        _upsert(Station, "election", [(election.pk, row) for row in rows], STATION_FIELDS)
        missing = election.stations.all()
    elif changes.what == "contests":
        Contest.objects.bulk_create(Contest(election=election, code=row["code"]) for row in rows)
        return
    else:
        contests = dict(election.contests.values_list("code", "pk"))
        its = [(contests[row["contest"]], row) for row in rows]
        _upsert(Contestant, "contest", its, CONTESTANT_FIELDS)
        if withdraw:
            for code, pk in contests.items():
                own = [row for row in changes.missing if row["contest"] == code]
                _mark(Contestant.objects.filter(contest_id=pk), own)
        return
    if withdraw:
        _mark(missing, changes.missing)


def _upsert(
    model: type[Area] | type[Station] | type[Contestant],
    of: str,
    rows: Sequence[tuple[int, Row]],
    fields: Sequence[str],
) -> None:
    """One statement for hundreds of rows: a row whose code is there is changed, else added."""
    names = (*fields, WITHDRAWN)
    objects: Any = model._default_manager
    objects.bulk_create(
        [
            model(**{f"{of}_id": pk, "code": row["code"]}, **{name: row[name] for name in names})
            for pk, row in rows
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[of, "code"],
        update_fields=list(names),
    )


def _mark(rows: QuerySet[Any], missing: Sequence[Row]) -> None:
    for codes in _batches([row["code"] for row in missing]):
        rows.filter(code__in=codes).update(withdrawn=True)


def _batches(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), BATCH):
        yield codes[start : start + BATCH]
