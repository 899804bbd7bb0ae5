"""A form of the codebook as an XLSForm.

The name of a node is the item's id. A section is a group that the phone shows as one screen. What
must be read back (votes, "not known" ticks) has names made in `nodes`. Nothing that an observer
may have seen is refused: contradictions are for review, and a constraint stops only what is no
number or no station.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.conditions import as_xpath, check_conditions, literal
from paragraph8.server.forms.generate.nodes import Contestant, not_known_node, votes_node
from paragraph8.server.forms.generate.sheets import Row, Workbook, as_xlsx, plain
from paragraph8.server.forms.generate.words import ANSWERS, ENGLISH, Voice, language_title
from paragraph8.tables.codebook_reader import Choice, Form, Item, Section, Wording

__all__ = [
    "Contestant",
    "Workbook",
    "as_xlsx",
    "free_station",
    "marks",
    "other_station",
    "workbook",
]

AREAS_FILE, STATIONS_FILE = "areas.csv", "stations.csv"
OTHER_STATION = "other"
STATION_PATTERN = r"^[\w./-]{1,20}$"
PHOTO_PIXELS = 2560  # longer side; a photographed protocol stays readable

# What the phone notes by itself.
METADATA: tuple[Row, ...] = (
    {"type": "start", "name": "start"},
    {"type": "end", "name": "end"},
    {"type": "today", "name": "today"},
)
_PLAIN_TYPES = {
    "time": "time",
    "date": "date",
    "text": "text",
    "position": "geopoint",
}


def workbook(
    form: Form,
    *,
    languages: Sequence[str],
    version: str,
    form_id: str,
    title: str,
    contestants: Sequence[Contestant] = (),
    stations_file: str = STATIONS_FILE,
) -> Workbook:
    """The XLSForm of this form in these languages; the first is the one that phones begin with.

    Words that a language lacks stand in English. Lists of areas and stations come from files that
    are sent along: `areas.csv` with the columns name and label, and `stations_file` with name,
    label and area, and the row `other_station` for those that are not in it.

    Problems: forms.condition_without_item, forms.repeated_contestant.
    """
    check_conditions(form)
    _check_contestants(contestants)
    build = _Build(form, [Voice(code) for code in languages or (ENGLISH,)], stations_file)
    survey = [*METADATA, *build.survey(contestants)]
    settings = {
        "form_title": plain(title),
        "form_id": form_id,
        "version": version,
        "default_language": language_title(build.voices[0].language),
        "instance_name": _instance_name(form, plain(title)),
    }
    return Workbook(survey, build.choices, [settings])


def other_station(languages: Sequence[str]) -> tuple[str, str, str]:
    """The row of the list of stations that leads to the free entry of a number: name, label, area.

    A list has one column of labels, so this one says it in all the languages.
    """
    said = dict.fromkeys(Voice(language).word("not_listed") for language in languages)
    return OTHER_STATION, " / ".join(said), ""


def marks(item: Item) -> str:
    """The signs behind a question: ‡ serious, † adapted to the country."""
    return ("‡" if item.serious else "") + ("†" if item.country else "")


def free_station(item: Item, form: Form) -> bool:
    """Whether this text is the number of a station that is not in the list."""
    stations = {other.id for other in form.items if other.type == "station"}
    clauses = item.asked_if.clauses if item.asked_if else ()
    return item.type == "text" and any(
        clause.item in stations and clause.value == OTHER_STATION for clause in clauses
    )


def _check_contestants(contestants: Sequence[Contestant]) -> None:
    codes = [contestant.code for contestant in contestants]
    for code in codes:
        if codes.count(code) > 1 or not code:
            raise Problem("forms.repeated_contestant", contestant=code)


def _instance_name(form: Form, title: str) -> str:
    """What the phone's list of filled forms shows: title, station or area, day."""
    station = next((item.id for item in form.items if item.type == "station"), "")
    free = next((item.id for item in form.items if free_station(item, form)), "")
    area = next((item.id for item in form.items if item.type == "area"), "")
    place = f"${{{station or area}}}" if station or area else "''"
    if station and free:
        place = f"if(${{{station}}} = '{OTHER_STATION}', ${{{free}}}, ${{{station}}})"
    return f"concat({literal(title)}, ' ', {place}, ' ', ${{today}})"


