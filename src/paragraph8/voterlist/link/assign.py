"""Assignment: who belongs to whom, one to one."""

from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import BIRTH, KINDS

# Each round links pairs that are each other's best; a third finds hardly any.
ROUNDS = 4


def assign(engine: Engine, scored: str, into: str, at_least: int, raw: tuple[str, str]) -> None:
    """Make the table `into` (row_a, row_b, score), one to one, best first; add to `tie`.

    scored     table with row_a, row_b, score
    at_least   lowest score that may link
    raw        the raw tables behind rows a and b: of two pairs with the same score, the one with
               more equal cells is taken, and of equal ones the lower row
    The table `tie` (row_a, row_b) gets every pair that lost to another of the same score.
    """
    engine.table("open_pairs", _open(engine, scored, at_least, raw))
    engine.table(into, f"{_mutual()} AND 1 = 0")
    for _ in range(ROUNDS):
        engine.table("new_links", _mutual())
        if not engine.row("SELECT count(*) FROM new_links")[0]:
            break
        engine.table("more_ties", f"SELECT * FROM tie UNION {_ties()}")
        engine.table("tie", "SELECT * FROM more_ties")
        engine.table("all_links", f"SELECT * FROM {into} UNION ALL SELECT * FROM new_links")
        engine.table(into, "SELECT * FROM all_links")
        engine.table("still_open", _unlinked())
        engine.table("open_pairs", "SELECT * FROM still_open")
    engine.drop(
        "open_pairs", "new_links", "all_links", "still_open", "more_ties", "even", "even_cells"
    )


def _open(engine: Engine, scored: str, at_least: int, raw: tuple[str, str]) -> str:
    """Pairs that may link, with the number of equal cells where scores alone do not decide."""
    engine.table(
        "even",
        "SELECT row_a, row_b FROM (SELECT row_a, row_b,"
        " count(*) OVER (PARTITION BY row_a, score) AS of_a,"
        " count(*) OVER (PARTITION BY row_b, score) AS of_b"
        f" FROM {scored} WHERE score >= {at_least}) AS c WHERE of_a > 1 OR of_b > 1",
    )
    a, b = raw
    both = sorted(set(engine.columns(a)) & set(engine.columns(b)) & {*KINDS, BIRTH})
    equal = " + ".join(f"CASE WHEN ra.{c} = rb.{c} THEN 1 ELSE 0 END" for c in both) or "0"
    engine.table(
        "even_cells",
        f"SELECT e.row_a, e.row_b, {equal} AS equal_cells FROM even e"
        f" JOIN {a} ra ON ra.row = e.row_a JOIN {b} rb ON rb.row = e.row_b",
    )
    return (
        "SELECT s.row_a, s.row_b, s.score, coalesce(e.equal_cells, 0) AS equal_cells"
        f" FROM {scored} s LEFT JOIN even_cells e ON e.row_a = s.row_a AND e.row_b = s.row_b"
        f" WHERE s.score >= {at_least}"
    )


def _mutual() -> str:
    return (
        "SELECT row_a, row_b, score FROM (SELECT row_a, row_b, score,"
        " row_number() OVER"
        " (PARTITION BY row_a ORDER BY score DESC, equal_cells DESC, row_b) AS place_a,"
        " row_number() OVER"
        " (PARTITION BY row_b ORDER BY score DESC, equal_cells DESC, row_a) AS place_b"
        " FROM open_pairs) AS r WHERE place_a = 1 AND place_b = 1"
    )


def _ties() -> str:
    lost = "SELECT o.row_a, o.row_b FROM open_pairs o JOIN new_links n ON n.{0} = o.{0}"
    return (
        f"{lost.format('row_a')} AND n.score = o.score AND n.row_b <> o.row_b UNION "
        f"{lost.format('row_b')} AND n.score = o.score AND n.row_a <> o.row_a"
    )


def _unlinked() -> str:
    return (
        "SELECT o.* FROM open_pairs o"
        " LEFT JOIN new_links x ON x.row_a = o.row_a LEFT JOIN new_links y ON y.row_b = o.row_b"
        " WHERE x.row_a IS NULL AND y.row_b IS NULL"
    )
