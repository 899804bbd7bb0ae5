"""Pages about teams: the list, one team, and pairs that are proposed."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.people import access, actions, pairing, readiness
from paragraph8.server.people.forms import TeamForm, initial_of_team
from paragraph8.server.people.framing import framed
from paragraph8.server.people.models import Observer, Team
from paragraph8.server.people.paging import part
from paragraph8.server.people.words import KIND_WORDS


@for_seat("observers.see")
@require_GET
def teams(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Teams with their members and what is unusual about them."""
    members = _members(seat)
    lines = []
    for team in access.teams(seat):
        its, hidden = members[team.pk]
        lines.append(
            {
                "team": team,
                "kind": KIND_WORDS[team.kind],
                "members": its,
                "hidden": hidden,
                # A warning about people whom the seat may not see would be a guess.
                "warnings": [] if hidden else pairing.warnings(its, seat.mission),
            }
        )
    facts = {"part": part(request, lines), "warned": sum(bool(line["warnings"]) for line in lines)}
    return framed(request, seat, "teams", facts)


def _members(seat: Seat) -> defaultdict[int, tuple[list[Observer], int]]:
    """Members by team that the seat sees, and how many more there are."""
    seen: dict[int, list[Observer]] = defaultdict(list)
    for observer in access.observers(seat):
        if observer.team_id is not None:
            seen[observer.team_id].append(observer)
    all_of: dict[int, int] = defaultdict(int)
    rows = Observer.objects.filter(team__in=access.teams(seat).order_by())
    for team in rows.values_list("team_id", flat=True):
        all_of[team] += 1
    found: defaultdict[int, tuple[list[Observer], int]] = defaultdict(lambda: ([], 0))
    for team in {*seen, *all_of}:
        found[team] = (seen[team], all_of[team] - len(seen[team]))
    return found


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make a team."""
    initial = {"code": actions.next_team_code(seat.mission), "area": seat.membership.area}
    form = TeamForm(seat, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = actions.add_team(seat.mission, form.cleaned_data, by=seat.membership.account)
        return redirect("team", seat.mission.slug, made.pk)
    return framed(request, seat, "team_form", {"form": form})


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Change a team."""
    its = access.team(seat, pk)
    form = TeamForm(seat, request.POST or None, initial=initial_of_team(its))
    if request.method == "POST" and form.is_valid():
        actions.change_team(its, form.cleaned_data, by=seat.membership.account)
        return redirect("team", seat.mission.slug, its.pk)
    return framed(request, seat, "team_form", {"form": form, "team": its})


@for_seat("observers.see")
@require_GET
def team(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """One team: members, warnings, phones."""
    its = access.team(seat, pk)
    members, hidden = _members(seat)[its.pk]
    today = timezone.now().date()
    facts: dict[str, Any] = {
        "team": its,
        "kind": KIND_WORDS[its.kind],
        "members": [(m, readiness.blocking(m, seat.mission, today)) for m in members],
        "hidden": hidden,
        "warnings": [] if hidden else pairing.warnings(members, seat.mission),
        "phones": access.devices(seat).filter(team=its, revoked_at__isnull=True),
        "free": access.observers(seat).filter(team__isnull=True, withdrawn=False),
    }
    return framed(request, seat, "team", facts)


@for_seat("observers.manage")
@require_POST
def put(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Put an observer into a team."""
    its = access.team(seat, pk)
    observer = access.observer(seat, _number(request.POST.get("observer", "")))
    actions.put_in_team(observer, its, by=seat.membership.account)
    return redirect("team", seat.mission.slug, its.pk)


@for_seat("observers.manage")
@require_POST
def take(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Take an observer out of a team."""
    its = access.team(seat, pk)
    observer = access.observer(seat, _number(request.POST.get("observer", "")))
    if observer.team_id == its.pk:
        actions.put_in_team(observer, None, by=seat.membership.account)
    return redirect("team", seat.mission.slug, its.pk)


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
def pairs(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Observers without a team, proposed in pairs; a click makes the teams."""
    if request.method == "POST":
        made = _accept(seat, request.POST.getlist("pair"))
        said = ngettext("%d team was made.", "%d teams were made.", made) % made
        messages.success(request, said)
        return redirect("pairs", seat.mission.slug)
    free = list(access.observers(seat).filter(team__isnull=True, withdrawn=False))
    proposed, left = pairing.suggest(free, seat.mission)
    facts = {
        "pairs": proposed,
        "left": left,
        "free": len(free),
        "most": pairing.MOST,
        "mixed": pairing.mixes_nationalities(seat.mission),
    }
    return framed(request, seat, "pairs", facts)


@transaction.atomic
def _accept(seat: Seat, chosen: list[str]) -> int:
    by, made = seat.membership.account, 0
    for text in chosen:
        first, _sep, second = text.partition("-")
        people = [access.observer(seat, _number(number)) for number in (first, second)]
        # Somebody else may have put one of them into a team since the page was shown.
        if any(person.team_id is not None or person.withdrawn for person in people):
            continue
        facts = {
            "code": actions.next_team_code(seat.mission),
            "kind": people[0].kind,
            "organisation": people[0].organisation,
        }
        team: Team = actions.add_team(seat.mission, facts, by=by)
        for person in people:
            actions.put_in_team(person, team, by=by)
        made += 1
    return made


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
