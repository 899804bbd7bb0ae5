"""What the environment tells the server, read once and checked."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from paragraph8.kernel.problem import Problem

DATABASE = "p8.sqlite3"
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one server.

    home          the mission's folder: database, attachments, snapshots, secrets
    database_url  "" for SQLite in `home`, else postgresql://user:password@host:port/name
    attachments   folder, or s3://bucket/prefix
    public_url    what phones call the server, as https://observe.example.org; "" until known
    host          address it listens on
    demo          accounts without a second factor, for a demonstration on this machine only
    """

    home: Path
    secret: str
    database_url: str = ""
    attachments: str = ""
    s3_endpoint: str = ""
    public_url: str = ""
    host: str = "127.0.0.1"
    debug: bool = False
    demo: bool = False
    hosts: tuple[str, ...] = ()
    behind_proxy: bool = False
    strict_conflicts: bool = False
    grace_minutes: int = 720
    max_bytes: int = 10_000_000

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is the file in `home`."""
        return not self.database_url

    @property
    def allowed_hosts(self) -> list[str]:
        """Names by which a request may call this server; another name is not answered."""
        public = urlsplit(self.public_url).hostname
        named = [public] if public else []
        return ["localhost", "127.0.0.1", "[::1]", *named, *self.hosts]

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """The settings in `environment` (names begin with P8_, and DATABASE_URL).

    A missing secret is made and kept in `home`/secrets, where only the owner can read it; with a
    database that several machines share it must be given. Raises Problem serve.no_secret,
    serve.bad_setting.
    """
    home = Path(environment.get("P8_HOME", "mission")).resolve()
    database_url = environment.get("DATABASE_URL", "")
    if database_url and urlsplit(database_url).scheme not in ("postgres", "postgresql"):
        raise Problem(
            "serve.bad_setting",
            name="DATABASE_URL",
            expected="postgresql://user:password@host:port/name",
        )
    return Config(
        home=home,
        secret=_secret(environment, home, shared=bool(database_url)),
        database_url=database_url,
        attachments=environment.get("P8_ATTACHMENTS") or str(home / "attachments"),
        s3_endpoint=environment.get("P8_S3_ENDPOINT", ""),
        public_url=environment.get("P8_PUBLIC_URL", "").rstrip("/"),
        host=environment.get("P8_HOST", "127.0.0.1"),
        debug=environment.get("P8_DEBUG", "") == "1",
        demo=environment.get("P8_DEMO", "") == "1",
        hosts=tuple(filter(None, environment.get("P8_HOSTS", "").split(","))),
        behind_proxy=environment.get("P8_BEHIND_PROXY", "") == "1",
        strict_conflicts=environment.get("P8_STRICT_CONFLICTS", "") == "1",
        grace_minutes=_number(environment, "P8_GRACE_MINUTES", 720),
        max_bytes=_number(environment, "P8_MAX_BYTES", 10_000_000),
    )


def database_settings(config: Config) -> dict[str, object]:
    """Django's DATABASES["default"]."""
    if config.on_sqlite:
        return {
            "ENGINE": "paragraph8.server.record.sqlite",
            "NAME": str(config.home / DATABASE),
            "CONN_MAX_AGE": None,
            # Tests use a file too: a database in memory has neither a log nor a second connection.
            "TEST": {"NAME": str(config.home / f"test-{DATABASE}")},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: an acknowledged report survives a power cut. Checkpoints are the writer's.
                "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000",
            },
        }
    url = urlsplit(config.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
    }


def is_loopback(host: str) -> bool:
    """Whether the address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(environment: Mapping[str, str], home: Path, shared: bool) -> str:
    given = environment.get("P8_SECRET", "")
    if given and len(given) < SHORTEST_SECRET:
        raise Problem("serve.no_secret", reason=f"P8_SECRET has fewer than {SHORTEST_SECRET} signs")
    if given:
        return given
    if shared:
        raise Problem("serve.no_secret", reason="P8_SECRET is not set")
    file = home / "secrets" / "secret_key"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) == 0:
        raise Problem("serve.bad_setting", name=name, expected="a whole number above 0")
    return int(text)
