"""The WSGI application, for granian and any other server."""

import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

PIECE = 1 << 16
PR_SET_PDEATHSIG = 1

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paragraph8.server.site.settings")
_django = get_wsgi_application()
# The thread that holds the writer's lock comes back from SQLite many times and must not wait five
# thousandths of a second for its turn each time.
sys.setswitchinterval(0.0005)


def _end_with_supervisor() -> None:
    """Let the system end this worker when the process that started it is gone (Linux only)."""
    if os.environ.get("P8_SUPERVISOR") == str(os.getppid()) and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


_end_with_supervisor()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django; a body in chunks without a stated length is taken up first, for Django reads none.

    Reads one byte more than the limit at most: Django then refuses it as too large.
    """
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        from django.conf import settings

        limit = settings.P8_MAX_BYTES + 1
        # Django closes it with the request.
        body = tempfile.SpooledTemporaryFile(max_size=16 * PIECE)  # noqa: SIM115
        size = 0
        while size < limit and (piece := environ["wsgi.input"].read(min(PIECE, limit - size))):
            body.write(piece)
            size += len(piece)
        body.seek(0)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
    return _django(environ, start_response)
