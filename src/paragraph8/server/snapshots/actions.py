"""Beginning a snapshot, and leaving a collected file out again."""

import os
import subprocess
import sys
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.record.journal import record
from paragraph8.server.snapshots.models import CollectedFile, FrozenSnapshot

STALE_SECONDS = 3600


def begin(mission: Mission, as_of: datetime, by: Account) -> FrozenSnapshot:
    """Announce a snapshot and make it in a process of its own.

    Its work and its memory take nothing from the reports that come in meanwhile. Raises Problem
    snapshots.running, snapshots.in_the_future.
    """
    now = timezone.now()
    if as_of > now:
        raise Problem("snapshots.in_the_future", as_of=as_of.isoformat(timespec="minutes"))
    with transaction.atomic():
        Mission.objects.select_for_update().get(pk=mission.pk)
        running = mission.snapshots.filter(state=FrozenSnapshot.State.RUNNING).first()
        if running is not None and (now - running.at).total_seconds() < STALE_SECONDS:
            raise Problem("snapshots.running", since=running.at.isoformat(timespec="seconds"))
        row = FrozenSnapshot.objects.create(mission=mission, as_of=as_of, at=now, by=by.pk)
    transaction.on_commit(lambda: _start(row.pk))
    return row


def _start(pk: int) -> None:
    subprocess.Popen(
        [sys.executable, "-m", "paragraph8.server.site.manage", "freeze", "--row", str(pk)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ,
    )


@transaction.atomic
def withdraw_file(row: CollectedFile, by: Account, reason: str) -> None:
    """Leave the file out of later snapshots; it stays, and so do the snapshots made with it."""
    row.withdrawn = reason
    row.save(update_fields=["withdrawn"])
    record("collected.withdrawn", row, mission=row.mission.slug, by=by, reason=reason)
