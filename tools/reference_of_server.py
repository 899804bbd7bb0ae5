"""Reference pages of the server, made from its router, its roles and the codebook."""

import os
import tempfile
from collections.abc import Iterator

from paragraph8.server.missions.roles import RIGHTS, ROLES
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, HEADER, Item, codebook_form


def access_lines() -> Iterator[str]:
    """The access matrix: rights, roles, and every address with what it asks for."""
    _set_up()
    yield "# Who may do what"
    yield ""
    yield (
        "Every address of the server, read from its router. A mission that a person has no role "
        "in answers 404; a right that the role lacks answers 403; a device reaches its own "
        "mission only. `tests/server/test_access_matrix.py` tries every address as every role, "
        "as a stranger and as nobody, and fails for an address that says nothing of its access."
    )
    yield from ("", "## Rights", "")
    yield from _table(("right", "to"), ((f"`{word}`", says) for word, says in RIGHTS.items()))
    yield from ("", "## Roles", "")
    yield from _table(
        ("role", "may"),
        (
            (str(role.title), ", ".join(f"`{r}`" for r in RIGHTS if r in role.rights))
            for role in ROLES
        ),
    )
    yield from ("", "## Addresses", "")
    yield from _table(("address", "who"), sorted(_routes()))


def codebook_lines() -> Iterator[str]:
    """Every item of every form."""
    yield "# The codebook"
    yield ""
    yield (
        "What observers are asked. ‡ marks a serious violation, † the block that is adapted to "
        "the country. The polarity hangs on the id: a translation changes words, never what "
        "counts as a problem. Russian and Kazakh wording stand in `src/paragraph8/tables/codebook` "
        "and have not been read by a native speaker yet."
    )
    seen: set[str] = set()
    for name in CODEBOOK_FORMS:
        form = codebook_form(name)
        yield from ("", f"## {form.title['en']}", "")
        new = [item for item in form.items if item.id not in seen]
        if any(item.form == HEADER for item in new):
            seen |= {item.id for item in new if item.form == HEADER}
        yield from _table(
            ("id", "question", "answer", "problem", "asked if", "commitments"), map(_row, new)
        )


def _row(item: Item) -> tuple[str, ...]:
    marks = ("‡" if item.serious else "") + ("†" if item.country else "")
    return (
        f"{item.id}{marks}",
        item.wording["en"],
        item.type.replace("_", " "),
        ", ".join(item.problem),
        item.asked_if.text if item.asked_if else "",
        ", ".join(item.standards),
    )


def _set_up() -> None:
    os.environ.setdefault("P8_HOME", tempfile.mkdtemp())
    os.environ.setdefault("P8_SECRET", "a secret that only this page is made with")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paragraph8.server.site.settings")
    import django

    django.setup()


def _routes() -> Iterator[tuple[str, str]]:
    from django.urls import URLResolver, get_resolver

    def walk(patterns: list, prefix: str) -> Iterator[tuple[str, str]]:
        for entry in patterns:
            pattern = f"{prefix}{entry.pattern}"
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, pattern)
            else:
                access = str(getattr(entry.callback, "access", "?"))
                changing = getattr(entry.callback, "changing", access)
                who = access if changing == access else f"{access}; to change: {changing}"
                yield f"`/{pattern}`", who

    yield from walk(get_resolver().url_patterns, "")


def _table(head: tuple[str, ...], rows) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"
