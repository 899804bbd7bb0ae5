"""What stands in a mission and what is missing, for its front page.

The rows belong to applications above this one, so they are counted through their names; nothing
above is imported. A seat is told only what its role and the part it is bounded to let it see.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.features import features


@dataclass(frozen=True, slots=True)
class Number:
    """One number: what it counts, how many, the page behind it, and whether it needs a person."""

    title: str
    value: object
    page: str
    look: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What should be done next: a sentence, the page where it is done, the right it needs."""

    text: str
    page: str
    right: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are in the part that a seat sees, and the last finished snapshot."""

    elections: int
    stations: int
    teams: int
    observers: int
    devices: int
    forms: int
    received: int
    complete: int
    quarantined: int
    conflicts: int
    snapshots: int
    last_snapshot: Any


def counts(seat: Seat) -> Counts:
    """The rows that lie in the part of the mission which the seat sees."""
    teams = _rows(seat, "people.Team", **_organisation(seat, "organisation"))
    observers = _rows(
        seat, "people.Observer", withdrawn=False, **_organisation(seat, "organisation")
    )
    devices = _model("people.Device").filter(
        team__mission=seat.mission, revoked_at=None, **_organisation(seat, "team__organisation")
    )
    stations = _model("setup.Station").filter(election__mission=seat.mission, withdrawn=False)
    reports = _in_area(
        seat,
        _rows(seat, "openrosa.Submission", **_organisation(seat, "team__organisation")),
        "team__area",
    )
    conflicts = _model("openrosa.Conflict").filter(submission__in=reports, settled_at=None)
    snapshots = _rows(seat, "snapshots.FrozenSnapshot").exclude(snapshot="").order_by("-id")
    return Counts(
        elections=_rows(seat, "setup.Election").count(),
        stations=_in_area(seat, stations, "area").count(),
        teams=_in_area(seat, teams, "area").count(),
        observers=_in_area(seat, observers, "team__area").count(),
        devices=_in_area(seat, devices, "team__area").count(),
        forms=_rows(seat, "forms.Form", versions__published_at__isnull=False).distinct().count(),
        received=reports.count(),
        complete=reports.filter(complete=True).count(),
        quarantined=reports.filter(state="quarantined").count(),
        conflicts=conflicts.count(),
        snapshots=snapshots.count(),
        last_snapshot=snapshots.first(),
    )


def numbers(seat: Seat, its: Counts) -> list[Number]:
    """The numbers that the role may see, in the order of a mission's work."""
    everything = (
        (gettext("Polling stations"), its.stations, "setup", "mission.see", False),
        (gettext("Teams"), its.teams, "observers", "observers.see", False),
        (gettext("Observers"), its.observers, "observers", "observers.see", False),
        (gettext("Forms published"), its.forms, "forms", "forms.see", False),
        (gettext("Reports received"), its.received, "reports", "reports.see", False),
        (gettext("Complete"), its.complete, "reports", "reports.see", False),
        (gettext("In quarantine"), its.quarantined, "reports", "reports.see", True),
        (gettext("Conflicts"), its.conflicts, "reports", "reports.see", True),
    )
    return [
        Number(title, value, page if _opens(seat, page) else "", look and bool(value))
        for title, value, page, right, look in everything
        if seat.may(right)
    ]


def steps(seat: Seat, its: Counts) -> list[Step]:
    """What comes next, as far as the role can do it."""
    return [step for step in _missing(seat, its) if seat.may(step.right)]


def _missing(seat: Seat, its: Counts) -> Iterator[Step]:
    yield from _to_prepare(seat, its)
    if its.conflicts:
        text = gettext("Settle the conflicts: two different reports under one id.")
        yield Step(text, "reports", "reports.review")
    if its.quarantined:
        text = gettext("Look at the reports in quarantine.")
        yield Step(text, "reports", "reports.review")
    if its.received and not its.snapshots:
        text = gettext("Freeze the first snapshot, to try the way to the statement.")
        yield Step(text, "snapshots", "snapshot.freeze")


def _to_prepare(seat: Seat, its: Counts) -> Iterator[Step]:
    if not its.elections:
        text = gettext("Add the election: its day and its rounds.")
        yield Step(text, "setup", "mission.set_up")
    elif not its.stations:
        yield Step(gettext("Read in the list of polling stations."), "setup", "mission.set_up")
    if not its.observers:
        text = gettext("Enter the observers, with pledge and accreditation.")
        yield Step(text, "observers", "observers.manage")
    elif not its.teams:
        yield Step(gettext("Form teams of two."), "observers", "observers.manage")
    elif not its.devices:
        text = gettext("Enrol the phones: each team scans its QR code.")
        yield Step(text, "observers", "observers.manage")
    if not its.forms and features(seat.mission).short_term_observers:
        yield Step(gettext("Publish the forms of election day."), "forms", "forms.publish")
    if its.stations and its.teams and not _planned(seat):
        yield Step(gettext("Plan which team goes where."), "plan", "plan.manage")


def _planned(seat: Seat) -> bool:
    return _model("people.Stop").filter(team__mission=seat.mission).exists()


def _opens(seat: Seat, page: str) -> bool:
    return page != "setup" or seat.may("mission.set_up")


def _model(name: str) -> QuerySet[Any]:
    manager: Any = apps.get_model(name)._default_manager
    rows: QuerySet[Any] = manager.all()
    return rows


def _rows(seat: Seat, name: str, **only: object) -> QuerySet[Any]:
    return _model(name).filter(mission=seat.mission, **only)


def _organisation(seat: Seat, field: str) -> dict[str, object]:
    organisation = seat.membership.organisation
    return {} if organisation is None else {field: organisation}


def _in_area(seat: Seat, rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    area = seat.membership.area
    if not area:
        return rows
    return rows.filter(Q(**{field: area}) | Q(**{f"{field}__startswith": f"{area}/"}))
