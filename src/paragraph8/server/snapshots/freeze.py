"""Freezing: the mission as it stands at an hour, as a snapshot that never changes.

The same reports, settings and hour give the same id, whoever freezes and when.
"""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction

from paragraph8.intake.observations.importer import Import
from paragraph8.server.missions.models import Mission
from paragraph8.server.people.models import Stop
from paragraph8.server.record.journal import record
from paragraph8.server.snapshots.collected import collected_tables
from paragraph8.server.snapshots.models import FrozenSnapshot
from paragraph8.server.snapshots.report_tables import STATES, Tally, report_tables
from paragraph8.server.snapshots.setup_tables import Frames, frame, setup_tables
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.tables import Source, Tables

FOLDER = "snapshots"


def freeze(row: FrozenSnapshot, by: object) -> FrozenSnapshot:
    """Make the snapshot that `row` announces, in the home folder; returns the row, done.

    Freezing what is frozen already gives the same id and uses the folder that is there.
    """
    mission = row.mission
    tables, tally = tables_of(mission, row.as_of)
    home = Path(settings.P8_HOME)
    place = home / FOLDER / mission.slug / f"new-{row.pk}"
    frozen = write_snapshot(tables, place)
    lasting = place.with_name(frozen.snapshot[:16])
    if lasting.exists():
        shutil.rmtree(place)
    else:
        place.rename(lasting)
    row.state = FrozenSnapshot.State.DONE
    row.snapshot = frozen.snapshot
    row.folder = str(lasting.relative_to(home))
    row.counts = {
        **{state: tally.total(state) for state in STATES},
        "safety": tally.safety,
        "observations": tables["observation"].height,
        "answers": tables["answer"].height,
        "faults": tables["fault"].height,
    }
    with transaction.atomic():
        row.save()
        record("snapshot.frozen", row, mission=mission.slug, by=by, snapshot=row.snapshot)
    return row


def tables_of(mission: Mission, as_of: datetime) -> tuple[Tables, Tally]:
    """Everything of a mission up to an hour, shaped by the contracts."""
    setup = setup_tables(mission)
    reports, tally = report_tables(mission, as_of, setup)
    collected = collected_tables(mission, setup)
    frames = {**setup, **_together(reports, collected)}
    frames["team"] = _with_unknown_teams(frames)
    frames["reporting"] = _reporting(mission, tally)
    stamp = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    source = Source(
        title=f"Reports of {mission.title}",
        licence="not published; the mission decides",
        attribution=mission.title,
    )
    return Tables({name: f for name, f in frames.items() if f.height}, stamp, (source,)), tally


def _together(reports: Frames, collected: Sequence[Import]) -> Frames:
    """The mission's own reports first; a report that also came by file is not taken twice."""
    parts = [reports, *(dict(done.frames) for done in collected)]
    joined = {}
    for name in {name for part in parts for name in part}:
        contract = BY_NAME[name]
        shaped = [contract.shape(part[name]) for part in parts if name in part]
        joined[name] = contract.shape(
            pl.concat(shaped).unique(contract.key, keep="first", maintain_order=True)
        )
    return joined


def _with_unknown_teams(frames: Frames) -> pl.DataFrame:
    """The teams, and those that only a collected file speaks of."""
    known = frames["team"]
    if "observation" not in frames:
        return known
    lone = frames["observation"].select("team").unique().join(known, on="team", how="anti")
    if lone.is_empty():
        return known
    rows = [
        {"team": team, "nationalities": "", "long_term": False} for team in lone["team"].to_list()
    ]
    schema = BY_NAME["team"].schema
    more = BY_NAME["team"].shape(
        pl.DataFrame(rows, schema={name: schema[name] for name in rows[0]})
    )
    return BY_NAME["team"].shape(pl.concat([known, more]))


def _reporting(mission: Mission, tally: Tally) -> pl.DataFrame:
    expected: dict[tuple[str, str], int] = {}
    stops = Stop.objects.filter(team__mission=mission).select_related("election")
    for election, form in stops.values_list("election__code", "form"):
        expected[election, form] = expected.get((election, form), 0) + 1
    kinds = set(expected).union(*tally.counts.values())
    rows = [
        {
            "election": election,
            "form": form,
            "expected": expected.get((election, form), 0),
            **{state: tally.counts[state][election, form] for state in STATES},
        }
        for election, form in sorted(kinds)
    ]
    return frame("reporting", rows)
