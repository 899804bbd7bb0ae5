"""Reports that were collected elsewhere, from exports of KoboToolbox, ODK Central or a table."""

from datetime import UTC, datetime

import polars as pl
from django.db import IntegrityError, transaction
from django.utils import timezone

from paragraph8.intake.observations.declaration import (
    ObservationDeclaration,
    built_in_observations,
    read_observation_declaration,
)
from paragraph8.intake.observations.importer import Import, Register, import_observations
from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.record.files import file_store
from paragraph8.server.record.journal import record
from paragraph8.server.setup.models import Election
from paragraph8.server.snapshots.models import CollectedFile
from paragraph8.server.snapshots.pseudonyms import pseudonym
from paragraph8.server.snapshots.setup_tables import setup_tables

FORMATS = ("kobo", "odk_central", "mapped")
MAPPED = "mapped"


def read_collected(
    mission: Mission,
    election: Election,
    format: str,
    name: str,
    content: bytes,
    mapping: str,
    setup: dict[str, pl.DataFrame] | None = None,
) -> Import:
    """The tables that a file gives. Raises the problems of `import_observations`."""
    setup = setup or setup_tables(mission)
    return import_observations(
        _declaration(format, mapping),
        {name: content},
        register=Register(
            stations=setup["station"],
            contestants=setup["contestant"],
            election=election.code,
            election_day=election.day,
            items=setup["form_item"],
        ),
        pseudonym=lambda team: pseudonym(mission.slug, team.strip()),
        received=_in_utc(datetime.combine(election.day, datetime.min.time(), UTC)),
        freeze=_in_utc(election.freeze_at) if election.freeze_at else None,
    )


def take_in(
    mission: Mission,
    election: Election,
    format: str,
    name: str,
    content: bytes,
    mapping: str,
    by: Account,
) -> CollectedFile:
    """Keep the file and what it gives. Raises Problem snapshots.file_known too."""
    done = read_collected(mission, election, format, name, content, mapping)
    kept = file_store().keep([content])
    report = done.reports[0]
    try:
        with transaction.atomic():
            row = CollectedFile.objects.create(
                mission=mission,
                name=name[:200],
                sha256=kept.sha256,
                format=format,
                mapping=mapping,
                election=election.pk,
                at=timezone.now(),
                by=by.pk,
                outcome={
                    "rows": report.rows,
                    "observations": report.observations,
                    "faults": report.faults,
                    "unused": list(report.unused_columns),
                },
            )
            record("collected.taken_in", row, mission=mission.slug, by=by, sha256=kept.sha256)
    except IntegrityError:
        raise Problem("snapshots.file_known", file=name) from None
    return row


def collected_tables(mission: Mission, setup: dict[str, pl.DataFrame]) -> list[Import]:
    """What all files that were not withdrawn give, in the order in which they came."""
    found = []
    for row in mission.collected_files.filter(withdrawn="").order_by("pk"):
        content = b"".join(file_store().read(row.sha256))
        election = Election.objects.get(pk=row.election)
        found.append(
            read_collected(mission, election, row.format, row.name, content, row.mapping, setup)
        )
    return found


def _declaration(format: str, mapping: str) -> ObservationDeclaration:
    if format == MAPPED:
        return read_observation_declaration("the mapping", mapping)
    return built_in_observations(format)


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
