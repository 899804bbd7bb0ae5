"""The tiers that need no score: same identity number, or same surname, given name and date."""

from paragraph8.voterlist.engine import Engine, without

EXACT_SCORE = 3000


def exact_links(engine: Engine, a: str, b: str, has: frozenset[str], into: str) -> None:
    """Make the table `into` (row_a, row_b): entries that agree exactly and are the only ones.

    Two entries are linked if surname, given name and birth date are the same, no other entry of
    either list has these three, and patronymics do not contradict each other. An identity number
    alone links nothing: it must come with the same name or the same date.
    Assumes that a person who is on both lists is rarely missing from one while a namesake born on
    the same day is missing from the other; what is not unique is left to the score.
    """
    parts = []
    if {"surname", "given", "birth"} <= has:
        parts.append(_unique(a, b, ("surname", "given", "birth"), _no_contradiction(has)))
    engine.table("exact_names", parts[0] if parts else _nothing())
    if "number" in has:
        engine.table("rest_a", without(a, "exact_names", "row_a"))
        engine.table("rest_b", without(b, "exact_names", "row_b"))
        numbers = _unique("rest_a", "rest_b", ("number",), _same_person(has))
        engine.table(into, f"SELECT row_a, row_b FROM exact_names UNION ALL {numbers}")
        engine.drop("rest_a", "rest_b")
    else:
        engine.table(into, "SELECT row_a, row_b FROM exact_names")
    engine.drop("exact_names")


def _nothing() -> str:
    return "SELECT CAST(0 AS BIGINT) AS row_a, CAST(0 AS BIGINT) AS row_b WHERE 1 = 0"


def _unique(a: str, b: str, key: tuple[str, ...], also: str) -> str:
    """Pairs that alone have their key, in either list."""
    columns = ", ".join(key)
    known = " AND ".join(f"{column} IS NOT NULL" for column in key)
    extra = "patronymic, patronymic_root, surname_root, given_root, birth"
    checked = ", ".join(
        f"min({column}) AS {'one_' if column in key else ''}{column}"
        for column in extra.split(", ")
    )

    def side(table: str) -> str:
        return (
            f"(SELECT {columns}, min(row) AS row, {checked} FROM {table}"
            f" WHERE {known} GROUP BY {columns} HAVING count(*) = 1)"
        )

    on = " AND ".join(f"x.{column} = y.{column}" for column in key)
    return (
        f"SELECT x.row AS row_a, y.row AS row_b FROM {side(a)} x JOIN {side(b)} y"
        f" ON {on} WHERE {also}"
    )


def _no_contradiction(has: frozenset[str]) -> str:
    if "patronymic" not in has:
        return "1 = 1"
    return "(x.patronymic_root = y.patronymic_root OR x.patronymic IS NULL OR y.patronymic IS NULL)"


def _same_person(has: frozenset[str]) -> str:
    agree = [
        f"x.{column} = y.{column}"
        for column in ("surname_root", "given_root", "birth")
        if column.removesuffix("_root") in has
    ]
    pairs = [f"({x} AND {y})" for i, x in enumerate(agree) for y in agree[i + 1 :]]
    return f"({' OR '.join(pairs or agree or ['1 = 0'])})"
