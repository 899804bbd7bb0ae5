"""The mission of Lumria, small figures by hand, and the command p8 as a user runs it."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

from helpers import lumria
from paragraph8.cli import main
from paragraph8.findings.decisions import Decision, decide
from paragraph8.kernel.figure import Figure, Kind
from paragraph8.statement.build import Material, gather
from paragraph8.statement.mission import read_mission

SRC = Path(__file__).parents[1] / "src"
DAY = "2024-05-13"
LUMRIA_MISSION = """
[mission]
title = "Election of the Assembly of Lumria, {{date:election}}"
kind = "simulated"
notice = "Lumria is invented: no such country, election or mission exists."
bodies = ["Observers of Lumria"]
place = "North"
date = 2024-05-13
language = "en"
election = "zz-2024-05-12"
contact = "Ana, observers of Lumria"

[names]
assembly = "the Assembly of Lumria"

[sections]
conclusions = "Voters elected {{name:assembly}} on {{date:election}}."
"""


def figure(numerator: int | None = 41, denominator: int | None = 180, **changes: object) -> Figure:
    """A figure: `numerator` of `denominator` counts observed, unless changed."""
    fields: dict[str, object] = {
        "name": "observation.count",
        "value": numerator,
        "unit": "counts",
        "kind": Kind.OBSERVATION_SHARE,
        "base": "counts observed",
        "interval": "none: describes only what was observed",
        "as_of": "2024-05-14",
        "snapshot": "0" * 64,
        "numerator": numerator,
        "denominator": denominator,
    }
    return Figure(**{**fields, **changes})


@cache
def lumria_material(mission: str = LUMRIA_MISSION) -> Material:
    """Results, figures and proposals of Lumria, computed once for each mission text."""
    return gather(read_mission("mission.toml", mission), lumria(), "mission.toml")


def accept_all(material: Material) -> list[Decision]:
    """Ana accepts every proposal."""
    return [
        decide(
            finding,
            material.figures,
            snapshot=material.tables.snapshot,
            action="accept",
            by="Ana",
            at=material.mission.date,
        )
        for finding in material.proposals
    ]


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def p8(*arguments: object, cwd: Path | None = None) -> Run:
    """The command in a process of its own, as in a terminal. It must never show a traceback."""
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return _without_traceback(Run(done.returncode, done.stdout, done.stderr))


def command(*arguments: object) -> list[str]:
    """What a shell would start for `p8 …`."""
    return [sys.executable, "-c", "from paragraph8.cli import main; main()", *map(str, arguments)]


OF_THE_TESTS = ("DJANGO_SETTINGS_MODULE", "P8_HOME", "P8_SECRET", "DATABASE_URL")


def environment() -> dict[str, str]:
    """The environment of a command: it finds the package where the tests find it, and nothing of
    the server that the tests themselves run in."""
    return {
        **{name: value for name, value in os.environ.items() if name not in OF_THE_TESTS},
        "PYTHONPATH": os.pathsep.join([str(SRC), os.environ.get("PYTHONPATH", "")]),
    }


def p8_here(*arguments: object) -> Run:
    """The command in this process, for tables of many cases: starting Python takes seconds."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.object(sys, "argv", ["p8", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as exit:
            code = int(exit.code or 0)
    return _without_traceback(Run(code, out.getvalue(), err.getvalue()))


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder: to see that nothing changed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _without_traceback(run: Run) -> Run:
    assert "Traceback" not in run.text, run.text
    return run
