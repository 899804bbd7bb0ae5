"""What every page of the office shows."""

from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from paragraph8.server.missions.access import seats


def page(request: HttpRequest) -> dict[str, object]:
    """Language, direction, and the seats of who is logged in."""
    user = getattr(request, "user", None)
    return {
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "my_seats": seats(user) if user is not None and user.is_authenticated else [],
    }
