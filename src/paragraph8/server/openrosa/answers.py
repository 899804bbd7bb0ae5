"""Answers in the words of OpenRosa: every one has the headers that clients insist on."""

from email.utils import formatdate
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse

XML = "text/xml; charset=utf-8"


def xml_answer(body: str, status: int = 200) -> HttpResponse:
    """An XML document with the headers of OpenRosa."""
    return with_headers(HttpResponse(body, status=status, content_type=XML))


def message(status: int, text: str, nature: str = "") -> HttpResponse:
    """A sentence that the client shows to the observer."""
    kind = f' nature="{escape(nature)}"' if nature else ""
    return xml_answer(
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f"<message{kind}>{escape(text)}</message></OpenRosaResponse>",
        status,
    )


def with_headers(response: HttpResponse) -> HttpResponse:
    """Adds version, accepted length and date."""
    response["X-OpenRosa-Version"] = "1.0"
    response["X-OpenRosa-Accept-Content-Length"] = str(settings.P8_MAX_BYTES)
    response["Date"] = formatdate(usegmt=True)
    response["Content-Language"] = "en"
    if response.status_code != 204:
        response["Content-Length"] = str(len(response.content))
    return response


def absolute(request: HttpRequest, path: str) -> str:
    """`path` as an address that a phone can reach, behind a proxy too."""
    if settings.P8_PUBLIC_URL:
        return f"{settings.P8_PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)
