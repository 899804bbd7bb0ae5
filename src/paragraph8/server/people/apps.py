"""The Django application `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Observers, teams, the tokens of their devices, and their plans for election day."""

    name = "paragraph8.server.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
