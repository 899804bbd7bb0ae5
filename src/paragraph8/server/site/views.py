"""Front page, language, and a sign of life."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from paragraph8.server.backup.newest import alarm as backup_alarm
from paragraph8.server.missions.access import for_accounts, for_everybody


@for_accounts
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The missions of who is logged in."""
    alarm = ""
    if request.user.is_superuser:
        alarm = backup_alarm(Path(settings.P8_HOME), timezone.now())
    return render(request, "home.html", {"backup_alarm": alarm})


@for_everybody("chooses the language of the pages")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    answer = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax", httponly=True)
    return answer


@for_everybody("says that the server lives, and nothing else")
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 if the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
