"""What stands on a paper form, before it is laid out."""

from dataclasses import dataclass

from paragraph8.server.forms.generate.conditions import in_words
from paragraph8.server.forms.generate.nodes import Contestant
from paragraph8.server.forms.generate.words import ANSWERS, Voice
from paragraph8.server.forms.generate.workbook import free_station, marks
from paragraph8.tables.codebook_reader import Form, Item

# How a question of each type is answered on paper:
#   ticks     boxes in the columns yes, no, not known, not applicable
#   rating    1 to 4, or not known
#   number    boxes for digits, or not known
#   options   boxes with words below the question
#   line, lines, time, date, position, photo
#   votes     nothing; its contestants follow as numbers
# and for questions of other origin `none`: words only.
_KIND_OF_TYPE = {
    "yes_no": "ticks",
    "yes_no_na": "ticks",
    "rating": "rating",
    "integer": "number",
    "decimal": "number",
    "one_of": "options",
    "many_of": "options",
    "time": "time",
    "date": "date",
    "text": "lines",
    "position": "position",
    "photo": "photo",
    "station": "line",
    "area": "line",
    "votes": "votes",
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One question on paper.

    id       of the item; of a contestant, the code
    notes    small lines under the question: when it is asked, how to tick
    columns  of ticks and ratings: which of the four columns have a box; of numbers whether the
             third ("not known") has one
    options  words beside boxes
    sub      a contestant's line below the item of the votes
    """

    id: str
    text: str
    kind: str
    marks: str = ""
    notes: tuple[str, ...] = ()
    columns: tuple[bool, bool, bool, bool] = (False, False, False, False)
    options: tuple[str, ...] = ()
    sub: bool = False


@dataclass(frozen=True, slots=True)
class PaperSection:
    """Questions under one title; `note` explains the scale where ratings are asked."""

    title: str
    rows: tuple[PaperRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One form in one language, all words chosen."""

    title: str
    says: str
    sections: tuple[PaperSection, ...]


def paper_of_codebook(
    form: Form, voice: Voice, contestants: tuple[Contestant, ...] = ()
) -> PaperForm:
    """A form of the codebook on paper: the same items in the same order as on the phone."""
    sections = []
    for section in form.sections:
        rows = [row for item in section.items for row in _rows(item, form, voice, contestants)]
        if rows:
            rated = any(row.kind == "rating" for row in rows)
            note = scale(voice) if rated else ""
            sections.append(PaperSection(voice.of(section.wording), tuple(rows), note))
    return PaperForm(
        voice.of(form.title), voice.of(form.says) if form.says else "", tuple(sections)
    )


def scale(voice: Voice) -> str:
    """What the figures of a rating mean: "1 very good, 2 good …"."""
    steps = [f"{value} {voice.word(key)}" for value, key in ANSWERS["rating"] if value != "dk"]
    return f"{voice.word('scale')}: {' · '.join(steps)}"


def _rows(
    item: Item, form: Form, voice: Voice, contestants: tuple[Contestant, ...]
) -> list[PaperRow]:
    if item.type == "team" or (item.type == "votes" and not contestants):
        return []
    kind = "line" if free_station(item, form) else _KIND_OF_TYPE[item.type]
    asked = PaperRow(
        id=item.id,
        text=voice.of(item.wording),
        kind=kind,
        marks=marks(item),
        notes=tuple(_notes(item, form, voice)),
        columns=_columns(item.type),
        options=tuple(voice.of(choice.wording) for choice in item.choices),
    )
    if item.type != "votes":
        return [asked]
    return [asked, *(PaperRow(c.code, c.name, "number", sub=True) for c in contestants)]


def _columns(kind: str) -> tuple[bool, bool, bool, bool]:
    if kind in ("yes_no", "yes_no_na"):
        return (True, True, True, kind == "yes_no_na")
    return (False, False, kind in ("integer", "decimal", "rating"), False)


def _notes(item: Item, form: Form, voice: Voice) -> list[str]:
    notes = []
    if item.asked_if:
        notes.append(voice.word("only_if", conditions=in_words(item.asked_if, form, voice)))
    if item.required_if:
        notes.append(voice.word("needed_if", conditions=in_words(item.required_if, form, voice)))
    if item.type in ("one_of", "many_of"):
        notes.append(voice.word("tick_one" if item.type == "one_of" else "tick_all"))
    return notes
