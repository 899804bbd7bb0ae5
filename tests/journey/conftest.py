"""Expensive things built once: the demonstration, and a publication of Lumria."""

import fcntl
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from helpers import LUMRIA
from missions import DAY, LUMRIA_MISSION, Run, p8


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], Run]], Path]:
    """once(name, build) calls build(folder) in the first worker that asks, and waits in others."""
    # Workers of pytest-xdist have a folder each below one that they share.
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base

    def make(name: str, build: Callable[[Path], Run]) -> Path:
        folder, mark = shared / name, shared / f"{name}.json"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not mark.is_file():
                run = build(folder)
                mark.write_text(json.dumps(asdict(run)))
        return folder

    return make


@pytest.fixture(scope="session")
def demo_folder(once) -> Path:
    """The demonstration. READ ONLY: other tests look at it too."""
    return once("demo", lambda folder: p8("demo", "--no-serve", "--folder", folder))


@pytest.fixture(scope="session")
def demo_run(demo_folder: Path) -> Run:
    """What the command printed while it built `demo_folder`."""
    return Run(**json.loads(demo_folder.with_name("demo.json").read_text()))


@pytest.fixture(scope="session")
def lumria_folder(once) -> Path:
    """Lumria's workspace: snapshot, mission.toml, decisions.toml, statement. READ ONLY."""
    return once("lumria", _build_lumria)


def _build_lumria(folder: Path) -> Run:
    folder.mkdir()
    (folder / "mission.toml").write_text(LUMRIA_MISSION, encoding="utf-8")
    snapshot, files = folder / "snapshot", sorted(LUMRIA.glob("*.csv"))
    runs = [
        p8("import", "mapped", *files, "--mapping", LUMRIA / "lumria.toml", "--into", snapshot),
        p8("findings", snapshot, "accept", "all", "--by", "Ana", "--on", DAY),
        p8("statement", snapshot, "--out", folder / "statement"),
    ]
    assert [run.code for run in runs] == [0, 0, 0], runs
    return runs[-1]
