"""The codebook's forms as a mission asks them: in its languages, with its ballots."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from paragraph8.server.forms.generate.nodes import Contestant
from paragraph8.server.forms.generate.words import ENGLISH, Voice
from paragraph8.server.missions.features import features
from paragraph8.server.missions.models import Mission
from paragraph8.server.setup.models import Contestant as OnBallot
from paragraph8.server.setup.models import Election
from paragraph8.tables.codebook_reader import codebook_form, item_row
from paragraph8.tables.words import ELECTION_DAY_FORMS, LONG_TERM_FORMS

if TYPE_CHECKING:
    from paragraph8.server.forms.generate.sheets import Workbook


def forms_of(mission: Mission) -> tuple[str, ...]:
    """The forms of the codebook that a mission of this format fills in."""
    long_term = LONG_TERM_FORMS if features(mission).long_term_observers else ()
    return (*ELECTION_DAY_FORMS, "incident", *long_term)


def languages_of(mission: Mission) -> list[str]:
    """The languages of its forms, the default first."""
    return list(mission.languages) or [ENGLISH]


def title_in(name: str, language: str) -> str:
    """The title of a form of the codebook, in English where it lacks the language."""
    return Voice(language).of(codebook_form(name).title)


def items_of(name: str) -> list[dict[str, object]]:
    """The rows of `form_item` that this form asks, the header's among them, in the order asked."""
    items = codebook_form(name).items
    return [item_row(item, place) for place, item in enumerate(items, start=1)]


def workbook_of(
    name: str, *, version: str, languages: Sequence[str], contestants: Sequence[Contestant]
) -> "Workbook":
    """The XLSForm of a form of the codebook; the same input gives the same sheets."""
    # Here: the library of workbooks takes memory that a server needs only while it makes forms.
    from paragraph8.server.forms.generate.workbook import workbook

    title = title_in(name, languages[0])
    return workbook(
        codebook_form(name),
        languages=languages,
        version=version,
        form_id=name,
        title=title,
        contestants=contestants,
    )


def contestants_of(mission: Mission, today: date) -> list[Contestant]:
    """Who stands on the ballots of the next election day, or of the last if all are over.

    Contest by contest, each in the order of its ballot. With several contests the name says which;
    a code that several of them use has the contest's code in front.
    """
    day = _day(mission, today)
    rows = list(
        OnBallot.objects.filter(
            contest__election__mission=mission, contest__election__day=day, withdrawn=False
        )
        .select_related("contest")
        .order_by("contest__election__code", "contest__code", "place", "code")
    )
    return list(_distinct(rows))


def _day(mission: Mission, today: date) -> date | None:
    days = sorted(Election.objects.filter(mission=mission).values_list("day", flat=True))
    # A count goes past midnight: a day is over when the next has passed.
    return next((day for day in days if (today - day).days <= 1), days[-1] if days else None)


def _distinct(rows: Sequence[OnBallot]) -> Iterator[Contestant]:
    several = len({row.contest_id for row in rows}) > 1
    codes = [row.code for row in rows]
    for row in rows:
        contest = row.contest.code
        code = f"{contest}-{row.code}" if codes.count(row.code) > 1 else row.code
        yield Contestant(code, f"{contest}: {row.name}" if several else row.name)
