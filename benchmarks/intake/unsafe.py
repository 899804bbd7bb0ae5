"""The server with one promise broken on purpose: the control of the runs that cut it off.

What P8_UNSAFE says is done wrong; all else is the server as it is started elsewhere.

    early       201 as soon as the request is read; a thread stores it afterwards
    lazy        the database says "committed" before its log is on disk (SQLite synchronous=OFF,
                PostgreSQL synchronous_commit=off), and files are not synced
"""

import io
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

WAYS = ("early", "lazy")
WAY = os.environ.get("P8_UNSAFE", "")
TARGET = "benchmarks.intake.unsafe:application"
_waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
_django: list[Callable[..., Iterable[bytes]]] = []
_loading = threading.Lock()


def main() -> int:
    """Serve as `paragraph8.server.site.serve` does, but with the application of this module."""
    if WAY not in WAYS:
        sys.stderr.write(f"P8_UNSAFE is one of {', '.join(WAYS)}\n")
        return 2
    import granian

    from paragraph8.server.site import safety, serve

    real = granian.Granian

    def with_ours(_: str, **options: Any) -> Any:
        return real(TARGET, **options)

    granian.Granian = with_ours
    if WAY == "lazy":
        # The server refuses to start on such a database; that is tested elsewhere.
        safety.refuse_unsafe_database = lambda: None
    return serve.main()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer as `P8_UNSAFE` says."""
    django = _load()
    if WAY != "early" or environ["REQUEST_METHOD"] != "POST":
        return django(environ, start_response)
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    _waiting.put({**environ, "wsgi.input": io.BytesIO(body)})
    said = b"stored, it says"
    start_response("201 Created", [("Content-Length", str(len(said)))])
    return [said]


def _load() -> Callable[..., Iterable[bytes]]:
    """The server's application; in a worker process, once."""
    with _loading:
        if not _django:
            from paragraph8.server.site.wsgi import application as real

            if WAY == "lazy":
                _make_lazy()
            else:
                threading.Thread(target=_store_later, args=(real,), daemon=True).start()
            _django.append(real)
    return _django[0]


def _store_later(django: Callable[..., Iterable[bytes]]) -> None:
    while True:
        b"".join(django(_waiting.get(), lambda *_: None))


def _make_lazy() -> None:
    from django.db.backends.signals import connection_created

    def relax(connection: Any, **_: Any) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous = OFF")
            else:
                cursor.execute("SET synchronous_commit = off")

    connection_created.connect(relax, weak=False)
    os.fsync = lambda fd: None


if __name__ == "__main__":
    sys.exit(main())
