"""Pages about phones: the list, enrolment, sheets to print. A token is shown once, on one page.

The page that shows it is the answer to the POST that made it: no address, session or message
carries a token, and loading the page again makes another one.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.people import access, enrolment, readiness, tokens
from paragraph8.server.people.collect_qr import only_this_machine, public_base, sheet
from paragraph8.server.people.forms import RevokeForm
from paragraph8.server.people.framing import framed
from paragraph8.server.people.models import Device, Observer
from paragraph8.server.people.paging import part
from paragraph8.server.people.words import REVOKE_REASONS


@for_seat("observers.see")
@require_GET
def phones(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Phones of the teams: when made, when last seen, whether they work."""
    today, wanted = timezone.now().date(), request.GET.get("state", "")
    visible = set(access.observers(seat).values_list("pk", flat=True))
    rows = access.devices(seat).prefetch_related("team__observers").order_by("team__code", "pk")
    lines = [_line(device, visible, seat, today) for device in rows]
    shown = [line for line in lines if _state(line) == wanted or (not wanted and line["in_force"])]
    facts = {
        "part": part(request, shown),
        "wanted": wanted,
        "in_force": sum(line["in_force"] for line in lines),
        "unseen": sum(_state(line) == "unseen" for line in lines),
        "blocked": sum(_state(line) == "blocked" for line in lines),
        "revoked": sum(not line["in_force"] for line in lines),
        "reasons": REVOKE_REASONS,
    }
    return framed(request, seat, "phones", facts)


def _line(device: Device, visible: set[int], seat: Seat, today: Any) -> dict[str, Any]:
    people = [device.observer] if device.observer else list(device.team.observers.all())
    why = [sentence for o in people for sentence in readiness.blocking(o, seat.mission, today)]
    return {
        "device": device,
        "observer": device.observer if device.observer_id in visible else None,
        "hidden": device.observer_id is not None and device.observer_id not in visible,
        "in_force": device.revoked_at is None,
        "why": list(dict.fromkeys(why)),
    }


def _state(line: dict[str, Any]) -> str:
    if not line["in_force"]:
        return "revoked"
    if line["why"]:
        return "blocked"
    return "unseen" if line["device"].last_seen is None else "working"


@for_seat("observers.manage")
@require_POST
def revoke(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """End a phone's access."""
    device = access.device(seat, pk)
    form = RevokeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else "other"
    tokens.revoke(device, by=seat.membership.account, reason=reason)
    return redirect("phones", seat.mission.slug)


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def enrol(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Choose for whom; then the sheet with the QR code, once."""
    team = access.team(seat, pk)
    members = list(access.observers(seat).filter(team=team, withdrawn=False))
    base = public_base(request)
    facts: dict[str, Any] = {"team": team, "base": base, "unreachable": only_this_machine(base)}
    if request.method == "POST":
        observer = _chosen(members, request.POST.get("observer", ""))
        made = enrolment.enrol_one(team, observer, by=seat.membership.account)
        facts |= {"sheets": [sheet(made, base)], "lacking": _lacking(seat, observer, members)}
        return framed(request, seat, "sheets", facts)
    today = timezone.now().date()
    facts["members"] = [(m, readiness.blocking(m, seat.mission, today)) for m in members]
    facts["phones"] = access.devices(seat).filter(team=team, revoked_at__isnull=True)
    return framed(request, seat, "enrol", facts)


def _chosen(members: list[Observer], text: str) -> Observer | None:
    return next((member for member in members if str(member.pk) == text), None)


def _lacking(seat: Seat, observer: Observer | None, members: list[Observer]) -> list[str]:
    today = timezone.now().date()
    people = [observer] if observer else members
    return [s for person in people for s in readiness.blocking(person, seat.mission, today)]


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def sheets(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Sheets for everybody who is ready: first how many, then all of them to print."""
    base = public_base(request)
    facts: dict[str, Any] = {
        "base": base,
        "unreachable": only_this_machine(base),
        "most": enrolment.MOST_SHEETS,
    }
    if request.method == "POST":
        scope = request.POST.get("scope", "")
        due = enrolment.due(seat, scope)[: enrolment.MOST_SHEETS]
        made = enrolment.enrol_many(due, by=seat.membership.account)
        facts["sheets"] = [sheet(one, base) for one in made]
        return framed(request, seat, "sheets", facts)
    facts["without_phone"] = enrolment.due(seat, "without_phone")
    facts["never_seen"] = enrolment.due(seat, "never_seen")
    return framed(request, seat, "sheets_confirm", facts)
