"""Where a database is: a file of SQLite, or a database of PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SQLITE, POSTGRESQL = "sqlite", "postgresql"
# As in site.config, which stands above this app.
DATABASE = "p8.sqlite3"


@dataclass(frozen=True, slots=True)
class Place:
    """One database. Printing it does not show the password.

    name   the file of SQLite, or the name of the database in PostgreSQL
    """

    engine: str
    name: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = field(default="", repr=False)

    def called(self, name: str) -> "Place":
        """Another database of the same server."""
        return replace(self, name=name)

    @property
    def environment(self) -> dict[str, str]:
        """What the programs of PostgreSQL read; a password among arguments would be public."""
        told = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.name,
        }
        return {name: value for name, value in told.items() if value}

    @property
    def arguments(self) -> dict[str, str]:
        """The same for psycopg."""
        told = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": self.name,
        }
        return {name: value for name, value in told.items() if value}

    def settings(self, pattern: Mapping[str, Any]) -> dict[str, Any]:
        """Django's settings of this database, made from those of another of the same engine."""
        return {
            **pattern,
            "NAME": self.name,
            "HOST": self.host,
            "PORT": self.port,
            "USER": self.user,
            "PASSWORD": self.password,
        }


def place_of_settings(settings: Mapping[str, Any]) -> Place:
    """The database that Django's settings name."""
    if "sqlite" in settings["ENGINE"]:
        return Place(SQLITE, str(settings["NAME"]))
    return Place(
        engine=POSTGRESQL,
        name=str(settings["NAME"]),
        host=str(settings.get("HOST") or ""),
        port=str(settings.get("PORT") or ""),
        user=str(settings.get("USER") or ""),
        password=str(settings.get("PASSWORD") or ""),
    )


def place_at(home: Path, database_url: str) -> Place:
    """The database of a server with this home and DATABASE_URL ("" for SQLite in the home)."""
    if not database_url:
        return Place(SQLITE, str(home / DATABASE))
    url = urlsplit(database_url)
    return Place(
        engine=POSTGRESQL,
        name=unquote(url.path.lstrip("/")),
        host=unquote(url.hostname or ""),
        port=str(url.port or ""),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )
