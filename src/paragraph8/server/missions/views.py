"""Pages of a mission: its front page, its settings, its people of the office."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.server.missions import access, actions
from paragraph8.server.missions.access import Seat, for_seat
from paragraph8.server.missions.features import features
from paragraph8.server.missions.forms import BodyForm, MemberForm, SettingsForm
from paragraph8.server.missions.models import Account, Institution, Organisation
from paragraph8.server.missions.overview import counts, numbers, steps
from paragraph8.server.missions.page import page
from paragraph8.server.missions.roles import BY_NAME, RIGHTS, ROLES

BODIES: dict[str, type[Institution] | type[Organisation]] = {
    "institutions": Institution,
    "organisations": Organisation,
}


@for_seat("mission.see")
@require_GET
def mission(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What stands, what is missing, what comes next."""
    its = counts(seat)
    context = {
        "numbers": numbers(seat, its),
        "steps": steps(seat, its),
        "last_snapshot": its.last_snapshot if seat.may("snapshot.see") else None,
        "may_see_snapshots": seat.may("snapshot.see"),
        "features": features(seat.mission),
        "may_manage": seat.may("members.manage"),
        "may_set_up": seat.may("mission.set_up"),
    }
    return page(request, seat, "missions/mission.html", context)


@for_seat("mission.set_up")
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Title, format, languages, time zone, code of conduct; the bodies that send observers."""
    its = seat.mission
    initial = {name: getattr(its, name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if actions.change_mission(its, _by(request), form.cleaned_data):
            messages.success(request, gettext("Saved."))
        else:
            messages.info(request, gettext("Nothing differed; nothing was changed."))
        return _to("mission_settings", seat)
    return _settings_page(request, seat, form)


@for_seat("mission.set_up")
@require_POST
def add_body(request: HttpRequest, seat: Seat, kind: str) -> HttpResponse:
    """A sending institution, or a member of the coalition."""
    form = BodyForm(BODIES[kind], seat.mission, request.POST, prefix=kind)
    if not form.is_valid():
        initial = {name: getattr(seat.mission, name) for name in SettingsForm.base_fields}
        return _settings_page(request, seat, SettingsForm(initial=initial), form, kind)
    values = form.cleaned_data
    body = actions.add_body(
        BODIES[kind], seat.mission, values["code"], values["name"], _by(request)
    )
    messages.success(request, gettext("%(name)s was added.") % {"name": body.name})
    return _to("mission_settings", seat)


@for_seat("mission.set_up")
@require_POST
def remove_body(request: HttpRequest, seat: Seat, kind: str, key: int) -> HttpResponse:
    """Take a body from the list that nobody belongs to."""
    fetch = access.institution if kind == "institutions" else access.organisation
    body = fetch(seat, key)
    actions.remove_body(body, _by(request))
    messages.success(request, gettext("%(name)s was removed.") % {"name": body.name})
    return _to("mission_settings", seat)


@for_seat("members.manage")
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Who works in the office in which role; give a role."""
    form = MemberForm(seat.mission, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.give_role(
            seat.mission,
            values["account"],
            values["role"],
            _by(request),
            organisation=values["organisation"],
            area=values["area"],
        )
        said = gettext("%(name)s is now: %(role)s.")
        role = BY_NAME[values["role"]].title
        messages.success(request, said % {"name": values["account"].username, "role": role})
        return _to("members", seat)
    its = seat.mission.memberships.select_related("account", "organisation")
    order = {role.name: place for place, role in enumerate(ROLES)}
    context = {
        "form": form,
        "members": sorted(its, key=lambda m: (order[m.role], m.account.username)),
        "roles": [(role.title, [RIGHTS[r] for r in RIGHTS if r in role.rights]) for role in ROLES],
    }
    return page(request, seat, "missions/members.html", context)


@for_seat("members.manage")
@require_POST
def end_membership(request: HttpRequest, seat: Seat, key: int) -> HttpResponse:
    """Take somebody's role in this mission away; the account stays."""
    membership = access.member(seat, key)
    name = membership.account.username
    actions.take_role(membership, _by(request))
    messages.success(request, gettext("%(name)s has no role here any more.") % {"name": name})
    if membership.account_id == _by(request).pk:
        return HttpResponseRedirect(reverse("home"))
    return _to("members", seat)


def _settings_page(
    request: HttpRequest, seat: Seat, form: Form, faulty: Form | None = None, kind: str = ""
) -> HttpResponse:
    bodies = [
        {
            "kind": name,
            "rows": model.objects.filter(mission=seat.mission),
            "form": faulty if name == kind else BodyForm(model, seat.mission, prefix=name),
        }
        for name, model in BODIES.items()
    ]
    context = {"form": form, "bodies": bodies, "features": features(seat.mission)}
    return page(request, seat, "missions/settings.html", context)


def _by(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


def _to(name: str, seat: Seat) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, kwargs={"slug": seat.mission.slug}))
