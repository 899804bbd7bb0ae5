"""python -m paragraph8.server.site.serve: check, migrate, and answer until told to stop.

A process of its own, so that the libraries of analysis do not lie in the server's memory.
"""

import argparse
import os
import re
import socket
import sys
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from paragraph8.kernel.problem import Problem
from paragraph8.server.lan.addresses import private_addresses
from paragraph8.server.lan.authority import keep_certificates
from paragraph8.server.lan.trust_server import TrustServer
from paragraph8.server.site.config import Config, read_config

THREADS_ON_SQLITE, THREADS_ON_POSTGRES = 8, 4
SECONDS_FOR_A_PORT = 3


def main(arguments: list[str] | None = None) -> int:
    """Serve; returns the exit code: 0 ended by a signal, 2 refused to start."""
    options = _options(arguments)
    # Whatever the server writes, only its owner reads.
    os.umask(0o077)
    try:
        return _serve(options)
    except Problem as problem:
        sys.stderr.write(f"{problem.code}: {problem}\n")
        return 2


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="p8 serve")
    parser.add_argument("--port", type=int, default=8008)
    parser.add_argument("--trust-port", type=int, default=8080)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--lan", action="store_true")
    return parser.parse_args(arguments)


def _serve(options: argparse.Namespace) -> int:
    if options.lan:
        _name_the_lan(options.port)
    config = read_config()
    # Imported after the environment says where home is.
    from paragraph8.server.site.safety import refuse_unsafe_database, refuse_unsafe_settings

    refuse_unsafe_settings(config, options.workers, tls=options.lan)
    refuse_taken_port(config.host, options.port)
    prepare()
    refuse_unsafe_database()
    _say_who_is_missing(config)
    _close_connections()
    if not options.lan:
        _say(f"serving on http://{config.host}:{options.port}/  (Ctrl+C ends it)")
        _run(config, options, None)
        return 0
    made = keep_certificates(
        config.home / "secrets" / "lan",
        now=datetime.now(UTC),
        names=_names(config.public_url),
        addresses=private_addresses(),
    )
    with TrustServer(made, [config.public_url], port=options.trust_port) as trust:
        _say(f"serving on {config.public_url}/  (Ctrl+C ends it)")
        host = urlsplit(config.public_url).netloc.removesuffix(f":{options.port}")
        _say(f"phones and laptops first open http://{host}:{trust.port}/ and compare:")
        _say("  " + " ".join(re.findall("....", made.fingerprint)))
        _run(config, options, made.server_file)
    return 0


def prepare() -> None:
    """Bring the database to the state that this version of the software needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paragraph8.server.site.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    Path(settings.P8_HOME).mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", verbosity=0, interactive=False)
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)


def refuse_taken_port(host: str, port: int, patience: float = SECONDS_FOR_A_PORT) -> None:
    """Raises Problem serve.port_taken; a port that is just being given up is waited for.

    Workers of one server share a port, so that a second server would take half of the requests
    of the first without a word.
    """
    until = time.monotonic() + patience
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((host, port))
            except OSError as error:
                if time.monotonic() > until:
                    raise Problem("serve.port_taken", port=port, reason=error.strerror) from None
            else:
                return
        time.sleep(0.1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _say_who_is_missing(config: Config) -> None:
    """The first step of a new server, for who has read nothing else."""
    from paragraph8.server.missions.models import Account

    if not Account.objects.exists():
        _say("There is no account yet. Make the administrator's:")
        _say(f"  p8 manage createsuperuser --home {config.home}")


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _names(public_url: str) -> list[str]:
    """The name that phones call, if it is one and no address."""
    host = urlsplit(public_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return [host] if host else []
    return []


def _name_the_lan(port: int) -> None:
    """Let phones call this machine by any of its addresses in the local network."""
    addresses = [f"[{a}]" if a.version == 6 else str(a) for a in private_addresses()]
    os.environ["P8_HOST"] = "0.0.0.0"
    known = os.environ.get("P8_HOSTS", "")
    os.environ["P8_HOSTS"] = ",".join(filter(None, [known, *addresses]))
    if addresses and not os.environ.get("P8_PUBLIC_URL"):
        os.environ["P8_PUBLIC_URL"] = f"https://{addresses[0]}:{port}"


def _run(config: Config, options: argparse.Namespace, certificate: Path | None) -> None:
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels

    default = THREADS_ON_SQLITE if config.on_sqlite else THREADS_ON_POSTGRES
    # The worker ends with this process (see `wsgi`): one that lived on would write beside the next.
    os.environ["P8_SUPERVISOR"] = str(os.getpid())
    server = Granian(
        "paragraph8.server.site.wsgi:application",
        address=config.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads or default,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        ssl_cert=certificate,
        ssl_key=certificate,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    server.serve()


if __name__ == "__main__":
    sys.exit(main())
