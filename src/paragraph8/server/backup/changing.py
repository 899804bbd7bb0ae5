"""What may change in a running server after a backup, so that a drill can tell work from damage.

Whatever is not listed here never changes and never goes once it is written: reports, their files
and attempts, journal, chains, published forms. A table that is new is held to that too, until it
is listed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """What may change in the rows of a table.

    columns   these; None for all of them
    rows_go   rows may be deleted
    until     while this column is empty, everything may change and the row may go
    """

    columns: frozenset[str] | None
    rows_go: bool = False
    until: str = ""

    def allow(self, column: str) -> bool:
        """Whether this column may change."""
        return self.columns is None or column in self.columns


def _only(*columns: str) -> Changes:
    return Changes(frozenset(columns))


NEVER = _only()
FREE = Changes(None, rows_go=True)
EDITED = Changes(None)

CHANGES: dict[str, Changes] = {
    # what a decision of the office, or a file that came later, changes of a report
    "openrosa_submission": _only("state", "reason", "complete", "excluded"),
    "openrosa_conflict": _only("settled_at", "settlement"),
    # the links themselves never change; the drill follows them to the head
    "record_chain": _only("length", "head"),
    "snapshots_frozensnapshot": _only("state", "snapshot", "folder", "counts", "problem"),
    "snapshots_collectedfile": _only("withdrawn"),
    "setup_importrun": _only("applied", "outcome"),
    "forms_form": _only("title", "closes_at"),
    # drafts until they are published
    "forms_formversion": Changes(frozenset(), until="published_at"),
    "people_device": _only("digest_secret", "revoked_at", "last_seen", "device_id"),
    # registers that the office edits; nothing is deleted from them
    "people_team": EDITED,
    "people_observer": EDITED,
    "missions_mission": EDITED,
    "missions_account": EDITED,
    "setup_election": EDITED,
    "setup_area": EDITED,
    "setup_station": EDITED,
    "setup_contest": EDITED,
    "setup_contestant": EDITED,
    # plans, roles and log-ins come and go
    "people_stop": FREE,
    "missions_membership": FREE,
    "missions_institution": FREE,
    "missions_organisation": FREE,
    "missions_account_groups": FREE,
    "missions_account_user_permissions": FREE,
    "auth_group": FREE,
    "auth_group_permissions": FREE,
    "account_emailaddress": FREE,
    "account_emailconfirmation": FREE,
    "mfa_authenticator": FREE,
    "django_session": FREE,
    "server_cache": FREE,
}


def changes_of(table: str) -> Changes:
    """What may change in a table."""
    return CHANGES.get(table, NEVER)
