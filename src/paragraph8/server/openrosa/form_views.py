"""Form list, blank forms, manifests and the files that forms need."""

import hashlib
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from paragraph8.server.forms.media import media_file, media_of
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.forms.published import current_versions, published_version
from paragraph8.server.openrosa.answers import XML, absolute, message, xml_answer
from paragraph8.server.openrosa.authentication import Sender
from paragraph8.server.openrosa.views import for_devices

LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"


@for_devices("GET", "HEAD")
def form_list(request: HttpRequest, sender: Sender) -> HttpResponse:
    """The open forms that this team fills in; `formID=` for one, `listAllVersions` for old ones."""
    every = request.GET.get("listAllVersions", "").lower() == "true"
    versions = current_versions(sender.team, every=every)
    if wanted := request.GET.get("formID"):
        versions = [version for version in versions if version.form.form_id == wanted]
    entries = "".join(_entry(request, sender, version) for version in versions)
    return _unless_known(request, sender, f'<xforms xmlns="{LIST}">{entries}</xforms>')


@for_devices("GET", "HEAD")
def blank_form(request: HttpRequest, sender: Sender, form_id: str, version: str) -> HttpResponse:
    """The bytes of one published version, as they were when it was published."""
    found = published_version(sender.team, form_id, version)
    if found is None:
        return message(404, "There is no such form.")
    answer = HttpResponse(bytes(found.xform), content_type=XML)
    answer["ETag"] = f'"{found.md5}"'
    return answer


@for_devices("GET", "HEAD")
def manifest(request: HttpRequest, sender: Sender, form_id: str, version: str) -> HttpResponse:
    """The files that a form needs: lists of areas and stations."""
    found = published_version(sender.team, form_id, version)
    if found is None:
        return message(404, "There is no such form.")
    entries = "".join(
        "<mediaFile>"
        f"<filename>{escape(name)}</filename><hash>md5:{_md5(content)}</hash>"
        f"<downloadUrl>{escape(_url(request, sender, 'media', found, name=name))}</downloadUrl>"
        "</mediaFile>"
        for name, content in media_of(found, sender.team)
    )
    return _unless_known(request, sender, f'<manifest xmlns="{MANIFEST}">{entries}</manifest>')


@for_devices("GET", "HEAD")
def media(
    request: HttpRequest, sender: Sender, form_id: str, version: str, name: str
) -> HttpResponse:
    """One file that a form needs."""
    found = published_version(sender.team, form_id, version)
    content = media_file(found, sender.team, name) if found is not None else None
    if content is None:
        return message(404, "There is no such file.")
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["ETag"] = f'"{_md5(content)}"'
    return answer


def _entry(request: HttpRequest, sender: Sender, version: FormVersion) -> str:
    download = escape(_url(request, sender, "blank_form", version))
    return (
        "<xform>"
        f"<formID>{escape(version.form.form_id)}</formID><name>{escape(version.form.title)}</name>"
        f"<version>{escape(version.version)}</version><hash>md5:{version.md5}</hash>"
        f"<downloadUrl>{download}</downloadUrl>"
        + (
            f"<manifestUrl>{escape(_url(request, sender, 'manifest', version))}</manifestUrl>"
            if version.media
            else ""
        )
        + "</xform>"
    )


def _url(
    request: HttpRequest, sender: Sender, endpoint: str, version: FormVersion, **more: str
) -> str:
    """The address of an endpoint in the same family (token or mission) as the request's own."""
    match = request.resolver_match
    assert match is not None
    family = {key: match.kwargs[key] for key in ("token", "slug") if key in match.kwargs}
    named = {"form_id": version.form.form_id, "version": version.version or "-", **more}
    prefix = "device" if "token" in family else "mission"
    return absolute(request, reverse(f"{prefix}_{endpoint}", kwargs={**family, **named}))


def _unless_known(request: HttpRequest, sender: Sender, body: str) -> HttpResponse:
    """The document, or 304 for a device that has it. The tag is of this device's own list."""
    tag = f'"{_md5(f"{sender.device.pk} {body}".encode())}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = xml_answer(body)
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
