"""A list of observers in a file: compared with those on the list, then taken in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Account, Institution, Organisation
from paragraph8.server.people import access, actions
from paragraph8.server.people.forms import CODE, PersonForm, initial_of, kind_of
from paragraph8.server.people.models import Observer, Team
from paragraph8.server.people.uploads import Table, Upload
from paragraph8.server.record.journal import record

COLUMNS = (
    "name",
    "kind",
    "nationality",
    "languages",
    "institution",
    "organisation",
    "phone",
    "accreditation",
    "accredited_until",
    "team",
)
REQUIRED = ("name", "nationality")
PERSON = ("name", "kind", "nationality", "languages", "phone", "accreditation", "accredited_until")


@dataclass(slots=True)
class Row:
    """One row: what it says, what is wrong with it, and what it would change."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    observer: Observer | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    new_team: str = ""
    changes: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """fault, new, changed or same."""
        if self.faults:
            return "fault"
        if self.observer is None:
            return "new"
        return "changed" if self.changes or self.new_team else "same"


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are compared with: fetched once for a whole file."""

    seat: Seat
    institutions: dict[str, Institution]
    organisations: dict[str, Organisation]
    teams: dict[str, Team]
    other_teams: frozenset[str]
    by_accreditation: dict[str, Observer]
    by_person: dict[tuple[str, str], Observer]


def compare(seat: Seat, table: Table) -> list[Row]:
    """The rows of a list, each with its faults or with what it would change.

    A row is the person with the same accreditation number, else with the same name and
    nationality, among those the seat sees. A blank cell leaves what is there as it is.
    """
    known = _known(seat)
    rows = [_compared(known, number, cells) for number, cells in table.rows]
    said: dict[Any, int] = {}
    for row in rows:
        key = row.observer.pk if row.observer else _person(row.cells)
        if key in said:
            row.faults.setdefault("name", _("The same person as in row %d.") % said[key])
        said.setdefault(key, row.number)
    return rows


@transaction.atomic
def take_in(seat: Seat, rows: Iterable[Row], upload: Upload, *, by: Account) -> dict[str, int]:
    """Take in the rows without faults; returns how many were of each state."""
    numbers = {"new": 0, "changed": 0, "same": 0, "fault": 0}
    made: dict[str, Team] = {}
    for row in rows:
        numbers[row.state] += 1
        if row.faults:
            continue
        if row.new_team:
            row.facts["team"] = made.get(row.new_team) or _make_team(seat, row, by=by)
            made[row.new_team] = row.facts["team"]
        if row.observer is None:
            actions.add_observer(seat.mission, row.facts, by=by)
        else:
            actions.change_observer(row.observer, row.facts, by=by)
    record(
        "observers.imported",
        seat.mission,
        mission=seat.mission.slug,
        by=by,
        sha256=upload.sha256,
        rows=numbers,
    )
    return numbers


def _make_team(seat: Seat, row: Row, *, by: Account) -> Team:
    organisation = row.facts.get("organisation")
    facts = {"code": row.new_team, "kind": row.facts["kind"], "organisation": organisation}
    return actions.add_team(seat.mission, facts, by=by)


def _known(seat: Seat) -> Known:
    people = list(access.observers(seat))
    teams = {team.code: team for team in access.teams(seat)}
    codes = set(Team.objects.filter(mission=seat.mission).values_list("code", flat=True))
    return Known(
        seat,
        {row.code: row for row in access.institutions(seat)},
        {row.code: row for row in access.organisations(seat)},
        teams,
        frozenset(codes - set(teams)),
        {o.accreditation: o for o in people if o.accreditation},
        {(o.name.casefold(), o.nationality): o for o in people},
    )


def _person(cells: dict[str, str]) -> tuple[str, str]:
    return cells.get("name", "").casefold(), cells.get("nationality", "").upper()


def _compared(known: Known, number: int, cells: dict[str, str]) -> Row:
    row = Row(number, cells)
    row.observer = known.by_accreditation.get(cells.get("accreditation", ""))
    if row.observer is None:
        row.observer = known.by_person.get(_person(cells))
    _person_facts(known, row)
    _linked(
        row, "institution", known.institutions, _("No institution of the mission has this code.")
    )
    _linked(row, "organisation", known.organisations, _("No coalition member has this code."))
    _bounds(known, row)
    _team(known, row)
    if row.observer is not None:
        row.changes = [n for n, value in row.facts.items() if getattr(row.observer, n) != value]
    return row


def _person_facts(known: Known, row: Row) -> None:
    shown = initial_of(row.observer) if row.observer else {"kind": "short_term"}
    given = {name: row.cells[name] for name in PERSON if row.cells.get(name)}
    if "kind" in given:
        given["kind"] = kind_of(given["kind"])
    form = PersonForm(known.seat.mission, {**shown, **given})
    if form.is_valid():
        row.facts = {name: form.cleaned_data[name] for name in PERSON}
    else:
        row.faults = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def _linked(row: Row, name: str, rows: dict[str, Any], fault: str) -> None:
    code = row.cells.get(name, "")
    if code and code not in rows:
        row.faults[name] = fault
    elif code:
        row.facts[name] = rows[code]


def _bounds(known: Known, row: Row) -> None:
    own = known.seat.membership.organisation
    if own is not None and row.observer is None:
        row.facts["organisation"] = own


def _team(known: Known, row: Row) -> None:
    code = row.cells.get("team", "")
    bounded = bool(known.seat.membership.area)
    if code in known.teams:
        row.facts["team"] = known.teams[code]
    elif code in known.other_teams or (code and bounded):
        row.faults["team"] = _("No team that you can see has this code.")
    elif (code and not CODE.fullmatch(code[:20])) or len(code) > 20:
        row.faults["team"] = _("A code has at most 20 letters, digits and hyphens.")
    elif code:
        row.new_team = code
    elif bounded and row.observer is None:
        row.faults["team"] = _("Name a team of your area.")
