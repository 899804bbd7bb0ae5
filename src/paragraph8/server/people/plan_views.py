"""Pages about the plan of election day: routes, cards, coverage, a plan in a file."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.people import access, coverage, tokens
from paragraph8.server.people import plan as routes
from paragraph8.server.people.forms import StopForm
from paragraph8.server.people.framing import framed
from paragraph8.server.people.models import Observer, Stop
from paragraph8.server.people.paging import part
from paragraph8.server.people.uploads import Upload, read_table
from paragraph8.server.people.words import KIND_WORDS, STAGE_WORDS, STAGES
from paragraph8.server.setup.models import Election

# A browser offers so many codes while one types; a longer list makes the page heavy.
MOST_OFFERED = 500


def _election(request: HttpRequest, seat: Seat) -> Election | None:
    asked = request.POST.get("election") or request.GET.get("election", "")
    return access.election(seat, asked)


def _facts(seat: Seat, election: Election | None) -> dict[str, Any]:
    return {"election": election, "elections": access.elections(seat)}


@for_seat("plan.see")
@require_GET
def plan(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Teams and their routes."""
    election = _election(request, seat)
    facts = _facts(seat, election)
    if election is not None:
        stops: dict[int, list[Stop]] = {}
        for stop in access.stops(seat, election).order_by("team_id", "number"):
            stops.setdefault(stop.team_id, []).append(stop)
        lines = [
            {"team": team, "kind": KIND_WORDS[team.kind], "stops": _worded(stops.get(team.pk, []))}
            for team in access.teams(seat)
        ]
        facts["part"] = part(request, lines)
        facts["routed"] = sum(bool(line["stops"]) for line in lines)
        facts["stations"] = access.stations(seat, election).filter(withdrawn=False).count()
    return framed(request, seat, "plan", facts)


def _worded(stops: list[Stop]) -> list[tuple[Stop, Any]]:
    return [(stop, STAGE_WORDS.get(stop.form, stop.form)) for stop in stops]


@for_seat("plan.see", changing="plan.manage")
@require_http_methods(["GET", "POST"])
def route(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """One team's route; a POST puts a stop at its end."""
    team, election = access.team(seat, pk), _election(request, seat)
    if election is None:
        return redirect("plan", seat.mission.slug)
    form = StopForm(seat, election, request.POST or None)
    if request.method == "POST" and form.is_valid():
        station, stage = form.cleaned_data["station"], form.cleaned_data["form"]
        routes.add_stop(team, election, station, stage, by=seat.membership.account)
        return _to_route(seat, team.pk, election)
    offered = access.stations(seat, election).filter(withdrawn=False)
    if team.area:
        offered = offered.filter(access.lies_in(team.area, "area"))
    facts = {
        "team": team,
        "stops": _worded(routes.route(team, election)),
        "form": form,
        "offered": offered[:MOST_OFFERED],
    }
    return framed(request, seat, "route", facts | _facts(seat, election))


@for_seat("plan.manage")
@require_POST
def stop_step(request: HttpRequest, seat: Seat, pk: int, step: str) -> HttpResponse:
    """Move a stop up or down, or take it out."""
    its, by = access.stop(seat, pk), seat.membership.account
    team, election = its.team_id, its.election
    if step == "remove":
        routes.remove_stop(its, by=by)
    elif step in ("up", "down"):
        routes.move_stop(its, -1 if step == "up" else 1, by=by)
    else:
        raise Http404
    return _to_route(seat, team, election)


def _to_route(seat: Seat, team: int, election: Election) -> HttpResponse:
    address = reverse("route", args=[seat.mission.slug, team])
    return HttpResponseRedirect(f"{address}?{urlencode({'election': election.code})}")


@for_seat("plan.see")
@require_GET
def cards(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Route cards to print, of one team or of all. No names: cards get lost."""
    election = _election(request, seat)
    teams = access.teams(seat)
    one = request.GET.get("team", "")
    if one:
        teams = teams.filter(code=one)
    made = []
    if election is not None:
        every = [(team, _worded(routes.route(team, election))) for team in teams]
        made = [(team, stops) for team, stops in every if stops]
    names = {area.code: area.name for area in access.areas(seat)}
    facts = {"cards": made, "areas": names, "one": one}
    return framed(request, seat, "cards", facts | _facts(seat, election))


@for_seat("plan.see")
@require_GET
def coverage_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Areas and stages: stations, planned visits, gaps in words."""
    election = _election(request, seat)
    facts = _facts(seat, election)
    if election is None:
        return framed(request, seat, "coverage", facts)
    areas = list(access.areas(seat).filter(election=election))
    levels = {area.code.count("/") + 1: area.level for area in reversed(areas)}
    depth = _depth(request.GET.get("depth", ""), sorted(levels), seat)
    stops = list(access.stops(seat, election))
    bound = seat.membership.area
    here = [s for s in stops if not bound or f"{s.station.area}/".startswith(f"{bound}/")]
    found = coverage.rows(access.stations(seat, election), here, areas, depth)
    teams = list(access.teams(seat))
    facts |= {
        "rows": found,
        "total": coverage.total(found),
        "gaps": coverage.gaps(found, stops, teams, _not_ready(seat)),
        "stages": [STAGE_WORDS[stage] for stage in STAGES],
        "levels": sorted(levels.items()),
        "depth": depth,
        "teams": len(teams),
    }
    return framed(request, seat, "coverage", facts)


def _depth(asked: str, known: list[int], seat: Seat) -> int:
    if asked.isascii() and asked.isdigit() and int(asked[:3]) in known:
        return int(asked[:3])
    bound = seat.membership.area
    wanted = bound.count("/") + 2 if bound else 1
    return wanted if wanted in known else max([1, *known])


def _not_ready(seat: Seat) -> Counter[str]:
    """Members whose phone would not work, by team: numbers, which an analyst may see."""
    today = timezone.now().date()
    members = Observer.objects.filter(team__in=access.teams(seat).order_by()).select_related("team")
    return Counter(
        member.team.code
        for member in members
        if member.team is not None and tokens.why_not_ready(member, seat.mission, today)
    )


@for_seat("plan.manage")
@require_http_methods(["GET", "POST"])
def plan_import(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Upload a plan, see what it would change, take it in."""
    election = _election(request, seat)
    facts = _facts(seat, election) | {"columns": routes.COLUMNS, "stages": STAGES}
    if election is None:
        return framed(request, seat, "plan_import", facts)
    try:
        upload = Upload.of(request) if request.method == "POST" else None
        if upload is not None:
            table = read_table(upload, routes.COLUMNS, routes.COLUMNS)
            facts |= {"table": table, "routes": routes.compare(seat, election, table)}
            facts["upload"] = upload
    except Problem as problem:
        facts["problem"] = problem
        return framed(request, seat, "plan_import", facts, status=400)
    if upload is not None and "apply" in request.POST:
        by = seat.membership.account
        numbers = routes.take_in(seat, election, facts["routes"], upload, by=by)
        said = _(
            "%(new)d routes added, %(changed)d changed, %(same)d as before, %(fault)d left out."
        )
        messages.success(request, said % numbers)
        address = reverse("plan", args=[seat.mission.slug])
        return HttpResponseRedirect(f"{address}?{urlencode({'election': election.code})}")
    if "routes" in facts:
        states = [its.state for its in facts["routes"]]
        facts["numbers"] = {
            name: states.count(name) for name in ("new", "changed", "same", "fault")
        }
    return framed(request, seat, "plan_import", facts)
