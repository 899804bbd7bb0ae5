"""What is observed, with the codes that the contracts of `tables` use."""

from django.db import models

from paragraph8.server.missions.models import Mission
from paragraph8.tables.words import CONTESTANT_KINDS, STATION_CHANNELS, STATION_KINDS


def _words(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class Election(models.Model):
    """One election on one day; a second round is an election of its own."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="elections")
    code = models.CharField(max_length=40, help_text="as `zz-2024-05-12`")
    title = models.CharField(max_length=200)
    day = models.DateField()
    round = models.PositiveSmallIntegerField(default=1)
    freeze_at = models.DateTimeField(
        null=True, blank=True, help_text="forms received later are late"
    )

    class Meta:
        """A code names one election."""

        ordering = ("day", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["mission", "code"], name="an_election_has_its_own_code"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Area(models.Model):
    """One area of the tree; its code holds the codes of the areas above it.

    An area that left the list stays, marked as withdrawn.
    """

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=100, help_text="parent code / own code")
    parent = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """A code names one area."""

        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["election", "code"], name="an_area_has_its_own_code"),
        )

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """One polling station. A station that left the list stays, marked as withdrawn."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="stations")
    code = models.CharField(max_length=60)
    area = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, choices=_words(STATION_KINDS), default="ordinary")
    channels = models.CharField(max_length=20, choices=_words(STATION_CHANNELS), default="unknown")
    registered = models.PositiveIntegerField(
        null=True, blank=True, help_text="voters on the main list"
    )
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """A code names one station."""

        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["election", "code"], name="a_station_has_its_own_code"),
        )
        indexes = (models.Index(fields=["election", "area"], name="stations_of_an_area"),)

    def __str__(self) -> str:
        return self.code


class Contest(models.Model):
    """One ballot of an election."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="contests")
    code = models.CharField(max_length=40)

    class Meta:
        """A code names one ballot."""

        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["election", "code"], name="a_contest_has_its_own_code"),
        )

    def __str__(self) -> str:
        return self.code


class Contestant(models.Model):
    """One line of a ballot, in the order of the ballot. Who left it stays, marked as withdrawn."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="contestants")
    code = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField(help_text="place on the ballot")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=_words(CONTESTANT_KINDS), default="list")
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """A code names one contestant."""

        ordering = ("place", "code")
        constraints = (
            models.UniqueConstraint(
                fields=["contest", "code"], name="a_contestant_has_its_own_code"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file that was read into the set-up: what it was, what it changed, what was wrong."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="imports")
    election = models.ForeignKey(Election, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=30, help_text="stations, contestants or observations")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    mapping = models.TextField(blank=True, help_text="TOML")
    at = models.DateTimeField(auto_now_add=True)
    by = models.BigIntegerField(null=True)
    applied = models.BooleanField(default=False)
    outcome = models.JSONField(default=dict, help_text="rows, changes by kind")
    faults = models.JSONField(default=list, help_text="row, column, code, raw text, sentence")

    class Meta:
        """Newest first."""

        ordering = ("-id",)
