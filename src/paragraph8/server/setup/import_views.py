"""Pages on which a list is uploaded, compared with what is there, and applied."""

from typing import Any, BinaryIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.intake.limits import check_size
from paragraph8.intake.stations.declaration import CONTESTANT_COLUMNS, STATION_COLUMNS
from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page
from paragraph8.server.setup import access, actions
from paragraph8.server.setup.forms import LONGEST_MAPPING, ListForm
from paragraph8.server.setup.models import Election, ImportRun
from paragraph8.server.setup.previews import KINDS, MAPPING, STATIONS, list_limits
from paragraph8.server.setup.showing import button, changes_shown, faults_shown
from paragraph8.tables.words import CONTESTANT_KINDS, STATION_CHANNELS, STATION_KINDS

LAST_IMPORTS = 10


@for_seat("mission.set_up")
@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest, seat: Seat, pk: int, kind: str) -> HttpResponse:
    """Upload a list; then its comparison is shown, and nothing is changed yet."""
    access.require_whole(seat)
    its = access.election(seat, pk)
    if kind not in KINDS:
        raise Http404
    earlier = access.imports(seat).filter(election=its, kind=kind)
    if request.method == "GET":
        last = earlier.filter(applied=True).first()
        form = ListForm(initial={"mapping": last.mapping if last else ""})
        return _upload_page(request, seat, its, kind, form)
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, seat, its, kind, form)
    try:
        run = _preview(request, its, kind, form)
    except Problem as problem:
        return _upload_page(request, seat, its, kind, form, problem)
    return redirect("import_run", seat.mission.slug, run.pk)


@for_seat("mission.set_up")
@require_GET
def import_run(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """What a list would change, or what it did change."""
    run = access.run(seat, pk)
    context: dict[str, Any] = {
        "run": run,
        "election": run.election,
        "outcome": run.outcome,
        "faults": faults_shown(run.faults, run.outcome["faults"]),
        "lost": run.outcome["rows"] - run.outcome["kept"],
    }
    if not run.applied:
        now = actions.preview_run(run)
        context |= {
            "changes": [changes_shown(changes) for changes in now.changes],
            "button": button(now),
            "seen": now.fingerprint,
            "changed_meanwhile": now.fingerprint != run.outcome["fingerprint"],
        }
    return page(request, seat, "setup/run.html", context)


@for_seat("mission.set_up")
@require_POST
def apply_import(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Do what the page said."""
    run = access.run(seat, pk)
    ticked = set(request.POST.getlist("withdraw")) & set(actions.CAN_BE_WITHDRAWN)
    actions.apply_import(run, request.user, ticked, request.POST.get("seen", ""))
    messages.success(request, gettext("Done. The list below is as the file says."))
    return redirect(run.kind, seat.mission.slug, run.election_id)


def _preview(request: HttpRequest, election: Election, kind: str, form: ListForm) -> ImportRun:
    file = request.FILES["file"]
    check_size(str(file.name), file.size or 0, list_limits())
    mapping: str = form.cleaned_data["mapping"]
    if form.cleaned_data["mapping_file"]:
        mapping = _text(form.cleaned_data["mapping_file"])
    act = actions.preview_stations if kind == STATIONS else actions.preview_contestants
    return act(election, str(file.name), file.read(), mapping, request.user).run


def _text(file: BinaryIO) -> str:
    try:
        return file.read(LONGEST_MAPPING).decode("utf-8-sig")
    except UnicodeDecodeError:
        reason = gettext("it is not UTF-8 text")
        raise Problem("mapping.not_toml", file=MAPPING, reason=reason) from None


def _upload_page(
    request: HttpRequest,
    seat: Seat,
    election: Election,
    kind: str,
    form: ListForm,
    problem: Problem | None = None,
) -> HttpResponse:
    stations = kind == STATIONS
    context = {
        "election": election,
        "kind": kind,
        "form": form,
        "problem": problem,
        "open_mapping": bool(form["mapping"].value()),
        "columns": STATION_COLUMNS if stations else CONTESTANT_COLUMNS,
        "kinds": STATION_KINDS if stations else CONTESTANT_KINDS,
        "channels": STATION_CHANNELS,
        "earlier": access.imports(seat).filter(election=election, kind=kind)[:LAST_IMPORTS],
    }
    template = "setup/import.html"
    return page(request, seat, template, context, status=400 if problem else 200)
