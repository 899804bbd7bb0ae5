"""The lists that forms read beside themselves: areas and stations, as CSV.

Every team gets those of the area it is deployed in, with the areas above it; a team without one
gets all. Both lists are in the order of their codes, so that equal data give equal bytes.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from paragraph8.server.forms.codebook import languages_of
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.people.models import Team
from paragraph8.server.setup.access import lies_in
from paragraph8.server.setup.models import Area, Station

AREAS, STATIONS = "areas.csv", "stations.csv"
BETWEEN = " – "  # between the names of an area and of the one above it


def media_of(version: FormVersion, team: Team) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file that the version needs."""
    for name in version.media:
        content = media_file(version, team, name)
        if content is not None:
            yield name, content


def media_file(version: FormVersion, team: Team, name: str) -> bytes | None:
    """One file; None for a name that the version does not need."""
    if name not in version.media:
        return None
    if name == AREAS:
        return _csv(("name", "label"), _areas(team))
    if name == STATIONS:
        return _csv(("name", "label", "area"), _stations(version, team))
    return None


def _areas(team: Team) -> Iterator[tuple[str, str]]:
    """Code, and the names from the highest area down: a name like "Centre" is in many regions."""
    found = Area.objects.filter(election__mission=team.mission, withdrawn=False)
    # Of an area that stands in two elections, the name in the later one holds.
    names = dict(found.order_by("election__day", "pk").values_list("code", "name"))
    for code in sorted(names):
        if _is_of(team, code):
            above = [names[code[:end]] for end in _ends(code) if code[:end] in names]
            yield code, BETWEEN.join((*above, names[code]))


def _is_of(team: Team, code: str) -> bool:
    """Whether the area is the team's, below it or above it."""
    here, there = f"{team.area}/", f"{code}/"
    return not team.area or there.startswith(here) or here.startswith(there)


def _ends(code: str) -> Iterator[int]:
    """Where the codes of the areas above end in this one."""
    return (place for place, sign in enumerate(code) if sign == "/")


def _stations(version: FormVersion, team: Team) -> Iterator[tuple[str, str, str]]:
    """The stations, and the row that leads to the free entry of a number."""
    # Here: the library of workbooks that comes with it is loaded once a device asks.
    from paragraph8.server.forms.generate.workbook import other_station

    found = Station.objects.filter(election__mission=team.mission, withdrawn=False)
    if team.area:
        found = found.filter(lies_in(team.area, "area"))
    # Of a station that stands in two elections, the later one holds.
    rows = found.order_by("election__day", "pk").values_list("code", "name", "area")
    by_code = {code: (name, area) for code, name, area in rows}
    for code, (name, area) in sorted(by_code.items()):
        yield code, f"{code} {name}".strip(), area
    yield other_station(version.languages or languages_of(team.mission))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
