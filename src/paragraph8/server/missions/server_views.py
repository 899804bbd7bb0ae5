"""Pages of the server's administrator: missions and accounts."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from paragraph8.server.missions import actions
from paragraph8.server.missions.access import any_account, any_mission, for_administrators
from paragraph8.server.missions.forms import AccountForm, HeadForm, MissionForm
from paragraph8.server.missions.models import Account, Membership, Mission


@for_administrators
@require_GET
def server_missions(request: HttpRequest) -> HttpResponse:
    """All missions with who leads them."""
    leading = Membership.objects.filter(role__in=("head", "deputy")).select_related("account")
    missions = list(
        Mission.objects.order_by("-created_at").prefetch_related(
            Prefetch("memberships", queryset=leading.order_by("-role"), to_attr="leading")
        )
    )
    context = {"missions": missions, "headless": actions.missions_without_head(missions)}
    return render(request, "missions/server_missions.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def new_mission(request: HttpRequest) -> HttpResponse:
    """Make a mission; then say who leads it."""
    form = MissionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_mission(_by(request), form.cleaned_data)
        messages.success(request, gettext("The mission was made. Now say who leads it."))
        return redirect("server_mission", slug=made.slug)
    return render(request, "missions/new_mission.html", {"form": form})


@for_administrators
@require_http_methods(["GET", "POST"])
def server_mission(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is head and deputy of one mission; everybody else is given a role by them."""
    its = any_mission(slug)
    form = HeadForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        actions.give_role(its, account, form.cleaned_data["role"], _by(request))
        messages.success(request, gettext("%(name)s was appointed.") % {"name": account.username})
        return redirect("server_mission", slug=slug)
    leading = its.memberships.filter(role__in=("head", "deputy")).select_related("account")
    # Not named `mission`: the pages of the administrator are none of the mission.
    context = {"its": its, "form": form, "leading": leading.order_by("-role")}
    return render(request, "missions/server_mission.html", context)


@for_administrators
@require_GET
def server_accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, with their second factors and roles."""
    roles = Membership.objects.select_related("mission")
    accounts = Account.objects.order_by("username").prefetch_related(
        Prefetch("memberships", queryset=roles), "authenticator_set"
    )
    return render(request, "missions/server_accounts.html", {"accounts": accounts})


@for_administrators
@require_http_methods(["GET", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account and show its password, this once."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        account, password = actions.create_account(
            _by(request), values["username"], values["administrator"]
        )
        return _password_page(request, account, password)
    return render(request, "missions/new_account.html", {"form": form})


@for_administrators
@require_POST
def renew_password(request: HttpRequest, key: int) -> HttpResponse:
    """Another password, shown this once."""
    account = any_account(key)
    return _password_page(request, account, actions.renew_password(account, _by(request)))


@for_administrators
@require_POST
def remove_second_factors(request: HttpRequest, key: int) -> HttpResponse:
    """For somebody who lost the phone."""
    account = any_account(key)
    actions.remove_second_factors(account, _by(request))
    said = gettext("%(name)s sets up a second factor anew at the next log-in.")
    messages.success(request, said % {"name": account.username})
    return redirect("server_accounts")


@for_administrators
@require_POST
def set_active(request: HttpRequest, key: int) -> HttpResponse:
    """Let an account in, or put it out at once."""
    account, active = any_account(key), request.POST.get("active") == "1"
    actions.set_active(account, _by(request), active)
    said = gettext("%(name)s can log in.") if active else gettext("%(name)s is out.")
    messages.success(request, said % {"name": account.username})
    return redirect("server_accounts")


def _password_page(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    context = {"account": account, "password": password}
    return render(request, "missions/password.html", context)


def _by(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
