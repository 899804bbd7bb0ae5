"""The roles of a mission and what each may do. The only place where a right is given."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What can be done, in words that a view asks for.
RIGHTS = {
    "mission.see": "see the mission's front page",
    "mission.set_up": "change the mission, its elections, areas, stations and contests",
    "members.manage": "give people of the office a role",
    "observers.see": "see observers and teams with their names",
    "observers.manage": "enrol observers, form teams, give and revoke tokens",
    "plan.see": "see which team goes where",
    "plan.manage": "change the deployment plan",
    "forms.see": "see and print forms",
    "forms.publish": "make, upload, publish and close forms",
    "reports.see": "read reports of the whole mission",
    "reports.review": "settle conflicts, release from quarantine, exclude a team's work",
    "safety.see": "read what was marked as a matter of safety",
    "snapshot.see": "see snapshots and download them",
    "snapshot.freeze": "freeze the mission into a snapshot",
    "journal.see": "read the journal and the chains",
}

ANALYST = ("mission.see", "plan.see", "forms.see", "reports.see", "snapshot.see")
COORDINATOR = (*ANALYST, "observers.see", "observers.manage", "plan.manage")


@dataclass(frozen=True, slots=True)
class Role:
    """A post in a mission. `rights` are words of RIGHTS."""

    name: str
    title: str | Promise
    rights: frozenset[str]


def _role(name: str, title: str | Promise, *rights: str) -> Role:
    unknown = set(rights) - set(RIGHTS)
    assert not unknown, unknown
    return Role(name, title, frozenset(rights))


ROLES = (
    _role("head", _("Head of mission"), *RIGHTS),
    _role("deputy", _("Deputy head of mission"), *RIGHTS),
    _role("election_analyst", _("Election analyst"), *ANALYST, "mission.set_up", "forms.publish"),
    _role("legal_analyst", _("Legal analyst"), *ANALYST),
    _role("political_analyst", _("Political analyst"), *ANALYST),
    _role("media_analyst", _("Media analyst"), "mission.see", "forms.see"),
    _role(
        "statistical_analyst",
        _("Statistical analyst"),
        *ANALYST,
        "mission.set_up",
        "forms.publish",
        "reports.review",
        "snapshot.freeze",
        "journal.see",
    ),
    _role("technology_analyst", _("Voting technology analyst"), *ANALYST),
    _role("finance_analyst", _("Campaign finance analyst"), *ANALYST),
    _role("inclusion_adviser", _("Adviser on gender, minorities and disability"), *ANALYST),
    _role("press_officer", _("Press officer"), "mission.see"),
    _role("lto_coordinator", _("Co-ordinator of long-term observers"), *COORDINATOR),
    _role(
        "operations",
        _("Operations"),
        "mission.see",
        "observers.see",
        "observers.manage",
        "plan.see",
    ),
    _role(
        "security_officer",
        _("Security officer"),
        "mission.see",
        "plan.see",
        "observers.see",
        "safety.see",
    ),
    _role(
        "long_term_observer",
        _("Long-term observer"),
        "mission.see",
        "plan.see",
        "forms.see",
        "reports.see",
    ),
    _role("delegation_head", _("Head of a delegation"), "mission.see", "forms.see"),
    _role("coalition_coordinator", _("Co-ordinator of a coalition member"), *COORDINATOR),
    _role("national_staff", _("National staff"), "mission.see"),
)
BY_NAME = {role.name: role for role in ROLES}
