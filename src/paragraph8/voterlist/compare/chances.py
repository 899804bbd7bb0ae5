"""Chances: how often strangers and relatives would agree, measured on the lists themselves."""

from math import log2

from paragraph8.voterlist.compare.score import Chances
from paragraph8.voterlist.engine import Engine

# Where no address shows who lives together: others of the household, at 2.6 people each.
RELATIVES_WITHOUT_ADDRESS = 1.6
FEWEST_RELATIVES = 0.002


def measure_chances(
    engine: Engine, a: str, b: str, has: frozenset[str], *, partners: float, within: bool
) -> Chances:
    """Chances for pairs of an entry of `a` and an entry of `b`.

    a, b       tables of records
    partners   how many entries of `b` are the same person as a random entry of `a`: 1 or a little
               less between two lists of one population, the share of second entries within a list
    within     a and b are one list
    """
    others = max(int(engine.row(f"SELECT count(*) FROM {b}")[0]), 2)
    relatives = RELATIVES_WITHOUT_ADDRESS
    if {"surname", "street", "house"} <= has:
        relatives = max(_relatives(engine, a, b, has, within), FEWEST_RELATIVES)
    return Chances(
        strangers=log2(others / partners),
        relatives=log2(relatives / partners),
        places=_place_chances(engine, a, has),
    )


def _relatives(engine: Engine, a: str, b: str, has: frozenset[str], within: bool) -> float:
    """Members of `b` per entry of `a` with its surname at its address, that person left out."""
    place = [c for c in ("locality", "street_root", "house", "flat") if c.split("_")[0] in has]
    columns = ", ".join(["surname_root", *place])
    known = "surname_root IS NOT NULL AND street_root IS NOT NULL AND house IS NOT NULL"

    def groups(table: str) -> str:
        return f"(SELECT {columns}, count(*) AS n FROM {table} WHERE {known} GROUP BY {columns})"

    same = " AND ".join(f"x.{c} IS NOT DISTINCT FROM y.{c}" for c in ("surname_root", *place))
    met = f"SELECT coalesce(sum(x.n * y.n), 0) FROM {groups(a)} x JOIN {groups(b)} y ON {same}"
    entries = int(engine.row(f"SELECT count(*) FROM {a} WHERE {known}")[0])
    if not entries:
        return RELATIVES_WITHOUT_ADDRESS
    one_person = min(entries, int(engine.row(f"SELECT count(*) FROM {b} WHERE {known}")[0]))
    return float(max(int(engine.row(met)[0]) - (entries if within else one_person), 0) / entries)


def _place_chances(engine: Engine, table: str, has: frozenset[str]) -> dict[str, float]:
    """How often two strangers live in one street, have one house number, and so on."""
    columns: dict[str, tuple[str, ...]] = {}
    if "street" in has:
        within = ("locality_root",) if "locality" in has else ()
        columns["street.same"] = (*within, "street_root")
    wider = [c for c in ("locality_root", "station", "postcode") if c.removesuffix("_root") in has]
    if wider:
        columns["street.locality"] = (wider[0],)
    for name in ("house", "flat"):
        if name in has:
            columns[f"{name}.same"] = (name,)
    chances = {name: _coincidence(engine, table, group) for name, group in columns.items()}
    if "house" in has:
        chances["house.elsewhere"] = chances["house.same"]
    return chances


def _coincidence(engine: Engine, table: str, columns: tuple[str, ...]) -> float:
    """The chance that two random entries agree in the columns."""
    chosen = ", ".join(columns)
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    squares, entries = engine.row(
        f"SELECT coalesce(sum(n * (n - 1)), 0), coalesce(sum(n), 0) FROM"
        f" (SELECT count(*) AS n FROM {table} WHERE {known} GROUP BY {chosen}) AS g"
    )
    # One more than was seen: what never happened in this list is not impossible.
    return (float(squares) + 1) / max(int(entries) * (int(entries) - 1), 2)
