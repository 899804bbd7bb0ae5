"""Which device a request comes from: a token in its path, Digest, or Basic over TLS.

Nobody guesses a token of 128 random bits, so that failed tries are not counted and nobody can lock
a team out by failing in its name.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Mission
from paragraph8.server.openrosa.answers import message
from paragraph8.server.people.models import Device, Team
from paragraph8.server.people.tokens import realm, token_hash, why_it_does_not_work
from paragraph8.server.record.recent import Recent

NONCE_SECONDS, SEEN_SECONDS = 600, 60
# A busy phone asks many times a second; a revoked token is refused this many seconds later.
devices: Recent[Device | None] = Recent(seconds=2)
PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a device of a team in a mission."""

    mission: Mission
    team: Team
    device: Device


class Refused(Exception):
    """The request is answered with `response` and nothing else happens."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__(response.status_code)


def sender_by_token(token: str) -> Sender:
    """The device whose token stands in the path. Raises Refused: 401 unknown, 403 not usable."""
    hashed = token_hash(token)
    device = devices.get(hashed, lambda: _devices().filter(token_hash=hashed).first())
    if device is None:
        raise Refused(_said(401, "device.unknown"))
    return _usable(device)


def sender_by_header(request: HttpRequest, slug: str) -> Sender:
    """The device that the Authorization header names, in the mission `slug`.

    Raises Refused: 401 with a challenge, 403 where the device may not be used. The same for a
    mission that does not exist, so that its name is not confirmed.
    """
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "digest":
        return _usable(_by_digest(request, slug, rest))
    if scheme.lower() == "basic" and request.is_secure():
        return _usable(_by_basic(slug, rest))
    raise Refused(challenge(slug))


def note_seen(device: Device, client: str) -> None:
    """Remember when a device last spoke, to the minute, and what it calls itself."""
    now = timezone.now()
    if device.last_seen is not None and (now - device.last_seen).total_seconds() < SEEN_SECONDS:
        return
    device.last_seen = now
    device.device_id = client[:100] or device.device_id
    Device.objects.filter(pk=device.pk).update(last_seen=now, device_id=device.device_id)


def challenge(slug: str, stale: bool = False) -> HttpResponse:
    """401 with a Digest challenge."""
    answer = _said(401, "device.unknown")
    words = [
        f'realm="paragraph8-{slug}"',
        'qop="auth"',
        f'nonce="{_nonce()}"',
        f'opaque="{hashlib.sha256(slug.encode()).hexdigest()[:16]}"',
        "algorithm=MD5",
        f'domain="/m/{slug}/"',
    ]
    if stale:
        words.append("stale=true")
    answer["WWW-Authenticate"] = "Digest " + ", ".join(words)
    return answer


def _devices() -> Any:
    return Device.objects.select_related("team__mission", "observer")


def _by_basic(slug: str, encoded: str) -> Device:
    try:
        user, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused(challenge(slug)) from None
    device = _devices().filter(token_hash=token_hash(token), team__mission__slug=slug).first()
    if device is None or not hmac.compare_digest(user.encode(), _name(device).encode()):
        raise Refused(challenge(slug))
    return device


def _by_digest(request: HttpRequest, slug: str, rest: str) -> Device:
    told = {key.lower(): quoted or plain for key, quoted, plain in PAIR.findall(rest)}
    _, _, number = told.get("username", "").rpartition(".")
    device = None
    if number.isdigit() and len(number) < 19:
        device = _devices().filter(pk=int(number), team__mission__slug=slug).first()
    if device is None or told.get("username") != _name(device):
        raise Refused(challenge(slug))
    if not hmac.compare_digest(_expected(request, told, device), told.get("response", "")):
        raise Refused(challenge(slug))
    if not _fresh(told.get("nonce", "")) or not _first_use(told):
        raise Refused(challenge(slug, stale=True))
    return device


def _expected(request: HttpRequest, told: dict[str, str], device: Device) -> str:
    uri = told.get("uri", "")
    # The address that was signed must be the one that is asked for; a proxy may change the host.
    asked = urlsplit(request.get_full_path())
    signed = urlsplit(uri)
    if (signed.path, signed.query) != (asked.path, asked.query):
        return ""
    second = _md5(f"{request.method}:{uri}")
    if told.get("realm") != realm(device.team.mission):
        return ""
    if told.get("qop") == "auth":
        middle = f"{told.get('nonce')}:{told.get('nc')}:{told.get('cnonce')}:auth"
    elif "qop" not in told:
        middle = told.get("nonce", "")
    else:
        return ""
    return _md5(f"{device.digest_secret}:{middle}:{second}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _nonce() -> str:
    made = f"{int(time.time())}.{secrets.token_hex(8)}"
    return f"{made}.{_sign(made)}"


def _sign(made: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), made.encode(), "sha256").hexdigest()[:32]


def _fresh(nonce: str) -> bool:
    made, _, signature = nonce.rpartition(".")
    if not hmac.compare_digest(_sign(made), signature):
        return False
    return 0 <= time.time() - int(made.partition(".")[0]) <= NONCE_SECONDS


def _first_use(told: dict[str, str]) -> bool:
    """Whether this number of this nonce was not used before: else somebody sends it again."""
    key = hashlib.sha256(f"{told.get('nonce')}:{told.get('nc', '')}".encode()).hexdigest()
    return bool(cache.add(f"digest-{key}", 1, NONCE_SECONDS))


def _name(device: Device) -> str:
    return f"{device.team.code}.{device.pk}"


def _usable(device: Device) -> Sender:
    code = why_it_does_not_work(device, timezone.now().date())
    if code and code != "device.not_accredited":
        raise Refused(_said(403, code))
    return Sender(device.team.mission, device.team, device)


def _said(status: int, code: str) -> HttpResponse:
    return message(status, str(Problem(code)))
