"""Rules and totals as SQL over the tables of a snapshot, so that a stranger can count again.

Written for DuckDB, which reads the CSV and Parquet files of a publication without a server; a test
runs every query of the demonstration against the figure it stands under.
"""

from collections.abc import Iterable

from paragraph8.analysis.protocols.formula import Term
from paragraph8.analysis.protocols.rules import Rule

UNREADABLE = "('fault.not_a_number', 'fault.negative')"


def fails_query(rule: Rule, election: str, source: str, value: str = "count(*)") -> str:
    """SQL that counts the protocols failing a rule (or gives another aggregate of `difference`)."""
    if rule.formula.sources:
        return _between_sources(rule, election, value)
    left, right = _side(rule.formula.left), _side(rule.formula.right)
    terms = [t for t in (*rule.formula.left, *rule.formula.right) if t.name]
    if rule.not_where:
        terms.append(rule.not_where)
    tolerance = str(rule.tolerance.absolute)
    if rule.tolerance.of:
        terms.append(rule.tolerance.of)
        share = f"floor({_column(rule.tolerance.of)} * {rule.tolerance.share})"
        tolerance = f"greatest({tolerance}, {share})"
    conditions = [
        f"abs(difference) > {tolerance}" if rule.formula.equal else f"difference > {tolerance}"
    ]
    if rule.not_where:
        conditions.append(f"{_column(rule.not_where)} IS NULL")
    return (
        f"WITH wide AS ({_wide(terms, election, source)}),\n"
        f"checked AS (SELECT *, ({left}) - ({right}) AS difference FROM wide)\n"
        f"SELECT {value} FROM checked WHERE {' AND '.join(conditions)}"
    )


def field_total_query(field: str, channel: str, election: str, source: str) -> str:
    """SQL for the sum of one figure over first copies."""
    return (
        "SELECT sum(value) FROM protocol_figure JOIN protocol USING (protocol)\n"
        f"WHERE election = '{election}' AND source = '{source}' AND copy = 1\n"
        f"  AND field = '{field}' AND channel = '{channel}'"
    )


def _wide(terms: Iterable[Term], election: str, source: str) -> str:
    columns = list(dict.fromkeys(_definition(term) for term in terms))
    inside = ",\n  ".join(["protocol", *columns])
    return (
        f"\n  SELECT {inside}\n  FROM protocol\n"
        f"  WHERE election = '{election}' AND source = '{source}' AND copy = 1"
    )


def _definition(term: Term) -> str:
    name = _column(term)
    if term.name in ("votes", "largest_vote"):
        aggregate = "sum" if term.name == "votes" else "max"
        return (
            f"(SELECT {aggregate}(v.votes) FROM protocol_vote v"
            f" WHERE v.protocol = protocol.protocol AND v.channel = '{term.channel}'"
            " AND NOT EXISTS (SELECT 1 FROM contestant c"
            " WHERE c.election = protocol.election AND c.contest = protocol.contest"
            f" AND c.contestant = v.contestant AND c.kind = 'none')) AS {name}"
        )
    if term.name == "unreadable_cells":
        return (
            "(SELECT count(*) FROM fault f WHERE f.protocol = protocol.protocol"
            f" AND f.code IN {UNREADABLE}) AS {name}"
        )
    return (
        "(SELECT f.value FROM protocol_figure f WHERE f.protocol = protocol.protocol"
        f" AND f.field = '{term.name}' AND f.channel = '{term.channel}') AS {name}"
    )


def _column(term: Term) -> str:
    return f'"{term.column}"'


def _side(terms: Iterable[Term]) -> str:
    parts = []
    for term in terms:
        number = _column(term) if term.name else ""
        if term.optional:
            number = f"coalesce({number}, 0)"
        factor = abs(term.factor)
        text = str(factor) if not number else number if factor == 1 else f"{factor} * {number}"
        parts.append(("- " if term.factor < 0 else "+ ") + text)
    return " ".join(parts).removeprefix("+ ")


def _between_sources(rule: Rule, election: str, value: str) -> str:
    first, second = rule.formula.sources or ("", "")
    return (
        f"{differing_stations_sql(first, second, election)}\n"
        f"SELECT {value} FROM station_difference WHERE difference > {rule.tolerance.absolute}"
    )


def differing_stations_sql(
    left: str, right: str, election: str, channel: str = "", contestants_only: bool = False
) -> str:
    """A WITH clause whose table `station_difference` has one row per compared station."""
    of_channel = f" AND channel = '{channel}'" if channel else ""
    no_none = (
        " AND NOT EXISTS (SELECT 1 FROM contestant c WHERE c.election = p.election"
        " AND c.contest = p.contest AND c.contestant = v.contestant AND c.kind = 'none')"
        if contestants_only
        else ""
    )
    side = (
        "SELECT contest, station, channel, contestant, votes FROM protocol_vote v"
        " JOIN protocol p USING (protocol)"
        f" WHERE election = '{election}' AND copy = 1{of_channel}{no_none} AND source ="
    )
    return (
        f"WITH l AS ({side} '{left}'),\nr AS ({side} '{right}'),\n"
        "both_sides AS (SELECT DISTINCT contest, station, channel FROM l\n"
        "  INTERSECT SELECT DISTINCT contest, station, channel FROM r),\n"
        "cell AS (SELECT contest, station, contestant,\n"
        "    coalesce(l.votes, 0) AS left_votes, coalesce(r.votes, 0) AS right_votes\n"
        "  FROM l FULL JOIN r USING (contest, station, channel, contestant)\n"
        "  SEMI JOIN both_sides USING (contest, station, channel)),\n"
        "station_difference AS (SELECT contest, station,\n"
        "    sum(abs(left_votes - right_votes)) AS difference FROM cell GROUP BY ALL)"
    )
