"""Everything that changes missions, accounts and roles. Each leaves a line in the journal."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import ProtectedError

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import (
    Account,
    Institution,
    Membership,
    Mission,
    Organisation,
)
from paragraph8.server.missions.roles import BY_NAME
from paragraph8.server.record.journal import record

# Without signs that are taken for one another when read aloud or copied by hand.
SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_SIGNS = 16
SETTINGS = ("title", "format", "country", "languages", "time_zone", "pledge_version", "simulated")


@transaction.atomic
def create_mission(by: Account, values: Mapping[str, Any]) -> Mission:
    """A new mission from the cleaned `values` of its form."""
    mission = Mission.objects.create(**values)
    record("mission.created", mission, mission=mission.slug, by=by, format=mission.format)
    return mission


@transaction.atomic
def change_mission(mission: Mission, by: Account, values: Mapping[str, Any]) -> list[str]:
    """Set what differs from `values`; returns the names of the fields that changed."""
    changed = [
        name for name in SETTINGS if name in values and getattr(mission, name) != values[name]
    ]
    for name in changed:
        setattr(mission, name, values[name])
    if changed:
        mission.save(update_fields=changed)
        record("mission.changed", mission, mission=mission.slug, by=by, fields=changed)
    return changed


@transaction.atomic
def create_account(by: Account | None, username: str, administrator: bool) -> tuple[Account, str]:
    """A new account and its password, which is kept nowhere in plain."""
    password = new_password()
    account = Account.objects.create_user(
        username=username, password=password, is_superuser=administrator
    )
    record("account.created", account, by=by, administrator=administrator)
    return account, password


@transaction.atomic
def renew_password(account: Account, by: Account) -> str:
    """Another password; whoever is logged in with the old one is out."""
    password = new_password()
    account.set_password(password)
    account.save(update_fields=["password"])
    record("account.password_renewed", account, by=by)
    return password


@transaction.atomic
def remove_second_factors(account: Account, by: Account) -> int:
    """For somebody who lost the phone: the next log-in asks for a new second factor.

    The password is not touched; renew it too if the phone was stolen. Returns how many were there.
    """
    removed, _ = Authenticator.objects.filter(user=account).delete()
    record("account.second_factors_removed", account, by=by, removed=removed)
    return removed


@transaction.atomic
def set_active(account: Account, by: Account, active: bool) -> None:
    """Let an account in, or put it out at once, whatever it has open.

    Raises Problem missions.own_account: an administrator cannot lock themselves out.
    """
    if account.pk == by.pk and not active:
        raise Problem("missions.own_account")
    account.is_active = active
    account.save(update_fields=["is_active"])
    record("account.activated" if active else "account.deactivated", account, by=by)


@transaction.atomic
def give_role(
    mission: Mission,
    account: Account,
    role: str,
    by: Account,
    organisation: Organisation | None = None,
    area: str = "",
) -> Membership:
    """Give the account this role, in place of the one it had in the mission.

    organisation, area   the part of the mission that the person sees; none: all of it
    Raises Problem missions.last_head, missions.head_is_bounded.
    """
    _lock(mission)
    if "members.manage" in BY_NAME[role].rights and (organisation or area):
        raise Problem("missions.head_is_bounded", role=str(BY_NAME[role].title))
    if role != "head":
        _keep_a_head(mission, account)
    membership, _ = Membership.objects.update_or_create(
        account=account,
        mission=mission,
        defaults={"role": role, "organisation": organisation, "area": area},
    )
    record(
        "member.given_role",
        account,
        mission=mission.slug,
        by=by,
        role=role,
        organisation=organisation.code if organisation else "",
        area=area,
    )
    return membership


@transaction.atomic
def take_role(membership: Membership, by: Account) -> None:
    """End somebody's part in a mission. Raises Problem missions.last_head."""
    mission, account = membership.mission, membership.account
    _lock(mission)
    _keep_a_head(mission, account)
    role = membership.role
    membership.delete()
    record("member.took_role", account, mission=mission.slug, by=by, role=role)


@transaction.atomic
def add_body(
    kind: type[Institution] | type[Organisation],
    mission: Mission,
    code: str,
    name: str,
    by: Account,
) -> Institution | Organisation:
    """A sending institution, or a member of the coalition."""
    body = kind.objects.create(mission=mission, code=code, name=name)
    record(f"{kind._meta.model_name}.added", body, mission=mission.slug, by=by, code=code)
    return body


def remove_body(body: Institution | Organisation, by: Account) -> None:
    """Take it from the list. Raises Problem missions.body_in_use if something belongs to it."""
    kind, subject = str(body._meta.model_name), f"{body._meta.model_name} {body.pk}"
    try:
        with transaction.atomic():
            body.delete()
            record(f"{kind}.removed", subject, mission=body.mission.slug, by=by, code=body.code)
    except ProtectedError as error:
        raise Problem(
            "missions.body_in_use", name=body.name, uses=len(error.protected_objects)
        ) from None


def new_password() -> str:
    """16 random signs: 92 bits."""
    return "".join(secrets.choice(SIGNS) for _ in range(PASSWORD_SIGNS))


def missions_without_head(missions: Iterable[Mission]) -> set[int]:
    """Keys of those missions whose heads are none or all deactivated."""
    headed = Membership.objects.filter(role="head", account__is_active=True)
    return {mission.pk for mission in missions} - set(headed.values_list("mission_id", flat=True))


def _lock(mission: Mission) -> None:
    """Two heads who demote each other at the same moment come one after the other."""
    Mission.objects.select_for_update().get(pk=mission.pk)


def _keep_a_head(mission: Mission, account: Account) -> None:
    heads = Membership.objects.filter(mission=mission, role="head")
    if not heads.filter(account=account).exists():
        return
    if not heads.filter(account__is_active=True).exclude(account=account).exists():
        raise Problem("missions.last_head", mission=mission.title)
