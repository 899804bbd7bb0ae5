"""A small OpenRosa server that checks clients: the first segment of a path says how it behaves."""

import contextlib
import datetime
import hashlib
import ipaddress
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

USER, PASSWORD, REALM = "observer", "päss", "mission"
FORM = '<h:html xmlns:h="http://www.w3.org/1999/xhtml">ფორმა</h:html>'.encode()
CSV = b"name,label\n17,School\n"
THANKS = '<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>{}</message>'
THANKS += "</OpenRosaResponse>"


def md5(content: bytes) -> str:
    """MD5 in hex."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@dataclass
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    kind: str | None
    content: bytes


@dataclass
class Post:
    """A submission that arrived whole."""

    body: bytes
    parts: list[Part]


@dataclass
class Seen:
    """A request line with headers; count is the nc of Digest, seconds from first line to answer."""

    method: str
    path: str
    headers: Message
    status: int = 0
    count: int | None = None
    seconds: float = 0.0


@dataclass
class Nonce:
    """How often a nonce was used, and the counts that came."""

    used: int = 0
    counts: set[str] = field(default_factory=set)


def read_parts(kind: str, body: bytes) -> list[Part]:
    """The parts of a multipart body, read to the letter.

    Raises:
        AssertionError: It is not made as RFC 7578 says.
    """
    match = re.fullmatch(r"multipart/form-data; boundary=([0-9A-Za-z'()+_,./:=?-]+)", kind)
    assert match, kind
    mark = b"--" + match[1].encode()
    first, *middle, last = (b"\r\n" + body).split(b"\r\n" + mark)
    assert (first, last) == (b"", b"--\r\n")
    parts = []
    for piece in middle:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        assert int(lines.get("Content-Length", len(content))) == len(content)
        said = re.fullmatch(
            r'form-data; name="([^"]*)"(?:; filename="([^"]*)")?', lines["Content-Disposition"]
        )
        assert said, lines
        parts.append(Part(said[1], said[2], lines.get("Content-Type"), content))
    return parts


def certificate(folder: Path) -> Path:
    """A PEM file with a key and a certificate of its own for 127.0.0.1."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Twenty clients come at once.
    request_queue_size = 64


