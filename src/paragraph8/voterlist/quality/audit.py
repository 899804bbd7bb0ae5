"""The audit of one list: its entries as whole numbers, and the questions put to them in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.identifiers import KINDS, Kind
from paragraph8.voterlist.quality.limits import Limits
from paragraph8.voterlist.quality.rows import ALL, UNKNOWN

# Working tables; dropped when the tests are done.
ENTRY, MARKED = "quality_entry", "quality_marked"
# Digits that a whole number of eight bytes holds for certain.
MOST_DIGITS = 18
# The number of a place that an entry does not state: no word has it.
NOWHERE = -1


@dataclass(slots=True)
class Audit:
    """One list, made ready for the tests.

    columns   roles that the list was mapped to
    entries   rows of the list
    codes     area and station: id -> code as on the list
    asked     SQL put to the list so far
    """

    engine: Engine
    context: Context
    extras: Extras
    limits: Limits
    columns: frozenset[str]
    entries: int = 0
    codes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)

    @property
    def raw(self) -> str:
        """The table of the list's own texts."""
        return f"{self.context.table}_raw"

    @property
    def id_kind(self) -> Kind | None:
        """What the numbers say of their holders; None for nothing."""
        return KINDS.get(self.context.id_kind or "")

    def ask(self, select: str) -> pl.DataFrame:
        """The rows of a SELECT, which is kept among the SQL of the test."""
        self.asked.append(select)
        return self.engine.frame(select)

    def make(self, name: str, select: str) -> None:
        """A working table from a SELECT, which is kept among the SQL of the test."""
        self.asked.append(f"CREATE TABLE {name} AS {select}")
        self.made.add(name)
        self.engine.table(name, select)

    def put(self, name: str, frame: pl.DataFrame) -> None:
        """A working table from a frame."""
        self.made.add(name)
        self.engine.put(name, frame)

    def has(self, *roles: str) -> bool:
        """Whether the list was mapped to all these roles."""
        return set(roles) <= self.columns

    def name_places(self, table: str) -> None:
        """Learn the codes of the areas and stations of a working table, beside those known."""
        self.codes = {
            role: {**_codes(self, role, table), **self.codes.get(role, {})}
            for role in ("area", "station")
        }

    def coded(self, counts: pl.DataFrame) -> pl.DataFrame:
        """The numbers of `area` and `station` turned into codes; null is all together."""
        return counts.with_columns(
            pl.col(role)
            .replace_strict({NOWHERE: UNKNOWN, **self.codes[role]}, default=ALL)
            .fill_null(ALL)
            if self.has(role)
            else pl.lit(ALL).alias(role)
            for role in ("area", "station")
            if role in counts.columns
        )

    def forget(self) -> None:
        """Drop the working tables."""
        self.engine.drop(*sorted(self.made))
        self.made.clear()


def open_audit(engine: Engine, context: Context, extras: Extras, limits: Limits) -> Audit:
    """Make the entries of the list ready: ages, numbers as whole numbers, places without gaps."""
    audit = Audit(
        engine,
        context,
        extras,
        limits,
        frozenset(engine.columns(f"{context.table}_raw")) - {"row"},
    )
    audit.make(ENTRY, entry_select(context.table, context.day))
    audit.entries = int(engine.row(f"SELECT count(*) FROM {ENTRY}")[0])
    audit.name_places(ENTRY)
    return audit


def entry_select(table: str, day: int) -> str:
    """SQL: the entries of a table of records; `place` is one number per area and station, `digits`
    the number where it has digits only."""
    kept = (
        "row, surname, surname_root, given, given_root, patronymic,"
        " patronymic_root, locality, street, house, flat,"
        " sex, birth, birth_year, number"
    )
    return (
        f"SELECT {kept}, coalesce(area, {NOWHERE}) AS area,"
        f" coalesce(station, {NOWHERE}) AS station,"
        " CAST(coalesce(area, -1) + 1 AS BIGINT) * 4294967296 + coalesce(station, -1) + 1 AS place,"
        f" CASE WHEN birth <= {day} THEN CAST(({day} - birth) // 10000 AS INTEGER) END AS age,"
        f" CASE WHEN length(number) <= {MOST_DIGITS} AND NOT regexp_matches(number, '[^0-9]')"
        " THEN TRY_CAST(number AS BIGINT) END AS digits"
        f" FROM {quoted(table)}"
    )


def quoted(name: str) -> str:
    """A table name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _codes(audit: Audit, role: str, table: str) -> dict[int, str]:
    """Codes as the list writes them; of several ways to write one, the first."""
    if not audit.has(role):
        return {}
    found = audit.engine.frame(
        f"SELECT e.{role} AS id, min(trim(s.raw)) AS code FROM"
        f" (SELECT DISTINCT {role} FROM {table} WHERE {role} <> {NOWHERE}) AS e"
        f" LEFT JOIN spelling AS s ON s.kind = '{role}' AND s.word = e.{role} GROUP BY e.{role}"
    )
    return {number: code or str(number) for number, code in found.iter_rows()}
