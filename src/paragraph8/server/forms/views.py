"""Pages of the application `forms`: the list, one version with its items, and what changes them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms import access, actions
from paragraph8.server.forms.changes import changes_of, newest_published, same_content
from paragraph8.server.forms.codebook import forms_of, title_in
from paragraph8.server.forms.forms import CloseForm, CodebookForm, UploadForm
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.forms.showing import changes_shown, forms_shown, items_shown
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.page import page

REMARKS_SHOWN = 5


@for_seat("forms.see")
@require_GET
def forms(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The forms of the mission with their versions, and what can be made of the codebook."""
    may_publish = access.may_publish(seat)
    received = access.received(seat) if seat.may("reports.see") else None
    rows = forms_shown(access.forms(seat), received, timezone.now(), seat.may("forms.publish"))
    published = {row.form.form_id for row in rows if row.newest}
    language = _language()
    missing = [title_in(n, language) for n in forms_of(seat.mission) if n not in published]
    context = {
        "rows": rows,
        "counted": received is not None,
        "may_publish": may_publish,
        "missing": missing,
        "codebook": CodebookForm(language),
    }
    return page(request, seat, "forms/forms.html", context)


@for_seat("forms.see")
@require_GET
def form_version(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """One version: every item in every language, and what it would change if it is a draft."""
    its = access.version(seat, pk)
    newest = newest_published(its.form)
    context: dict[str, Any] = {
        "version": its,
        "form": its.form,
        "items": items_shown(its),
        "newest": newest,
        "is_newest": newest is not None and newest.pk == its.pk,
        "closed": its.form.closes_at is not None and its.form.closes_at <= timezone.now(),
        "may_publish": access.may_publish(seat),
        "closing": CloseForm(),
    }
    if its.published_at is None:
        context["changes"] = changes_shown(changes_of(its))
        context["nothing_new"] = newest is not None and same_content(newest, its)
    return page(request, seat, "forms/version.html", context)


@for_seat("forms.publish")
@require_POST
def draft(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make the next version of a form of the codebook."""
    access.require_whole(seat)
    form = CodebookForm(_language(), request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose a form of the codebook. Nothing was made."))
        return redirect("forms", seat.mission.slug)
    made = actions.draft_from_codebook(seat.mission, form.cleaned_data["form"], request.user)
    return _to(made, seat)


@for_seat("forms.publish")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make a draft of an own XLSForm; what is wrong with the file is shown on the same page."""
    access.require_whole(seat)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return page(request, seat, "forms/upload.html", {"form": form})
    try:
        made, remarks = _read(request, seat)
    except Problem as problem:
        context = {"form": UploadForm(), "problem": problem}
        return page(request, seat, "forms/upload.html", context, status=400)
    messages.success(request, gettext("The draft was made. Look through it, then publish it."))
    for remark in remarks[:REMARKS_SHOWN]:
        messages.warning(request, remark)
    return _to(made, seat)


@for_seat("forms.publish")
@require_POST
def publish(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Freeze a draft; phones get it from now on."""
    its = access.draft(seat, pk)
    actions.publish(its, request.user, request.POST.getlist("confirmed"))
    said = gettext("%(form)s, version %(version)s, was published. Phones get it from now on.")
    messages.success(request, said % {"form": its.title or its.form.title, "version": its.version})
    return _to(its, seat)


@for_seat("forms.publish")
@require_POST
def publish_all(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Publish the forms of the codebook that the mission has not got yet."""
    access.require_whole(seat)
    made = actions.publish_all(seat.mission, request.user)
    if made:
        messages.success(request, gettext("%(n)d forms were published.") % {"n": len(made)})
    else:
        messages.info(request, gettext("All forms of the codebook were published already."))
    return redirect("forms", seat.mission.slug)


@for_seat("forms.publish")
@require_POST
def discard(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Throw a draft away."""
    actions.discard(access.draft(seat, pk), request.user)
    messages.success(request, gettext("The draft was discarded."))
    return redirect("forms", seat.mission.slug)


@for_seat("forms.publish")
@require_POST
def close(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Close a form now or at an hour."""
    access.require_whole(seat)
    its = access.form(seat, pk)
    with timezone.override(seat.mission.time_zone):
        form = CloseForm(request.POST)
        if form.is_valid():
            actions.close(its, form.cleaned_data["at"] or timezone.now(), request.user)
            messages.success(request, gettext("The closing time was set."))
        else:
            messages.error(request, gettext("This is not a time. Nothing was changed."))
    return redirect("forms", seat.mission.slug)


@for_seat("forms.publish")
@require_POST
def reopen(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Open a form again."""
    access.require_whole(seat)
    actions.reopen(access.form(seat, pk), request.user)
    messages.success(request, gettext("The form is open."))
    return redirect("forms", seat.mission.slug)


def _read(request: HttpRequest, seat: Seat) -> tuple[FormVersion, tuple[str, ...]]:
    # Here: the library of workbooks takes memory that a server needs only while it reads forms.
    from paragraph8.intake.limits import check_size
    from paragraph8.server.forms.generate.sheets import FORM_LIMITS

    file = request.FILES["file"]
    check_size(str(file.name), file.size or 0, FORM_LIMITS)
    return actions.draft_from_upload(seat.mission, str(file.name), file.read(), request.user)


def _to(version: FormVersion, seat: Seat) -> HttpResponse:
    return redirect("form_version", seat.mission.slug, version.pk)


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
