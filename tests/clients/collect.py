"""ODK Collect's network layer: form lists, downloads and submissions as the app makes them.

Nothing here knows the server's code. What the app treats as failure is failure: a 200 on HEAD or
POST is a captive portal, a redirect to another host is refused, only 201 and 202 are success.
"""

import hashlib
import ssl
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from clients.faults import Fault, Kind
from clients.multipart import Chunk, encode, in_order, split
from clients.openrosa import (
    Form,
    FormSourceFault,
    MediaFile,
    read_form_list,
    read_integrity,
    read_manifest,
    read_message,
)
from clients.session import Headers, Session, added, same_host
from clients.wire import Lost, Response

DEFAULT_LIMIT = 10_000_000
DONE = (201, 202)


@dataclass(frozen=True)
class Outcome:
    """What became of a submission.

    status: of the answer that decided, None where no answer was read.
    message: what the app would show.
    attempts: how often the submission was begun.
    answers: every answer to a POST that was read, over all attempts.
    """

    status: int | None
    message: str
    attempts: int
    answers: tuple[Response, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the app would mark the submission as sent."""
        return self.status in DONE


@dataclass(frozen=True)
class Download:
    """A blank form with its media by name; entities: names of the media that are entity lists."""

    xml: bytes
    media: dict[str, bytes]
    entities: tuple[str, ...] = ()


class Refused(Exception):
    """The app would show this and keep the submission in its queue."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(f"Error: {said}")
        self.status = status


@dataclass
class _Sending:
    """One submission on its way."""

    url: str
    name: str
    instance: bytes
    files: Mapping[str, bytes]
    done: set[int] = field(default_factory=set)
    answers: list[Response] = field(default_factory=list)


class Collect:
    """One device. `base_url` is what its QR code says; a token, if any, is in its path."""

    def __init__(
        self,
        base_url: str,
        device_id: str = "collect:test-device",
        username: str | None = None,
        password: str = "",
        *,
        context: ssl.SSLContext | None = None,
        headers: Headers = (),
        resumes: bool = False,
    ) -> None:
        """Nothing is sent yet.

        Args:
            base_url: The server's URL; /formList and /submission are put behind it.
            device_id: Goes with every URL.
            username: With password, for servers that ask; None for token and open URLs.
            password: See username.
            context: TLS settings; the default trusts what the machine trusts.
            headers: More headers for every request.
            resumes: A retry begins with the first chunk that was not acknowledged, as the newest
                versions do; otherwise with the first.
        """
        self._base = base_url.rstrip("/")
        self._resumes = resumes
        user = None if username is None else (username, password)
        self._session = Session(device_id, user, context, headers)
        self._moved: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    # Forms

    def form_list(self, form_id: str | None = None) -> list[Form]:
        """The forms on offer.

        Raises:
            FormSourceFault: The app would refuse the answer; its status is there if it decided.
            Lost: There was no answer.
        """
        url = f"{self._base}/formList"
        return read_form_list(self._xml(added(url, "formID", form_id) if form_id else url))

    def manifest(self, form: Form) -> list[MediaFile]:
        """The media of a form, none where it has no manifest. Raises as `form_list`."""
        return read_manifest(self._xml(form.manifest_url)) if form.manifest_url else []

    def download(self, form: Form) -> Download:
        """A blank form and its media, each checked against its hash.

        Raises:
            FormSourceFault: Not found, or not what the list or the manifest announced.
            Lost: There was no answer.
        """
        if form.hash is None:
            raise FormSourceFault(f"form {form.form_id} has no md5 hash in the list")
        xml = self._checked(form.download_url, form.hash)
        files = self.manifest(form)
        media = {file.name: self._checked(file.download_url, file.hash) for file in files}
        return Download(xml, media, tuple(file.name for file in files if file.is_entity_list))

    def deleted(self, file: MediaFile, ids: Sequence[str]) -> dict[str, bool]:
        """Entity id -> whether the server has deleted it. Raises as `form_list`."""
        if file.integrity_url is None:
            raise FormSourceFault(f"{file.name} has no integrityUrl")
        return read_integrity(self._xml(added(file.integrity_url, "id", ",".join(ids))))

    def get(self, url: str) -> Response:
        """Any URL with this device's id, credentials and cache. Raises Lost."""
        return self._session.get(url)

    def _ok(self, url: str) -> Response:
        response = self._session.get(url)
        if response.status != 200:
            raise FormSourceFault(f"{response.status} {response.reason}: {url}", response.status)
        return response

    def _xml(self, url: str) -> bytes:
        response = self._ok(url)
        kind = response.headers.get("Content-Type", "")
        if "text/xml" not in kind.lower():
            raise FormSourceFault(f"Content-Type {kind!r} is not text/xml: {url}", 200)
        if response.headers.get("X-OpenRosa-Version") is None:
            raise FormSourceFault(f"not an OpenRosa server: {url}", 200)
        return response.body

    def _checked(self, url: str, digest: str) -> bytes:
        body = self._ok(url).body
        got = hashlib.md5(body, usedforsecurity=False).hexdigest()
        if got != digest:
            raise FormSourceFault(f"hash {got}, announced {digest}: {url}", 200)
        return body

    # Submissions

    def head(self, url: str | None = None) -> Response:
        """The pre-flight HEAD of /submission, or of another URL. Raises Lost."""
        return self._session.head(self._session.identified(url or f"{self._base}/submission"))

    def send(
        self,
        instance: bytes,
        files: Mapping[str, bytes] | None = None,
        fault: Fault | Sequence[Fault] | None = None,
        *,
        tries: int | None = None,
        name: str = "instance.xml",
        action: str | None = None,
    ) -> Outcome:
        """Send a submission; while no answer is read, send identical bytes again.

        Args:
            instance: The finished instance, sent byte for byte.
            files: All files of the instance's folder by name.
            fault: What happens to the first attempt, the second, and so on; later ones are clean.
            tries: Most attempts; the default is one more than there are faults.
            name: File name of the instance.
            action: The form's own submission URL, which goes before the server's.
        """
        faults = [fault] if isinstance(fault, Fault) else list(fault or ())
        url = self._session.identified(action or f"{self._base}/submission")
        sending = _Sending(url, name, instance, files or {})
        outcome = Outcome(None, "", 0)
        for attempt in range(1, (tries or len(faults) + 1) + 1):
            luck = faults[attempt - 1] if attempt <= len(faults) else None
            outcome = self._attempt(sending, luck, attempt)
            if outcome.status is not None:
                break
        return outcome

    def _attempt(self, sending: _Sending, fault: Fault | None, attempt: int) -> Outcome:
        status: int | None
        try:
            last = self._send_all(sending, fault)
            status, said = last.status, read_message(last.body) or ""
        except Refused as error:
            status, said = error.status, str(error)
        except Lost as error:
            status, said = None, f"Error: {error}"
        return Outcome(status, said, attempt, tuple(sending.answers))

    def _send_all(self, sending: _Sending, fault: Fault | None) -> Response:
        """The last answer, after all chunks were acknowledged."""
        url, limit = self._moved.get(sending.url, sending.url), DEFAULT_LIMIT
        if sending.url not in self._moved:
            url, limit = self._ask(sending.url)
        files = in_order(sending.instance, sending.files)
        chunks = split(len(sending.instance), files, limit)
        order = [at for at in range(len(chunks)) if not (self._resumes and at in sending.done)]
        if fault and fault.kind is Kind.REORDER:
            order.reverse()
        hit = fault.chunk % len(chunks) if fault else None
        for at in order:
            self._post_chunk(sending, url, chunks[at], fault if at == hit else None)
            sending.done.add(at)
        return sending.answers[-1]

    def _ask(self, url: str) -> tuple[str, int]:
        """Where to POST and how much at once, by a HEAD."""
        response = self._session.head(url)
        status, place = response.status, response.headers.get("Location")
        if status == 401:
            raise Refused(f"{urlsplit(url).hostname} asks for credentials", 401)
        if place is not None and not same_host(place, url):
            raise Refused(f"unexpected redirection to a different host: {place}", status)
        if 200 <= status < 300 and status != 204:
            raise Refused(f"is this an OpenRosa submission endpoint? {url}", status)
        if status != 204:
            return url, DEFAULT_LIMIT
        said = response.headers.get("X-OpenRosa-Accept-Content-Length", "").strip()
        limit = int(said) if said.isdecimal() else DEFAULT_LIMIT
        if place is None:
            return url, limit
        if not urlsplit(place).query:
            place = urlunsplit(urlsplit(place)._replace(query=urlsplit(url).query))
        self._moved[url] = place
        return place, limit

    def _post_chunk(self, sending: _Sending, url: str, chunk: Chunk, fault: Fault | None) -> None:
        kind, body = encode(sending.instance, sending.name, chunk)
        if fault and fault.kind is Kind.PARALLEL:
            responses = self._at_once(fault.times, url, kind, body)
        else:
            responses = [self._session.post(url, kind, body, fault)]
        read = [response for response in responses if isinstance(response, Response)]
        sending.answers += read
        for response in read:
            _judge(response, url)
        for lost in responses:
            if isinstance(lost, Lost):
                raise lost

    def _at_once(self, times: int, url: str, kind: str, body: bytes) -> list[Response | Lost]:
        """What so many sockets get that send the same at the same time."""
        start = threading.Barrier(times)

        def post() -> Response | Lost:
            start.wait()
            try:
                return self._session.post(url, kind, body, new=True)
            except Lost as lost:
                return lost

        with ThreadPoolExecutor(times) as pool:
            running = [pool.submit(post) for _ in range(times)]
        return [future.result() for future in running]


def _judge(response: Response, url: str) -> None:
    """Raise Refused unless the app would take this answer to a POST for success."""
    if response.status in DONE:
        return
    message = read_message(response.body)
    if response.status == 200:
        message = "network login failure? Again?"
    elif response.status == 401 or message is None:
        message = f"{response.reason} ({response.status}) at {url}"
    raise Refused(message, response.status)
