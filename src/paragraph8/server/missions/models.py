"""A mission, who belongs to it, and in which role."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from paragraph8.server.missions.roles import ROLES
from paragraph8.tables.words import MISSION_FORMATS

FORMATS = [(name, name.replace("_", " ")) for name in MISSION_FORMATS]


class Account(AbstractUser):
    """A person who works in the office. Observers in the field have tokens, not accounts.

    `is_superuser` is the administrator of the server: creates missions and accounts, and sees no
    report of a mission unless it has a role there.
    """


class Mission(models.Model):
    """One observation mission."""

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    format = models.CharField(max_length=20, choices=FORMATS)
    country = models.CharField(max_length=2, help_text="ISO 3166, two letters")
    languages = models.JSONField(
        default=list, help_text="languages of its forms, first is the default"
    )
    time_zone = models.CharField(max_length=50, default="UTC")
    simulated = models.BooleanField(default=False, help_text="a rehearsal or demonstration")
    pledge_version = models.CharField(
        max_length=20, default="1", help_text="code of conduct in force"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title

    @property
    def observes_systematically(self) -> bool:
        """Whether its format has short-term observers whose forms are counted."""
        return self.format in ("full", "citizen_network")

    @property
    def has_long_term_observers(self) -> bool:
        """Whether its format has long-term observers."""
        return self.format in ("full", "limited", "citizen_network")


class Institution(models.Model):
    """A body that sends observers to a joint mission."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="institutions")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        """A code names one institution."""

        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                fields=["mission", "code"], name="an_institution_has_its_own_code"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A member of a coalition: its people see only its own observers and reports."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="organisations")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        """A code names one organisation."""

        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                fields=["mission", "code"], name="an_organisation_has_its_own_code"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The role of an account in a mission, and the part of it that the person may see.

    organisation   set: only what belongs to this member of the coalition
    area           set: only what lies in this area (code with everything below it)
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.name, role.title) for role in ROLES])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    area = models.CharField(max_length=100, blank=True)

    class Meta:
        """One role for a person in a mission."""

        constraints = (
            models.UniqueConstraint(
                fields=["account", "mission"], name="a_person_has_one_role_in_a_mission"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} as {self.role} in {self.mission_id}"
