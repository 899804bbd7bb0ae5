"""kill -9 of the server's processes at random points under load, and the look at what is left.

Each kill strikes at a random moment after the server has acknowledged something since the last
one. A supervisor starts again what is gone, as a service manager does. The phones go on with the
same bytes until they are acknowledged.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.intake.client import Figures, Ledger, load
from benchmarks.intake.database import Postgres
from benchmarks.intake.place import Place, Server
from benchmarks.intake.report import Report

SECONDS_TO_COME_BACK = 60.0


@dataclass
class Run:
    """What happened in a run of kills.

    back      seconds from each kill to the next acknowledgement
    found     what `verify` found
    """

    kinds: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    restarts: int = 0
    exit_codes: Counter[int] = field(default_factory=Counter)
    postgres_tries: list[int] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def faults(self) -> dict[str, int]:
        """What `verify` found wrong: kind -> number. Empty in a good run."""
        faults: dict[str, int] = self.found["faults"]
        return faults

    def in_words(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        ordered = sorted(self.back) or [0.0]
        back = f"back after {ordered[len(ordered) // 2]:.1f} s (median), {ordered[-1]:.1f} s (most)"
        most = max(self.postgres_tries, default=0)
        tries = f"; PostgreSQL started again at try {most} at the latest" if most else ""
        return (
            f"{sum(self.kinds.values())} kills ({kinds}); {back}"
            f"{tries}; {self.found['acknowledged']} reports "
            f"acknowledged, {self.found['rows']} stored, {self.found['unasked']} of them not "
            f"acknowledged, {self.found['repeats']} sent again after they were stored, "
            f"{self.found['files']} files; {self.figures.lost} requests were cut off, "
            f"{self.figures.given_up} given up; faults: {self.faults or 'none'}"
        )


def run_kills(
    place: Place,
    folder: Path,
    kills: int,
    make: Callable[[], Report],
    postgres: Postgres | None = None,
    phones: int = 16,
    seed: int = 8,
) -> Run:
    """Load and kills at once, then everything is stopped and compared with the ledger."""
    run, ledger = Run(), Ledger(folder / f"ledger-{place.kind}-{place.unsafe or 'real'}.jsonl")
    server = Server(place, folder / f"server-{place.kind}-{place.unsafe or 'real'}.log")
    server.start()
    done = threading.Event()
    try:
        server.wait()
        killer = _Killer(server, postgres, ledger, run, random.Random(seed))
        thread = threading.Thread(target=killer.go, args=(kills, done))
        thread.start()
        run.figures = asyncio.run(
            load(server.target, ledger, make, lambda: not done.is_set(), phones)
        )
        thread.join()
        if place.unsafe:
            # What was said to be stored and is still in memory is not waited for.
            server.kill_group()
    finally:
        done.set()
        server.stop()
        ledger.close()
    if run.problem:
        raise RuntimeError(run.problem)
    run.exit_codes.update(server.exit_codes)
    run.found = json.loads(place.run("verify", str(ledger.file)))
    return run


class _Killer:
    """Kills and starts again, in a thread beside the load."""

    def __init__(
        self,
        server: Server,
        postgres: Postgres | None,
        ledger: Ledger,
        run: Run,
        rng: random.Random,
    ) -> None:
        self.server, self.postgres, self.ledger = server, postgres, ledger
        self.run, self.rng = run, rng
        self.ways: dict[str, Callable[[], None]] = {
            "worker": self._worker,
            "supervisor": self._supervisor,
            "whole server": server.kill_group,
        }
        if postgres is not None:
            self.ways |= {
                "backend": lambda: postgres.kill_backend(rng),
                "postmaster": postgres.kill_first,
                "postmaster and children": postgres.kill_all,
            }

    def go(self, kills: int, done: threading.Event) -> None:
        """Kill `kills` times, each way in turn in a shuffled order."""
        try:
            order: list[str] = []
            for _ in range(kills):
                order = order or self.rng.sample(sorted(self.ways), len(self.ways))
                self._once(order.pop())
        except (RuntimeError, AssertionError) as error:
            self.run.problem = str(error)
        finally:
            done.set()

    def _once(self, kind: str) -> None:
        time.sleep(self.rng.uniform(0.0, 0.3))
        self.ways[kind]()
        struck = time.monotonic()
        self.run.kinds[kind] += 1
        # Answers that were on their way when the process died are no sign of life.
        time.sleep(0.05)
        before = self.ledger.count
        while self.ledger.count == before:
            self._supervise()
            if time.monotonic() - struck > SECONDS_TO_COME_BACK:
                said = self.server.log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"nothing was acknowledged after the kill of {kind}: {said}")
            time.sleep(0.01)
        self.run.back.append(time.monotonic() - struck)

    def _supervise(self) -> None:
        if self.postgres is not None:
            self.postgres.supervise()
            self.run.postgres_tries = self.postgres.tries
        self.run.restarts += self.server.supervise()

    def _worker(self) -> None:
        if pids := self.server.worker_pids():
            _kill(self.rng.choice(pids))

    def _supervisor(self) -> None:
        assert self.server.process is not None
        _kill(self.server.process.pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
