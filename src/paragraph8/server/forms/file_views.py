"""Files of a form: the XLSForm, the XForm and the paper. Always downloads, never shown in place."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from paragraph8.server.forms import access
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.forms.paper import paper_of
from paragraph8.server.missions.access import Seat, for_seat

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_seat("forms.see")
@require_GET
def xlsform(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The XLSForm that the version was made of."""
    its = access.version(seat, pk)
    return _download(its, bytes(its.source), XLSX, "xlsx")


@for_seat("forms.see")
@require_GET
def xform(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The XForm, byte for byte as phones get it."""
    its = access.version(seat, pk)
    return _download(its, bytes(its.xform), "application/xml", "xml")


@for_seat("forms.see")
@require_GET
def paper(request: HttpRequest, seat: Seat, pk: int, language: str) -> HttpResponse:
    """The paper form in one of the version's languages."""
    its = access.version(seat, pk)
    if language not in its.languages:
        raise Http404
    return _download(its, paper_of(its, language), "application/pdf", f"{language}.pdf")


def _download(version: FormVersion, content: bytes, kind: str, ending: str) -> HttpResponse:
    form = version.form
    answer = HttpResponse(content, content_type=kind)
    name = f"{form.mission.slug}-{form.form_id}-{version.version}.{ending}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer
