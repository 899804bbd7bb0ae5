"""Routes: which team goes where on election day, in which order, with which form."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Account
from paragraph8.server.people import access
from paragraph8.server.people.models import Stop, Team
from paragraph8.server.people.uploads import Table, Upload
from paragraph8.server.people.words import STAGES
from paragraph8.server.record.journal import record
from paragraph8.server.setup.models import Election, Station

COLUMNS = ("team", "number", "station", "form")
MOST_STOPS = 99


@dataclass(slots=True)
class Row:
    """One row of a plan in a file, with what is wrong with it."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    place: int = 0
    station: Station | None = None


@dataclass(slots=True)
class Route:
    """The route of a team as a file gives it. With a fault in any row none of it is taken in."""

    code: str
    team: Team | None
    before: list[Stop]
    rows: list[Row] = field(default_factory=list)

    @property
    def state(self) -> str:
        """fault, new, changed or same."""
        if any(row.faults for row in self.rows):
            return "fault"
        if not self.before:
            return "new"
        now = [(s.station_id, s.form) for s in self.before]
        return "same" if now == [(s.pk, form) for s, form in self.stops] else "changed"

    @property
    def stops(self) -> list[tuple[Station, str]]:
        """Stations and forms in the order of the route."""
        ordered = sorted(self.rows, key=lambda row: row.place)
        return [(row.station, row.cells["form"]) for row in ordered if row.station is not None]


def route(team: Team, election: Election) -> list[Stop]:
    """The stops of a team, in order."""
    stops = Stop.objects.filter(team=team, election=election).select_related("station")
    return list(stops.order_by("number"))


@transaction.atomic
def add_stop(team: Team, election: Election, station: Station, form: str, *, by: Account) -> Stop:
    """Put a stop at the end of a route."""
    last = Stop.objects.filter(team=team, election=election).order_by("number").last()
    number = last.number + 1 if last else 1
    stop = Stop.objects.create(
        team=team, election=election, number=number, station=station, form=form
    )
    _told("plan.stop_added", team, by, number=number, station=station.code, form=form)
    return stop


@transaction.atomic
def remove_stop(stop: Stop, *, by: Account) -> None:
    """Take a stop out; those after it move up."""
    team, election, number = stop.team, stop.election, stop.number
    stop.delete()
    for later in Stop.objects.filter(team=team, election=election, number__gt=number).order_by(
        "number"
    ):
        later.number -= 1
        later.save(update_fields=["number"])
    _told("plan.stop_removed", team, by, number=number)


@transaction.atomic
def move_stop(stop: Stop, by_places: int, *, by: Account) -> None:
    """Change places with the stop before (-1) or after (1); at the end nothing happens."""
    wanted = stop.number + by_places
    other = Stop.objects.filter(team=stop.team, election=stop.election, number=wanted).first()
    if other is None:
        return
    was, free = stop.number, 32_767  # a number that no route reaches, while the two change places
    for row, number in ((other, free), (stop, wanted), (other, was)):
        row.number = number
        row.save(update_fields=["number"])
    _told("plan.stop_moved", stop.team, by, number=was, to=wanted)


@transaction.atomic
def replace_route(
    team: Team, election: Election, stops: Sequence[tuple[Station, str]], *, by: Account
) -> None:
    """A route anew, numbered from 1."""
    Stop.objects.filter(team=team, election=election).delete()
    Stop.objects.bulk_create(
        Stop(team=team, election=election, number=number, station=station, form=form)
        for number, (station, form) in enumerate(stops, start=1)
    )
    _told("plan.route_replaced", team, by, stops=len(stops), election=election.code)


def compare(seat: Seat, election: Election, table: Table) -> list[Route]:
    """The routes of a file, each row with its faults."""
    teams = {team.code: team for team in access.teams(seat)}
    stations = {station.code: station for station in access.stations(seat, election)}
    before: dict[int, list[Stop]] = {}
    for stop in access.stops(seat, election).order_by("team_id", "number"):
        before.setdefault(stop.team_id, []).append(stop)
    routes: dict[str, Route] = {}
    for number, cells in table.rows:
        code = cells["team"]
        if code not in routes:
            team = teams.get(code)
            routes[code] = Route(code, team, before.get(team.pk, []) if team else [])
        cells["form"] = cells["form"].lower()
        routes[code].rows.append(_checked(Row(number, cells), routes[code], stations))
    return list(routes.values())


@transaction.atomic
def take_in(
    seat: Seat, election: Election, routes: Sequence[Route], upload: Upload, *, by: Account
) -> dict[str, int]:
    """Replace the routes without faults; returns how many were of each state."""
    numbers = {"new": 0, "changed": 0, "same": 0, "fault": 0}
    for its in routes:
        numbers[its.state] += 1
        if its.state in ("new", "changed") and its.team is not None:
            replace_route(its.team, election, its.stops, by=by)
    record(
        "plan.imported",
        election,
        mission=seat.mission.slug,
        by=by,
        sha256=upload.sha256,
        routes=numbers,
    )
    return numbers


def _checked(row: Row, its: Route, stations: dict[str, Station]) -> Row:
    if its.team is None:
        row.faults["team"] = _("No team that you can see has this code.")
    text = row.cells["number"].removesuffix(".0")
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_STOPS and len(text) < 5:
        row.place = int(text)
        if any(other.place == row.place for other in its.rows):
            row.faults["number"] = _("The route has this number already.")
    else:
        row.faults["number"] = _("Not a whole number from 1 to %d.") % MOST_STOPS
    row.station = stations.get(row.cells["station"])
    if row.station is None:
        row.faults["station"] = _("No station that you can see has this code.")
    elif row.station.withdrawn:
        row.faults["station"] = _("This station was withdrawn from the list.")
    if row.cells["form"] not in STAGES:
        row.faults["form"] = _("None of: %s.") % ", ".join(STAGES)
    return row


def _told(verb: str, team: Team, by: Account, **details: object) -> None:
    record(verb, team, mission=team.mission.slug, by=by, team=team.code, **details)
