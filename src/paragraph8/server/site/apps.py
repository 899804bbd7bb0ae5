"""The Django application that holds the pages of the server as a whole."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Front page, accounts, commands."""

    name = "paragraph8.server.site"
    label = "p8site"
