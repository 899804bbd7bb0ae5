"""One device's requests to servers: its headers, credentials, redirects and cache."""

import ssl
import time
from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from clients.digest import Authorizer, challenges
from clients.faults import Fault
from clients.wire import Request, Response, Wire, target

AGENT = "org.odk.collect.android/v2026.2.0 Dalvik/2.1.0 (Linux; U; Android 14; test)"
REDIRECTS = 20
MOVED = (301, 302, 303, 307, 308)
# Characters that Android leaves as they are in a query.
PLAIN = "-_.!~'()*"
Headers = Sequence[tuple[str, str]]


def added(url: str, name: str, value: str) -> str:
    """A URL with a query parameter more."""
    parts = urlsplit(url)
    pair = f"{name}={quote(value, safe=PLAIN)}"
    query = f"{parts.query}&{pair}" if parts.query else pair
    return urlunsplit(parts._replace(query=query))


def same_host(one: str, other: str) -> bool:
    """Whether two URLs have the same host; scheme and port may differ."""
    return urlsplit(one).hostname == urlsplit(other).hostname


class Session:
    """Requests of one device with the credentials of one user, or with none."""

    def __init__(
        self,
        device_id: str,
        user: tuple[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        headers: Headers = (),
    ) -> None:
        """device_id goes with every URL; headers are sent with every request."""
        self._device = device_id
        self._user = user
        self._headers = tuple(headers)
        self._wire = Wire(context)
        # Per scheme and host, as the app keeps them.
        self._authorizers: dict[tuple[str, str], Authorizer] = {}
        self._cached: dict[str, tuple[str, Response]] = {}

    def close(self) -> None:
        """Close idle connections."""
        self._wire.close()

    def identified(self, url: str) -> str:
        """The URL with the device's id."""
        return added(url, "deviceID", self._device)

    def get(self, url: str) -> Response:
        """GET with the device's id; a 304 gives what was kept. Raises Lost."""
        url = self.identified(url)
        etag, kept = self._cached.get(url, ("", None))
        response = self._follow("GET", url, [("If-None-Match", etag)] if kept else [])
        if response.status == 304 and kept:
            return kept
        tag, control = response.headers.get("ETag"), response.headers.get("Cache-Control", "")
        if response.status == 200 and tag and "no-store" not in control:
            self._cached[url] = (tag, response)
        return response

    def head(self, url: str) -> Response:
        """HEAD of a URL that has the device's id. Raises Lost."""
        return self._follow("HEAD", url, [])

    def post(
        self, url: str, kind: str, body: bytes, fault: Fault | None = None, *, new: bool = False
    ) -> Response:
        """POST to a URL that has the device's id; new: on a connection of its own. Raises Lost."""
        return self._authorized("POST", url, [("Content-Type", kind)], body, fault, new=new)

    def _follow(self, method: str, url: str, extra: Headers) -> Response:
        """HEAD or GET, through redirects within the host; one to another host stays a 3xx."""
        response = self._authorized(method, url, extra)
        for _ in range(REDIRECTS):
            place = response.headers.get("Location")
            if response.status not in MOVED or place is None:
                break
            onward = urljoin(url, place)
            if not same_host(onward, url):
                break
            url = onward
            response = self._authorized(method, url, extra)
        return response

    def _authorizer(self, url: str) -> Authorizer | None:
        if self._user is None:
            return None
        key = (urlsplit(url).scheme, urlsplit(url).netloc)
        new = Authorizer(*self._user, secure=key[0] == "https")
        return self._authorizers.setdefault(key, new)

    def _authorized(
        self,
        method: str,
        url: str,
        extra: Headers,
        body: bytes | None = None,
        fault: Fault | None = None,
        *,
        new: bool = False,
    ) -> Response:
        """A request with credentials where the server asks for them.

        A challenge met before is answered unasked. If that is refused, and not for an old nonce,
        the request goes once without credentials to get a new challenge.
        """

        def exchange(authorization: str | None) -> Response:
            proof = [("Authorization", authorization)] if authorization else []
            request = Request(method, url, (*self._common(), *extra, *proof), body)
            return self._wire.exchange(request, fault, new=new)

        asked = self._authorizer(url)
        unasked = asked.unasked(method, target(url)) if asked else None
        response = exchange(unasked)
        if asked is None or response.status != 401:
            return response
        offered = response.headers.get_all("WWW-Authenticate", [])
        if unasked and not any(challenge.stale for challenge in challenges(offered)):
            asked.forget()
            response = exchange(None)
            if response.status != 401:
                return response
            offered = response.headers.get_all("WWW-Authenticate", [])
        answer = asked.answer(offered, method, target(url))
        return exchange(answer) if answer else response

    def _common(self) -> Headers:
        return (
            ("User-Agent", AGENT),
            ("X-OpenRosa-Version", "1.0"),
            # The app's clock has twelve hours.
            ("Date", time.strftime("%a, %d %b %Y %I:%M:%S GMT", time.gmtime())),
            ("Accept-Encoding", "gzip"),
            *self._headers,
        )
