"""The Django application `forms`."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """Forms: made from the codebook or brought along; published versions never change."""

    name = "paragraph8.server.forms"
    label = "forms"
    default_auto_field = "django.db.models.BigAutoField"
