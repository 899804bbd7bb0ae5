"""The paper twin of a version: what the phone of that version asks, not what a later one would."""

from paragraph8.server.forms.codebook import workbook_of
from paragraph8.server.forms.generate.nodes import Contestant
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.forms.questions import OWN
from paragraph8.tables.codebook_reader import codebook_form


def paper_of(version: FormVersion, language: str) -> bytes:
    """The PDF in one of the version's languages.

    A form of the codebook that has changed since is printed from the kept XLSForm, like an own one.
    Raises the problems of `generate.paper.paper_pdf` and, for a source that is no workbook, those
    of `generate.sheets.read_sheets`.
    """
    # Here: typesetting takes memory that a server needs only while it prints.
    from paragraph8.server.forms.generate.paper import paper_pdf
    from paragraph8.server.forms.generate.sheets import read_sheets

    contestants = tuple(Contestant(code, name) for code, name in version.contestants)
    as_published = _is_as_in_codebook(version, contestants)
    name = version.form.form
    source = codebook_form(name) if as_published else read_sheets(name, bytes(version.source))
    return paper_pdf(
        source,
        language=language,
        mission_title=version.form.mission.title,
        version=version.version,
        contestants=contestants,
        title="" if as_published else version.title,
    )


def _is_as_in_codebook(version: FormVersion, contestants: tuple[Contestant, ...]) -> bool:
    from paragraph8.server.forms.generate.sheets import as_xlsx

    if version.form.form == OWN or not version.languages:
        return False
    now = workbook_of(
        version.form.form,
        version=version.version,
        languages=version.languages,
        contestants=contestants,
    )
    return as_xlsx(now) == bytes(version.source)
