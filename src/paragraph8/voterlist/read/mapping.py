"""A mapping: which column of a list holds what, as a person confirmed it. Read from TOML.

One file may describe several lists. `docs/how-to/map-a-voter-list.md` explains every entry.
Entries that nobody reads are refused, and so is every "?" that a proposal left open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from paragraph8.intake.raw_rows import FileOptions
from paragraph8.kernel.canonical import canonical_json, sha256_hex
from paragraph8.kernel.entries import Entries, read_toml
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import (
    BIRTH,
    DEATHS,
    EARLIER,
    ELECTRONIC,
    LIST,
    NAMES,
    NUMBER,
    PAPER,
    ROLES,
)

LISTS = (PAPER, ELECTRONIC, LIST, EARLIER, DEATHS)
DATE_ORDERS = ("dmy", "mdy", "ymd")
ID_KINDS = ("iin", "none")
FULL_NAME = "full_name"
SURNAME_FIRST, GIVEN_FIRST = "surname_first", "given_first"
NAME_ORDERS = (SURNAME_FIRST, GIVEN_FIRST)
OPEN = "?"

_DATES = (BIRTH, "entered")


@dataclass(frozen=True, slots=True)
class ListMapping:
    """How one list is read.

    name         one of LISTS
    columns      role -> headers, whose cells are joined with a blank
    constants    role -> the text that holds for every row
    full_name    headers of the cell that holds the whole name; none where its parts have columns
    name_order   surname_first or given_first; what comes first in `full_name`
    dates        dmy, mdy or ymd; None where no column with dates is mapped
    id_kind      what the national number is, so that its check digit can be tested
    options      how the file is written
    supplier, legal_basis, received   who gave the list, why it may be used, and when it came
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]
    full_name: tuple[str, ...]
    name_order: str
    dates: str | None
    id_kind: str
    options: FileOptions
    supplier: str
    legal_basis: str
    received: date

    def headers(self) -> tuple[str, ...]:
        """Every column that is read, each once, in the order of the mapping."""
        used = [header for headers in self.columns.values() for header in headers]
        return tuple(dict.fromkeys([*used, *self.full_name]))


def read_mapping(file: str, text: str) -> dict[str, ListMapping]:
    """List name -> its mapping, from this TOML text; `file` is its display name.

    Problems: mapping.not_toml, mapping.missing_entry, mapping.unknown_entry, mapping.bad_value,
        voterlist.unknown_role, voterlist.not_confirmed, voterlist.dates_not_stated.
    """
    top = read_toml(file, text)
    for name in top.entry_names():
        if name not in LISTS:
            raise Problem(
                "mapping.unknown_entry",
                file=file,
                where=top.where,
                entry=name,
                known=", ".join(LISTS),
            )
    if not top:
        raise Problem("mapping.missing_entry", file=file, entry=f"a table: {', '.join(LISTS)}")
    mappings = {
        name: _list(name, top.table(name), top.anything(name)) for name in top.entry_names()
    }
    top.refuse_unread()
    return mappings


def mapping_hash(mapping: ListMapping) -> str:
    """SHA-256 of all that the mapping says; comments, blanks and the order of entries are left
    aside."""
    options = mapping.options
    return sha256_hex(
        canonical_json(
            {
                "name": mapping.name,
                "columns": {role: list(headers) for role, headers in mapping.columns.items()},
                "constants": dict(mapping.constants),
                "full_name": list(mapping.full_name),
                "name_order": mapping.name_order,
                "dates": mapping.dates,
                "id_kind": mapping.id_kind,
                "delimiter": options.delimiter,
                "encoding": options.encoding,
                "header_row": options.header_row,
                "sheet": options.sheet,
                "supplier": mapping.supplier,
                "legal_basis": mapping.legal_basis,
                "received": mapping.received.isoformat(),
            }
        )
    )


