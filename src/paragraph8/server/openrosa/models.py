"""Reports as they came: the bytes, who sent them, and everything that came again."""

from django.db import models

from paragraph8.server.forms.models import FormVersion
from paragraph8.server.missions.models import Mission
from paragraph8.server.people.models import Device, Team
from paragraph8.tables.words import ENTRY_MODES


class Submission(models.Model):
    """One report: the XML exactly as it first arrived. Never edited, never deleted.

    A correction is a submission of its own that `replaces` this one. Other bytes under the same
    id are a `Conflict`.
    """

    class State(models.TextChoices):
        """Whether it takes part in analysis. Quarantined reports wait for a person."""

        ACCEPTED = "accepted"
        QUARANTINED = "quarantined"
        REJECTED = "rejected"

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="submissions")
    form_id = models.CharField(max_length=64)
    instance_id = models.CharField(max_length=80, help_text="as sent, or `derived:` and a hash")
    version = models.CharField(max_length=40, blank=True, help_text="as stated in the XML")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, null=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="submissions")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True)
    entry = models.CharField(max_length=20, choices=[(m, m) for m in ENTRY_MODES], default="phone")
    xml = models.BinaryField()
    xml_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.ACCEPTED)
    reason = models.CharField(max_length=60, blank=True, help_text="why it is in quarantine")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    expected = models.JSONField(default=list, help_text="names of the files that its XML names")
    complete = models.BooleanField(default=True, help_text="every expected file has come")
    excluded = models.CharField(max_length=300, blank=True, help_text="why it is not analysed")
    details = models.JSONField(default=dict, help_text="device, client, instance name, entities")

    class Meta:
        """The key that decides what is a repeat."""

        constraints = (
            models.UniqueConstraint(
                fields=["mission", "form_id", "instance_id"], name="a_report_arrives_once"
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=models.Q(replaces__isnull=False, state="accepted"),
                name="a_report_is_replaced_by_one_accepted_correction",
            ),
        )
        indexes = (
            models.Index(fields=["mission", "-id"], name="reports_of_a_mission"),
            models.Index(fields=["mission", "state", "-id"], name="reports_in_a_state"),
            models.Index(
                fields=["mission", "-id"],
                condition=models.Q(complete=False),
                name="reports_with_files_missing",
            ),
            models.Index(
                fields=["mission", "-id"],
                condition=~models.Q(excluded=""),
                name="reports_that_are_excluded",
            ),
        )

    def __str__(self) -> str:
        return f"submission {self.pk}"


class SubmissionFile(models.Model):
    """One file that came with a report: its name there, and the hash of its bytes."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    conflict = models.ForeignKey(
        "Conflict",
        on_delete=models.PROTECT,
        null=True,
        related_name="files",
        help_text="set: it came with other answers under the id of the report",
    )
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100, blank=True)
    referenced = models.BooleanField(help_text="the XML names it")
    received_at = models.DateTimeField()

    class Meta:
        """The same bytes under the same name are the same file."""

        constraints = (
            models.UniqueConstraint(
                fields=["submission", "name", "sha256"], name="a_file_of_a_report_is_kept_once"
            ),
        )


class Conflict(models.Model):
    """Other bytes that came under the id of a report we have. Kept until a person settles it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="conflicts")
    xml = models.BinaryField()
    xml_sha256 = models.CharField(max_length=64)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settlement = models.CharField(max_length=300, blank=True)

    class Meta:
        """The same other bytes are the same conflict."""

        constraints = (
            models.UniqueConstraint(
                fields=["submission", "xml_sha256"], name="a_conflict_is_kept_once"
            ),
        )


class Attempt(models.Model):
    """One request that brought a report, again or for the first time."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, help_text="first, repeat, files, conflict")
    files = models.PositiveSmallIntegerField(default=0)


class Unreadable(models.Model):
    """A request that was no report, kept as it came, so that nothing readable is lost."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True)
    body_sha256 = models.CharField(max_length=64, help_text="in the file store")
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60, help_text="problem code")
    received_at = models.DateTimeField()

    class Meta:
        """The same bytes are kept once."""

        constraints = (
            models.UniqueConstraint(
                fields=["mission", "body_sha256"], name="an_unreadable_request_is_kept_once"
            ),
        )
