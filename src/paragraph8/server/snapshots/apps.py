"""The Django application `snapshots`."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    """Freezing a mission into tables, and the snapshots made so far."""

    name = "paragraph8.server.snapshots"
    label = "snapshots"
    default_auto_field = "django.db.models.BigAutoField"
