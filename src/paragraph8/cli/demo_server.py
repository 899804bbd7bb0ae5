"""The running part of the demonstration: the mission server and, beside it, the statement."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from paragraph8.cli.terminal import progress, say
from paragraph8.kernel.problem import Problem

STATEMENTS = ("statement", "rehearsal")
MANAGE, SERVE = "paragraph8.server.site.manage", "paragraph8.server.site.serve"


def run_demonstration(
    home: Path, statements: Sequence[Path], port: int, statement_port: int
) -> None:
    """Fill the server anew, say where to log in, and serve it and the statements until Ctrl+C.

    The first statement is served at `statement_port`, each other one at the next port.
    """
    shutil.rmtree(home, ignore_errors=True)
    environment = {
        # Only what this needs: a database or a public address of a real mission is left alone.
        **{name: value for name, value in os.environ.items() if name not in _OF_A_MISSION},
        "P8_HOME": str(home.resolve()),
        "P8_HOST": "127.0.0.1",
        "P8_DEMO": "1",
    }
    progress("filling the mission server with the simulated mission Lumria 2024")
    told = _demonstrate(environment)
    port = _free(port)
    pages = [
        _statement_server(folder, statement_port + place) for place, folder in enumerate(statements)
    ]
    server = subprocess.Popen([sys.executable, "-m", SERVE, "--port", str(port)], env=environment)
    try:
        _say_where(told, port, [page.server_address[1] for page in pages])
        for page in pages[1:]:
            threading.Thread(target=page.serve_forever, daemon=True).start()
        pages[0].serve_forever()
    except KeyboardInterrupt:
        say("ended")
    finally:
        for page in pages:
            page.server_close()
        server.terminate()
        server.wait()


_OF_A_MISSION = (
    "DATABASE_URL",
    "P8_SECRET",
    "P8_PUBLIC_URL",
    "P8_ATTACHMENTS",
    "P8_DEBUG",
    "P8_BEHIND_PROXY",
    "DJANGO_SETTINGS_MODULE",
)


def _demonstrate(environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", MANAGE, "demonstrate"],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Problem("serve.demonstration_failed", reason=reason)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _say_where(told: dict[str, Any], port: int, statement_ports: Sequence[int]) -> None:
    """Print every address and account; passwords are random and stand nowhere else."""
    say()
    say(f"mission server  http://127.0.0.1:{port}/")
    for name, statement_port in zip(STATEMENTS, statement_ports, strict=False):
        say(f"{name:<15} http://127.0.0.1:{statement_port}/")
    say()
    say("Log in as any of these. A real server asks for a second factor; this one does not, and")
    say("can be reached from this machine only.")
    for account in told["accounts"]:
        say(f"  {account['user']:<22} {account['password']:<14} {account['role']}")
    say()
    say(f"A phone of team {told['team']} (ODK Collect, or any OpenRosa client):")
    say(f"  http://127.0.0.1:{port}/o/{told['token']}")
    say(f"snapshot {told['snapshot'][:16]}…  (Ctrl+C ends it)")


def _free(port: int) -> int:
    """The port, or another one where somebody uses it."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _statement_server(folder: Path, port: int) -> ThreadingHTTPServer:
    handler = partial(_QuietHandler, directory=str(folder))
    # Port 0 lets the system choose, where the usual one is taken.
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


class _QuietHandler(SimpleHTTPRequestHandler):
    """Static files of one folder; requests are not logged."""

    def log_message(self, format: str, *args: object) -> None:
        """Nobody's address or page is written anywhere."""
