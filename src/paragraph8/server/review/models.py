"""What review has to remember beside the reports themselves."""

from django.db import models

from paragraph8.server.missions.models import Mission
from paragraph8.server.openrosa.models import Submission


class SafetyMatter(models.Model):
    """A report in which an observer says that the safety of the mission is at stake.

    Only seats with the right `safety.see` are told that such a report exists.
    """

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="safety_matter"
    )
    found_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"safety matter {self.pk}"


class ArchiveKey(models.Model):
    """Access for a program that archives the mission: all reports but those on safety, read only.

    Only the hash of its token is kept; it has 128 random bits.
    """

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="archive_keys")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.BigIntegerField(null=True)
    last_used = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"archive key {self.pk}"
