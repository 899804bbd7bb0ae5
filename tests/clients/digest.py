"""Answers to a server's challenge: Digest first, Basic only over TLS."""

import base64
import hashlib
import re
import secrets
import threading
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

_SCHEME = re.compile(r"(?:^|,)\s*(Digest|Basic)\b\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Challenge:
    """One scheme of a WWW-Authenticate header with its parameters."""

    scheme: str
    parameters: dict[str, str]

    @property
    def stale(self) -> bool:
        """Whether only the nonce was too old."""
        return self.parameters.get("stale", "").lower() == "true"


def challenges(headers: Sequence[str]) -> list[Challenge]:
    """The Digest and Basic challenges in WWW-Authenticate headers, in their order."""
    found = []
    for header in headers:
        parts = _SCHEME.split(header)[1:]
        for scheme, rest in zip(parts[::2], parts[1::2], strict=True):
            pairs = [item for item in urllib.request.parse_http_list(rest) if "=" in item]
            read = urllib.request.parse_keqv_list(pairs)
            found.append(Challenge(scheme.lower(), {k.lower(): v for k, v in read.items()}))
    return found


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def digest_response(
    user: tuple[str, str],
    method: str,
    target: str,
    parameters: dict[str, str],
    count: str,
    own: str,
) -> str:
    """The `response` of RFC 2617 for qop auth, or of RFC 2069 where the challenge has no qop."""
    first = _md5(f"{user[0]}:{parameters['realm']}:{user[1]}")
    second = _md5(f"{method}:{target}")
    if "qop" in parameters:
        return _md5(f"{first}:{parameters['nonce']}:{count}:{own}:auth:{second}")
    return _md5(f"{first}:{parameters['nonce']}:{second}")


class Authorizer:
    """Credentials of one user at one server; a challenge once met is answered unasked after."""

    def __init__(self, username: str, password: str, secure: bool) -> None:
        """secure: the server is reached over TLS, so that Basic may be used."""
        self._user = (username, password)
        self._secure = secure
        self._known: Challenge | None = None
        self._count = 0
        self._lock = threading.Lock()

    def unasked(self, method: str, target: str) -> str | None:
        """An Authorization value for the challenge last met, or None."""
        with self._lock:
            return self._answer(self._known, method, target) if self._known else None

    def forget(self) -> None:
        """Drop the challenge, after the server has refused an answer to it."""
        with self._lock:
            self._known = None

    def answer(self, headers: Sequence[str], method: str, target: str) -> str | None:
        """An Authorization value for a 401 with these WWW-Authenticate headers, or None."""
        met = challenges(headers)
        with self._lock:
            for challenge in sorted(met, key=lambda one: one.scheme != "digest"):
                if self._usable(challenge):
                    self._meet(challenge)
                    return self._answer(challenge, method, target)
        return None

    def _usable(self, challenge: Challenge) -> bool:
        if challenge.scheme == "basic":
            return self._secure
        given = challenge.parameters
        offered = {qop.strip() for qop in given.get("qop", "auth").split(",")}
        md5 = given.get("algorithm", "MD5").upper() == "MD5"
        return {"realm", "nonce"} <= given.keys() and "auth" in offered and md5

    def _meet(self, challenge: Challenge) -> None:
        """Count from one for a new nonce."""
        known = self._known.parameters.get("nonce") if self._known else None
        if challenge.parameters.get("nonce") != known:
            self._count = 0
        self._known = challenge

    def _answer(self, challenge: Challenge, method: str, target: str) -> str:
        if challenge.scheme == "basic":
            return "Basic " + base64.b64encode(":".join(self._user).encode()).decode()
        self._count += 1
        given, own, count = challenge.parameters, secrets.token_hex(8), f"{self._count:08x}"
        response = digest_response(self._user, method, target, given, count, own)
        quoted = {"username": self._user[0], "realm": given["realm"], "nonce": given["nonce"]}
        quoted |= {"uri": target, "response": response}
        items = [f'{name}="{value}"' for name, value in quoted.items()]
        if "qop" in given:
            items += ["qop=auth", f"nc={count}", f'cnonce="{own}"']
        if "algorithm" in given:
            items.append(f"algorithm={given['algorithm']}")
        if "opaque" in given:
            items.append(f'opaque="{given["opaque"]}"')
        return "Digest " + ", ".join(items)
