"""The journal of a mission, and its hash chains."""

import json
from collections.abc import Iterator
from itertools import islice

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from paragraph8.server.missions.access import Seat, chain, chains_of, for_seat, journal_of
from paragraph8.server.missions.page import page
from paragraph8.server.record.ledger import broken_links
from paragraph8.server.record.models import Chain
from paragraph8.server.record.signing import public_key, sign

PER_PAGE = 100
SHOWN_BROKEN = 50


@for_seat("journal.see")
@require_GET
def journal(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What people did, newest first; the chains below."""
    everything = journal_of(seat)
    verbs = sorted(set(everything.order_by().values_list("verb", flat=True).distinct()))
    verb = request.GET.get("verb", "")
    shown = everything.filter(verb=verb) if verb in verbs else everything
    lines = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(seat.mission.memberships.values_list("account_id", "account__username"))
    context = {
        "lines": lines,
        "rows": [(entry, names.get(entry.by or 0, ""), _said(entry.details)) for entry in lines],
        "verbs": verbs,
        "verb": verb if verb in verbs else "",
        "chains": chains_of(seat),
    }
    return page(request, seat, "missions/journal.html", context)


@for_seat("journal.see")
@require_POST
def verify_chain(request: HttpRequest, seat: Seat, key: int) -> HttpResponse:
    """Walk a chain from its first link to its head and say what does not fit."""
    its = chain(seat, key)
    broken = list(islice(broken_links(its.name), SHOWN_BROKEN + 1))
    context = {
        "chain": its,
        "broken": broken[:SHOWN_BROKEN],
        "more": len(broken) > SHOWN_BROKEN,
        "limit": SHOWN_BROKEN,
        "at": timezone.now(),
    }
    return page(request, seat, "missions/chain.html", context)


@for_seat("journal.see")
@require_GET
def heads(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The heads of all chains, signed: a file to be kept where this server cannot change it."""
    content: dict[str, object] = {
        "mission": seat.mission.slug,
        "at": timezone.now().isoformat(timespec="seconds"),
        "chains": [
            {"name": its.name, "length": its.length, "head": its.head} for its in chains_of(seat)
        ],
    }
    document = {**content, "signature": sign(content), "public_key": public_key()}
    answer = JsonResponse(document, json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{seat.mission.slug}-heads.json"'
    return answer


@for_seat("journal.see")
@require_GET
def links(request: HttpRequest, seat: Seat, key: int) -> StreamingHttpResponse:
    """A whole chain as JSON, for who checks it without this server."""
    its = chain(seat, key)
    answer = StreamingHttpResponse(_as_json(its), content_type="application/json")
    name = f"{its.name.replace('/', '-')}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _as_json(its: Chain) -> Iterator[str]:
    yield f'{{"name": {json.dumps(its.name)}, "head": {json.dumps(its.head)}, "links": [\n'
    rows = its.links.order_by("number").iterator(chunk_size=2_000)
    for place, link in enumerate(rows):
        told = {"number": link.number, "subject": link.subject, "at": link.at.isoformat()}
        proof = {"commitment": link.commitment, "hash": link.hash}
        yield ("" if place == 0 else ",\n") + json.dumps({**told, **proof})
    yield "\n]}\n"


def _said(details: dict[str, object]) -> str:
    """Details of a line as text; what is empty is left out."""
    parts = (
        f"{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in details.items()
        if value not in ("", None, [])
    )
    return "; ".join(parts)
