"""The Django application `openrosa`."""

from django.apps import AppConfig


class OpenrosaConfig(AppConfig):
    """What devices speak: form list, download, submission; reports that are never lost."""

    name = "paragraph8.server.openrosa"
    label = "openrosa"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the chains what their links speak of."""
        from paragraph8.server.openrosa.chained import files_now, submissions_now
        from paragraph8.server.record.ledger import speaks_of

        speaks_of("submissions", submissions_now)
        speaks_of("files", files_now)
