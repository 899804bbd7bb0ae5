"""Votes as SQL over the tables of a snapshot: sources side by side, and the national result."""

from collections.abc import Mapping, Sequence

from paragraph8.kernel.sql import Steps, literal, matches, query

# A condition of its own, for votes joined with their protocol.
NOT_NONE = "ANTI JOIN (FROM contestant WHERE kind = 'none') USING (election, contest, contestant)"
PLACE = "contest, station, channel"
BALLOTS_BY_CHANNEL = """\
SELECT protocol, paper.value AS paper, machine.value AS machine
FROM protocol
JOIN protocol_figure paper USING (protocol) JOIN protocol_figure machine USING (protocol)
WHERE {scope} AND copy = 1
  AND paper.field = 'ballots_in_box' AND paper.channel = 'paper' AND paper.value > 0
  AND machine.field = 'ballots_in_box' AND machine.channel = 'machine' AND machine.value > 0"""
# The word for votes that a publisher gives as totals, beside the sources of protocols.
TOTALS = "published totals"


def cell_steps(
    sources: Sequence[str],
    scope: Mapping[str, str],
    *,
    channel: str = "",
    contestants_only: bool = False,
    prefix: str = "",
) -> Steps:
    """Steps up to `cell`: votes of a contestant at a station in a channel, in a column per source.

    An empty cell is no vote, but only where all sources hold at least one cell of the channel.
    `contestants_only` leaves out votes for none of them; `prefix` keeps comparisons apart.
    """
    vote, shared, cell = (_name(prefix + word) for word in ("vote", "shared", "cell"))
    where = {**scope, "channel": channel} if channel else scope
    distinct = tuple(dict.fromkeys(sources))
    listed = ", ".join(literal(source) for source in distinct)
    columns = "".join(
        f",\n  coalesce(sum(votes) FILTER (source = {literal(source)}), 0) AS {source}_votes"
        for source in distinct
    )
    return {
        vote: (
            f"SELECT {PLACE}, contestant, source, votes\n"
            "FROM protocol_vote JOIN protocol USING (protocol)"
            + (f"\n{NOT_NONE}" if contestants_only else "")
            + f"\nWHERE {matches(where)} AND copy = 1 AND source IN ({listed})"
        ),
        shared: (
            f"SELECT {PLACE} FROM {vote}\n"
            f"GROUP BY ALL HAVING count(DISTINCT source) = {len(distinct)}"
        ),
        cell: (
            f"SELECT {PLACE}, contestant{columns}\n"
            f"FROM {vote} SEMI JOIN {shared} USING ({PLACE}) GROUP BY ALL"
        ),
    }


def station_difference_steps(left: str, right: str, cells: Steps) -> Steps:
    """After the `cells`, `station_difference`: the sum over contestants and channels of the
    absolute difference, and of the difference left - right (net)."""
    difference = f"{left}_votes - {right}_votes"
    return {
        **cells,
        "station_difference": (
            f"SELECT contest, station, sum(abs({difference})) AS difference,\n"
            f"  sum({difference}) AS net\nFROM cell GROUP BY ALL"
        ),
    }


def signs_query(left: str, right: str, election: str, cells: Steps) -> str:
    """SQL for what sign tests are computed from: contest, contestant, higher, lower; one row per
    line of the ballot with a difference."""
    return query(
        cells,
        f"SELECT contest, contestant, count(*) FILTER ({left}_votes > {right}_votes) AS higher,\n"
        f"  count(*) FILTER ({left}_votes < {right}_votes) AS lower\n"
        f"FROM cell SEMI JOIN (FROM contestant WHERE {matches({'election': election})})"
        " USING (contest, contestant)\n"
        "GROUP BY ALL HAVING higher + lower > 0 ORDER BY ALL",
    )


def agreement_query(three: Sequence[str], election: str, alone: str = "") -> str:
    """SQL that counts stations where the other two agree and `alone` does not; without `alone`,
    where all three differ."""
    pairs = {three[2]: (0, 1), three[1]: (0, 2), three[0]: (1, 2)}
    columns = "".join(
        f",\n  bool_and({three[one]}_votes = {three[other]}_votes) AS all_but_{odd}"
        for odd, (one, other) in pairs.items()
    )
    steps = {
        **cell_steps(three, {"election": election}),
        "agreement": f"SELECT contest, station{columns}\nFROM cell GROUP BY ALL",
    }
    conditions = [f"{'' if odd == alone else 'NOT '}all_but_{odd}" for odd in three]
    return query(steps, f"SELECT count(*) FROM agreement WHERE {' AND '.join(conditions)}")


def both_channels_query(value: str, scope: Mapping[str, str], condition: str = "") -> str:
    """SQL for a value over the protocols with ballots on paper and by machine; their `paper` and
    `machine` are the ballots of each."""
    steps = {"both_channels": BALLOTS_BY_CHANNEL.format(scope=matches(scope))}
    return query(steps, f"SELECT {value} FROM both_channels{condition}")


def by_contestant_query(scope: Mapping[str, str]) -> str:
    """SQL that counts, of these protocols, those with contestants' votes in both channels."""
    return both_channels_query(
        "count(*)",
        scope,
        "\nWHERE protocol IN (\n"
        "  SELECT protocol FROM protocol_vote JOIN protocol USING (protocol)\n"
        f"  {NOT_NONE}\n"
        "  WHERE channel IN ('paper', 'machine')\n"
        "  GROUP BY protocol HAVING count(DISTINCT channel) = 2\n)",
    )


def national_steps(where: Mapping[str, str], source: str) -> Steps:
    """Steps up to `national`: contestant, votes, name, kind and ballot_order of one contest; from
    its published totals, newest version, or (`source` not TOTALS) from protocols.

    Channels are added up, but where a contest has votes in the channel "all" these stand alone.
    """
    known = (
        "SELECT contestant, votes, kind, ballot_order\n"
        "FROM total JOIN contestant USING (contestant)\n"
        f"WHERE {matches(where)}"
    )
    if source == TOTALS:
        total = (
            "SELECT contestant, arg_max(value, version) AS votes FROM official_figure\n"
            f"WHERE {matches(where)} AND field = 'votes' AND channel = 'all'\nGROUP BY contestant"
        )
        return {"total": total, "national": known}
    vote = (
        "SELECT contestant, channel, votes\n"
        "FROM protocol_vote JOIN protocol USING (protocol)\n"
        f"WHERE {matches({**where, 'source': source})} AND copy = 1"
    )
    total = (
        "SELECT contestant, sum(votes) AS votes FROM vote\n"
        "WHERE channel = 'all' OR 'all' NOT IN (SELECT channel FROM vote)\nGROUP BY contestant"
    )
    return {"vote": vote, "total": total, "national": known}


def neighbour_steps(national: Steps) -> Steps:
    """After `national`, `pair`: each two neighbours in order of votes, and the votes between."""
    return {
        **national,
        "pair": (
            "SELECT lag(contestant) OVER ranked AS above, contestant AS below,\n"
            "  lag(votes) OVER ranked - votes AS margin\n"
            "FROM national WHERE kind <> 'none'\n"
            "WINDOW ranked AS (ORDER BY votes DESC, ballot_order, contestant)"
        ),
    }


def _name(word: str) -> str:
    return word if word.isidentifier() else f'"{word}"'
