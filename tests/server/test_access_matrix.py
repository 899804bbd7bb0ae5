"""Every route × every role × own mission, other mission, nobody: made from the router itself.

A route that says nothing of its access fails here, and so does one that lets in somebody whom the
table `docs/reference/access.md` does not name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from paragraph8.server.missions.models import Membership
from paragraph8.server.missions.roles import RIGHTS, ROLES
from server.world import client_of, make_account, make_world

SOMETHING = {"int": "999999", "slug": "nothing", "str": "nothing", "uuid": "0" * 32, "path": "x"}
# Answers of a page that let somebody in: it may still find nothing there, or miss a field.
LET_IN = {200, 201, 202, 204, 302, 304, 400, 404, 405, 409, 413}


@dataclass(frozen=True)
class Route:
    """One pattern of the router."""

    pattern: str
    name: str
    access: str
    changing: str

    def path(self, **known: str) -> str:
        def value(match: re.Match[str]) -> str:
            converter, _, name = match[1].rpartition(":")
            return known.get(name, SOMETHING[converter or "str"])

        return "/" + re.sub(r"<([^>]+)>", value, self.pattern)


@cache
def routes() -> tuple[Route, ...]:
    return tuple(walk(get_resolver().url_patterns, ""))


def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, pattern)
        else:
            access = getattr(entry.callback, "access", "")
            changing = getattr(entry.callback, "changing", access)
            yield Route(pattern, entry.name or "", access, changing)


ROUTES = routes()
OF_A_MISSION = [route for route in ROUTES if route.access in RIGHTS]
OF_A_DEVICE = [route for route in ROUTES if route.access == "device"]
NOT_FOR_EVERYBODY = [route for route in ROUTES if not route.access.startswith("everybody: ")]


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.name or r.pattern)
def test_every_route_says_who_may_use_it(route):
    known = {*RIGHTS, "device", "archive", "account", "administrator"}
    assert route.access in known or route.access.startswith("everybody: "), route.pattern


def test_routes_of_a_mission_lie_inside_it():
    assert len(OF_A_MISSION) > 20
    for route in OF_A_MISSION:
        assert route.pattern.startswith("m/<slug:slug>/")


@pytest.mark.parametrize("route", OF_A_MISSION, ids=lambda r: r.name)
def test_nobody_and_people_of_other_missions_get_nothing(world, route):
    other = make_world("other-2024")
    path = route.path(slug=world.mission.slug)
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code in (302, 403, 405), (method, path)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login")
    stranger = client_of(make_account("stranger", other.mission, "head"))
    for method in ("get", "post"):
        assert getattr(stranger, method)(path).status_code in (404, 405), path


@pytest.mark.parametrize("role", ROLES, ids=lambda r: r.name)
def test_a_role_opens_what_its_rights_name_and_nothing_else(world, role):
    client = client_of(make_account("person", world.mission, role.name))
    for route in OF_A_MISSION:
        path = route.path(slug=world.mission.slug)
        for method, right in (("get", route.access), ("post", route.changing)):
            status = getattr(client, method)(path).status_code
            if right in role.rights:
                assert status in LET_IN, (method, path, status)
            else:
                assert status in (403, 405), (method, path, status)


@pytest.mark.parametrize("route", NOT_FOR_EVERYBODY, ids=lambda r: r.name or r.pattern)
def test_nobody_is_let_in_but_where_the_router_says_everybody(world, route):
    if route.access in ("device", "archive"):
        path = route.path(token="x" * 22, slug=world.mission.slug)
        assert Client().get(path).status_code == 401
    else:
        answer = Client().get(route.path(slug=world.mission.slug))
        assert answer.status_code in (302, 405)


@pytest.mark.parametrize("route", OF_A_DEVICE, ids=lambda r: r.name)
def test_a_device_cannot_reach_another_mission(world, route):
    other = make_world("other-2024")
    form = other.version.form
    path = route.path(
        token=world.token, slug=world.mission.slug, form_id=form.form_id, version="1", name="x"
    )
    answer = Client().get(path)
    assert other.mission.slug not in answer.content.decode()


def test_the_administrator_of_the_server_has_no_seat_in_a_mission(world):
    client = client_of(make_account("root", is_superuser=True))
    for route in OF_A_MISSION:
        assert client.get(route.path(slug=world.mission.slug)).status_code in (404, 405)


def test_whoever_changes_something_needs_the_token_of_the_page(world):
    account = make_account("head", world.mission, "head")
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of(account).cookies
    for route in ROUTES:
        if route.access in RIGHTS or route.access in ("account", "administrator"):
            answer = client.post(route.path(slug=world.mission.slug))
            assert answer.status_code in (403, 405), route.pattern


def test_a_page_stays_shut_without_a_second_factor(world):
    account = make_account("head", world.mission, "head")
    client = Client()
    client.force_login(account)
    answer = client.get(f"/m/{world.mission.slug}/")
    assert answer.status_code == 302
    assert "2fa" in answer["Location"]


def test_an_account_that_was_closed_is_out_at_once(world):
    account = make_account("head", world.mission, "head")
    client = client_of(account)
    assert client.get(f"/m/{world.mission.slug}/").status_code == 200
    account.is_active = False
    account.save()
    assert client.get(f"/m/{world.mission.slug}/").status_code == 302


def test_a_role_that_was_taken_away_is_gone_at_once(world):
    account = make_account("head", world.mission, "head")
    client = client_of(account)
    Membership.objects.filter(account=account).delete()
    assert client.get(f"/m/{world.mission.slug}/").status_code == 404
