"""SQL that gives the numbers of a reconciliation again, from `list_comparison` alone."""

from collections.abc import Mapping, Sequence

from paragraph8.kernel.sql import matches
from paragraph8.tables.contracts_list_audit import ANY, CATEGORIES, PAIRED

UNION = (*PAIRED, "only_paper", "only_electronic")
ALONE = ("only_paper", "only_electronic")


def counted_side(category: str) -> str:
    """The side on which a category is counted: pairs once, on paper; the rest where it is."""
    return "electronic" if category.endswith("electronic") else "paper"


def one_of(categories: Sequence[str]) -> str:
    """The condition that a row counts the whole of one of these categories, once."""
    sides = [
        f"(side = '{side}' AND category IN ({_listed(here)}))"
        for side in ("paper", "electronic")
        if (here := [c for c in categories if counted_side(c) == side])
    ]
    return f"field = '{ANY}' AND ({' OR '.join(sides)})"


def _listed(categories: Sequence[str]) -> str:
    return ", ".join(f"'{category}'" for category in categories)


def entries_query(where: Mapping[str, str], categories: Sequence[str] = CATEGORIES) -> str:
    """Entries of these categories; on one side where `where` names it."""
    if "side" in where:
        condition = f"field = '{ANY}' AND category IN ({_listed(categories)})"
    else:
        condition = one_of(categories)
    return (
        "SELECT coalesce(sum(entries), 0) FROM list_comparison"
        f" WHERE {matches(where)} AND {condition}"
    )


def net_query(where: Mapping[str, str]) -> str:
    """Names on paper minus names on the electronic list."""
    return (
        "SELECT sum(CASE WHEN side = 'paper' THEN entries ELSE -entries END) FROM list_comparison"
        f" WHERE {matches(where)} AND field = '{ANY}'"
    )


def changed_query(where: Mapping[str, str], field: str, kind: str) -> str:
    """Linked pairs that differ in a particular."""
    differ = matches({**where, "side": "paper", "field": field, "kind": kind})
    return f"SELECT sum(entries) FROM list_comparison WHERE {differ}"


def stations_query(where: Mapping[str, str], chosen: str, condition: str = "") -> str:
    """A value over stations: of each, `paper`, `electronic` names and names `alone` on one list."""
    paper = "sum(CASE WHEN side = 'paper' THEN entries ELSE 0 END)"
    alone = f"sum(CASE WHEN {one_of(ALONE)} THEN entries ELSE 0 END)"
    of_station = (
        f"SELECT area, station, {paper} AS paper, sum(entries) - {paper} AS electronic,"
        f" {alone} AS alone FROM list_comparison WHERE {matches(where)} AND field = '{ANY}'"
        " AND station <> '-' GROUP BY area, station"
    )
    only = f" WHERE {condition}" if condition else ""
    return f"SELECT {chosen} FROM ({of_station}) AS s{only}"
