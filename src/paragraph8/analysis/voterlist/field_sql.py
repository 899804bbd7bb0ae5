"""The SQL of field tests: weighted shares and their design effects, over the table `list_visit`."""

from collections.abc import Mapping

from paragraph8.kernel.sql import Steps, matches, query


def count_query(scope: Mapping[str, str], value: str = "count(*)") -> str:
    """A count of sampled references."""
    return f"SELECT {value} FROM list_visit WHERE {matches(scope)}"


def share_query(scope: Mapping[str, str], hit: str, base: str) -> str:
    """Sum of weights of the rows that count over the sum of weights of the base."""
    return (
        f"SELECT coalesce(sum(weight) FILTER (WHERE {hit}), 0)"
        f" / sum(weight) FILTER (WHERE {base})\n"
        f"FROM list_visit WHERE {matches(scope)}"
    )


def design_effect_query(scope: Mapping[str, str], hit: str, base: str) -> str:
    """The variance by linearisation over that of a simple random sample of as many rows."""
    steps: Steps = {
        "visit": "SELECT stratum, cluster, weight,\n"
        f"  CASE WHEN {hit} THEN 1 ELSE 0 END AS hit, CASE WHEN {base} THEN 1 ELSE 0 END AS base\n"
        f"FROM list_visit WHERE {matches(scope)}",
        "share": "SELECT sum(weight * hit) / sum(weight * base) AS p,\n"
        "  sum(weight * base) AS total, sum(base) AS n FROM visit",
        "of_cluster": "SELECT stratum, cluster, max(weight) AS largest,\n"
        "  sum(weight * (hit - p * base) / total) AS z\n"
        "FROM visit CROSS JOIN share GROUP BY stratum, cluster",
        # A stratum in which every row was certain to be drawn was counted completely.
        "of_stratum": "SELECT CASE WHEN max(largest) = 1 THEN 0\n"
        "  ELSE count(*) * var_samp(z) END AS variance FROM of_cluster GROUP BY stratum",
    }
    return query(
        steps,
        "SELECT sum(variance) / any_value(p * (1 - p) / (n - 1)) FROM of_stratum CROSS JOIN share",
    )
