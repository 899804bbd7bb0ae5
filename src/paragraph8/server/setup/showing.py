"""A preview as a page shows it: words for fields and values, long lists cut, the button's text."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from paragraph8.server.setup import words
from paragraph8.server.setup.changes import Changes, Row
from paragraph8.server.setup.previews import STATIONS, Preview

ROWS_SHOWN = 200
NOTHING = "—"


def faults_shown(faults: Sequence[Mapping[str, Any]], total: int) -> dict[str, Any]:
    """The faults with their words; `total` of them are in the file."""
    shown = []
    for fault in faults[:ROWS_SHOWN]:
        what, remedy = words.FAULTS[fault["code"]]
        whole = fault["column"] == "*"
        shown.append(
            {
                "row": fault["row"],
                "cells": [
                    {"column": name if name != "*" else "", "text": text}
                    for name, text in fault["cells"]
                ],
                "column": "" if whole else fault["column"],
                "raw": "" if whole else fault["raw"],
                "what": what,
                "remedy": remedy,
            }
        )
    return {"rows": shown, "total": total, "hidden": total - len(shown)}


def changes_shown(changes: Changes) -> dict[str, Any]:
    """One kind of rows: its numbers, and the first of its rows."""
    changed = [
        {
            "name": " · ".join(change.key),
            "fields": [
                {
                    "name": words.FIELDS[field],
                    "old": value_in_words(field, old),
                    "new": value_in_words(field, new),
                }
                for field, (old, new) in change.fields.items()
            ],
        }
        for change in changes.changed[:ROWS_SHOWN]
    ]
    return {
        "what": changes.what,
        "title": words.KINDS[changes.what],
        "numbers": changes.numbers(),
        "can_be_withdrawn": changes.what != "contests",
        "changed": changed,
        "changed_hidden": len(changes.changed) - len(changed),
        "new": [_row(row) for row in changes.new[:ROWS_SHOWN]],
        "new_hidden": max(0, len(changes.new) - ROWS_SHOWN),
        "missing": [_row(row) for row in changes.missing[:ROWS_SHOWN]],
        "missing_hidden": max(0, len(changes.missing) - ROWS_SHOWN),
    }


def button(preview: Preview) -> str:
    """What applying does, in words; empty if nothing would change."""
    main = preview.of(preview.kind)
    if main.count:
        return _of_stations(main) if preview.kind == STATIONS else _of_contestants(main)
    if any(changes.count for changes in preview.changes):
        return gettext("Change the areas") if preview.kind == STATIONS else gettext("Add contests")
    if any(changes.missing for changes in preview.changes if changes.what != "contests"):
        return gettext("Mark what is ticked as withdrawn")
    return ""


def value_in_words(field: str, value: Any) -> str:
    """A value as a person reads it."""
    if field == "withdrawn":
        return gettext("no") if value else gettext("yes")
    if value is None or value == "":
        return NOTHING
    return str(words.VALUES.get(field, {}).get(value, value))


def _of_stations(changes: Changes) -> str:
    new, changed = len(changes.new), len(changes.changed)
    if new and changed:
        return gettext("Add %(new)s and change %(changed)s stations") % {
            "new": new,
            "changed": changed,
        }
    if new:
        return ngettext("Add %(n)s station", "Add %(n)s stations", new) % {"n": new}
    return ngettext("Change %(n)s station", "Change %(n)s stations", changed) % {"n": changed}


def _of_contestants(changes: Changes) -> str:
    new, changed = len(changes.new), len(changes.changed)
    if new and changed:
        return gettext("Add %(new)s and change %(changed)s contestants") % {
            "new": new,
            "changed": changed,
        }
    if new:
        return ngettext("Add %(n)s contestant", "Add %(n)s contestants", new) % {"n": new}
    return ngettext("Change %(n)s contestant", "Change %(n)s contestants", changed) % {"n": changed}


def _row(row: Row) -> dict[str, str]:
    contest = row.get("contest", "")
    name = row.get("name") or ""
    return {
        "code": f"{contest} · {row['code']}" if contest else row["code"],
        "name": name if name != row["code"] else "",
        "area": row.get("area", ""),
    }
