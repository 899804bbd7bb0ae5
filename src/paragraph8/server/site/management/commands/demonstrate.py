"""manage demonstrate: fill an empty server with the demonstration's mission."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from paragraph8.server.demonstration.field import election_day
from paragraph8.server.demonstration.populate import SLUG, set_up
from paragraph8.server.missions.models import Mission
from paragraph8.server.snapshots.freeze import freeze
from paragraph8.server.snapshots.models import FrozenSnapshot


class Command(BaseCommand):
    """Prints the accounts and a phone's token as one JSON document: they are shown only here."""

    help = "Fill an empty server with the demonstration's mission."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, unless it is there."""
        call_command("migrate", verbosity=0, interactive=False)
        if Mission.objects.filter(slug=SLUG).exists():
            raise CommandError(f"The mission {SLUG} is there already.")
        mission, accounts = set_up()
        phone = election_day(mission)
        now = timezone.now()
        row = FrozenSnapshot.objects.create(mission=mission, as_of=now, at=now)
        frozen = freeze(row, by=None)
        told = {
            "mission": SLUG,
            "accounts": [asdict(account) for account in accounts],
            "team": phone.device.team.code,
            "token": phone.token,
            "snapshot": frozen.snapshot,
            "counts": frozen.counts,
        }
        self.stdout.write(json.dumps(told))
