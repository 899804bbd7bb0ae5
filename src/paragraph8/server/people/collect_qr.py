"""The QR code that configures ODK Collect, and the same settings as text.

Collect reads base64(zlib(JSON)). The address holds the device's token, so that nobody types a
password; only settings that differ from Collect's own are in it, to keep the code coarse enough for
a bad camera. Collect refuses settings without the key `admin`, even an empty one.
"""

import base64
import ipaddress
import json
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.http import HttpRequest

from paragraph8.server.people.models import Observer, Team
from paragraph8.server.people.tokens import Enrolment, user_name

LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person needs to set up a phone. Holds the token: shown once and kept nowhere."""

    team: Team
    observer: Observer | None
    project: str
    server_url: str = field(repr=False)
    image: str = field(repr=False)
    digest_url: str
    user_name: str
    password: str = field(repr=False)


def public_base(request: HttpRequest) -> str:
    """What phones call the server, without a slash at the end."""
    return str(settings.P8_PUBLIC_URL) or f"{request.scheme}://{request.get_host()}"


def only_this_machine(base: str) -> bool:
    """Whether an address leads a phone to itself, and not to the server."""
    host = urlsplit(base).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def sheet(enrolment: Enrolment, base: str) -> Sheet:
    """The enrolment sheet of a device that was just made."""
    device, token = enrolment.device, enrolment.token
    mission = device.team.mission
    project = f"{mission.title[:LONGEST_TITLE]} · {device.team.code}"
    server_url = f"{base}/o/{token}"
    return Sheet(
        team=device.team,
        observer=device.observer,
        project=project,
        server_url=server_url,
        image=image(qr_text(server_url, project)),
        digest_url=f"{base}/m/{mission.slug}",
        user_name=user_name(device.team, device.pk),
        password=token,
    )


def qr_text(server_url: str, project: str) -> str:
    """What the QR code says: base64(zlib(JSON))."""
    content = {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def image(text: str) -> str:
    """A QR code as a data: address for an <img>."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4))
