"""A form on A4 paper, by Typst: the same items with the same numbers as on the phone."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path

import typst

from paragraph8.intake.controls import without_controls
from paragraph8.server.forms.generate.conditions import check_conditions
from paragraph8.server.forms.generate.nodes import Contestant
from paragraph8.server.forms.generate.paper_model import PaperForm, paper_of_codebook
from paragraph8.server.forms.generate.paper_xlsform import paper_of_xlsform
from paragraph8.server.forms.generate.sheets import Workbook
from paragraph8.server.forms.generate.words import Voice, direction
from paragraph8.statement.documents.pdf import TIMESTAMP
from paragraph8.tables.codebook_reader import Form

HERE = "paragraph8.server.forms.generate"
_FIXED_WORDS = ("team", "version", "yes", "no", "dk_short", "na", "latitude", "longitude", "photo")


def paper_pdf(
    source: Form | Workbook,
    *,
    language: str,
    mission_title: str,
    version: str,
    contestants: Sequence[Contestant] = (),
    title: str = "",
) -> bytes:
    """The PDF's bytes; the same input gives the same bytes.

    `source` is a form of the codebook, or the sheets of an XLSForm that was brought along; `title`
    replaces the form's own. Words that the language lacks stand in English, and the footer says so.

    Problems: forms.condition_without_item, forms.no_such_language.
    """
    voice = Voice(language)
    if isinstance(source, Form):
        check_conditions(source)
        paper = paper_of_codebook(source, voice, tuple(contestants))
    else:
        paper = paper_of_xlsform(source, voice, title or "form")
    words = {key: voice.word(key) for key in (*_FIXED_WORDS, "entered")}
    content = {
        **asdict(paper),
        "title": title or paper.title,
        "mission": mission_title,
        "form_version": version,
        "language": language.split("-")[0],
        "direction": direction(language),
        "words": words,
        "page": voice.word("page", page="{page}", pages="{pages}"),
        "legend": _legend(paper, voice),
    }
    return _typeset(without_controls(json.dumps(content, ensure_ascii=False)))


def _legend(paper: PaperForm, voice: Voice) -> list[str]:
    """What the signs of this form mean, and whether words had to be left in English."""
    used = "".join(row.marks for section in paper.sections for row in section.rows)
    lines = []
    if "‡" in used:
        lines.append(voice.word("serious"))
    if "†" in used:
        lines.append(voice.word("country"))
    if voice.fell_back:
        lines.append(voice.word("fallback"))
    return lines


def _typeset(content: str) -> bytes:
    with (
        tempfile.TemporaryDirectory() as name,
        resources.as_file(resources.files("paragraph8.statement") / "fonts" / "ttf") as fonts,
        resources.as_file(resources.files(HERE) / "templates" / "paper.typ") as template,
    ):
        folder = Path(name)
        (folder / "form.json").write_text(content, encoding="utf-8")
        main = folder / "paper.typ"
        main.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        pdf = typst.compile(
            str(main),
            root=str(folder),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            timestamp=TIMESTAMP,
        )
    return bytes(pdf)
