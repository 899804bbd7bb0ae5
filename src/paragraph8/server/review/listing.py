"""The list of reports: filters, one page by key, and what each line says.

A page is found by the id of its last line, never by counting the lines before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy

from paragraph8.server.forms.models import Form
from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Mission
from paragraph8.server.openrosa.models import Conflict, Submission, SubmissionFile
from paragraph8.server.review.access import reports_of, teams_of
from paragraph8.server.review.reading import SAFE_TO_LOOK_INTO, station_in
from paragraph8.server.review.safety import note_safety, says_safety
from paragraph8.server.setup.models import Election

PAGE = 50
STATES = (
    ("", gettext_lazy("all")),
    ("accepted", gettext_lazy("accepted")),
    ("quarantined", gettext_lazy("in quarantine")),
    ("rejected", gettext_lazy("rejected")),
    ("conflict", gettext_lazy("conflict open")),
    ("incomplete", gettext_lazy("files missing")),
    ("late", gettext_lazy("late")),
    ("excluded", gettext_lazy("excluded")),
)
WHEN = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class Filters(forms.Form):
    """What to show. Times are those of the mission's zone."""

    form = forms.ChoiceField(required=False, label=gettext_lazy("Form"))
    team = forms.ChoiceField(required=False, label=gettext_lazy("Team"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("State"), choices=STATES)
    since = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Received from"),
        widget=WHEN,
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    until = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Received until"),
        widget=WHEN,
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, seat: Seat, data: object) -> None:
        super().__init__(data)
        every = [("", gettext_lazy("all"))]
        known = Form.objects.filter(mission=seat.mission).values_list("form_id", "title")
        codes = teams_of(seat).values_list("code", flat=True)
        self.fields["form"].choices = every + list(known)
        self.fields["team"].choices = every + [(code, code) for code in codes]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. Flags are pairs of a word for the template and what it is about."""

    submission: Submission
    station: str
    here: int
    conflict: bool
    corrected: bool
    late: bool
    safety: bool

    @property
    def expected(self) -> int:
        """How many files its XML names."""
        return len(self.submission.expected)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and the id to go on from; None if these are the last."""

    rows: list[Row]
    older: int | None


def zone_of(mission: Mission) -> ZoneInfo:
    """The mission's time zone; UTC where its name is none."""
    try:
        return ZoneInfo(mission.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def filtered(seat: Seat, filters: Filters) -> QuerySet[Submission]:
    """The reports that the filters let through; a filter that cannot be read lets all through."""
    with timezone.override(zone_of(seat.mission)):
        filters.full_clean()
    wanted = {name: value for name, value in filters.cleaned_data.items() if value}
    reports = reports_of(seat)
    if "form" in wanted:
        reports = reports.filter(form_id=wanted["form"])
    if "team" in wanted:
        reports = reports.filter(team__mission=seat.mission, team__code=wanted["team"])
    if "since" in wanted:
        reports = reports.filter(received_at__gte=wanted["since"])
    if "until" in wanted:
        reports = reports.filter(received_at__lt=wanted["until"] + timedelta(minutes=1))
    return reports.filter(_in_state(seat.mission, wanted.get("state", "")))


def page_of(seat: Seat, reports: QuerySet[Submission], before: int | None) -> Page:
    """The newest PAGE reports with an id below `before`."""
    if before is not None:
        reports = reports.filter(pk__lt=before)
    found = list(
        reports.select_related("team", "form_version__form", "safety_matter")
        .defer("xml", "details", "form_version__xform", "form_version__source")
        .defer("form_version__items")
        .annotate(xml_size=Length("xml"))
        .order_by("-pk")[: PAGE + 1]
    )
    more = len(found) > PAGE
    found = found[:PAGE]
    return Page(list(_rows(seat, found)), found[-1].pk if more else None)


def waiting(seat: Seat) -> dict[str, int]:
    """How many reports wait for a person: in quarantine, with an open conflict."""
    reports = reports_of(seat)
    return {
        "quarantined": reports.filter(state=Submission.State.QUARANTINED).count(),
        "conflicts": reports.filter(_in_state(seat.mission, "conflict")).count(),
    }


def late(mission: Mission) -> list[tuple[datetime, datetime]]:
    """The times in which a report arrives late: from an election's freeze to the next election."""
    elections = list(Election.objects.filter(mission=mission).order_by("day", "code"))
    zone = zone_of(mission)
    spans = []
    for election in elections:
        if election.freeze_at is None:
            continue
        later = [other.day for other in elections if other.day > election.day]
        end = datetime.combine(later[0], time(), zone) if later else None
        spans.append((election.freeze_at, end or datetime.max.replace(tzinfo=zone)))
    return spans


def is_late(received_at: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether the time lies in one of the spans of `late`."""
    return any(start < received_at < end for start, end in spans)


def _in_state(mission: Mission, state: str) -> Q:
    if state in Submission.State.values:
        return Q(state=state)
    if state == "conflict":
        open_ones = Conflict.objects.filter(submission__mission=mission, settled_at__isnull=True)
        return Q(pk__in=open_ones.values("submission_id"))
    if state == "incomplete":
        return Q(complete=False)
    if state == "excluded":
        return ~Q(excluded="") | (Q(team__isnull=False) & ~Q(team__excluded=""))
    if state == "late":
        spans = late(mission)
        received = Q(pk__in=[])
        for start, end in spans:
            received |= Q(received_at__gt=start, received_at__lt=end)
        return received
    return Q()


def _rows(seat: Seat, found: Sequence[Submission]) -> Iterator[Row]:
    keys = [one.pk for one in found]
    small = [one.pk for one in found if getattr(one, "xml_size", 0) <= SAFE_TO_LOOK_INTO]
    texts = dict(Submission.objects.filter(pk__in=small).values_list("pk", "xml"))
    files: dict[int, set[str]] = {}
    for pk, name in SubmissionFile.objects.filter(submission__in=keys).values_list(
        "submission_id", "name"
    ):
        files.setdefault(pk, set()).add(name)
    open_conflicts = set(
        Conflict.objects.filter(submission__in=keys, settled_at__isnull=True).values_list(
            "submission_id", flat=True
        )
    )
    corrected = set(
        Submission.objects.filter(replaces__in=keys, state=Submission.State.ACCEPTED).values_list(
            "replaces_id", flat=True
        )
    )
    spans = late(seat.mission)
    for one in found:
        xml = bytes(texts.get(one.pk, b""))
        safety = hasattr(one, "safety_matter") or says_safety(xml)
        if safety and not seat.may("safety.see"):
            note_safety(one)
            continue
        yield Row(
            submission=one,
            station=station_in(xml) if xml else "",
            here=len(files.get(one.pk, set()) & set(one.expected)),
            conflict=one.pk in open_conflicts,
            corrected=one.pk in corrected,
            late=is_late(one.received_at, spans),
            safety=safety,
        )
