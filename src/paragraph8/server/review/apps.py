"""The Django application `review`."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class ReviewConfig(AppConfig):
    """What has come in: reports, conflicts, quarantine, exclusions."""

    name = "paragraph8.server.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have every report looked at as it is stored, in the same transaction."""
        from paragraph8.server.openrosa.models import Attempt, Submission
        from paragraph8.server.review.safety import look_at_attempt, look_at_new

        post_save.connect(look_at_new, sender=Submission, dispatch_uid="review.safety.new")
        post_save.connect(look_at_attempt, sender=Attempt, dispatch_uid="review.safety.attempt")
