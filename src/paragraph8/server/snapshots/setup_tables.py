"""What the mission set up, as tables: election, areas, stations, ballots, teams, plan, items."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from paragraph8.server.forms.models import FormVersion
from paragraph8.server.missions.models import Mission
from paragraph8.server.people.models import Stop, Team
from paragraph8.server.setup.models import Area, Contest, Contestant, Election, Station
from paragraph8.server.snapshots.pseudonyms import pseudonym
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.contracts import BY_NAME

Frames = dict[str, pl.DataFrame]


def setup_tables(mission: Mission) -> Frames:
    """The tables that do not depend on any report."""
    elections = list(Election.objects.filter(mission=mission))
    codes = {election.pk: election.code for election in elections}
    frames: dict[str, Iterable[Mapping[str, object]]] = {
        "mission": [_mission(mission)],
        "election": [_election(mission, election) for election in elections],
        "area": _areas(codes),
        "station": _stations(codes),
        "contest": _contests(codes),
        "contestant": _contestants(codes),
        "team": _teams(mission),
        "deployment": _deployment(mission, codes),
    }
    tables = {name: frame(name, list(rows)) for name, rows in frames.items()}
    return {**tables, "form_item": _items(mission)}


def frame(name: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a table of the contract `name`."""
    contract = BY_NAME[name]
    return contract.shape(pl.DataFrame(rows, schema=contract.schema))


def _mission(mission: Mission) -> dict[str, object]:
    return {
        "mission": mission.slug,
        "title": mission.title,
        "format": mission.format,
        "languages": ";".join(mission.languages),
        "simulated": mission.simulated,
    }


def _election(mission: Mission, election: Election) -> dict[str, object]:
    return {
        "election": election.code,
        "country": mission.country,
        "title": election.title,
        "election_day": election.day,
        "round": election.round,
        "simulated": mission.simulated,
    }


def _areas(codes: Mapping[int, str]) -> Iterable[dict[str, object]]:
    for area in Area.objects.filter(election__in=codes):
        yield {
            "election": codes[area.election_id],
            "area": area.code,
            "parent": area.parent or None,
            "level": area.level,
            "name": area.name,
        }


def _stations(codes: Mapping[int, str]) -> Iterable[dict[str, object]]:
    areas = set(Area.objects.filter(election__in=codes).values_list("election_id", "code"))
    for station in Station.objects.filter(election__in=codes):
        known = (station.election_id, station.area) in areas
        yield {
            "election": codes[station.election_id],
            "station": station.code,
            "area": station.area if known else None,
            "kind": station.kind,
            "channels": station.channels,
            "registered": station.registered,
            "longitude": station.longitude,
            "latitude": station.latitude,
        }


def _contests(codes: Mapping[int, str]) -> Iterable[dict[str, object]]:
    for contest in Contest.objects.filter(election__in=codes):
        yield {"election": codes[contest.election_id], "contest": contest.code}


def _contestants(codes: Mapping[int, str]) -> Iterable[dict[str, object]]:
    found = Contestant.objects.filter(contest__election__in=codes).select_related("contest")
    for contestant in found:
        yield {
            "election": codes[contestant.contest.election_id],
            "contest": contestant.contest.code,
            "contestant": contestant.code,
            "ballot_order": contestant.place,
            "name": contestant.name,
            "kind": contestant.kind,
        }


def _teams(mission: Mission) -> Iterable[dict[str, object]]:
    for team in Team.objects.filter(mission=mission).prefetch_related("observers__institution"):
        members = list(team.observers.all())
        institutions = sorted({m.institution.code for m in members if m.institution})
        yield {
            "team": pseudonym(mission.slug, team.code),
            "observers": len(members) or None,
            "nationalities": ";".join(sorted(member.nationality for member in members)),
            "institution": ";".join(institutions) or None,
            "area": team.area or None,
            "long_term": team.kind == "long_term",
            "excluded": team.excluded or None,
        }


def _deployment(mission: Mission, codes: Mapping[int, str]) -> Iterable[dict[str, object]]:
    for stop in Stop.objects.filter(team__mission=mission).select_related("team", "station"):
        yield {
            "election": codes[stop.election_id],
            "team": pseudonym(mission.slug, stop.team.code),
            "stop": stop.number,
            "station": stop.station.code,
            "form": stop.form,
        }


def _items(mission: Mission) -> pl.DataFrame:
    """The codebook, and the questions of the forms that the mission brought along."""
    book = form_items()
    own = FormVersion.objects.filter(
        form__mission=mission, form__form="own", published_at__isnull=False
    ).order_by("pk")
    newest = {row["item"]: row for version in own for row in version.items}
    if not newest:
        return book
    rows = [{**row, "place": book.height + n} for n, row in enumerate(newest.values(), start=1)]
    return BY_NAME["form_item"].shape(pl.concat([book, frame("form_item", rows)]))
