"""From the columns of a file to the roles of the raw table, in SQL, the same for all formats."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paragraph8.kernel.problem import Problem
from paragraph8.kernel.sql import literal
from paragraph8.voterlist.fields import ROLES
from paragraph8.voterlist.read.mapping import FULL_NAME, ListMapping

# What str.strip and Polars take for blanks at the edge of a cell.
BLANKS = (
    "\t\n\r\x0b\x0c \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file: their names, and their names in SQL (c0, c1, …).

    SQL knows them by position, for DuckDB does not tell `Name` from `NAME`.
    """

    file: str
    row: int
    names: tuple[str, ...]

    def sql_names(self) -> tuple[str, ...]:
        return tuple(f"c{n}" for n in range(len(self.names)))


def checked_header(file: str, row: int, cells: Sequence[str], mapping: ListMapping) -> Header:
    """The header, once every mapped column is there exactly once.

    Names of columns are not repeated in messages: where a file has no header, its first row is
    somebody's name.

    Problems: voterlist.missing_column, voterlist.duplicate_column.
    """
    names = [cell.strip() or f"column_{n}" for n, cell in enumerate(cells, start=1)]
    header = Header(file, row, tuple(names))
    count = Counter(names)
    if missing := [name for name in mapping.headers() if not count[name]]:
        raise Problem(
            "voterlist.missing_column",
            file=file,
            missing=", ".join(missing),
            row=row,
            columns=len(names),
        )
    if double := [name for name in mapping.headers() if count[name] > 1]:
        raise Problem("voterlist.duplicate_column", file=file, column=double[0], row=row)
    return header


def unused(header: Header, mapping: ListMapping) -> tuple[str, ...]:
    """Columns that the mapping leaves out, in the order of the file."""
    used = set(mapping.headers())
    return tuple(name for name in header.names if name not in used)


def raw_roles(mapping: ListMapping) -> tuple[str, ...]:
    """The columns that the file fills, in the order of the roles; the whole name is one."""
    mapped = {*mapping.columns, *mapping.constants}
    roles = [role for role in ROLES if role in mapped]
    return (*roles, FULL_NAME) if mapping.full_name else tuple(roles)


def role_expressions(
    header: Header, mapping: ListMapping, texts: Mapping[str, str]
) -> tuple[str, ...]:
    """For each of `raw_roles` the SQL that makes it.

    texts   column of the file, as SQL names it -> the SQL of its text, null where empty
    """
    position = {name: column for column, name in zip(header.sql_names(), header.names, strict=True)}
    columns = {**mapping.columns, FULL_NAME: mapping.full_name}

    def expression(role: str) -> str:
        if role in mapping.constants:
            return f"{literal(mapping.constants[role])} AS {role}"
        parts = [texts[position[name]] for name in columns[role]]
        if len(parts) == 1:
            return f"{parts[0]} AS {role}"
        return f"nullif(concat_ws(' ', {', '.join(parts)}), '') AS {role}"

    return tuple(expression(role) for role in raw_roles(mapping))


def trimmed(text: str) -> str:
    """SQL for a text without the blanks around it, null where nothing is left.

    Trimming by a set of signs costs three times as much as reading, so the first and the last
    sign are looked at before.
    """
    edges = " OR ".join(_may_be_blank(f"{text}[{place}]") for place in (1, -1))
    return f"CASE WHEN {edges} THEN nullif(trim({text}, {literal(BLANKS)}), '') ELSE {text} END"


def _may_be_blank(sign: str) -> str:
    """True for each of BLANKS and for no sign at all, and for few others."""
    wide = " OR ".join(
        f"{sign} BETWEEN {literal(first)} AND {literal(last)}"
        for first, last in (("\x7f", "\xa0"), ("\u1680", "\u3000"))
    )
    return f"{sign} <= ' ' OR ({sign} > 'z' AND ({wide}))"
