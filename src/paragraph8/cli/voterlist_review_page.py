"""The review on a page of this machine: for one reviewer, at an address nobody can guess.

The page holds names. It is served on the loopback interface only, asks for a secret in its path
and for its own name in each request, and ends with the command.
"""

import hmac
import secrets
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from paragraph8.cli.terminal import err
from paragraph8.voterlist.review.answers import ANSWERS
from paragraph8.voterlist.review.pages import BACK, policy, review_page
from paragraph8.voterlist.review.pairs import Pair
from paragraph8.voterlist.review.session import Review
from paragraph8.voterlist.review.words import Words

LOOPBACK = "127.0.0.1"
LONGEST_FORM = 1000  # bytes
SECONDS_TO_ASK = 10
SECRET_BYTES = 24
HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send no Origin with the form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Names stay out of the browser's files.
    "Cache-Control": "no-store",
}


def serve_review(
    review: Review, pairs: Mapping[int, Pair], words: Words, tell: Callable[[str], None]
) -> None:
    """Serve one reviewer until interrupted; `tell` is called once with the address."""
    with ReviewServer(review, pairs, words) as server:
        tell(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


class ReviewServer(ThreadingHTTPServer):
    """Serves one reviewer's page at `address`."""

    daemon_threads = True

    def __init__(self, review: Review, pairs: Mapping[int, Pair], words: Words) -> None:
        """pairs   item -> pair, for all items of the review"""
        self._review, self._pairs, self._words = review, pairs, words
        # Browsers open connections ahead of need; one at a time must touch the answers.
        self._lock = Lock()
        super().__init__((LOOPBACK, 0), _Handler)
        self.host = f"{LOOPBACK}:{self.server_address[1]}"
        self.path = f"/{secrets.token_urlsafe(SECRET_BYTES)}/"

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{self.host}{self.path}"

    def page(self) -> str:
        """The page as it is now."""
        with self._lock:
            item = self._review.item
            pair = None if item is None else self._pairs[item]
            return review_page(self._review, pair, self._words)

    def take(self, item: int, answer: str) -> None:
        """Note what was pressed. Raises OSError if it cannot be stored."""
        with self._lock:
            if answer == BACK:
                if item == (self._review.item or 0):
                    self._review.back()
            else:
                self._review.answer(item, answer)

    def server_bind(self) -> None:
        # HTTPServer's own would ask a name server for this machine's name.
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is nothing to report; of a fault only its kind is, since its
        text could hold a name."""
        error = sys.exception()
        if not isinstance(error, OSError):
            err.print(f"The page could not be shown: {type(error).__name__}", markup=False)


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    timeout = SECONDS_TO_ASK

    def do_GET(self) -> None:
        if self._is_ours():
            self._answer(HTTPStatus.OK, self.server.page())

    def do_POST(self) -> None:
        origin = self.headers.get("Origin")
        if not self._is_ours():
            return
        if origin is not None and origin != f"http://{self.server.host}":
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        pressed = self._pressed()
        if pressed is None:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        try:
            self.server.take(*pressed)
        except OSError:
            # The reviewer must not go on in the belief that answers are kept.
            self._refuse(HTTPStatus.INSUFFICIENT_STORAGE)
            return
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", self.server.path)
        self._finish(b"")

    def version_string(self) -> str:
        """Which software answers is nobody's business."""
        return "server"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As for any other refusal; the page of the base class repeats what was asked."""
        self._refuse(HTTPStatus(code))

    def log_message(self, format: str, *args: Any) -> None:
        """The path is a secret, and is written down nowhere."""

    def _is_ours(self) -> bool:
        """Whether the request knows the secret, and was meant for this machine by name.

        A page elsewhere can have a name that leads to this machine, but not this Host.
        """
        known = hmac.compare_digest(self.path.encode(), self.server.path.encode())
        ours = known and self.headers.get("Host") == self.server.host
        if not ours:
            self._refuse(HTTPStatus.NOT_FOUND)
        return ours

    def _pressed(self) -> tuple[int, str] | None:
        length = self.headers.get("Content-Length", "")
        if not (length.isdecimal() and len(length) < 5 and int(length) <= LONGEST_FORM):
            return None
        form = parse_qs(self.rfile.read(int(length)).decode("ascii", "replace"))
        item, answer = form.get("item", [""])[-1], form.get("answer", [""])[-1]
        if not (item.isascii() and item.isdecimal()) or answer not in (*ANSWERS, BACK):
            return None
        return int(item), answer

    def _refuse(self, status: HTTPStatus) -> None:
        self._answer(status, f"{status.value} {status.phrase}\n", "text/plain")

    def _answer(self, status: HTTPStatus, content: str, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self._finish(content.encode())

    def _finish(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
