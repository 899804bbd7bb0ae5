"""The Django application `record`."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Journal, chains, files."""

    name = "paragraph8.server.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
