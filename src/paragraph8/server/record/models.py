"""The journal and the hash chains. Rows are only ever added."""

from django.db import models


class JournalEntry(models.Model):
    """One thing that a person (or the software on a person's word) did to a mission.

    Holds ids and codes, never names: a journal is read by more people than a roster.
    """

    mission = models.CharField(max_length=40, blank=True, help_text="short name; empty: the server")
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, help_text="account id; empty: the software itself")
    verb = models.CharField(max_length=60, help_text="what was done, as `team.excluded`")
    subject = models.CharField(max_length=120, help_text="kind and id of what it was done to")
    details = models.JSONField(default=dict)

    class Meta:
        """An index for a mission's journal page."""

        indexes = (models.Index(fields=["mission", "-id"], name="journal_of_a_mission"),)


class Chain(models.Model):
    """One append-only chain: its length and its head, which can be written down elsewhere."""

    name = models.CharField(max_length=80, unique=True, help_text="as `lumria-2024/submissions`")
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, help_text="SHA-256, hexadecimal")


class Link(models.Model):
    """One link: what it commits to, and the hash over it and the link before.

    The salt keeps a link from telling what it commits to once the object is erased.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="links")
    number = models.BigIntegerField(help_text="1 for the first link")
    subject = models.CharField(max_length=120, help_text="what it commits to, as `submission 17`")
    at = models.DateTimeField()
    salt = models.CharField(max_length=32, help_text="16 random bytes, hexadecimal")
    commitment = models.CharField(max_length=64, help_text="SHA-256 of salt and content")
    hash = models.CharField(max_length=64, help_text="SHA-256 of the hash before and commitment")

    class Meta:
        """The two rules that make it a chain of distinct things."""

        constraints = (
            models.UniqueConstraint(
                fields=["chain", "number"], name="a_chain_has_one_link_of_a_number"
            ),
            models.UniqueConstraint(
                fields=["chain", "subject"], name="a_chain_holds_a_subject_once"
            ),
        )
