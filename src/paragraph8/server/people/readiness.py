"""What an observer still lacks, in words, and what a list can be filtered by."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from paragraph8.server.missions.models import Mission
from paragraph8.server.people.models import Observer
from paragraph8.server.people.tokens import all_that_is_missing

# A page's filter: key, and what the observers found by it lack.
FILTERS = {
    "token": gettext_lazy("something that a phone needs to work"),
    "pledge": gettext_lazy("the code of conduct"),
    "conflict": gettext_lazy("the declaration on conflicts of interest"),
    "accreditation": gettext_lazy("an accreditation in force"),
    "training": gettext_lazy("the training"),
    "team": gettext_lazy("a team"),
    "phone": gettext_lazy("a phone"),
}


def blocking(observer: Observer, mission: Mission, today: date) -> list[str]:
    """Sentences that say what keeps the observer's token from working, gravest first."""
    codes = all_that_is_missing(observer, mission, today)
    return [_sentence(code, observer, mission) for code in codes]


def also_open(observer: Observer) -> list[str]:
    """What is open and keeps no token from working."""
    if observer.withdrawn:
        return []
    open_ = []
    if observer.team_id is None:
        open_.append(_("is in no team"))
    if not observer.accreditation:
        open_.append(_("has no accreditation number"))
    if observer.trained_at is None:
        open_.append(_("no training recorded"))
    return open_


def lacks(observer: Observer, mission: Mission, today: date, with_phone: set[int]) -> set[str]:
    """The keys of FILTERS that hold for the observer; `with_phone`: ids of those who have one."""
    if observer.withdrawn:
        return set()
    missing = all_that_is_missing(observer, mission, today)
    found = {
        "token": bool(missing),
        "pledge": "device.no_pledge" in missing,
        "conflict": "device.conflict_of_interest" in missing,
        "accreditation": not observer.accreditation or "device.not_accredited" in missing,
        "training": observer.trained_at is None,
        "team": observer.team_id is None,
        "phone": observer.pk not in with_phone,
    }
    return {key for key, holds in found.items() if holds}


def _sentence(code: str, observer: Observer, mission: Mission) -> str:
    if code == "device.observer_withdrawn":
        return _("was withdrawn from the mission")
    if code == "device.no_pledge":
        return _no_pledge(observer, mission)
    if code == "device.conflict_of_interest":
        if observer.conflict_declared:
            return _("declared a conflict of interest, which nobody has cleared")
        return _("has made no declaration on conflicts of interest")
    assert code == "device.not_accredited", code
    assert observer.accredited_until is not None
    day = date_format(observer.accredited_until)
    return _("accreditation ended on %(day)s: reports will wait for a decision") % {"day": day}


def _no_pledge(observer: Observer, mission: Mission) -> str:
    said = {"signed": observer.pledge_version, "version": mission.pledge_version}
    if observer.pledge_version:
        return _("signed version %(signed)s of the code of conduct; %(version)s is in force") % said
    return _("has not signed the code of conduct, version %(version)s") % said
