"""Rules and totals as SQL over the tables of a snapshot, so that a stranger can count again.

Written for DuckDB, which reads the CSV and Parquet files of a publication without a server; a test
runs every query of the demonstration against the figure it stands under.

`scope` says which protocols: column of the table protocol -> value. First copies only.
"""

from collections.abc import Iterable, Mapping, Sequence

from paragraph8.analysis.protocols.formula import Term
from paragraph8.analysis.protocols.rules import Rule
from paragraph8.analysis.protocols.sql_votes import NOT_NONE, cell_steps
from paragraph8.kernel.sql import Steps, literal, matches, query
from paragraph8.tables.words import UNREADABLE_CELLS

# What identifies a protocol within an election.
KEY = "source, contest, station"
UNREADABLE = f"({', '.join(literal(code) for code in UNREADABLE_CELLS)})"
VOTE_AGGREGATES = {"votes": "sum", "largest_vote": "max"}


def fails_query(rule: Rule, election: str, source: str, value: str = "count(*)") -> str:
    """SQL that counts the protocols failing a rule (or gives another aggregate of `difference`,
    which is never negative)."""
    steps = _rule_steps([rule], {"election": election, "source": source})
    return query(steps, f"SELECT {value} FROM {_step(rule)}")


def any_fail_query(rules: Sequence[Rule], scope: Mapping[str, str]) -> str:
    """SQL that counts the protocols failing at least one of the rules."""
    return query(_failures(rules, scope), f"SELECT count(DISTINCT ({KEY})) FROM failure")


def reach_query(rules: Sequence[Rule], scope: Mapping[str, str]) -> str:
    """SQL for `reach_steps`."""
    return query(reach_steps(rules, scope), "SELECT votes FROM reach")


def reach_steps(rules: Sequence[Rule], scope: Mapping[str, str]) -> Steps:
    """Steps up to `reach`, whose `votes` is the sum of each protocol's largest difference; where
    the scope holds several sources, that of the source with the largest sum."""
    return {
        **_failures(rules, scope),
        "worst": f"SELECT {KEY}, max(difference) AS votes FROM failure GROUP BY ALL",
        "reach": (
            "SELECT coalesce(max(votes), 0) AS votes\n"
            "FROM (SELECT source, sum(votes) AS votes FROM worst GROUP BY source)"
        ),
    }


def field_total_query(field: str, channel: str, scope: Mapping[str, str]) -> str:
    """SQL for the sum of one figure over first copies; 0 where none gives it."""
    of_field = {"field": field, "channel": channel}
    return (
        "SELECT coalesce(sum(value), 0) FROM protocol_figure JOIN protocol USING (protocol)\n"
        f"WHERE {matches(scope)} AND copy = 1\n  AND {matches(of_field)}"
    )


def _failures(rules: Sequence[Rule], scope: Mapping[str, str]) -> Steps:
    """A step per rule, and `failure` with the rows of all: KEY, difference."""
    each = "\nUNION ALL ".join(f"FROM {_step(rule)}" for rule in rules)
    nothing = "SELECT '' AS source, '' AS contest, '' AS station, 0 AS difference WHERE false"
    return {**_rule_steps(rules, scope), "failure": each or nothing}


def _rule_steps(rules: Sequence[Rule], scope: Mapping[str, str]) -> Steps:
    within = [rule for rule in rules if not rule.formula.sources]
    steps = _wide([term for rule in within for term in _terms(rule)], scope) if within else {}
    of_any_source = {column: value for column, value in scope.items() if column != "source"}
    for rule in rules:
        if sources := rule.formula.sources:
            steps |= _between_sources(rule, sources, of_any_source)
        else:
            steps[_step(rule)] = _within(rule)
    return steps


def _within(rule: Rule) -> str:
    right = _side(rule.formula.right)
    difference = f"{_side(rule.formula.left)} - {f'({right})' if ' ' in right else right}"
    if rule.formula.equal:
        difference = f"abs({difference})"
    tolerance = str(rule.tolerance.absolute)
    if rule.tolerance.of:
        # Without the cast DuckDB would count in decimals, and Polars counts in binary.
        share = f"floor({_column(rule.tolerance.of)} * {rule.tolerance.share}::DOUBLE)"
        tolerance = f"greatest({tolerance}, {share})"
    elsewhere = f" AND {_column(rule.not_where)} IS NULL" if rule.not_where else ""
    return (
        f"SELECT {KEY},\n  {difference} AS difference\n"
        f"FROM wide WHERE difference > {tolerance}{elsewhere}"
    )


def _between_sources(rule: Rule, sources: tuple[str, str], scope: Mapping[str, str]) -> Steps:
    first, second = sources
    prefix = _step(rule).strip('"')
    return {
        **cell_steps(sources, scope, prefix=f"{prefix} "),
        _step(rule): (
            f"SELECT {literal(first)} AS source, contest, station,\n"
            f"  sum(abs({first}_votes - {second}_votes)) AS difference\n"
            f'FROM "{prefix} cell" GROUP BY ALL HAVING difference > {rule.tolerance.absolute}'
        ),
    }


def _terms(rule: Rule) -> list[Term]:
    terms = [*rule.formula.left, *rule.formula.right, rule.not_where, rule.tolerance.of]
    return [term for term in terms if term and term.name]


def _wide(terms: Iterable[Term], scope: Mapping[str, str]) -> Steps:
    """The step `wide`: a row per protocol that has figures, a column per term."""
    columns = {_column(term): term for term in terms}
    figures, votes, unreadable = [], [], False
    for column, term in columns.items():
        of_channel = f"channel = '{term.channel}'"
        if aggregate := VOTE_AGGREGATES.get(term.name):
            votes.append(f"{aggregate}(votes) FILTER ({of_channel}) AS {column}")
        elif term.name == "unreadable_cells":
            unreadable = True
        else:
            of_field = f"field = '{term.name}' AND {of_channel}"
            figures.append(f"max(value) FILTER ({of_field}) AS {column}")
    steps = {"wide": _per_protocol(figures, "protocol_figure", scope)}
    if votes:
        steps["vote_sum"] = _per_protocol(votes, "protocol_vote", scope, f"\n{NOT_NONE}")
    if unreadable:
        steps["unreadable"] = (
            f'SELECT {KEY}, count(code) AS "unreadable_cells:all" FROM protocol\n'
            "LEFT JOIN (SELECT protocol, code FROM fault) AS cell\n"
            f"  ON cell.protocol = protocol.protocol AND code IN {UNREADABLE}\n"
            f"WHERE {matches(scope)} AND copy = 1 GROUP BY ALL"
        )
    if len(steps) > 1:
        others = [name for name in steps if name != "wide"]
        joins = "".join(f"\nLEFT JOIN {name} USING ({KEY})" for name in others)
        steps = {"figures": steps.pop("wide"), **steps, "wide": f"FROM figures{joins}"}
    return steps


def _per_protocol(
    columns: Sequence[str], table: str, scope: Mapping[str, str], joined: str = ""
) -> str:
    return (
        "SELECT " + ",\n  ".join([KEY, *columns]) + "\n"
        f"FROM protocol JOIN {table} USING (protocol){joined}\n"
        f"WHERE {matches(scope)} AND copy = 1 GROUP BY ALL"
    )


def _column(term: Term) -> str:
    return f'"{term.column}"'


def _step(rule: Rule) -> str:
    return f'"{rule.id.removeprefix("protocol.")}"'


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
