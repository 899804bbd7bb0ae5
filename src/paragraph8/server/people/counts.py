"""How many observers from how many states: counted now, and kept with the date of counting."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.people.models import HeadCount, Observer
from paragraph8.server.record.journal import record


@dataclass(frozen=True, slots=True)
class Counted:
    """Observers on the list and not withdrawn, by nationality and sending institution."""

    observers: int
    accredited: int
    states: int
    rows: list[dict[str, str | int]]


def count(observers: Iterable[Observer], today: date) -> Counted:
    """Count those who are not withdrawn. `accredited`: a number, and not expired on `today`."""
    here = [o for o in observers if not o.withdrawn]
    everybody = Counter(_key(o) for o in here)
    accredited = Counter(_key(o) for o in here if _accredited(o, today))
    rows: list[dict[str, str | int]] = [
        {
            "state": state,
            "institution": institution,
            "observers": number,
            "accredited": accredited[state, institution],
        }
        for (state, institution), number in sorted(everybody.items())
    ]
    states = len({state for state, _institution in everybody})
    return Counted(len(here), accredited.total(), states, rows)


@transaction.atomic
def keep(mission: Mission, counted: Counted, *, by: Account) -> HeadCount:
    """Keep a count under the present time. Earlier counts stay as they are."""
    kept = HeadCount.objects.create(
        mission=mission,
        counted_at=timezone.now(),
        counted_by=by.pk,
        observers=counted.observers,
        accredited=counted.accredited,
        states=counted.states,
        rows=counted.rows,
    )
    record(
        "observers.counted",
        kept,
        mission=mission.slug,
        by=by,
        observers=kept.observers,
        states=kept.states,
    )
    return kept


def as_published(observers: int, states: int) -> str:
    """As a statement says it: `over 300 from 33 states`; the plain number where it is round."""
    step = 100 if observers >= 200 else 10 if observers >= 20 else 1
    round_number = observers // step * step
    words = {"observers": round_number, "states": states}
    if round_number == observers:
        return (
            ngettext(
                "%(observers)d observers from %(states)d state",
                "%(observers)d observers from %(states)d states",
                states,
            )
            % words
        )
    return (
        ngettext(
            "over %(observers)d observers from %(states)d state",
            "over %(observers)d observers from %(states)d states",
            states,
        )
        % words
    )


def _key(observer: Observer) -> tuple[str, str]:
    return observer.nationality, observer.institution.code if observer.institution else ""


def _accredited(observer: Observer, today: date) -> bool:
    until = observer.accredited_until
    return bool(observer.accreditation) and (until is None or until >= today)
