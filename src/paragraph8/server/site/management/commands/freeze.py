"""manage freeze SLUG: freeze a mission into a snapshot, from the command line or for the office."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Mission
from paragraph8.server.snapshots.freeze import freeze
from paragraph8.server.snapshots.models import FrozenSnapshot


class Command(BaseCommand):
    """Prints the id and the folder of the snapshot."""

    help = "Freeze a mission into a snapshot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The mission, and the hour."""
        parser.add_argument("slug", nargs="?", default="", help="short name of the mission")
        parser.add_argument("--as-of", default="", help="ISO 8601 with zone; the default is now")
        parser.add_argument("--row", type=int, default=0, help="a snapshot announced by the office")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        row = self._row(options)
        try:
            done = freeze(row, by=None)
        except Problem as problem:
            row.state, row.problem = FrozenSnapshot.State.FAILED, str(problem)[:500]
            row.save()
            raise CommandError(str(problem)) from None
        self.stdout.write(f"snapshot {done.snapshot}\nfolder {done.folder}")
        self.stdout.write(", ".join(f"{name} {n:,}" for name, n in done.counts.items()))

    def _row(self, options: dict[str, Any]) -> FrozenSnapshot:
        if options["row"]:
            return FrozenSnapshot.objects.select_related("mission").get(pk=options["row"])
        mission = Mission.objects.filter(slug=options["slug"]).first()
        if mission is None:
            known = ", ".join(Mission.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no mission {options['slug']!r}; there are: {known}.")
        now = timezone.now()
        as_of = parse_datetime(options["as_of"]) if options["as_of"] else now
        if as_of is None or as_of.tzinfo is None:
            raise CommandError("--as-of must be a time with its zone, as 2024-05-12T23:00:00+02:00")
        return FrozenSnapshot.objects.create(mission=mission, as_of=as_of, at=now)
