"""Power cuts: the server's home on a file system of its own that is shut down at a random moment.

An ext4 in a file, mounted through a loop device; its own shutdown call without writing its log
loses what was not synced, as a power cut does. It covers neither torn sectors nor disks that lie.
Needs root and loop devices.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import random
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.intake.client import Figures, Ledger, load
from benchmarks.intake.place import Place, Server
from benchmarks.intake.report import Report

SHUT_DOWN = 0x8004587D  # _IOR('X', 125, __u32)
WITHOUT_LOG = 2
SIZE_MB = 1_500
NEEDED = ("mkfs.ext4", "mount", "umount")
SHORTEST, LONGEST = 0.4, 1.6


class NotPossible(Exception):
    """This machine or user cannot do it; the text says why."""


@dataclass
class Cuts:
    """What happened in a run of cuts; `found` is what `verify` found after the last."""

    cuts: int = 0
    figures: list[Figures] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    def in_words(self) -> str:
        cut_off = sum(figures.lost for figures in self.figures)
        return (
            f"{self.cuts} cuts; {self.found['acknowledged']} reports acknowledged, "
            f"{self.found['rows']} stored, {self.found['files']} files; {cut_off} requests were "
            f"cut off; faults: {self.found['faults'] or 'none'}"
        )


class Disk:
    """A file system in a file."""

    def __init__(self, folder: Path) -> None:
        self.image, self.mounted = folder / "disk.img", folder / "disk"
        self.mounted.mkdir()
        with self.image.open("wb") as file:
            file.truncate(SIZE_MB * 1_000_000)
        _do("mkfs.ext4", "-q", "-F", str(self.image))

    def mount(self) -> None:
        """Mount it; the file system's log is played back."""
        _do("mount", "-o", "loop", str(self.image), str(self.mounted))

    def cut(self) -> None:
        """From now on nothing reaches the file."""
        handle = os.open(self.mounted, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUT_DOWN, struct.pack("I", WITHOUT_LOG))
        finally:
            os.close(handle)

    def unmount(self) -> None:
        """Take it off; tries for a moment, while processes that were killed let go."""
        for _ in range(50):
            done = subprocess.run(["umount", str(self.mounted)], capture_output=True, check=False)
            if done.returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(done.stderr.decode(errors="replace"))


@contextmanager
def a_disk(folder: Path) -> Iterator[Disk]:
    """A mounted file system, taken off at the end. Raises NotPossible."""
    missing = [program for program in NEEDED if not shutil.which(program)]
    if os.geteuid() or missing:
        raise NotPossible(f"needs root and {', '.join(NEEDED)}")
    disk = Disk(folder)
    try:
        disk.mount()
    except RuntimeError as error:
        raise NotPossible(str(error)) from error
    try:
        yield disk
    finally:
        with contextlib.suppress(RuntimeError):
            disk.unmount()


def run_cuts(
    unsafe: str, folder: Path, cuts: int, make: Callable[[], Report], seed: int = 8
) -> Cuts:
    """On SQLite: load, cut, mount again, start again; at the end compare with the ledger.

    Every cut begins where the last one left off, and the phones of one cut are gone in the next,
    so that nothing is sent again. Raises NotPossible.
    """
    folder.mkdir()
    rng, result = random.Random(seed), Cuts()
    ledger = Ledger(folder / "ledger.jsonl")
    with a_disk(folder) as disk:
        place = Place(disk.mounted / "home", unsafe=unsafe)
        place.seed()
        _do("sync")
        for _ in range(cuts):
            server = Server(place, folder / "server.log")
            server.start()
            try:
                server.wait()
                result.figures.append(_cut_once(disk, server, ledger, make, rng))
            finally:
                server.kill_group()
            disk.unmount()
            disk.mount()
            result.cuts += 1
        ledger.close()
        result.found = json.loads(place.run("verify", str(ledger.file)))
    return result


def _cut_once(
    disk: Disk, server: Server, ledger: Ledger, make: Callable[[], Report], rng: random.Random
) -> Figures:
    done = threading.Event()

    def strike() -> None:
        disk.cut()
        done.set()
        server.kill_group()

    timer = threading.Timer(rng.uniform(SHORTEST, LONGEST), strike)
    timer.start()
    figures = asyncio.run(
        load(server.target, ledger, make, lambda: not done.is_set(), phones=16, patience=0.0)
    )
    timer.join()
    return figures


def _do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
