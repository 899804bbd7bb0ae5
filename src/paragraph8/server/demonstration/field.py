"""The demonstration's election day: phones are enrolled, and what they send goes through intake."""

import io
from collections.abc import Iterator
from random import Random

from PIL import Image, ImageDraw

from paragraph8.intake.observations.definition import Definition, read_definition
from paragraph8.server.demonstration.filled import Visit, fill, submission_xml
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.forms.published import current_versions
from paragraph8.server.missions.models import Mission
from paragraph8.server.openrosa.authentication import Sender
from paragraph8.server.openrosa.parts import FilePart, Parts
from paragraph8.server.openrosa.receive import receive
from paragraph8.server.people.models import Device, Stop, Team
from paragraph8.server.people.tokens import Enrolment, enrol
from paragraph8.server.record.files import file_store
from paragraph8.tables.codebook_reader import codebook_form

SEED = 20240512
CLIENT = {"device": "simulated:phone", "agent": "simulated"}
PHOTO_SIZE = (900, 1200)
ARRIVALS = ("06:35", "08:10", "10:20", "12:45", "15:05", "19:40")
DEPARTURES = ("07:25", "08:50", "11:05", "13:30", "15:50", "23:55")


def election_day(mission: Mission) -> Enrolment:
    """Every team sends what it saw; returns the enrolment of the first short-term team.

    Among the reports are what a real day brings: a photo that has not come yet, other answers under
    a known id, a correction, a form nobody published, an incident, a matter of safety.
    """
    chance = Random(SEED)
    first: Enrolment | None = None
    for team in mission.teams.prefetch_related("observers", "stops__station"):
        enrolment = enrol(team, team.observers.first(), by=None)
        if team.kind == "short_term":
            first = first or enrolment
        for number, report in enumerate(_reports(team, chance)):
            _send(mission, team, enrolment.device, report, number)
    assert first is not None
    _what_a_day_brings(mission, first.device, chance)
    return first


class Report:
    """A filled form that is ready to be sent."""

    def __init__(
        self, version: FormVersion, answers: dict[str, str], instance: str, day: str
    ) -> None:
        self.definition = _definition(version)
        self.answers, self.instance, self.day = answers, instance, day

    def xml(self, corrects: str = "", **changed: str) -> bytes:
        """Its XML, with some answers changed."""
        answers = {**self.answers, **changed}
        return submission_xml(self.definition, answers, self.instance, self.day, corrects)


def _reports(team: Team, chance: Random) -> Iterator[Report]:
    versions = {version.form.form: version for version in current_versions(team)}
    if team.kind == "long_term":
        yield _filled(versions["weekly"], team, None, 0, chance)
        return
    for place, stop in enumerate(team.stops.all()):
        yield _filled(versions[stop.form], team, stop, place, chance)
        if stop.station.channels == "both" and stop.form == "voting":
            yield _filled(versions["evoting"], team, stop, place, chance)


def _filled(
    version: FormVersion, team: Team, stop: Stop | None, place: int, chance: Random
) -> Report:
    day = "2024-05-12" if stop else "2024-05-04"
    station = stop.station.code if stop else ""
    visit = Visit(team.area, station, ARRIVALS[place], DEPARTURES[place], day)
    photos = (f"{team.code}-1.jpg", f"{team.code}-2.jpg")
    form = codebook_form(version.form.form)
    answers = fill(form, _definition(version), visit, chance, photos)
    instance = f"uuid:lumria-{team.code}-{version.form.form}-{place}"
    return Report(version, answers, instance, day)


def _send(mission: Mission, team: Team, device: Device, report: Report, number: int) -> None:
    names = [answer for answer in report.answers.values() if answer.endswith(".jpg")]
    # The second photo of the first team is still on its way.
    sent = names[:1] if team.code == "T01" else names
    parts = Parts(xml=report.xml(), files=[_photo(name, number) for name in sent])
    receive(Sender(mission, team, device), parts, CLIENT)


def _what_a_day_brings(mission: Mission, device: Device, chance: Random) -> None:
    team = device.team
    sender = Sender(mission, team, device)
    stops = list(team.stops.select_related("station"))
    versions = {version.form.form: version for version in current_versions(team)}
    known = _filled(versions["voting"], team, stops[1], 1, chance)
    # Other answers under an id that is known: a conflict.
    receive(sender, Parts(xml=known.xml(V25="yes")), CLIENT)
    # A correction of another visit.
    old = f"uuid:lumria-{team.code}-voting-2"
    corrected = _filled(versions["voting"], team, stops[2], 2, chance)
    corrected.instance = f"{old}-corrected"
    receive(sender, Parts(xml=corrected.xml(corrects=old)), CLIENT)
    # A form that nobody here published.
    strange = known.xml().replace(b'id="voting"', b'id="voting_old"')
    receive(sender, Parts(xml=strange), CLIENT)
    for number, safety in enumerate(("no", "yes")):
        incident = _filled(versions["incident"], team, stops[3], 3, chance)
        incident.instance = f"uuid:lumria-incident-{number}"
        receive(sender, Parts(xml=incident.xml(X19=safety)), CLIENT)


def _definition(version: FormVersion) -> Definition:
    xform = FormVersion.objects.values_list("xform", flat=True).get(pk=version.pk)
    return read_definition(bytes(xform))


def _photo(name: str, number: int) -> FilePart:
    picture = Image.new("RGB", PHOTO_SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((80, 80), f"SIMULATED PROTOCOL\n{name} {number}", fill="black", font_size=48)
    for line in range(12):
        draw.line((80, 320 + 60 * line, 820, 320 + 60 * line), fill="gray")
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=70)
    return FilePart(name, "image/jpeg", file_store().keep([packed.getvalue()]))
