"""What happens around every request: safety headers, the second factor, problems as pages."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paragraph8.kernel.problem import Problem

Answer = Callable[[HttpRequest], HttpResponse]
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Pages that somebody who has no second factor yet must reach in order to get one.
WITHOUT_SECOND_FACTOR = ("/accounts/", "/static/", "/o/", "/a/", "/language")


class Safety:
    """Headers of every answer, the failing ones too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer and add the headers."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.setdefault("X-Content-Type-Options", "nosniff")
        # With no-referrer a browser sends `Origin: null` with forms, and Django refuses them.
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.is_secure():
            response.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response


class SecondFactor:
    """Whoever works in the office needs a passkey or a code of an authenticator app."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send an account without a second factor to the page where it gets one."""
        user = getattr(request, "user", None)
        free = settings.P8_DEMO or request.path.startswith(WITHOUT_SECOND_FACTOR)
        if user is not None and not free and user.is_authenticated and not is_mfa_enabled(user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


class Problems:
    """A problem is a page with its sentence and code 400; nothing of it is lost in a traceback."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> Any:
        """The page of a problem; everything else is left to Django."""
        if isinstance(exception, Problem):
            return render(request, "problem.html", {"problem": exception}, status=400)
        return None
