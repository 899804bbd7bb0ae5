"""kill -9 under load: whatever the server acknowledged is there, once and whole.

On SQLite; on PostgreSQL where DATABASE_URL is set, with a database server of the test's own, since
it is killed too. `make soak` does the same a thousand times. Each run has a control: the same kills
on a server with one promise broken, where the same look must find what is lost.
"""

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.intake.database import Postgres, postgres  # noqa: E402
from benchmarks.intake.kills import Run, run_kills  # noqa: E402
from benchmarks.intake.place import Place  # noqa: E402
from benchmarks.intake.report import make_report  # noqa: E402

ON_POSTGRES = bool(os.environ.get("DATABASE_URL"))
KILLS, CONTROL_KILLS = (12, 6) if ON_POSTGRES else (8, 2)
PHONES = 8
REPORT = partial(make_report, 1, 3_000)


@pytest.fixture
def database() -> Iterator[Postgres | None]:
    """A PostgreSQL that may be killed; None on SQLite."""
    if not ON_POSTGRES:
        yield None
        return
    with postgres() as url:
        made = Postgres(url)
        try:
            yield made
        finally:
            made.stop()


def kill(database: Postgres | None, folder: Path, kills: int, unsafe: str = "") -> Run:
    url, workers = (database.url, 2) if database else ("", 1)
    place = Place(folder / "home", url, workers, unsafe)
    place.seed()
    return run_kills(place, folder, kills, REPORT, database, PHONES)


def test_nothing_acknowledged_is_lost(database: Postgres | None, tmp_path: Path) -> None:
    run = kill(database, tmp_path, KILLS)
    assert not run.faults, run.found["shown"]
    assert run.figures.given_up == 0
    assert sum(run.kinds.values()) == KILLS
    # Kills that met no request would prove nothing.
    assert run.figures.lost > 0
    assert run.found["acknowledged"] >= KILLS


def test_the_control_shows_loss(database: Postgres | None, tmp_path: Path) -> None:
    """201 before anything is stored: the same look finds reports and files that are gone."""
    run = kill(database, tmp_path, CONTROL_KILLS, unsafe="early")
    assert run.faults.get("acknowledged and lost", 0) > 0, run.in_words()
    assert run.faults.get("acknowledged file lost", 0) > 0
