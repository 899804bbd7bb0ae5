"""Changes: in which particulars two linked entries differ, and how."""

from paragraph8.voterlist.compare.levels import TEXTS
from paragraph8.voterlist.compare.score import wide_select
from paragraph8.voterlist.engine import Engine

FIELDS = (
    "surname", "given", "patronymic", "birth", "sex", "number", "locality", "street", "house",
    "flat", "postcode", "birth_place", "area",
)  # fmt: skip
KINDS = ("missing", "form", "spelling", "exchanged", "digit", "other")


def changes(engine: Engine, links: str, a: str, b: str, has: frozenset[str], into: str) -> None:
    """Make the table `into` (row_a, row_b, field, kind): one row per particular that differs.

    A name in another script, in capitals or with letters that one alphabet lacks is the same name:
    keys are compared, not cells. Kinds:
        missing     one list has no value
        form        another ending of the same root (gender, language)
        spelling    one or two slips apart
        exchanged   surname and given name, or day and month, stand in each other's place
        digit       one digit of a date
        other       another value
    An area differs only where both lists give it.
    """
    fields = [field for field in FIELDS if field in has]
    engine.table("differing", _differing(links, a, b, fields))
    engine.table("differ_a", "SELECT DISTINCT row_a AS row FROM differing")
    engine.table("differ_b", "SELECT DISTINCT row_b AS row FROM differing")
    engine.table("changed_a", wide_select(has, a, "differ_a", rarities=False))
    engine.table("changed_b", wide_select(has, b, "differ_b", rarities=False))
    engine.table("kinds", _kinds(fields))
    nothing = "SELECT row_a, row_b, '' AS field, '' AS kind FROM kinds WHERE 1 = 0"
    engine.table(into, " UNION ALL ".join([nothing, *(_of_field(field) for field in fields)]))
    engine.drop("differing", "differ_a", "differ_b", "changed_a", "changed_b", "kinds")


def _differing(links: str, a: str, b: str, fields: list[str]) -> str:
    """Linked pairs that differ in anything."""
    differ = " OR ".join(_differs(field) for field in fields) or "1 = 0"
    return (
        f"SELECT l.row_a, l.row_b FROM {links} l JOIN {a} a ON a.row = l.row_a"
        f" JOIN {b} b ON b.row = l.row_b WHERE {differ}"
    )


def _kinds(fields: list[str]) -> str:
    """One row per differing pair, with the kind of change of every field; NULL where none."""
    chosen = "".join(
        f", CASE WHEN {_differs(field)} THEN {_kind(field)} END AS {field}" for field in fields
    )
    return (
        f"SELECT d.row_a, d.row_b{chosen} FROM differing d"
        " JOIN changed_a a ON a.row = d.row_a JOIN changed_b b ON b.row = d.row_b"
    )


def _differs(field: str) -> str:
    if field == "area":
        return "a.area <> b.area"
    return f"a.{field} IS DISTINCT FROM b.{field}"


def _of_field(field: str) -> str:
    return (
        f"SELECT row_a, row_b, '{field}' AS field, {field} AS kind FROM kinds"
        f" WHERE {field} IS NOT NULL"
    )


def _kind(field: str) -> str:
    a, b = f"a.{field}", f"b.{field}"
    cases = [f"WHEN {a} IS NULL OR {b} IS NULL THEN 'missing'"]
    if field in ("surname", "given"):
        cases.append("WHEN a.surname = b.given AND a.given = b.surname THEN 'exchanged'")
    if field == "birth":
        cases += [
            f"WHEN {a} % 10000 = {b} % 100 * 100 + floor({b} / 100) % 100"
            f" AND floor({a} / 10000) = floor({b} / 10000) THEN 'exchanged'",
            f"WHEN levenshtein(CAST({a} AS VARCHAR), CAST({b} AS VARCHAR)) <= 1 THEN 'digit'",
        ]
    if field in ("surname", "given", "patronymic", "street", "locality"):
        cases.append(f"WHEN {a}_root = {b}_root THEN 'form'")
    if field in TEXTS:
        longest = f"greatest(length({a}_key), length({b}_key))"
        cases.append(
            f"WHEN levenshtein({a}_key, {b}_key) <="
            f" CASE WHEN {longest} >= 11 THEN 3 WHEN {longest} >= 5 THEN 2 ELSE 1 END"
            " THEN 'spelling'"
        )
    return f"CASE {' '.join(cases)} ELSE 'other' END"
