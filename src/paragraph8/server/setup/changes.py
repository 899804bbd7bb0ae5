"""What a list would change: the rows of a file beside the rows that are there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paragraph8.kernel.canonical import canonical_json, sha256_hex

Key = tuple[str, ...]
Row = dict[str, Any]
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that would change: its fields with (old, new), and the row as it would then be."""

    key: Key
    fields: Mapping[str, tuple[Any, Any]]
    row: Row


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change of one kind of rows.

    what      areas, stations, contests or contestants
    missing   rows in use that are not in the file
    """

    what: str
    new: tuple[Row, ...]
    changed: tuple[Change, ...]
    unchanged: int
    missing: tuple[Row, ...]

    @property
    def count(self) -> int:
        """How many rows would be added or changed."""
        return len(self.new) + len(self.changed)

    def numbers(self) -> dict[str, int]:
        """The numbers alone."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "missing": len(self.missing),
        }


def compare(
    what: str,
    key: Sequence[str],
    fields: Sequence[str],
    found: Sequence[Row],
    given: Sequence[Row],
    unread: Mapping[Key, frozenset[str]] | None = None,
) -> Changes:
    """The difference between the rows that are there and those of a file.

    fields   those the file says something about; the others of a row that is there stand
    unread   key -> fields that the file says something unreadable about; they stand too

    A row that was withdrawn and is in the file is in use again.
    """
    lost = unread or {}
    there = {_key(row, key): row for row in found}
    new, changed, unchanged = [], [], 0
    for row in given:
        name = _key(row, key)
        old = there.pop(name, None)
        if old is None:
            new.append({**row, **({WITHDRAWN: False} if what != "contests" else {})})
            continue
        differing = {
            field: (old[field], row[field])
            for field in fields
            if old[field] != row[field] and field not in lost.get(name, ())
        }
        if old.get(WITHDRAWN):
            differing[WITHDRAWN] = (True, False)
        if differing:
            its = {field: after for field, (_, after) in differing.items()}
            changed.append(Change(name, differing, {**old, **its}))
        else:
            unchanged += 1
    missing = tuple(row for row in there.values() if not row.get(WITHDRAWN))
    return Changes(what, tuple(new), tuple(changed), unchanged, missing)


def fingerprint(changes: Sequence[Changes]) -> str:
    """Two previews with one fingerprint change the same rows in the same way."""
    content = [
        [
            its.what,
            list(its.new),
            [
                [change.key, {k: list(v) for k, v in change.fields.items()}]
                for change in its.changed
            ],
            its.unchanged,
            list(its.missing),
        ]
        for its in changes
    ]
    return sha256_hex(canonical_json(content))


def _key(row: Row, key: Sequence[str]) -> Key:
    return tuple(row[part] for part in key)
