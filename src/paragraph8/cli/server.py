"""p8 serve, manage, freeze: the mission server."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path, typer.Option(help="The mission's folder: database, attachments, snapshots.")]
DEFAULT_HOME = Path("mission")


def serve(
    home: Home = DEFAULT_HOME,
    port: Annotated[int, typer.Option(help="Port.")] = 8008,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    lan: Annotated[
        bool,
        typer.Option("--lan", help="HTTPS in the local network, with an authority of our own."),
    ] = False,
    trust_port: Annotated[
        int, typer.Option(help="Port of the page that tells how to trust.")
    ] = 8080,
    workers: Annotated[int, typer.Option(help="Processes; more than one on PostgreSQL only.")] = 1,
    public_url: Annotated[str, typer.Option(help="What phones call it, https://…")] = "",
) -> None:
    """Run the mission server on this machine. SQLite in HOME, or the database of DATABASE_URL.

    The environment may also set P8_SECRET, P8_ATTACHMENTS (a folder or s3://bucket/prefix),
    P8_S3_ENDPOINT, P8_BEHIND_PROXY=1, P8_HOSTS, P8_MAX_BYTES, P8_GRACE_MINUTES and
    P8_STRICT_CONFLICTS=1.
    """
    environment = _environment(home)
    environment["P8_HOST"] = host
    if public_url:
        environment["P8_PUBLIC_URL"] = public_url
    options = ["--port", str(port), "--trust-port", str(trust_port), "--workers", str(workers)]
    _become("paragraph8.server.site.serve", [*options, *(["--lan"] if lan else [])], environment)


def manage(
    context: typer.Context,
    home: Home = DEFAULT_HOME,
) -> None:
    """Run a command of Django on the server's database: `p8 manage createsuperuser`."""
    _become("paragraph8.server.site.manage", context.args, _environment(home))


def freeze(
    mission: Annotated[str, typer.Argument(help="Short name of the mission.")],
    home: Home = DEFAULT_HOME,
    as_of: Annotated[
        str, typer.Option(help="Reports received until then; ISO 8601 with zone. Default: now.")
    ] = "",
) -> None:
    """Freeze a mission of the server into a snapshot; prints its id and folder."""
    arguments = ["freeze", mission, *(["--as-of", as_of] if as_of else [])]
    _become("paragraph8.server.site.manage", arguments, _environment(home))


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "P8_HOME": str(home.resolve())}


def _become(module: str, arguments: list[str], environment: dict[str, str]) -> None:
    """Go on as another process, which has none of the libraries of analysis in memory."""
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)
