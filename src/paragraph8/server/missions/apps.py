"""The Django application `missions`."""

from django.apps import AppConfig


class MissionsConfig(AppConfig):
    """Missions, the accounts of their people, roles, and who may see what."""

    name = "paragraph8.server.missions"
    label = "missions"
    default_auto_field = "django.db.models.BigAutoField"
