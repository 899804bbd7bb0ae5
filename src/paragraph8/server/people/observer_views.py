"""Pages about observers: the list, one person, an imported list, counts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.people import access, actions, counts, pairing, readiness
from paragraph8.server.people import roster as lists
from paragraph8.server.people.enrolment import with_phone
from paragraph8.server.people.forms import ConflictForm, ObserverForm, TrainingForm
from paragraph8.server.people.framing import framed
from paragraph8.server.people.models import Observer
from paragraph8.server.people.paging import part
from paragraph8.server.people.uploads import Upload, read_table
from paragraph8.server.people.words import KIND_WORDS


@for_seat("observers.see")
@require_GET
def observers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The list, filtered by team, institution, nationality and what is missing."""
    today, phones = timezone.now().date(), with_phone(seat)
    everybody = list(access.observers(seat))
    lines = [
        {
            "observer": observer,
            "kind": KIND_WORDS[observer.kind],
            "blocking": readiness.blocking(observer, seat.mission, today),
            "open": readiness.also_open(observer),
            "lacks": readiness.lacks(observer, seat.mission, today, phones),
        }
        for observer in everybody
    ]
    found = [line for line in lines if _matches(line, request)]
    return framed(
        request,
        seat,
        "observers",
        {
            "part": part(request, found),
            "all": len(everybody),
            "withdrawn": sum(o.withdrawn for o in everybody),
            "ready": sum(not line["blocking"] for line in lines),
            "lacking": _lacking(lines),
            "choices": _choices(seat, everybody),
            "chosen": request.GET,
        },
    )


def _matches(line: dict[str, Any], request: HttpRequest) -> bool:
    observer: Observer = line["observer"]
    its = {
        "team": str(observer.team_id or ""),
        "institution": str(observer.institution_id or ""),
        "nationality": observer.nationality,
        "missing": line["lacks"],
    }
    if observer.withdrawn != (request.GET.get("missing") == "withdrawn"):
        return False
    if request.GET.get("missing") == "withdrawn":
        its["missing"] = {"withdrawn"}
    for name, value in its.items():
        wanted = request.GET.get(name, "")
        if wanted and (wanted not in value if isinstance(value, set) else wanted != value):
            return False
    return True


def _choices(seat: Seat, everybody: list[Observer]) -> dict[str, Any]:
    return {
        "teams": access.teams(seat),
        "institutions": access.institutions(seat),
        "nationalities": sorted({observer.nationality for observer in everybody}),
        "missing": readiness.FILTERS,
    }


def _lacking(lines: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    numbers = [(key, sum(key in line["lacks"] for line in lines)) for key in readiness.FILTERS]
    return [(key, str(readiness.FILTERS[key]), number) for key, number in numbers if number]


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put a person on the list."""
    form = ObserverForm(seat, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.add_observer(seat.mission, form.cleaned_data, by=seat.membership.account)
        return redirect("observer", seat.mission.slug, made.pk)
    return framed(request, seat, "observer_form", {"form": form})


@for_seat("observers.see")
@require_GET
def observer(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """One person: who, what is missing, what was signed, which phones."""
    its = access.observer(seat, pk)
    today = timezone.now().date()
    return framed(
        request,
        seat,
        "observer",
        {
            "observer": its,
            "kind": KIND_WORDS[its.kind],
            "blocking": readiness.blocking(its, seat.mission, today),
            "open": readiness.also_open(its),
            "conflict_form": ConflictForm(),
            "training_form": TrainingForm(initial={"day": its.trained_at or today}),
            "phones": access.devices(seat).filter(observer=its, revoked_at__isnull=True),
        },
    )


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Change what is written down about a person."""
    its = access.observer(seat, pk)
    form = ObserverForm(seat, its, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_observer(its, form.cleaned_data, by=seat.membership.account)
        return redirect("observer", seat.mission.slug, its.pk)
    return framed(request, seat, "observer_form", {"form": form, "observer": its})


def _conflict(its: Observer, request: HttpRequest, by: Any) -> None:
    form = ConflictForm(request.POST)
    actions.declare_conflict(its, form.cleaned_data["text"] if form.is_valid() else "", by=by)


def _training(its: Observer, request: HttpRequest, by: Any) -> None:
    form = TrainingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is no date. Nothing was changed."))
        return
    actions.record_training(its, form.cleaned_data["day"], by=by)


STEPS: dict[str, Callable[[Observer, HttpRequest, Any], None]] = {
    "pledge": lambda its, request, by: actions.sign_pledge(
        its, request.POST.get("version", ""), by=by
    ),
    "unpledge": lambda its, _request, by: actions.take_back_pledge(its, by=by),
    "no-conflict": lambda its, _request, by: actions.declare_no_conflict(its, by=by),
    "conflict": _conflict,
    "clear": lambda its, _request, by: actions.clear_conflict(its, by=by),
    "training": _training,
    "withdraw": lambda its, _request, by: actions.withdraw(its, by=by),
    "reinstate": lambda its, _request, by: actions.reinstate(its, by=by),
}


@for_seat("observers.manage")
@require_POST
def step(request: HttpRequest, seat: Seat, pk: int, step: str) -> HttpResponse:
    """Record a signature, a declaration, a training, a withdrawal."""
    its = access.observer(seat, pk)
    if step not in STEPS:
        raise Http404
    STEPS[step](its, request, seat.membership.account)
    return HttpResponseRedirect(_back(seat, its))


def _back(seat: Seat, its: Observer) -> str:
    return str(redirect("observer", seat.mission.slug, its.pk)["Location"])


@for_seat("observers.manage")
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Upload a list, see what it would change, take it in."""
    facts: dict[str, Any] = {"columns": lists.COLUMNS, "required": lists.REQUIRED}
    try:
        upload = Upload.of(request) if request.method == "POST" else None
        if upload is not None:
            facts["upload"] = upload
            facts["table"] = read_table(upload, lists.COLUMNS, lists.REQUIRED)
            facts["rows"] = lists.compare(seat, facts["table"])
    except Problem as problem:
        facts = {"columns": lists.COLUMNS, "required": lists.REQUIRED, "problem": problem}
        return framed(request, seat, "roster", facts, status=400)
    if upload is not None and "apply" in request.POST:
        by = seat.membership.account
        numbers = lists.take_in(seat, facts["rows"], upload, by=by)
        said = _("%(new)d added, %(changed)d changed, %(same)d as before, %(fault)d left out.")
        messages.success(request, said % numbers)
        return redirect("observers", seat.mission.slug)
    if "rows" in facts:
        states = [row.state for row in facts["rows"]]
        facts["numbers"] = {
            name: states.count(name) for name in ("new", "changed", "same", "fault")
        }
    return framed(request, seat, "roster", facts)


@for_seat("observers.see", changing="observers.manage")
@require_http_methods(["GET", "POST"])
def head_counts(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Observers by state and institution: now, and as counted before."""
    now = counts.count(access.observers(seat), timezone.now().date())
    if request.method == "POST":
        if access.is_bounded(seat):
            raise Http404
        counts.keep(seat.mission, now, by=seat.membership.account)
        return redirect("observer_counts", seat.mission.slug)
    kept = [
        (row, counts.as_published(row.observers, row.states)) for row in access.head_counts(seat)
    ]
    facts = {
        "now": now,
        "published": counts.as_published(now.observers, now.states),
        "kept": kept,
        "bounded": access.is_bounded(seat),
        "one_state": not pairing.mixes_nationalities(seat.mission),
    }
    return framed(request, seat, "counts", facts)
