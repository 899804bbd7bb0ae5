"""A page of a mission: its menu holds what the role may open, in the order of a mission's work."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from paragraph8.server.missions.access import Seat

ENTRIES = (
    ("mission", gettext_lazy("Mission"), "mission.see"),
    ("setup", gettext_lazy("Stations"), "mission.set_up"),
    ("observers", gettext_lazy("Observers"), "observers.see"),
    ("plan", gettext_lazy("Plan"), "plan.see"),
    ("forms", gettext_lazy("Forms"), "forms.see"),
    ("reports", gettext_lazy("Reports"), "reports.see"),
    ("snapshots", gettext_lazy("Snapshots"), "snapshot.see"),
    ("journal", gettext_lazy("Journal"), "journal.see"),
)


def page(
    request: HttpRequest,
    seat: Seat,
    template: str,
    context: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """A page of a mission, with its menu."""
    mission = seat.mission
    entries = [
        {"title": title, "url": url, "here": _is_here(request.path, url, front=name == "mission")}
        for name, title, right in ENTRIES
        if seat.may(right)
        for url in [reverse(name, kwargs={"slug": mission.slug})]
    ]
    everything = {"seat": seat, "mission": mission, "menu": entries, **(context or {})}
    return render(request, template, everything, **more)


def _is_here(path: str, url: str, front: bool) -> bool:
    # The address of the front page is the beginning of all others.
    return path == url if front else path.startswith(url)
