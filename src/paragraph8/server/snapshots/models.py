"""Snapshots that were frozen, and the ones being made."""

from django.db import models

from paragraph8.server.missions.models import Mission


class FrozenSnapshot(models.Model):
    """One snapshot: its id, its folder, and what it holds."""

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="snapshots")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    snapshot = models.CharField(max_length=64, blank=True, help_text="its id; empty until done")
    folder = models.CharField(max_length=300, blank=True, help_text="inside the home folder")
    as_of = models.DateTimeField(help_text="reports received later are not in it")
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict, help_text="received, late, pending, excluded, safety")
    problem = models.CharField(max_length=500, blank=True, help_text="why it failed")

    class Meta:
        """Newest first."""

        ordering = ("-id",)


class CollectedFile(models.Model):
    """A file of reports that were collected elsewhere; its bytes are in the file store.

    It is read again for every snapshot, by its mapping, so that a better mapping changes what the
    next snapshot holds and never what was collected.
    """

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="collected_files")
    name = models.CharField(max_length=200, help_text="as the format knows it")
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20, help_text="kobo, odk_central or mapped")
    mapping = models.TextField(blank=True, help_text="TOML, for `mapped`")
    election = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    outcome = models.JSONField(default=dict, help_text="rows, observations, faults, unused columns")
    withdrawn = models.CharField(max_length=300, blank=True, help_text="why it is left out again")

    class Meta:
        """The same file comes in once."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["mission", "sha256"], name="a_collected_file_comes_in_once"
            ),
        )
