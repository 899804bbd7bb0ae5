"""Forms that a seat may see. Views have no other way to them.

Forms are of the whole mission: who may see forms sees all of them, and who works on a part of the
mission (an organisation's, an area's) changes none. Numbers of reports are those of the part.
"""

from collections import Counter

from django.apps import apps
from django.db.models import Count, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.missions.access import Seat
from paragraph8.server.setup.access import lies_in, require_whole

__all__ = ["draft", "form", "forms", "may_publish", "received", "require_whole", "version"]

BYTES = ("xform", "source")
# A post whose place is an area: without one it sees nothing rather than everything.
ONLY_OWN_AREA = ("long_term_observer",)


def may_publish(seat: Seat) -> bool:
    """Whether the seat may make, publish and close forms."""
    bounded = seat.membership.area or seat.membership.organisation_id
    return seat.may("forms.publish") and not bounded


def forms(seat: Seat) -> QuerySet[Form]:
    """The forms of the mission with their versions, without the bytes."""
    versions = FormVersion.objects.defer(*BYTES).order_by("-published_at", "-pk")
    return Form.objects.filter(mission=seat.mission).prefetch_related(
        Prefetch("versions", queryset=versions)
    )


def form(seat: Seat, pk: int) -> Form:
    """One form. Raises Http404 for one of another mission."""
    return get_object_or_404(Form.objects.filter(mission=seat.mission), pk=pk)


def version(seat: Seat, pk: int) -> FormVersion:
    """One version of a form; drafts only for those who may publish. Raises Http404."""
    rows = FormVersion.objects.select_related("form__mission").filter(form__mission=seat.mission)
    if not seat.may("forms.publish"):
        rows = rows.filter(published_at__isnull=False)
    return get_object_or_404(rows, pk=pk)


def draft(seat: Seat, pk: int) -> FormVersion:
    """One version that is not published, for a seat that may change it. Raises Http404."""
    require_whole(seat)
    rows = FormVersion.objects.select_related("form__mission").filter(
        form__mission=seat.mission, published_at__isnull=True
    )
    return get_object_or_404(rows, pk=pk)


def received(seat: Seat) -> Counter[int]:
    """Primary key of a version -> number of reports in it that the seat may read; those on safety
    only with the right to read them. Empty without the right to read reports."""
    if not seat.may("reports.see"):
        return Counter()
    # By name: the reports belong to an application above this one.
    reports = apps.get_model("openrosa", "Submission").objects.filter(
        _bounds(seat), form_version__form__mission=seat.mission
    )
    counts = _by_version(reports)
    if not seat.may("safety.see"):
        counts.subtract(_by_version(reports.filter(safety_matter__isnull=False)))
    return counts


def _by_version(reports: QuerySet) -> Counter[int]:
    return Counter(dict(reports.order_by().values_list("form_version").annotate(n=Count("pk"))))


def _bounds(seat: Seat) -> Q:
    bounds, membership = Q(), seat.membership
    if membership.organisation_id is not None:
        bounds &= Q(team__organisation=membership.organisation_id)
    if membership.area:
        bounds &= lies_in(membership.area, "team__area")
    elif membership.role in ONLY_OWN_AREA:
        bounds &= Q(pk__in=[])
    return bounds
