"""A restored server beside the running one: added, changed, and what must not have changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from paragraph8.server.backup.changing import FREE, Changes, changes_of
from paragraph8.server.backup.reading import Cells, Row, Source, Table, rows_of

NAMED = 20


@dataclass
class Line:
    """One part of the comparison.

    held      rows or files in the backup
    added     here and not in the backup
    changed   differs where the work of a mission changes things
    gone      in the backup and not here, where that may be
    differs   must not be: how many, and the first of them as sentences
    """

    part: str
    held: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0
    differs: int = 0
    named: list[str] = field(default_factory=list)

    def differ(self, sentence: str) -> None:
        """Count a difference that must not be."""
        self.differs += 1
        if len(self.named) < NAMED:
            self.named.append(sentence)


def compare_tables(backup: Source, here: Source) -> Iterator[Line]:
    """A line for each table of either database."""
    old, new = backup.tables(), here.tables()
    for name in sorted(old.keys() | new.keys()):
        line = Line(name)
        if name not in new:
            line.differ(f"{name}: the table is not here")
        elif name not in old:
            line.added = sum(1 for _ in rows_of(here, new[name]))
        elif old[name].columns != new[name].columns:
            line.differ(f"{name}: its columns are others here")
        else:
            _compare_table(line, backup, here, old[name])
        yield line


def _compare_table(line: Line, backup: Source, here: Source, table: Table) -> None:
    rule = changes_of(table.name)
    until = table.columns.index(rule.until) if rule.until else -1
    for key, before, now in side_by_side(rows_of(backup, table), rows_of(here, table)):
        if before is None:
            line.added += 1
            continue
        line.held += 1
        may = FREE if until >= 0 and before[until] is None else rule
        if now is None:
            if may.rows_go:
                line.gone += 1
            else:
                line.differ(f"{table.name} {key} is not here")
        elif before != now:
            _compare_row(line, table, key, before, now, may)


def _compare_row(
    line: Line, table: Table, key: Any, before: Cells, now: Cells, may: Changes
) -> None:
    other = [
        column
        for column, was, is_now in zip(table.columns, before, now, strict=True)
        if was != is_now or type(was) is not type(is_now)
    ]
    wrong = [column for column in other if not may.allow(column)]
    if wrong:
        line.differ(f"{table.name} {key}: {', '.join(wrong)} is not what was backed up")
    else:
        line.changed += 1


def side_by_side(
    left: Iterable[Row], right: Iterable[Row]
) -> Iterator[tuple[Any, Cells | None, Cells | None]]:
    """Rows of two tables by key; None where one side has no such row. Keys ascend in both."""
    lefts, rights = iter(left), iter(right)
    one, two = next(lefts, None), next(rights, None)
    while one is not None or two is not None:
        if two is None or (one is not None and one[0] < two[0]):
            assert one is not None
            yield one[0], one[1], None
            one = next(lefts, None)
        elif one is None or two[0] < one[0]:
            yield two[0], None, two[1]
            two = next(rights, None)
        else:
            yield one[0], one[1], two[1]
            one, two = next(lefts, None), next(rights, None)
