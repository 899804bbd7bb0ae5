"""Which forms a team fills in, and in which version."""

from django.db.models import Q
from django.utils import timezone

from paragraph8.server.forms.models import FormVersion
from paragraph8.server.people.models import Team
from paragraph8.tables.words import ELECTION_DAY_FORMS, LONG_TERM_FORMS

FOR_KIND = {
    "short_term": (*ELECTION_DAY_FORMS, "incident", "own"),
    "parliamentary": (*ELECTION_DAY_FORMS, "incident", "own"),
    "long_term": (*ELECTION_DAY_FORMS, "incident", *LONG_TERM_FORMS, "own"),
}


def current_versions(team: Team, every: bool = False) -> list[FormVersion]:
    """The published versions of the open forms of this team: the newest, or every one."""
    now = timezone.now()
    versions = (
        FormVersion.objects.filter(
            Q(form__closes_at__isnull=True) | Q(form__closes_at__gt=now),
            form__mission=team.mission,
            form__form__in=FOR_KIND[team.kind],
            published_at__isnull=False,
        )
        .select_related("form")
        .defer("xform", "source", "items")
        .order_by("form_id", "published_at")
    )
    if every:
        return list(versions)
    return list({version.form_id: version for version in versions}.values())


def published_version(team: Team, form_id: str, version: str) -> FormVersion | None:
    """One published version, an old or closed one too; `-` is the version without a name."""
    return (
        FormVersion.objects.filter(
            form__mission=team.mission,
            form__form_id=form_id,
            version="" if version == "-" else version,
            published_at__isnull=False,
        )
        .select_related("form")
        .first()
    )
