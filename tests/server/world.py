"""The small world of the server's tests: the mission Lumria, its people, one station, one form.

Lumria is the invented country of the other tests. Every function makes rows in the test database.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.test import Client
from django.utils import timezone
from pyxform.xls2xform import convert

from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.missions.models import Account, Institution, Membership, Mission
from paragraph8.server.people.models import Observer, Team
from paragraph8.server.people.tokens import Enrolment, enrol
from paragraph8.server.setup.models import Area, Contest, Contestant, Election, Station

PASSWORD = "lumria-river-list-7"

COUNT_FORM = """
| survey  |
|         | type              | name       | label              |
|         | start             | start      |                    |
|         | begin_group       | result     | Result             |
|         | integer           | C41_valid  | Valid ballots      |
|         | integer           | C41_invalid| Invalid ballots    |
|         | select_one yes_no | C38        | Copy posted        |
|         | image             | C41_photo1 | Protocol, page 1   |
|         | image             | C41_photo2 | Protocol, page 2   |
|         | text              | H4x        | Station            |
|         | text              | C48        | Comment            |
|         | end_group         |            |                    |
| choices |
|         | list_name         | name       | label              |
|         | yes_no            | yes        | Yes                |
|         | yes_no            | no         | No                 |
|         | yes_no            | dk         | Not known          |
| settings|
|         | form_id           | version    | form_title         |
|         | counting          | 1          | Count              |
"""


@dataclass
class World:
    """What `make_world` made."""

    mission: Mission
    election: Election
    team: Team
    observer: Observer
    enrolment: Enrolment
    form: Form
    version: FormVersion

    @property
    def token(self) -> str:
        return self.enrolment.token

    @property
    def base(self) -> str:
        """The path that the device's client knows."""
        return f"/o/{self.token}"


def make_world(slug: str = "lumria-2024") -> World:
    mission = Mission.objects.create(
        slug=slug,
        title="Observation Mission Lumria 2024",
        format="full",
        country="ZZ",
        languages=["en", "ru"],
        simulated=True,
    )
    election = Election.objects.create(
        mission=mission, code="zz-2024-05-12", title="Assembly", day=date(2024, 5, 12)
    )
    Area.objects.create(election=election, code="North", level="region", name="North")
    Station.objects.create(election=election, code="N-01", area="North", name="School 1")
    contest = Contest.objects.create(election=election, code="list")
    for place, name in enumerate(("Hill List", "River List"), start=1):
        Contestant.objects.create(contest=contest, code=str(place), place=place, name=name)
    institution = Institution.objects.create(mission=mission, code="ODIHR", name="ODIHR")
    team = Team.objects.create(mission=mission, code="T01", area="North")
    observers = [
        make_observer(mission, team, name, nationality, institution=institution)
        for name, nationality in (("Ana Example", "PT"), ("Bo Example", "SE"))
    ]
    form, version = publish(mission, "counting", COUNT_FORM)
    return World(
        mission, election, team, observers[0], enrol(team, observers[0], by=None), form, version
    )


def make_observer(
    mission: Mission, team: Team | None, name: str, nationality: str, **more: object
) -> Observer:
    """An observer who has signed and declared everything."""
    now = timezone.now()
    return Observer.objects.create(
        mission=mission,
        team=team,
        name=name,
        nationality=nationality,
        languages=["en"],
        pledge_version=mission.pledge_version,
        pledged_at=now,
        no_conflict_declared_at=now,
        **more,
    )


def publish(
    mission: Mission,
    form: str,
    markdown: str,
    version: str = "1",
    items: Sequence[Mapping[str, object]] = (),
) -> tuple[Form, FormVersion]:
    """A published form made from an XLSForm in Markdown."""
    xform = convert(markdown, file_type=".md", validate=False).xform.encode()
    row, _ = Form.objects.get_or_create(
        mission=mission, form_id=form, defaults={"form": form, "title": form.title()}
    )
    made = FormVersion.objects.create(
        form=row,
        version=version,
        xform=xform,
        md5=hashlib.md5(xform).hexdigest(),
        source=markdown.encode(),
        items=list(items),
        published_at=timezone.now(),
    )
    return row, made


def make_account(
    name: str, mission: Mission | None = None, role: str = "", **more: object
) -> Account:
    """An account, with a role in a mission if one is named."""
    account = Account.objects.create_user(username=name, password=PASSWORD, **more)
    if mission is not None and role:
        Membership.objects.create(account=account, mission=mission, role=role)
    return account


def client_of(account: Account) -> Client:
    """A browser in which the account is logged in, with a second factor set up."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(user=account, type="totp", defaults={"data": {}})
    client = Client()
    client.force_login(account)
    return client


def count_xml(
    instance: str = "uuid:1",
    valid: int = 400,
    photos: tuple[str, ...] = (),
    version: str = "1",
    form: str = "counting",
    comment: str = "",
    deprecated: str = "",
) -> bytes:
    """The XML of a filled count form, as a client writes it."""
    named = dict(zip(("C41_photo1", "C41_photo2"), photos, strict=False))
    meta = f"<orx:instanceID>{instance}</orx:instanceID>" if instance else ""
    if deprecated:
        meta += f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>"
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}">'
        "<start>2024-05-12T20:10:00.000+02:00</start><result>"
        f"<C41_valid>{valid}</C41_valid><C41_invalid>5</C41_invalid><C38>no</C38>"
        f"<C41_photo1>{named.get('C41_photo1', '')}</C41_photo1>"
        f"<C41_photo2>{named.get('C41_photo2', '')}</C41_photo2>"
        f"<H4x>N-01</H4x><C48>{comment}</C48></result><orx:meta>{meta}</orx:meta></data>"
    ).encode()