@dataclass(slots=True)
class _Build:
    """One form on its way to rows; collects the lists of choices that its questions name."""

    form: Form
    voices: list[Voice]
    stations_file: str
    choices: list[Row] = field(default_factory=list)
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def survey(self, contestants: Sequence[Contestant]) -> Iterator[Row]:
        names: set[str] = set()
        for section in self.form.sections:
            rows = [row for item in section.items for row in self._item(item, contestants)]
            if rows:
                yield self._group(section, names)
                yield from rows
                yield {"type": "end group"}

    def _group(self, section: Section, names: set[str]) -> Row:
        name = f"s_{section.id}"
        while name in names:
            name += "_more"
        names.add(name)
        opening = {"type": "begin group", "name": name, "appearance": "field-list"}
        return {**opening, **self._in_languages("label", section.wording)}

    def _item(self, item: Item, contestants: Sequence[Contestant]) -> Iterator[Row]:
        match item.type:
            case "team":
                return
            case "votes":
                yield from self._votes(item, contestants)
            case "integer" | "decimal":
                yield from self._number(item)
            case "yes_no" | "yes_no_na" | "rating":
                yield self._question(item, f"select_one {self._answers(item.type)}")
            case "one_of" | "many_of":
                kind = "select_one" if item.type == "one_of" else "select_multiple"
                yield self._question(item, f"{kind} {self._list(item)}")
            case "area":
                yield self._question(item, f"select_one_from_file {AREAS_FILE}")
            case "station":
                yield self._station(item)
            case "text" if free_station(item, self.form):
                limits = self._constraint(f"regex(., '{STATION_PATTERN}')", "station_number")
                yield {**self._question(item, "text"), **limits}
            case "photo":
                yield {**self._question(item, "image"), "parameters": f"max-pixels={PHOTO_PIXELS}"}
            case _:
                yield self._question(item, _PLAIN_TYPES[item.type])

    def _question(self, item: Item, kind: str) -> Row:
        labels = {voice.language: self._label(item, voice) for voice in self.voices}
        row: dict[str, str] = {"type": kind, "name": item.id, **self._in_languages("label", labels)}
        if item.asked_if:
            row["relevant"] = as_xpath(item.asked_if, self.form)
        needed = as_xpath(item.required_if, self.form) if item.required_if else ""
        if needed:
            row |= {"required": needed, **self._words("required_message", "needed")}
        return row

    def _label(self, item: Item, voice: Voice) -> str:
        return f"{item.id}. {voice.of(item.wording)} {marks(item)}".rstrip()

    def _number(self, item: Item) -> Iterator[Row]:
        """A number, and below it a tick for "not known" that goes away once there is a number.

        The number does not go away in turn: forms in which two questions hide each other are
        refused by phones as circular.
        """
        word = "whole_number" if item.type == "integer" else "number"
        number = {**self._question(item, item.type), **self._constraint(". >= 0", word)}
        yield number
        empty = f"${{{item.id}}} = ''"
        asked = number.get("relevant")
        yield {
            "type": f"select_multiple {self._answers('dk')}",
            "name": not_known_node(item.id),
            **self._in_languages("label", {v.language: f"{item.id}:" for v in self.voices}),
            "relevant": f"({asked}) and {empty}" if asked else empty,
        }

    def _votes(self, item: Item, contestants: Sequence[Contestant]) -> Iterator[Row]:
        for contestant in contestants:
            said = {
                voice.language: f"{self._label(item, voice)}: {plain(contestant.name)}"
                for voice in self.voices
            }
            yield {
                **self._question(item, "integer"),
                "name": votes_node(item.id, contestant.code),
                **self._in_languages("label", said),
                **self._constraint(". >= 0", "whole_number"),
            }

    def _station(self, item: Item) -> Row:
        row = self._question(item, f"select_one_from_file {self.stations_file}")
        area = next((other.id for other in self.form.items if other.type == "area"), "")
        if not area:
            return row
        within = f"area = ${{{area}}} or starts-with(area, concat(${{{area}}}, '/'))"
        return {**row, "choice_filter": f"{within} or name = '{OTHER_STATION}'"}

    def _constraint(self, expression: str, word: str) -> Row:
        return {"constraint": expression, **self._words("constraint_message", word)}

    def _answers(self, kind: str) -> str:
        """The list of a type's own answers; `dk` alone is the tick beside a number."""
        if kind not in self.lists:
            self.lists[kind] = ()
            for value, word in ANSWERS.get(kind, (("dk", "dk"),)):
                self.choices.append(
                    {"list_name": kind, "name": value, **self._words("label", word)}
                )
        return kind

    def _list(self, item: Item) -> str:
        """Items with the same choices share one list, named after the first of them."""
        for name, choices in self.lists.items():
            if choices == item.choices:
                return name
        name = f"of_{item.id}"
        self.lists[name] = item.choices
        for choice in item.choices:
            labels = self._in_languages("label", choice.wording)
            self.choices.append({"list_name": name, "name": choice.value, **labels})
        return name

    def _words(self, column: str, word: str) -> Row:
        return self._in_languages(column, {v.language: v.word(word) for v in self.voices})

    def _in_languages(self, column: str, wording: Wording) -> Row:
        return {
            f"{column}::{language_title(voice.language)}": voice.of(wording)
            for voice in self.voices
        }
