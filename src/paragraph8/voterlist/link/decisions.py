"""Decisions: the category of every entry, and the identity that proves none was lost."""

from typing import Final

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import ELECTRONIC, PAPER

PAIRED: Final = ("matched", "changed", "moved", "probable", "ambiguous")
UNPAIRED: Final = {
    PAPER: ("only_paper", "duplicate_in_paper", "unusable"),
    ELECTRONIC: ("only_electronic", "duplicate_in_electronic", "unusable"),
}


def decide(engine: Engine, has: frozenset[str], sure: int) -> None:
    """Make the table `decision` out of `link`, `tie`, `change`, `second_<list>`, `unusable_<list>`.

    A pair is `ambiguous` if another pair of either entry scored the same and the other entry is not
    a second one of the same person; `probable` if its score is below `sure`, or if given names or
    birth dates have nothing in common; otherwise `moved` if the stations differ, `changed` if any
    other particular does, and `matched` if none does. Where stations of several areas have one name
    (number 1 of each district), another area is another station.
    """
    engine.table("rival", _rivals())
    engine.table("has_change", _changed())
    moved = _moved(engine, has)
    paired = (
        "SELECT l.row_a AS paper_row, l.row_b AS electronic_row,"
        " CASE WHEN v.row_a IS NOT NULL OR w.row_b IS NOT NULL THEN 'ambiguous'"
        f" WHEN l.score < {sure} OR c.contradicted = 1 THEN 'probable'"
        f" WHEN {moved} THEN 'moved' WHEN c.row_a IS NOT NULL THEN 'changed'"
        " ELSE 'matched' END AS category, CAST(l.score AS INTEGER) AS score"
        f" FROM link l JOIN {PAPER} a ON a.row = l.row_a JOIN {ELECTRONIC} b ON b.row = l.row_b"
        " LEFT JOIN has_change c ON c.row_a = l.row_a AND c.row_b = l.row_b"
        " LEFT JOIN (SELECT DISTINCT row_a FROM rival) v ON v.row_a = l.row_a"
        " LEFT JOIN (SELECT DISTINCT row_b FROM rival) w ON w.row_b = l.row_b"
    )
    engine.table(
        "decision",
        " UNION ALL ".join([paired, _alone(PAPER, "row_a"), _alone(ELECTRONIC, "row_b")]),
    )
    engine.drop("has_change", "rival")
    _check_identity(engine)


def _changed() -> str:
    """Pairs that differ, and whether in what a person keeps for life."""
    lifelong = "field IN ('given', 'birth') AND kind = 'other'"
    return (
        f"SELECT row_a, row_b, max(CASE WHEN {lifelong} THEN 1 ELSE 0 END) AS contradicted"
        " FROM change WHERE field <> 'area' GROUP BY row_a, row_b"
    )


def _moved(engine: Engine, has: frozenset[str]) -> str:
    if "station" not in has:
        return "1 = 0"
    if "area" not in has:
        return "a.station <> b.station"
    twice = any(
        engine.row(
            "SELECT count(*) FROM (SELECT station FROM (SELECT DISTINCT area, station"
            f" FROM {name}) AS d WHERE area IS NOT NULL GROUP BY station HAVING count(*) > 1) AS s"
        )[0]
        for name in (PAPER, ELECTRONIC)
    )
    return f"a.station <> b.station{' OR a.area <> b.area' if twice else ''}"


def _rivals() -> str:
    """Pairs that lost by nothing but the order of rows, and between whom it matters."""
    return (
        "SELECT t.row_a, t.row_b FROM tie t"
        f" LEFT JOIN second_{PAPER} p ON p.row = t.row_a"
        f" LEFT JOIN second_{ELECTRONIC} e ON e.row = t.row_b"
        " WHERE p.row IS NULL AND e.row IS NULL"
    )


def _alone(name: str, column: str) -> str:
    """Entries of one list that are in no pair."""
    rows = {PAPER: ("r.row", "CAST(NULL AS BIGINT)"), ELECTRONIC: ("CAST(NULL AS BIGINT)", "r.row")}
    paper, electronic = rows[name]
    only, second, unusable = UNPAIRED[name]
    return (
        f"SELECT {paper} AS paper_row, {electronic} AS electronic_row,"
        f" CASE WHEN u.row IS NOT NULL THEN '{unusable}' WHEN s.row IS NOT NULL THEN '{second}'"
        f" ELSE '{only}' END AS category, CAST(NULL AS INTEGER) AS score"
        f" FROM {name} r"
        f" LEFT JOIN link l ON l.{column} = r.row LEFT JOIN unusable_{name} u ON u.row = r.row"
        f" LEFT JOIN second_{name} s ON s.row = r.row WHERE l.{column} IS NULL"
    )


def _check_identity(engine: Engine) -> None:
    """Rows in = rows accounted for, on both sides, each once."""
    for name in (PAPER, ELECTRONIC):
        column = f"{name}_row"
        rows = engine.row(f"SELECT count(*) FROM {name}")[0]
        decided, distinct = engine.row(
            f"SELECT count({column}), count(DISTINCT {column}) FROM decision"
        )
        if not rows == decided == distinct:
            raise Problem(
                "voterlist.rows_lost", list=name, rows=rows, decided=decided, distinct=distinct
            )
