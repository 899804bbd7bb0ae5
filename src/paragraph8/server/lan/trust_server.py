"""Plain HTTP on one port for the only things that must come before trust.

The page, the certificate and the profile, made once at the start; nothing is read from the disk,
nothing is received, and who asked is written down nowhere.
"""

import socket
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from paragraph8.kernel.problem import Problem
from paragraph8.server.lan.authority import Certificates
from paragraph8.server.lan.trust_page import (
    CERTIFICATE_PATH,
    POLICY,
    PROFILE_PATH,
    profile,
    trust_page,
)
from paragraph8.server.lan.trust_words import LANGUAGES

FIRST_LANGUAGE = "en"
# A phone asks for three small things; who holds more connections open is turned away.
MOST_AT_ONCE = 64
SECONDS_TO_ASK = 10
POLL = 0.1  # seconds until stop() is noticed

Contents = dict[tuple[str, str], tuple[str, bytes]]


class TrustServer:
    """Serves the page of trust in a thread of its own, from start() to stop() or in a `with`."""

    def __init__(
        self, certificates: Certificates, sites: Sequence[str], host: str = "", port: int = 0
    ) -> None:
        """Port 0 is any free one. Raises lan.port_taken."""
        try:
            self._server = _Server(host, port, _contents(certificates, sites))
        except OSError as error:
            raise Problem("lan.port_taken", port=port, reason=error.strerror) from error
        self._thread = Thread(
            target=self._server.serve_forever, args=(POLL,), name="trust", daemon=True
        )
        self.port: int = self._server.server_address[1]

    def start(self) -> None:
        """Begin to answer; returns at once. Once only."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def preferred(accepted: str) -> str:
    """The first of LANGUAGES by weight in an Accept-Language header; English if there is none."""
    weighted = []
    for at, part in enumerate(accepted.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            weighted.append((-_number(weight or "1"), at, language))
    return min(weighted)[2] if weighted else FIRST_LANGUAGE


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _contents(certificates: Certificates, sites: Sequence[str]) -> Contents:
    """(path, language) -> (content type, content); files have no language."""
    label, digits, der = certificates.label, certificates.fingerprint, certificates.authority_der
    pages = {
        ("/", language): (
            "text/html; charset=utf-8",
            trust_page(language, label, digits, sites).encode(),
        )
        for language in LANGUAGES
    }
    return pages | {
        (CERTIFICATE_PATH, ""): ("application/x-x509-ca-cert", der),
        (PROFILE_PATH, ""): ("application/x-apple-aspen-config", profile(label, digits, der)),
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Many phones at once when a team arrives; the inherited 5 would make them wait for seconds.
    request_queue_size = 128

    def __init__(self, host: str, port: int, contents: Contents) -> None:
        self.contents = contents
        self._room = BoundedSemaphore(MOST_AT_ONCE)
        if ":" in host or (not host and socket.has_dualstack_ipv6()):
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own would ask a name server for this machine's name.
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke; the inherited method names its address."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SECONDS_TO_ASK

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        found = self.server.contents.get((path, self._language(query) if path == "/" else ""))
        if found:
            self._answer(HTTPStatus.OK, *found)
        else:
            self._answer(
                HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such page.\n"
            )

    def version_string(self) -> str:
        """Which software answers is nobody's business."""
        return "server"

    def log_message(self, format: str, *args: Any) -> None:
        """Who trusts this server is written down nowhere."""

    def _language(self, query: str) -> str:
        asked = parse_qs(query).get("lang", [""])[-1]
        return asked if asked in LANGUAGES else preferred(self.headers.get("Accept-Language", ""))

    def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Accept-Language")
        self.end_headers()
        self.wfile.write(content)
