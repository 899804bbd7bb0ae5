"""What review has to remember beside the reports themselves."""

from django.db import models

from paragraph8.server.openrosa.models import Submission


class SafetyMatter(models.Model):
    """A report in which an observer says that the safety of the mission is at stake.

    Only seats with the right `safety.see` are told that such a report exists.
    """

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="safety_matter"
    )
    found_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"safety matter {self.pk}"