def _list(name: str, entry: Entries, raw: Mapping[str, object]) -> ListMapping:
    columns, constants = _columns(entry)
    full_name = columns.pop(FULL_NAME, ())
    return ListMapping(
        name=name,
        columns=columns,
        constants=constants,
        full_name=full_name,
        name_order=entry.word("name_order", NAME_ORDERS, default=SURNAME_FIRST),
        dates=_dates(entry, columns),
        id_kind=_id_kind(entry, columns),
        options=_options(entry),
        supplier=_confirmed(entry, "supplier"),
        legal_basis=_confirmed(entry, "legal_basis"),
        received=_received(entry, raw.get("received")),
    )


def _columns(entry: Entries) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Role -> headers, and role -> constant, of the table [columns]."""
    table = entry.table("columns")
    columns: dict[str, tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    for role, value in entry.anything("columns").items():
        if role not in (*ROLES, FULL_NAME):
            known = ", ".join((*ROLES, FULL_NAME))
            raise Problem(
                "voterlist.unknown_role", file=entry.file, where=table.where, role=role, known=known
            )
        if isinstance(value, dict):
            constants[role] = _confirmed(table.table(role), "value")
            continue
        columns[role] = table.some_texts(role)
        if OPEN in columns[role]:
            raise _still_open(table, role)
    _check_columns(table, columns, constants)
    return columns, constants


def _check_columns(
    table: Entries, columns: Mapping[str, tuple[str, ...]], constants: Mapping[str, str]
) -> None:
    if FULL_NAME in constants:
        raise _bad(table, FULL_NAME, constants[FULL_NAME], "a column, not one name for every row")
    mapped = [*columns, *constants]
    both = FULL_NAME in columns and any(part in mapped for part in NAMES)
    if both or not (FULL_NAME in columns or "surname" in columns):
        expected = "full_name alone, or surname with given and patronymic"
        raise _bad(table, "the name", ", ".join(sorted(mapped)), expected)
    seen: dict[str, str] = {}
    for role, headers in columns.items():
        for header in headers:
            if header in seen:
                raise _bad(table, role, header, f"each column once; {seen[header]} has it already")
            seen[header] = role


def _dates(entry: Entries, columns: Mapping[str, tuple[str, ...]]) -> str | None:
    dated = [role for role in _DATES if role in columns]
    if entry.has("dates"):
        _confirmed(entry, "dates")
        return entry.word("dates", DATE_ORDERS)
    if dated:
        where = f"{dated[0]} in {entry.where} [columns]"
        raise Problem("voterlist.dates_not_stated", file=entry.file, where=where)
    return None


def _id_kind(entry: Entries, columns: Mapping[str, tuple[str, ...]]) -> str:
    """Needed where a national number is mapped: its check digit is tested, or it is not."""
    if NUMBER not in columns:
        return entry.word("id_kind", ID_KINDS, default="none")
    _confirmed(entry, "id_kind")
    return entry.word("id_kind", ID_KINDS)


def _options(entry: Entries) -> FileOptions:
    default = FileOptions()
    delimiter = entry.text("delimiter", default=default.delimiter)
    usable = len(delimiter) == 1 and delimiter.isascii() and not delimiter.isalnum()
    if not usable or delimiter in '"\n':
        raise _bad(entry, "delimiter", delimiter, "one sign such as , ; | or a tab")
    return FileOptions(
        delimiter=delimiter,
        encoding=entry.encoding("encoding", default=default.encoding),
        header_row=entry.number("header_row", default=default.header_row),
        sheet=entry.text("sheet", default="") or None,
    )


def _received(entry: Entries, value: object) -> date:
    if value == OPEN:
        raise _still_open(entry, "received")
    return entry.day("received")


def _confirmed(entry: Entries, key: str) -> str:
    """A text that is there, not blank, and no longer "?"."""
    value = entry.text(key)
    if value == OPEN:
        raise _still_open(entry, key)
    if not value.strip():
        raise _bad(entry, key, value, "a text that is not blank")
    return value


def _still_open(entry: Entries, key: str) -> Problem:
    return Problem("voterlist.not_confirmed", file=entry.file, where=f"{key} in {entry.where}")


def _bad(entry: Entries, key: str, value: str, expected: str) -> Problem:
    return Problem(
        "mapping.bad_value",
        file=entry.file,
        where=f"{key} in {entry.where}",
        value=value,
        expected=expected,
    )
