"""People of the office with a seat in the world's mission, and observers who signed nothing."""

from django.urls import reverse

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Membership, Mission
from paragraph8.server.people.models import Observer
from server.world import World, client_of, make_account


def person(mission: Mission, **facts: object) -> Observer:
    """An observer who has signed nothing."""
    return Observer(mission=mission, **{"name": "Cara Example", "nationality": "IE", **facts})


def address(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.mission.slug, *args])


def coordinator(world: World, role: str = "lto_coordinator", **bounds: object):
    """A co-ordinator, the browser and the seat."""
    account = make_account(f"person-{Membership.objects.count()}", world.mission, role)
    Membership.objects.filter(account=account).update(**bounds)
    membership = Membership.objects.select_related("mission", "organisation").get(account=account)
    return client_of(account), Seat(membership.mission, membership)
