"""Who may see what. Views have no other way to an object than a function of a module `access`.

A mission that a person has no role in does not exist for that person (404): its name is not
confirmed. A right that the role lacks is a refusal (403).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from paragraph8.server.missions.models import (
    Account,
    Institution,
    Membership,
    Mission,
    Organisation,
)
from paragraph8.server.missions.roles import BY_NAME, RIGHTS
from paragraph8.server.record.models import Chain, JournalEntry

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in a mission: what it may do, and the part it is bounded to."""

    mission: Mission
    membership: Membership

    @property
    def rights(self) -> frozenset[str]:
        """Rights of the role."""
        return BY_NAME[self.membership.role].rights

    @property
    def role_title(self) -> str:
        """The role in words."""
        return str(BY_NAME[self.membership.role].title)

    def may(self, right: str) -> bool:
        """Whether the role has the right (a word of RIGHTS)."""
        assert right in RIGHTS, right
        return right in self.rights

    def require(self, right: str) -> None:
        """Raises PermissionDenied where the role lacks the right."""
        if not self.may(right):
            raise PermissionDenied(right)


def seat(account: Any, slug: str, may: str) -> Seat:
    """The account's seat in the mission `slug`, if its role has the right `may`.

    Raises Http404 without a role there, PermissionDenied without the right.
    """
    membership = (
        Membership.objects.select_related("mission", "organisation")
        .filter(account_id=account.pk, mission__slug=slug, account__is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    its = Seat(membership.mission, membership)
    its.require(may)
    return its


def seats(account: Any) -> list[Seat]:
    """All seats of an account, newest mission first."""
    memberships = Membership.objects.select_related("mission", "organisation").filter(
        account_id=account.pk
    )
    return [Seat(m.mission, m) for m in memberships.order_by("-mission__created_at")]


def marked(view: Any, access: str) -> View:
    """The view, with what it asks for written on it: the access matrix is made from this."""
    view.access = access
    its: View = view
    return its


def for_seat(right: str, changing: str = "") -> Callable[[View], View]:
    """A page of a mission: `view(request, seat, …)` for those with `right`, at `m/<slug>/…`.

    changing   the right that a POST needs, where looking and changing are one page
    """
    to_change = changing or right
    assert {right, to_change} <= set(RIGHTS), (right, changing)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            asked = right if request.method in ("GET", "HEAD") else to_change
            return view(request, seat(request.user, slug, asked), **rest)

        its: Any = guarded
        its.changing = to_change
        return marked(guarded, right)

    return decorate


def for_everybody(reason: str) -> Callable[[View], View]:
    """A page that needs no account; `reason` says why that is safe. Listed in the matrix."""

    def decorate(view: View) -> View:
        return marked(view, f"everybody: {reason}")

    return decorate


def for_accounts(view: View) -> View:
    """A page for every account that is logged in, with or without a role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **rest)

    return marked(guarded, "account")


def for_administrators(view: View) -> View:
    """A page of the server's administrator."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_superuser:
            raise PermissionDenied("administrator")
        return view(request, *args, **rest)

    return marked(guarded, "administrator")


def member(of: Seat, key: int) -> Membership:
    """A membership of the seat's mission. Raises Http404 if it is of another one."""
    return get_object_or_404(
        Membership.objects.select_related("account", "mission"), pk=key, mission=of.mission
    )


def institution(of: Seat, key: int) -> Institution:
    """A sending institution of the seat's mission. Raises Http404."""
    return get_object_or_404(Institution, pk=key, mission=of.mission)


def organisation(of: Seat, key: int) -> Organisation:
    """A member of the seat's coalition. Raises Http404."""
    return get_object_or_404(Organisation, pk=key, mission=of.mission)


def journal_of(of: Seat) -> QuerySet[JournalEntry]:
    """The journal of the seat's mission, newest first."""
    return JournalEntry.objects.filter(mission=of.mission.slug).order_by("-id")


def chains_of(of: Seat) -> QuerySet[Chain]:
    """The hash chains of the seat's mission; their names begin with its short name."""
    return Chain.objects.filter(name__startswith=f"{of.mission.slug}/").order_by("name")


def chain(of: Seat, key: int) -> Chain:
    """A chain of the seat's mission. Raises Http404."""
    return get_object_or_404(chains_of(of), pk=key)


def any_mission(slug: str) -> Mission:
    """A mission, for pages of the administrator. Raises Http404."""
    return get_object_or_404(Mission, slug=slug)


def any_account(key: int) -> Account:
    """An account, for pages of the administrator. Raises Http404."""
    return get_object_or_404(Account, pk=key)
