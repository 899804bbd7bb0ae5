"""HTTP/1.1 on plain sockets, so that a request can break at any byte."""

import contextlib
import gzip
import http.client
import io
import select
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from clients.faults import Fault, Kind

if TYPE_CHECKING:
    from typing_extensions import Buffer

CONNECT_SECONDS, READ_SECONDS = 30, 60
# How long a client that expects 100-continue waits for it before it sends the body all the same.
PATIENCE = 2.0


class Lost(Exception):
    """The connection ended, or time ran out, before an answer was read."""


@dataclass(frozen=True)
class Request:
    """method and absolute url; headers in their order, without Host and lengths."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None = None


@dataclass(frozen=True)
class Response:
    """An answer that was read whole; body is unpacked when it was gzip."""

    status: int
    reason: str
    headers: http.client.HTTPMessage
    body: bytes


def target(url: str) -> str:
    """Path and query, as they stand in the request line."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def head_lines(request: Request, extra: Sequence[tuple[str, str]]) -> bytes:
    """Request line and headers up to the empty line."""
    lines = [f"{request.method} {target(request.url)} HTTP/1.1"]
    pairs = (*request.headers, *extra, ("Host", urlsplit(request.url).netloc.rpartition("@")[2]))
    lines += [f"{name}: {value}" for name, value in pairs]
    return "\r\n".join([*lines, "Connection: Keep-Alive", "", ""]).encode()


class Wire:
    """Connections to servers; one idle connection is kept and used again, as clients do."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """context: for https; the default trusts what the machine trusts."""
        self._context = context
        self._idle: dict[tuple[str, str], socket.socket] = {}

    def close(self) -> None:
        """Close idle connections."""
        while self._idle:
            self._idle.popitem()[1].close()

    def exchange(
        self, request: Request, fault: Fault | None = None, *, new: bool = False
    ) -> Response:
        """Send a request and read its answer.

        An idle connection that the server has closed meanwhile is replaced once, as okhttp does.
        With a fault, or when `new`, the request has a connection of its own.

        Raises:
            Lost: There is no answer, by the fault or in earnest.
        """
        key = (urlsplit(request.url).scheme, urlsplit(request.url).netloc)
        idle = None if fault or new else self._idle.pop(key, None)
        if idle is not None:
            try:
                return self._on(idle, request, None, key)
            except Lost:
                pass
        return self._on(self._connect(request.url), request, fault, None if new else key)

    def _connect(self, url: str) -> socket.socket:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        address = (parts.hostname or "", parts.port or (443 if secure else 80))
        try:
            plain = socket.create_connection(address, CONNECT_SECONDS)
            plain.settimeout(READ_SECONDS)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not secure:
                return plain
            context = self._context or ssl.create_default_context()
            return context.wrap_socket(plain, server_hostname=parts.hostname)
        except OSError as error:
            raise Lost(f"cannot connect: {error}") from error

    def _on(
        self,
        connection: socket.socket,
        request: Request,
        fault: Fault | None,
        key: tuple[str, str] | None,
    ) -> Response:
        keep = False
        try:
            early = _send(connection, request, fault)
            answer = _answer(early, connection, request.method)
            answer.begin()
            body = answer.read()
            keep = not answer.will_close and key is not None and key not in self._idle
        except (OSError, http.client.HTTPException) as error:
            raise Lost(f"{type(error).__name__}: {error}") from error
        finally:
            if keep and key is not None:
                self._idle[key] = connection
            else:
                connection.close()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Response(answer.status, answer.reason, answer.headers, body)


def _answer(early: bytes, connection: socket.socket, method: str) -> http.client.HTTPResponse:
    # It asks its socket for nothing but a file.
    source = cast(socket.socket, _Prefixed(early, connection))
    return http.client.HTTPResponse(source, method=method)


class _Prefixed(io.RawIOBase):
    """A socket to read an answer from, some of which was read already."""

    def __init__(self, prefix: bytes, connection: socket.socket) -> None:
        self._prefix, self._connection = prefix, connection

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        if not self._prefix:
            return self._connection.recv_into(buffer)
        view = memoryview(buffer)
        size = min(len(view), len(self._prefix))
        view[:size], self._prefix = self._prefix[:size], self._prefix[size:]
        return size


def _send(connection: socket.socket, request: Request, fault: Fault | None) -> bytes:
    """Send the request in the fault's way; bytes of the answer that came early are returned."""
    length = [("Content-Length", str(len(request.body)))] if request.body is not None else []
    # A server may answer, and close, before it has read everything: then its answer counts.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if fault is None or fault.kind in (Kind.PARALLEL, Kind.REORDER):
            connection.sendall(head_lines(request, length) + (request.body or b""))
        elif fault.kind is Kind.CHUNKED:
            connection.sendall(head_lines(request, [("Transfer-Encoding", "chunked")]))
            _send_chunked(connection, request.body or b"")
        elif fault.kind is Kind.EXPECT:
            connection.sendall(head_lines(request, [*length, ("Expect", "100-continue")]))
            return _send_when_asked(connection, request.body or b"")
        elif fault.kind is Kind.DRIP:
            _drip(connection, head_lines(request, length) + (request.body or b""), fault)
        else:
            _send_and_cut(connection, head_lines(request, length), request.body or b"", fault)
    return b""


def _send_and_cut(connection: socket.socket, head: bytes, body: bytes, fault: Fault) -> None:
    if fault.kind is Kind.BODY:
        share = round(fault.at * len(body)) if isinstance(fault.at, float) else fault.at
        connection.sendall(head + body[:share])
    elif fault.kind is not Kind.BEFORE:
        connection.sendall(head + body)
    if fault.kind is Kind.ACK:
        _wait(connection, READ_SECONDS)
    if fault.abrupt:
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()
    raise Lost(f"cut: {fault.kind}")


def _wait(connection: socket.socket, seconds: float) -> bool:
    """Whether something can be read within so many seconds."""
    if isinstance(connection, ssl.SSLSocket) and connection.pending():
        return True
    return bool(select.select([connection], [], [], seconds)[0])


def _send_chunked(connection: socket.socket, body: bytes, size: int = 8192) -> None:
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    connection.sendall(b"0\r\n\r\n")


def _send_when_asked(connection: socket.socket, body: bytes) -> bytes:
    early = b""
    while b"\r\n\r\n" not in early and _wait(connection, PATIENCE):
        got = connection.recv(4096)
        if not got:
            return early
        early += got
    refused = early and b" 100 " not in early.split(b"\r\n", 1)[0]
    if not refused:
        connection.sendall(body)
        return early.partition(b"\r\n\r\n")[2]
    return early


def _drip(connection: socket.socket, whole: bytes, fault: Fault) -> None:
    size = max(1, -(-len(whole) // fault.times))
    for at in range(0, len(whole), size):
        if at:
            time.sleep(fault.seconds / fault.times)
        connection.sendall(whole[at : at + size])