class StrictServer:
    """Runs in a `with`; remembers requests and whole submissions."""

    def __init__(self, pem: Path | None = None) -> None:
        """pem: key and certificate, for https."""
        self.requests: list[Seen] = []
        self.posts: list[Post] = []
        # Bytes that it says it takes at once; how often a nonce may be used.
        self.limit, self.uses = 10_000_000, 1000
        # A POST waits for so many at the same time; how many there were.
        self.together, self.most_together = 1, 0
        self.connections = 0
        self.lock = threading.Condition()
        self.nonces: dict[str, Nonce] = {}
        self._inside = 0
        self._open: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._scheme = "http"
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, behaviour: str) -> str:
        """The base URL of a behaviour."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/{behaviour}"

    def opened(self, connection: socket.socket) -> None:
        """Count a connection."""
        with self.lock:
            self.connections += 1
            self._open.add(connection)

    def hang_up(self) -> None:
        """Close all connections."""
        with self.lock:
            while self._open:
                with contextlib.suppress(OSError):
                    self._open.pop().shutdown(socket.SHUT_RDWR)

    def meet(self) -> None:
        """Wait until as many are here as should be, at most two seconds."""
        with self.lock:
            self._inside += 1
            self.most_together = max(self.most_together, self._inside)
            self.lock.notify_all()
            self.lock.wait_for(lambda: self.most_together >= self.together, 2)
            self._inside -= 1


def _handler(server: StrictServer) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"state": server})


class _Handler(BaseHTTPRequestHandler):
    state: StrictServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.state.opened(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on standard error."""

    def handle(self) -> None:
        # Clients that hang up are what this server is for.
        with contextlib.suppress(ConnectionError, BrokenPipeError):
            super().handle()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a response with the headers of OpenRosa."""
        seen = self.seen
        seen.status, seen.seconds = status, time.monotonic() - self.began
        self.send_response(status)
        plain = {"X_OpenRosa_Version": "1.0", "Content_Type": "text/xml; charset=utf-8"}
        for name, value in (plain | headers).items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin(self) -> str | None:
        """The behaviour asked for, or None when the request was answered with 401."""
        self.seen = Seen(self.command, self.path, self.headers)
        self.state.requests.append(self.seen)
        assert self.headers["X-OpenRosa-Version"] == "1.0" or self.command == "HEAD"
        behaviour = self.path.split("/")[1]
        if behaviour == "digest" and (refusal := self.refusal()):
            self.answer(401, WWW_Authenticate=refusal)
            return None
        if behaviour == "basic" and not self.headers.get("Authorization", "").startswith("Basic "):
            self.answer(401, WWW_Authenticate=f'Basic realm="{REALM}"')
            return None
        return behaviour

    def refusal(self) -> str:
        """A challenge, or "" when the Authorization is right."""
        given = self.headers.get("Authorization", "")
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', given.removeprefix("Digest ")))
        with self.state.lock:
            nonce = self.state.nonces.get(said.get("nonce", ""))
            stale = nonce is not None and nonce.used >= self.state.uses
            if nonce and not stale and self.is_right(said, nonce):
                nonce.used += 1
                nonce.counts.add(said["nc"])
                self.seen.count = int(said["nc"], 16)
                return ""
            new = md5(str(len(self.state.nonces)).encode())
            self.state.nonces[new] = Nonce()
        challenge = f'Digest realm="{REALM}", qop="auth", nonce="{new}", opaque="op=que"'
        return f"{challenge}, algorithm=MD5" + (", stale=true" if stale else "")

    def is_right(self, said: dict[str, str], nonce: Nonce) -> bool:
        """RFC 2617, and no nonce count twice."""
        first = md5(f"{USER}:{REALM}:{PASSWORD}".encode())
        second = md5(f"{self.command}:{self.path}".encode())
        middle = ":".join(said[name] for name in ("nonce", "nc", "cnonce", "qop"))
        right = md5(f"{first}:{middle}:{second}".encode())
        whole = said["uri"] == self.path and said["opaque"] == "op=que" and said["qop"] == "auth"
        return whole and said["response"] == right and said["nc"] not in nonce.counts

    def parse_request(self) -> bool:
        self.began = time.monotonic()
        return super().parse_request()

    def handle_expect_100(self) -> bool:
        """A body that is announced as too large is not asked for."""
        if not self.path.startswith("/too-large/"):
            return super().handle_expect_100()
        self.begin()
        self.close_connection = True
        self.answer(413, THANKS.format("Too large.").encode(), Connection="close")
        return False

    def do_HEAD(self) -> None:
        behaviour = self.begin()
        here = self.path.partition("?")[0]
        place = {"moved": here.replace("moved", "open"), "elsewhere": "/submission"}
        if behaviour == "captive-head":
            self.answer(200)
        elif behaviour == "redirect":
            self.answer(302, Location="http://login.example/")
        elif behaviour in ("closed", "down"):
            self.answer(404 if behaviour == "closed" else 503)
        elif behaviour in place:
            host = "other.example" if behaviour == "elsewhere" else self.headers["Host"]
            self.answer(204, Location=f"http://{host}{place[behaviour]}")
        elif behaviour:
            self.answer(204, X_OpenRosa_Accept_Content_Length=str(self.state.limit))

    def do_POST(self) -> None:
        body = self.read_body()
        behaviour = self.begin()
        if behaviour is None:
            return
        if behaviour in ("captive-post", "no-content", "closed", "down"):
            status = {"captive-post": 200, "no-content": 204, "closed": 404, "down": 503}
            said = THANKS.format("This form is closed.") if behaviour == "closed" else ""
            self.answer(status[behaviour], said.encode())
            return
        parts = read_parts(self.headers["Content-Type"], body)
        self.state.meet()
        with self.state.lock:
            self.state.posts.append(Post(body, parts))
        self.answer(201, THANKS.format("received").encode())

    def read_body(self) -> bytes:
        """The whole body.

        Raises:
            ConnectionError: The client went away before its end.
        """
        if self.headers.get("Transfer-Encoding") != "chunked":
            assert "Content-Length" in self.headers
            return self.read(int(self.headers["Content-Length"]))
        assert "Content-Length" not in self.headers
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.read(size)
            assert self.read(2) == b"\r\n"
        assert self.read(2) == b"\r\n"
        return body

    def read(self, size: int) -> bytes:
        """So many bytes of the request."""
        got = self.rfile.read(size)
        if len(got) < size:
            raise ConnectionError("the client has gone")
        return got

    def do_GET(self) -> None:
        behaviour = self.begin()
        if behaviour is None:
            return
        base = self.state.url(behaviour)
        form_hash = md5(FORM + b"?" if behaviour == "wrong-hash" else FORM)
        content = {
            "formList": '<xforms xmlns="http://openrosa.org/xforms/xformsList"><xform>'
            "<formID>opening</formID><name>Opening</name><version>3</version>"
            f"<hash>md5:{form_hash}</hash><downloadUrl>{base}/form?v=3</downloadUrl>"
            f"<manifestUrl>{base}/manifest</manifestUrl></xform></xforms>",
            "manifest": '<manifest xmlns="http://openrosa.org/xforms/xformsManifest">'
            '<mediaFile type="entityList"><filename>media/stations.csv</filename>'
            f"<hash>md5:{md5(CSV)}</hash><downloadUrl>{base}/csv</downloadUrl></mediaFile>"
            "</manifest>",
            "form": FORM.decode(),
            "csv": CSV.decode(),
        }[re.split(r"[/?]", self.path)[2]].encode()
        etag = f'"{md5(content)}"'
        if self.headers.get("If-None-Match") == etag:
            self.answer(304, ETag=etag)
            return
        changes = {
            "wrong-type": {"Content_Type": "application/xml"},
            "no-version": {"X_OpenRosa_Version": ""},
        }
        self.answer(200, content, ETag=etag, **changes.get(behaviour, {}))
