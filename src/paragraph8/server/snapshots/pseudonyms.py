"""Teams under a pseudonym: the same in every snapshot of a mission, and no way back to the code."""

import hmac

from django.conf import settings


def pseudonym(mission: str, team: str) -> str:
    """The pseudonym of a team's code, which only the server's secret can compute."""
    text = f"team {mission} {team}".encode()
    return "t-" + hmac.new(settings.SECRET_KEY.encode(), text, "sha256").hexdigest()[:12]
