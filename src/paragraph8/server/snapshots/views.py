"""Pages of snapshots: freeze, download, and reports that were collected elsewhere."""

import io
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page
from paragraph8.server.snapshots import access, actions
from paragraph8.server.snapshots.forms import CollectedForm, FreezeForm, WithdrawForm
from paragraph8.server.snapshots.models import FrozenSnapshot

REFRESH_SECONDS = 3
SHOWN = 50


@for_seat("snapshot.see")
@require_GET
def snapshots(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The snapshots so far, and the button that freezes the next."""
    rows = list(access.snapshots(seat)[:SHOWN])
    running = any(row.state == FrozenSnapshot.State.RUNNING for row in rows)
    answer = page(
        request,
        seat,
        "snapshots/snapshots.html",
        {
            "snapshots": rows,
            "running": running,
            "form": FreezeForm(),
            "zone": ZoneInfo(seat.mission.time_zone),
            "may_freeze": seat.may("snapshot.freeze"),
        },
    )
    if running:
        answer["Refresh"] = str(REFRESH_SECONDS)
    return answer


@for_seat("snapshot.freeze")
@require_POST
def freeze(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Begin a snapshot."""
    access.snapshots(seat)
    with timezone.override(ZoneInfo(seat.mission.time_zone)):
        form = FreezeForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("This is not a time. Nothing was frozen."))
            return redirect("snapshots", slug=seat.mission.slug)
        as_of = form.cleaned_data["as_of"] or timezone.now()
    actions.begin(seat.mission, as_of, request.user)
    return redirect("snapshots", slug=seat.mission.slug)


@for_seat("snapshot.see")
@require_GET
def download(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The folder of a snapshot as a ZIP file."""
    row = access.snapshot(seat, pk)
    folder = Path(settings.P8_HOME) / row.folder
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder))
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    name = f"{seat.mission.slug}-{row.snapshot[:12]}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@for_seat("snapshot.see")
@require_GET
def collected(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Files of reports that were collected elsewhere."""
    context = {
        "files": access.collected_files(seat)[:SHOWN],
        "form": CollectedForm(seat.mission),
        "withdraw": WithdrawForm(),
        "may_freeze": seat.may("snapshot.freeze"),
    }
    return page(request, seat, "snapshots/collected.html", context)


@for_seat("snapshot.freeze")
@require_POST
def take_in(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take a file in; what is wrong with it is shown on the page of the files."""
    # Read here: the libraries of tables need memory that the server does without otherwise.
    from paragraph8.server.snapshots.collected import take_in as keep

    access.collected_files(seat)
    form = CollectedForm(seat.mission, request.POST, request.FILES)
    if not form.is_valid():
        context = {"files": access.collected_files(seat)[:SHOWN], "form": form, "may_freeze": True}
        return page(request, seat, "snapshots/collected.html", context, status=400)
    given = form.cleaned_data
    mapping = given["mapping"].read().decode("utf-8", "replace") if given["mapping"] else ""
    row = keep(
        seat.mission,
        given["election"],
        given["format"],
        given["file"].name,
        given["file"].read(),
        mapping,
        request.user,
    )
    messages.success(
        request,
        _("%(rows)d rows: %(observations)d reports, %(faults)d faults kept.") % row.outcome,
    )
    return redirect("collected", slug=seat.mission.slug)


@for_seat("snapshot.freeze")
@require_POST
def withdraw(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Leave a collected file out of later snapshots."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise Problem("snapshots.no_reason")
    actions.withdraw_file(
        access.collected_file(seat, pk), request.user, form.cleaned_data["reason"]
    )
    return redirect("collected", slug=seat.mission.slug)
