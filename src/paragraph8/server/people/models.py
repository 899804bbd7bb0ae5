"""Observers and teams. Names live here and in no table, log or address."""

from django.db import models

from paragraph8.server.missions.models import Institution, Mission, Organisation
from paragraph8.server.setup.models import Election, Station
from paragraph8.tables.words import FORMS

KINDS = [
    ("short_term", "short-term observer"),
    ("long_term", "long-term observer"),
    ("parliamentary", "parliamentary observer"),
]


class Team(models.Model):
    """Two observers (rarely one or three) who fill in one form together."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="teams")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=KINDS, default="short_term")
    area = models.CharField(max_length=100, blank=True, help_text="area of deployment")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    excluded = models.CharField(
        max_length=300, blank=True, help_text="why its work is not analysed"
    )

    class Meta:
        """A code names one team."""

        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["mission", "code"], name="a_team_has_its_own_code"),
        )

    def __str__(self) -> str:
        return self.code


class Observer(models.Model):
    """One person in the field, with what must be there before a token works."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="observers")
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="observers"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS, default="short_term")
    nationality = models.CharField(max_length=2, help_text="ISO 3166, two letters")
    languages = models.JSONField(default=list, help_text="ISO 639 codes, best first")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    accreditation = models.CharField(max_length=40, blank=True)
    accredited_until = models.DateField(null=True, blank=True)
    pledge_version = models.CharField(max_length=20, blank=True, help_text="code of conduct signed")
    pledged_at = models.DateTimeField(null=True, blank=True)
    no_conflict_declared_at = models.DateTimeField(null=True, blank=True)
    conflict_declared = models.CharField(
        max_length=500, blank=True, help_text="declared conflict of interest"
    )
    conflict_cleared = models.BooleanField(
        default=False, help_text="the mission saw it and cleared it"
    )
    trained_at = models.DateField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """Rules about a person."""

        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pledge_version="", pledged_at__isnull=True)
                | ~models.Q(pledge_version="") & models.Q(pledged_at__isnull=False),
                name="a_pledge_has_its_version_and_its_time",
            ),
        )

    def __str__(self) -> str:
        return f"observer {self.pk}"


class Device(models.Model):
    """A phone that was enrolled for a team: the hash of its token, and nothing that opens it.

    `digest_secret` is MD5(team:realm:token), which the Digest scheme needs; the token has 128
    random bits, so that neither hash can be searched backwards.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="devices")
    observer = models.ForeignKey(
        Observer, on_delete=models.CASCADE, null=True, related_name="devices"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    digest_secret = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    device_id = models.CharField(max_length=100, blank=True, help_text="as the client names itself")

    def __str__(self) -> str:
        return f"device {self.pk}"


class Stop(models.Model):
    """One stop in a team's plan for election day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="stops")
    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="stops")
    number = models.PositiveSmallIntegerField(help_text="place in the route, first is 1")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="stops")
    form = models.CharField(max_length=20, choices=[(form, form) for form in FORMS])

    class Meta:
        """A route has one stop at each place."""

        ordering = ("team_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["team", "election", "number"], name="a_route_has_one_stop_of_a_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class HeadCount(models.Model):
    """How many observers there were when somebody counted; a later count never changes it.

    `rows` are {state, institution, observers, accredited}: codes and numbers, no person.
    """

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="head_counts")
    counted_at = models.DateTimeField()
    counted_by = models.BigIntegerField(null=True, help_text="account id")
    observers = models.PositiveIntegerField(help_text="on the list and not withdrawn")
    accredited = models.PositiveIntegerField(help_text="of them, with an accreditation in force")
    states = models.PositiveSmallIntegerField(help_text="different nationalities")
    rows = models.JSONField(default=list)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.observers} from {self.states}"
