"""A declaration of reports collected elsewhere: which column of an export is which item.

Read from TOML. The built-in formats and a user's mapping file are the same thing. Entries that
nobody reads are refused, so that a typing error cannot pass.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from paragraph8.intake.readers import FileOptions
from paragraph8.kernel.entries import Entries, read_toml
from paragraph8.kernel.problem import Problem
from paragraph8.tables.words import FORMS

OBSERVATION_FORMATS = ("kobo", "odk_central")
MAPPED = "mapped"
# What a report has beside its answers, and the header items that a mapping may name by a word.
META_COLUMNS = ("instance", "received", "version", "team", "form")
NAMED_ITEMS = {
    "station": "H4",
    "area": "H3",
    "day": "H_day",
    "arrived": "H7",
    "departed": "H8",
}
Vocabulary = Mapping[str, str]  # words as exported, casefolded -> value of the codebook


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Columns that hold one thing; the first filled one counts.

    must_be_there  there is only one: a mapping that names a missing column is wrong. Several name
                   what different versions of a tool write, and may match none.
    """

    columns: tuple[str, ...]
    must_be_there: bool


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows whose `column` holds one of `equals` are out of every analysis, for `reason`."""

    column: str
    equals: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class FormFile:
    """One kind of file.

    name         pattern of its name; its group `form`, if any, is the form
    form         one of FORMS; "" where the name or a column says it
    form_id      for own forms: the first part of their items' ids
    separator    between group and item in a header; split: between item and choice
    instance_prefix  what devices write before an instance id, and the tool leaves out
    labels       headers and answers may be the codebook's wording in any language
    columns      META_COLUMNS that are declared
    items        node -> the column that holds it, for columns with other names
    words        words for answers to any item; answers: for one item (node -> words)
    form_words   words for forms, where a column says the form
    """

    name: re.Pattern[str]
    options: FileOptions
    form: str
    form_id: str
    separator: str
    split: str
    instance_prefix: str
    labels: bool
    columns: Mapping[str, ColumnChoice]
    items: Mapping[str, str]
    words: Vocabulary
    answers: Mapping[str, Vocabulary]
    form_words: Vocabulary
    exclusion: Exclusion | None


@dataclass(frozen=True, slots=True)
class ObservationDeclaration:
    """All kinds of files that one tool, or one user's mapping, knows."""

    file: str
    forms: tuple[FormFile, ...]


def read_observation_declaration(file: str, text: str) -> ObservationDeclaration:
    """The declaration in this TOML text; `file` is its display name.

    Raises Problem mapping.not_toml, mapping.missing_entry, mapping.unknown_entry,
    mapping.bad_pattern, mapping.bad_value.
    """
    top = read_toml(file, text)
    options = _options(top.table("file", optional=True))
    words = _vocabulary(top.table("words", optional=True))
    forms = tuple(_form(entry, options, words) for entry in top.tables("forms"))
    top.refuse_unread()
    return ObservationDeclaration(file, forms)


def built_in_observations(name: str) -> ObservationDeclaration:
    """The declaration of a built-in format. Raises Problem intake.unknown_format."""
    if name not in OBSERVATION_FORMATS:
        found = ", ".join((*OBSERVATION_FORMATS, MAPPED))
        raise Problem("intake.unknown_format", format=name, found=found)
    folder = resources.files("paragraph8.intake.observations") / "declarations"
    text = (folder / f"{name}.toml").read_text(encoding="utf-8")
    return read_observation_declaration(name, text)


def _options(entry: Entries) -> FileOptions:
    default = FileOptions()
    delimiter = entry.text("delimiter", default=default.delimiter)
    if len(delimiter) != 1:
        raise _bad(entry, "delimiter", delimiter, "one character")
    return FileOptions(
        delimiter=delimiter,
        encoding=entry.encoding("encoding", default=default.encoding),
        header_row=entry.number("header_row", default=default.header_row),
        sheet=entry.text("sheet", default="") or None,
    )


def _form(entry: Entries, options: FileOptions, words: Vocabulary) -> FormFile:
    name = entry.pattern("name")
    columns = entry.table("columns", optional=True)
    items = dict(entry.mapping("items"))
    items |= {node: columns.text(word) for word, node in NAMED_ITEMS.items() if columns.has(word)}
    meta = {key: _choice(columns, key) for key in META_COLUMNS if columns.has(key)}
    form = entry.text("form", default="")
    if form and form not in FORMS:
        raise _bad(entry, "form", form, f"one of {', '.join(FORMS)}")
    if not form and "form" not in name.groupindex and "form" not in meta:
        missing = f"form in {entry.where}"
        raise Problem("mapping.missing_entry", file=entry.file, entry=missing)
    answers = entry.table("answers", optional=True)
    return FormFile(
        name=name,
        options=_options(entry.table("file")) if entry.has("file") else options,
        form=form,
        form_id=entry.text("form_id") if form == "own" else entry.text("form_id", default=""),
        separator=entry.text("separator", default="/"),
        split=entry.text("split", default="/"),
        instance_prefix=entry.text("instance_prefix", default=""),
        labels=entry.flag("labels"),
        columns=meta,
        items=items,
        words={**words, **_vocabulary(entry.table("words", optional=True))},
        answers={node: _vocabulary(answers.table(node)) for node in answers.entry_names()},
        form_words=_vocabulary(entry.table("form_words", optional=True)),
        exclusion=_exclusion(entry.table("excluded", optional=True)),
    )


def _choice(columns: Entries, key: str) -> ColumnChoice:
    texts = columns.some_texts(key)
    return ColumnChoice(texts, must_be_there=len(texts) == 1)


def _vocabulary(entry: Entries) -> dict[str, str]:
    """Value -> words in the file, turned round."""
    return {
        word.strip().casefold(): value
        for value in entry.entry_names()
        for word in entry.some_texts(value)
    }


def _exclusion(entry: Entries) -> Exclusion | None:
    if not entry:
        return None
    return Exclusion(entry.text("column"), entry.some_texts("equals"), entry.text("reason"))


def _bad(entry: Entries, key: str, value: object, expected: str) -> Problem:
    where = f"{key} in {entry.where}"
    return Problem(
        "mapping.bad_value", file=entry.file, where=where, value=value, expected=expected
    )
