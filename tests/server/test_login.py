"""The door of the office, without a browser: throttling, sessions, what is reachable."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse

from paragraph8.server.missions.logging_in import of_accounts
from server.world import PASSWORD, client_of, make_account

LOGIN = "/accounts/login/"
WRONG = "The username and/or password you specified are not correct."
TOO_MANY = "Too many failed login attempts. Try again later."


@pytest.fixture(autouse=True)
def no_failures_yet(db) -> None:
    cache.clear()


def attempt(name: str, password: str, client: Client | None = None, **headers: str):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **headers)


def lock(name: str, **headers: str) -> None:
    for _ in range(10):
        assert WRONG in attempt(name, "a wrong password", **headers).content.decode()


def test_ten_failures_lock_the_password_of_one_account_only():
    make_account("ana"), make_account("bo")
    lock("ana")
    assert TOO_MANY in attempt("ana", PASSWORD).content.decode()
    answer = attempt("bo", PASSWORD)  # the same address
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_lock_ends_after_minutes(monkeypatch):
    make_account("ana")
    lock("ana")
    import time

    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 301)
    assert attempt("ana", PASSWORD).status_code == 302


def test_nine_failures_do_not_lock():
    make_account("ana")
    for _ in range(9):
        attempt("ana", "a wrong password")
    assert attempt("ana", PASSWORD).status_code == 302


@pytest.mark.parametrize("spelling", ["ANA.I", " ana.i ", "ana.\N{LATIN SMALL LETTER DOTLESS I}"])
def test_another_spelling_of_the_name_is_no_new_count(spelling):
    make_account("ana.i")
    lock("ana.i")
    assert TOO_MANY in attempt(spelling, PASSWORD).content.decode()


def test_another_host_in_the_request_is_no_new_count(settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_account("ana")
    lock("ana", HTTP_HOST="office.example")
    answer = attempt("ana", PASSWORD, HTTP_HOST="other.example")
    assert TOO_MANY in answer.content.decode()


def test_the_answer_does_not_tell_whether_the_account_exists():
    make_account("ana")

    def seen(name: str) -> str:
        """The page as shown, without the name that was typed and what is drawn by lot."""
        client = Client()
        page = attempt(name, "a wrong password", client).content.decode()
        secret = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        parts = page.replace(name, "NAME").split(secret)
        return "".join(part for part in parts if "csrfmiddlewaretoken" not in part[:5])

    def outline(page: str) -> list[str]:
        return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]

    assert outline(seen("ana")) == outline(seen("zoe"))
    for _ in range(9):
        attempt("ana", "a wrong password"), attempt("zoe", "a wrong password")
    assert TOO_MANY in seen("ana")
    assert outline(seen("ana")) == outline(seen("zoe"))


def test_the_session_has_another_id_after_the_log_in_and_none_after_the_log_out():
    make_account("ana")
    client = Client()
    client.get(LOGIN)
    before = client.session
    before["planted"] = 1
    before.save()
    client.cookies["sessionid"] = before.session_key
    attempt("ana", PASSWORD, client)
    after = client.cookies["sessionid"].value
    assert after != before.session_key
    client.post("/accounts/logout/")
    old = Client()
    old.cookies["sessionid"] = after
    assert old.get("/")["Location"].startswith(LOGIN)


def test_logging_out_needs_a_post():
    client = client_of(make_account("ana"))
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200


def test_a_deactivated_account_is_out_at_once():
    administrator, account = make_account("root", is_superuser=True), make_account("ana")
    client = client_of(account)
    assert client.get("/").status_code == 200
    client_of(administrator).post(f"/server/accounts/{account.pk}/active", {"active": "0"})
    assert client.get("/")["Location"].startswith(LOGIN)
    assert attempt("ana", PASSWORD)["Location"] == "/accounts/inactive/"
    assert Client().get("/accounts/inactive/").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one():
    administrator, account = make_account("root", is_superuser=True), make_account("ana")
    client = client_of(account)
    client_of(administrator).post(f"/server/accounts/{account.pk}/password")
    assert client.get("/")["Location"].startswith(LOGIN)


def test_without_a_second_factor_nothing_opens_but_its_page(world):
    make_account("ana", world.mission, "head")
    client = Client()
    attempt("ana", PASSWORD, client)
    for path in ("/", "/m/lumria-2024/", "/m/lumria-2024/journal"):
        assert client.get(path)["Location"] == "/accounts/2fa/"
    assert "needs a second factor" in client.get("/accounts/2fa/").content.decode()


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "password/reset/", "password/set/", "login/code/"],
)
def test_what_needs_mail_or_signs_up_is_not_there(path):
    with pytest.raises(Resolver404):
        resolve(f"/accounts/{path}")
    assert Client().get(f"/accounts/{path}").status_code == 404


def test_no_other_name_of_allauth_can_be_reversed():
    ours = {pattern.name for pattern in of_accounts}
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    assert {name for name in names if name.startswith(("account_", "mfa_"))} == ours
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


@pytest.mark.parametrize("pattern", of_accounts, ids=lambda pattern: pattern.name)
def test_every_page_of_accounts_says_who_may_open_it(pattern):
    access = pattern.callback.access
    assert access == "account" or access.startswith("everybody: ")
    path = reverse(pattern.name, kwargs={"pk": 1} if "<int:pk>" in str(pattern.pattern) else {})
    answer = Client().get(path)
    if access == "account":
        assert answer["Location"].startswith(LOGIN)
    else:
        assert answer.status_code in (200, 302)


@pytest.mark.parametrize("pattern", of_accounts, ids=lambda pattern: pattern.name)
def test_every_page_of_accounts_is_in_the_look_of_the_office(pattern):
    make_account("ana")
    client = Client()
    attempt("ana", PASSWORD, client)
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    kwargs = {"pk": 1} if "<int:pk>" in str(pattern.pattern) else {}
    answer = client.get(reverse(pattern.name, kwargs=kwargs))
    if answer.status_code == 200 and "html" in answer["Content-Type"]:
        page = answer.content.decode()
        assert 'href="/static/office.css"' in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
    else:
        assert answer.status_code in (302, 404)
