"""The catalogue of commitments as a page, with what could be cited on election day."""

from datetime import date
from itertools import groupby

from paragraph8.findings.standards.commitments import commitments, search
from paragraph8.statement.documents import model
from paragraph8.statement.documents.html import environment
from paragraph8.statement.wording.references import say_date


def standards_page(document: model.Document, election_day: date) -> str:
    """All commitments by instrument; those not in force on `election_day` are marked."""
    everything = list(commitments().values())
    groups = [
        (instrument, list(entries))
        for instrument, entries in groupby(everything, key=lambda c: c.instrument)
    ]
    return (
        environment()
        .get_template("standards.html")
        .render(
            document=document,
            commitments=everything,
            groups=groups,
            in_force={c.id for c in search(day=election_day)},
            day=say_date(election_day),
            root="",
        )
    )
