"""Forms of a mission and their versions. A published version never changes."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Mission
from paragraph8.tables.words import FORMS


class Form(models.Model):
    """One form of a mission, known to devices by its `form_id`."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="forms")
    form_id = models.CharField(max_length=64)
    form = models.CharField(max_length=20, choices=[(form, form) for form in FORMS])
    title = models.CharField(max_length=200)
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="later reports are quarantined"
    )

    class Meta:
        """A form id names one form."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["mission", "form_id"], name="a_form_has_its_own_id"),
        )

    def __str__(self) -> str:
        return self.form_id


class Versions(models.QuerySet):
    """Versions of forms; a whole set of them is not changed either once one is published."""

    def update(self, **values: Any) -> int:
        """Raises Problem forms.frozen if one of them is published."""
        if frozen := self.filter(published_at__isnull=False).first():
            raise frozen.frozen()
        return super().update(**values)


class FormVersion(models.Model):
    """One version: the bytes that devices download, and what its items meant on that day.

    xform         XForm XML, exactly as served; `md5` is the hash of these bytes
    source        the XLSForm it was made of
    items         rows of the table `form_item`: polarity as frozen with the version
    contestants   code and name of everybody whose votes it asks for, in ballot order

    It is a draft until it has `published_at`; from then on saving and deleting it raise.
    """

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="versions")
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200, blank=True)
    xform = models.BinaryField()
    md5 = models.CharField(max_length=32)
    source = models.BinaryField()
    items = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    media = models.JSONField(default=list, help_text="names of the lists it reads beside itself")
    contestants = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = Versions.as_manager()

    class Meta:
        """A version is itself once, for ever."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["form", "version"], name="a_version_is_made_once"),
            models.CheckConstraint(condition=~Q(md5=""), name="a_version_has_its_hash"),
        )

    def __str__(self) -> str:
        return self.version

    def save(self, *args: Any, **more: Any) -> None:
        """Raises Problem forms.frozen for a version that is published in the database."""
        stored = type(self)._base_manager.filter(pk=self.pk, published_at__isnull=False)
        if self.pk and stored.exists():
            raise self.frozen()
        super().save(*args, **more)

    def frozen(self) -> Problem:
        """What is said to whoever tries to change it."""
        return Problem("forms.frozen", form=self.form.form_id, version=self.version)


@receiver(pre_delete, sender=FormVersion)
def keep_published(instance: FormVersion, **more: object) -> None:
    """A published version stays, whichever way it was to be deleted."""
    if FormVersion.objects.filter(pk=instance.pk, published_at__isnull=False).exists():
        raise instance.frozen()
