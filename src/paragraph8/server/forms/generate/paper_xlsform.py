"""An XLSForm that was brought along, on paper: read from its rows in one language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.paper_model import PaperForm, PaperRow, PaperSection
from paragraph8.server.forms.generate.sheets import Row, Workbook
from paragraph8.server.forms.generate.words import ENGLISH, Voice

_TRANSLATED = re.compile(r"label\s*::?\s*(?P<language>.+)", re.IGNORECASE)
_CODE = re.compile(r"(?:.*\((?P<code>[\w-]+)\)|(?P<bare>[\w-]+))\s*")
_REFERENCE = re.compile(r"\$\{\s*([^}]+?)\s*\}")
_SELECTED = re.compile(r"selected\(\s*\$\{(\S+?)\}\s*,\s*['\"](.*?)['\"]\s*\)")
_COMPARED = re.compile(r"\$\{(\S+?)\}\s*(!=|>=|<=|=|>|<)\s*['\"]?([^'\"()]*?)['\"]?\s*")
_SIGNS = {"!=": "≠", ">=": "≥", "<=": "≤"}
_SILENT = (
    "start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial",
    "subscriberid", "calculate", "hidden", "audit", "start-geopoint", "background-audio",
    "background-geopoint", "xml-external", "csv-external", "phone number", "imei", "device id",
)  # fmt: skip
_KINDS = {
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "range": "number",
    "time": "time",
    "date": "date",
    "datetime": "line",
    "geopoint": "position",
    "image": "photo",
    "photo": "photo",
    "text": "lines",
    "string": "lines",
    "note": "none",
}
# Names of answers that can stand in the columns of ticks. Never figures: 1 and 2 may be a scale.
_TICKS = (
    ("yes", "y", "true"),
    ("no", "n", "false"),
    ("dk", "unknown", "not_known", "dont_know"),
    ("na", "n_a", "not_applicable"),
)


def languages_of(workbook: Workbook) -> list[str]:
    """Codes of the languages in which questions are worded; English for labels without one."""
    codes: dict[str, None] = {}
    for row in workbook.survey:
        for column in row:
            if match := _TRANSLATED.fullmatch(column.strip()):
                codes[_code(match["language"])] = None
            elif column.strip().lower() == "label":
                codes[ENGLISH] = None
    return list(codes)


def paper_of_xlsform(workbook: Workbook, voice: Voice, name: str = "form") -> PaperForm:
    """The form on paper: each question that a person answers, numbered by its name.

    A word without a translation falls back to English, then to any language the form has.

    Problems: forms.no_such_language.
    """
    found = languages_of(workbook)
    if voice.language not in found:
        raise Problem(
            "forms.no_such_language",
            form=name,
            language=voice.language,
            found=", ".join(found) or "none",
        )
    settings: Row = next((row for row in workbook.settings if row), {})
    reader = _Reader(voice, _choices(workbook.choices))
    reader.read(workbook.survey)
    return PaperForm(settings.get("form_title", name), "", tuple(reader.sections))


def _code(language: str) -> str:
    match = _CODE.fullmatch(language.strip())
    return (match["code"] or match["bare"] or language).lower() if match else language


def _choices(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    lists: dict[str, list[Row]] = {}
    for row in rows:
        name = row.get("list_name") or row.get("list name") or ""
        lists.setdefault(name, []).append(row)
    return lists


@dataclass(slots=True)
class _Reader:
    """Walks the rows of the sheet `survey`; a group with questions of its own is a section."""

    voice: Voice
    lists: Mapping[str, list[Row]]
    sections: list[PaperSection] = field(default_factory=list)
    open_rows: list[PaperRow] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=lambda: [("", "")])
    types: dict[str, str] = field(default_factory=dict)  # question -> its list of choices

    def read(self, rows: Sequence[Row]) -> None:
        for row in rows:
            kind = " ".join(row.get("type", "").lower().replace("_", " ").split())
            if kind in ("begin group", "begin repeat"):
                self._close()
                self.titles.append(self._title(row, kind))
            elif kind in ("end group", "end repeat"):
                self._close()
                if len(self.titles) > 1:
                    self.titles.pop()
            elif row.get("name"):
                self.open_rows.extend(self._question(row))
        self._close()

    def _title(self, row: Row, kind: str) -> tuple[str, str]:
        notes = list(self._only_if(row))
        if kind == "begin repeat":
            notes.append(self.voice.word("repeat"))
        return self._label(row), " · ".join(notes)

    def _close(self) -> None:
        if self.open_rows:
            title, note = self.titles[-1]
            self.sections.append(PaperSection(title, tuple(self.open_rows), note))
            self.open_rows = []

    def _question(self, row: Row) -> Iterator[PaperRow]:
        kind, _, rest = row["type"].strip().partition(" ")
        if row["type"].strip().lower() in _SILENT or row.get("calculation"):
            return
        name, notes = row["name"], tuple(self._only_if(row))
        if kind.lower() in ("select_one", "select_multiple", "rank") and rest in self.lists:
            yield self._select(row, kind.lower(), rest, notes)
            return
        paper = _KINDS.get(kind.lower(), "line")
        yield PaperRow(name, self._label(row), paper, notes=notes)

    def _select(self, row: Row, kind: str, chosen: str, notes: tuple[str, ...]) -> PaperRow:
        choices = self.lists[chosen]
        self.types[row["name"]] = chosen
        columns = _tick_columns([choice.get("name", "") for choice in choices])
        if kind == "select_one" and columns:
            return PaperRow(row["name"], self._label(row), "ticks", notes=notes, columns=columns)
        tick = self.voice.word("tick_one" if kind == "select_one" else "tick_all")
        options = tuple(self._label(choice) for choice in choices)
        return PaperRow(
            row["name"], self._label(row), "options", "", (*notes, tick), options=options
        )

    def _label(self, row: Row) -> str:
        wording = {}
        for column, text in row.items():
            if match := _TRANSLATED.fullmatch(column.strip()):
                wording[_code(match["language"])] = text
            elif column.strip().lower() == "label":
                wording.setdefault(ENGLISH, text)
        if not wording:
            return row.get("name", "")
        if self.voice.language not in wording and ENGLISH not in wording:
            wording[ENGLISH] = next(iter(wording.values()))
        return _REFERENCE.sub(r"[\1]", self.voice.of(wording))

    def _only_if(self, row: Row) -> Iterator[str]:
        expression = row.get("relevant") or row.get("relevance") or ""
        if expression:
            yield self.voice.word("only_if", conditions=self._said(expression))

    def _said(self, expression: str) -> str:
        """An expression of known parts in words; any other as it is written."""
        joined = re.split(r"\s+(and|or)\s+", expression.strip())
        said = [
            self.voice.word(part) if part in ("and", "or") else self._part(part) for part in joined
        ]
        return " ".join(said)

    def _part(self, part: str) -> str:
        if match := _SELECTED.fullmatch(part.strip()):
            value = self._answer(match[1], match[2])
            return self.voice.word("has", item=match[1], value=value)
        if match := _COMPARED.fullmatch(part.strip()):
            sign = _SIGNS.get(match[2], match[2])
            return f"{match[1]} {sign} {self._answer(match[1], match[3]) or '∅'}"
        return _REFERENCE.sub(r"\1", part)

    def _answer(self, question: str, value: str) -> str:
        for choice in self.lists.get(self.types.get(question, ""), ()):
            if choice.get("name") == value:
                return self._label(choice)
        return value


def _tick_columns(values: Sequence[str]) -> tuple[bool, bool, bool, bool] | None:
    """Which of the columns yes, no, not known, not applicable a list fills; None if it is other."""
    places = [
        next((n for n, words in enumerate(_TICKS) if value.lower() in words), -1)
        for value in values
    ]
    if -1 in places or len(set(places)) < len(places) or not {0, 1} <= set(places):
        return None
    return (True, True, 2 in places, 3 in places)
