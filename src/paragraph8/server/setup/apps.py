"""The Django application `setup`."""

from django.apps import AppConfig


class SetupConfig(AppConfig):
    """What a mission observes: elections, areas, stations, contests, contestants."""

    name = "paragraph8.server.setup"
    label = "setup"
    default_auto_field = "django.db.models.BigAutoField"
