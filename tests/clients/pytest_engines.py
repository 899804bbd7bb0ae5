"""Fixtures for tests that fill forms: `pytest_plugins = ("clients.pytest_engines",)`."""

from collections.abc import Iterator

import pytest

from clients.engine import Engine, EngineMissing
from clients.javarosa import JavaRosa
from clients.xforms_engine import XFormsEngine


def _running(engine: Engine) -> Iterator[Engine]:
    try:
        engine.__enter__()
    except EngineMissing as missing:
        pytest.skip(f"NOT RUN: {type(engine).__name__}: {missing}")
    yield engine
    engine.__exit__(None, None, None)


@pytest.fixture(scope="session")
def javarosa() -> Iterator[Engine]:
    """The engine of ODK Collect, one process for the session."""
    yield from _running(JavaRosa())


@pytest.fixture(scope="session")
def xforms_engine() -> Iterator[Engine]:
    """The engine of ODK Web Forms, one process for the session."""
    yield from _running(XFormsEngine())


@pytest.fixture(scope="session", params=["javarosa", "xforms_engine"])
def form_engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine
