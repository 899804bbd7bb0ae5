"""Keys of programs that archive a mission."""

import secrets

from django.db import transaction
from django.utils import timezone

from paragraph8.server.missions.models import Account, Mission
from paragraph8.server.people.tokens import TOKEN_BYTES, token_hash
from paragraph8.server.record.journal import record
from paragraph8.server.review.models import ArchiveKey


@transaction.atomic
def make_key(mission: Mission, by: Account) -> str:
    """A new token, which nobody can show again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    key = ArchiveKey.objects.create(mission=mission, token_hash=token_hash(token), made_by=by.pk)
    record("archive_key.made", key, mission=mission.slug, by=by)
    return token


@transaction.atomic
def revoke_key(key: ArchiveKey, by: Account) -> None:
    """From now on the token opens nothing."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record("archive_key.revoked", key, mission=key.mission.slug, by=by)


def key_of(token: str) -> ArchiveKey | None:
    """The key in force that the token opens."""
    found = ArchiveKey.objects.select_related("mission").filter(
        token_hash=token_hash(token), revoked_at__isnull=True
    )
    key = found.first()
    if key is not None:
        ArchiveKey.objects.filter(pk=key.pk).update(last_used=timezone.now())
    return key
