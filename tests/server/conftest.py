"""Fixtures of the server's tests."""

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paragraph8.server.openrosa import authentication, receive
from paragraph8.server.record.files import file_store
from paragraph8.server.site.logs import Masked
from server.world import World, make_world


@pytest.fixture(autouse=True)
def nothing_remembered(settings, tmp_path: Path) -> None:
    """Each test has a home of its own, and nothing that another test looked up."""
    settings.P8_ATTACHMENTS = str(tmp_path / "attachments")
    settings.P8_HOME = tmp_path
    file_store.cache_clear()
    receive._definition.cache_clear()
    receive.versions.forget()
    authentication.devices.forget()


# What no line of a log may hold: names and comments of the tests' world, a device's own path.
CANARIES = re.compile(r"Canary|Ana Example|Bo Example|/[oa]/[A-Za-z0-9_-]{20,}")


class Canaries(logging.Handler):
    """Keeps every line that holds a canary, as the server's own handler would have written it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.addFilter(Masked())
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage() + str(record.exc_info or "")
        if CANARIES.search(text):
            self.found.append(text[:200])


@pytest.fixture(scope="session", autouse=True)
def no_canary_in_any_log() -> Iterator[None]:
    """The logs of the whole run hold nothing personal and no token."""
    handler = Canaries()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    assert handler.found == []


@pytest.fixture
def world(db: None) -> World:
    """One mission with a team, an enrolled device and a published count form."""
    return make_world()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what speaks to a database is run again."""
    if not os.environ.get("DATABASE_URL"):
        return
    here = Path(__file__).parent
    again = [
        item
        for item in items
        if here not in item.path.parents
        or "db" in getattr(item, "fixturenames", ())
        or item.get_closest_marker("django_db")
    ]
    if len(again) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in again])
        items[:] = again
