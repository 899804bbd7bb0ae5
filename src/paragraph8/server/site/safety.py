"""What must hold before the server takes a single request. A state that is not safe is refused."""

import sqlite3
from typing import Any

from django.db import connection

from paragraph8.kernel.problem import Problem
from paragraph8.server.site.config import Config

OUR_ENGINE = "paragraph8.server.record.sqlite"
# The first SQLite without the race between a writer and a checkpoint.
SAFE_SQLITE = (3, 51, 3)
FULL = 2


def refuse_unsafe_settings(config: Config, workers: int, tls: bool) -> None:
    """Look at the settings alone.

    tls   this process itself speaks TLS

    Raises Problem serve.debug_in_public, serve.demo_in_public, serve.no_tls,
    serve.sqlite_with_workers.
    """
    if not config.loopback:
        if config.debug:
            raise Problem("serve.debug_in_public", host=config.host)
        if config.demo:
            raise Problem("serve.demo_in_public", host=config.host)
        if not tls and not (config.behind_proxy and config.public_url.startswith("https://")):
            raise Problem("serve.no_tls", host=config.host)
    if config.on_sqlite and workers > 1:
        raise Problem("serve.sqlite_with_workers", workers=workers)


def refuse_unsafe_database() -> None:
    """Ask the open database itself.

    Raises Problem serve.sqlite_not_durable, serve.sqlite_race, serve.postgres_not_durable.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _refuse_unsafe_sqlite(cursor)
        else:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(f"SHOW {setting}")
                value = cursor.fetchone()[0]
                if value in ("off", "local"):
                    raise Problem("serve.postgres_not_durable", setting=setting, value=value)


def _refuse_unsafe_sqlite(cursor: Any) -> None:
    cursor.execute("PRAGMA synchronous")
    synchronous = cursor.fetchone()[0]
    if synchronous < FULL:
        raise Problem("serve.sqlite_not_durable", synchronous=synchronous)
    one_writer = connection.settings_dict["ENGINE"] == OUR_ENGINE
    if sqlite3.sqlite_version_info < SAFE_SQLITE and not one_writer:
        raise Problem("serve.sqlite_race", version=sqlite3.sqlite_version)
    cursor.execute("PRAGMA wal_autocheckpoint")
    if one_writer and cursor.fetchone()[0] != 0:
        raise Problem("serve.sqlite_race", version=sqlite3.sqlite_version)
