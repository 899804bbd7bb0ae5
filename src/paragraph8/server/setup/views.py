"""Pages of the application `setup`: elections, their stations and ballots."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page
from paragraph8.server.setup import access, actions
from paragraph8.server.setup.forms import ElectionForm, FilterForm
from paragraph8.server.setup.models import Area, Election, Station
from paragraph8.server.setup.showing import value_in_words

STATIONS_ON_A_PAGE = 100
# A list to choose from that is longer than this is no help; then only the highest areas are in it.
AREAS_TO_CHOOSE = 400


@for_seat("mission.set_up")
@require_GET
def setup(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The elections of the mission with their numbers."""
    its = list(access.elections(seat))
    numbers = {
        "stations": _count(access.stations(seat).filter(withdrawn=False), "election"),
        "withdrawn": _count(access.stations(seat).filter(withdrawn=True), "election"),
        "areas": _count(access.areas(seat).filter(withdrawn=False), "election"),
        "contestants": _count(
            access.contestants(seat).filter(withdrawn=False), "contest__election"
        ),
    }
    rows = [
        {"election": one, **{name: counts.get(one.pk, 0) for name, counts in numbers.items()}}
        for one in its
    ]
    context = {"rows": rows, "may_change": access.may_change(seat)}
    return page(request, seat, "setup/setup.html", context)


@for_seat("mission.set_up")
@require_http_methods(["GET", "POST"])
def new_election(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Add an election."""
    access.require_whole(seat)
    with timezone.override(seat.mission.time_zone):
        form = ElectionForm(seat.mission, request.POST or None)
        if request.method == "POST" and form.is_valid():
            made = actions.create_election(seat.mission, request.user, form.cleaned_data)
            messages.success(request, gettext("The election was added. Now upload its stations."))
            return redirect("import_list", seat.mission.slug, made.pk, "stations")
        return page(request, seat, "setup/election.html", {"form": form})


@for_seat("mission.set_up")
@require_http_methods(["GET", "POST"])
def edit_election(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Change an election."""
    access.require_whole(seat)
    its = access.election(seat, pk)
    initial = {name: getattr(its, name) for name in actions.ELECTION_FIELDS}
    with timezone.override(seat.mission.time_zone):
        form = ElectionForm(seat.mission, request.POST or None, election=its, initial=initial)
        if request.method == "POST" and form.is_valid():
            changed = actions.change_election(its, request.user, form.cleaned_data)
            said = gettext("The election was changed.") if changed else gettext("Nothing changed.")
            messages.success(request, said)
            return redirect("setup", seat.mission.slug)
        return page(request, seat, "setup/election.html", {"form": form, "election": its})


@for_seat("mission.set_up")
@require_GET
def stations(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The stations of an election, filtered, a page at a time."""
    its = access.election(seat, pk)
    everything = access.stations(seat).filter(election=its)
    form = FilterForm(_choices(access.areas(seat).filter(election=its)), request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(everything, chosen)
    shown = Paginator(rows, STATIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    names = _paths(its, {row.area for row in shown})
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "election": its,
        "form": form,
        "filtered": any(chosen.values()),
        "total": everything.count(),
        "page": shown,
        "rows": [_shown(row, names) for row in shown],
        "query": parameters.urlencode(),
        "may_change": access.may_change(seat),
    }
    return page(request, seat, "setup/stations.html", context)


@for_seat("mission.set_up")
@require_GET
def contestants(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The ballots of an election, in ballot order."""
    its = access.election(seat, pk)
    rows = access.contestants(seat).filter(contest__election=its)
    ballots = [
        {
            "contest": contest,
            "rows": [
                {"contestant": row, "kind": value_in_words("kind", row.kind)} for row in in_order
            ],
        }
        for contest, in_order in groupby(rows, key=lambda row: row.contest.code)
    ]
    context = {"election": its, "ballots": ballots, "may_change": access.may_change(seat)}
    return page(request, seat, "setup/contestants.html", context)


def _count(rows: QuerySet[Any], by: str) -> dict[int, int]:
    """How many rows there are of each election."""
    return dict(rows.order_by().values_list(by).annotate(n=Count("pk")))


def _filtered(rows: QuerySet[Station], chosen: dict[str, str]) -> QuerySet[Station]:
    if text := chosen.get("text"):
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text))
    if area := chosen.get("area"):
        rows = rows.filter(access.lies_in(area, "area"))
    if state := chosen.get("state"):
        rows = rows.filter(withdrawn=state == "withdrawn")
    return rows


def _choices(areas: QuerySet[Area]) -> list[tuple[str, str]]:
    """Areas to choose from, the lower ones set in."""
    found = list(areas.values_list("code", "name"))
    if len(found) > AREAS_TO_CHOOSE:
        found = [(code, name) for code, name in found if "/" not in code]
    return [(code, "– " * code.count("/") + name) for code, name in found]


def _paths(election: Election, codes: Iterable[str]) -> dict[str, str]:
    """code -> the names of the area and those above it."""
    above = {
        code: ["/".join(code.split("/")[: n + 1]) for n in range(code.count("/") + 1)]
        for code in codes
        if code
    }
    needed = {part for parts in above.values() for part in parts}
    names = dict(election.areas.filter(code__in=needed).values_list("code", "name"))
    return {
        code: " / ".join(names.get(part, part.rpartition("/")[2]) for part in parts)
        for code, parts in above.items()
    }


def _shown(row: Station, names: dict[str, str]) -> dict[str, Any]:
    return {
        "station": row,
        "area": names.get(row.area, row.area),
        "kind": value_in_words("kind", row.kind),
        "channels": value_in_words("channels", row.channels),
    }
