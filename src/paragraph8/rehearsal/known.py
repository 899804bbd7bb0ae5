"""What is known before any report: mission, election, ballot, announced totals, statements."""

import polars as pl

from paragraph8.rehearsal.facts import Facts
from paragraph8.rehearsal.protocols import CONTEST
from paragraph8.tables.contracts import BY_NAME

MISSION = "kazakhstan-2004-rehearsal"
TITLE = "Kazakhstan 2004, rehearsal (simulated)"
Row = dict[str, object]


def known_frames(facts: Facts) -> dict[str, pl.DataFrame]:
    """mission, election, contest, contestant, official_figure, observer_count."""
    rows: dict[str, list[Row]] = {
        "mission": [_mission()],
        "election": [_election(facts)],
        "contest": [{"election": facts.election, "contest": CONTEST}],
        "contestant": _contestants(facts),
        "official_figure": _announced(facts),
        "observer_count": [_statement(facts, place) for place in range(len(facts.statements))],
    }
    return {
        name: BY_NAME[name].shape(pl.DataFrame(entries, schema=BY_NAME[name].schema))
        for name, entries in rows.items()
    }


def _mission() -> Row:
    return {
        "mission": MISSION,
        "title": TITLE,
        "format": "full",
        "languages": "en;ru;kk",
        "simulated": True,
    }


def _election(facts: Facts) -> Row:
    return {
        "election": facts.election,
        "country": facts.country,
        "title": facts.title,
        "election_day": facts.election_day,
        "round": 1,
        "simulated": True,
    }


def _contestants(facts: Facts) -> list[Row]:
    # The order on the ballot was not obtained: this is the order of the published table.
    return [
        {
            "election": facts.election,
            "contest": CONTEST,
            "contestant": code,
            "ballot_order": place,
            "name": name,
            "kind": "list",
        }
        for place, (code, name) in enumerate(facts.contestants.items(), start=1)
    ]


def _announced(facts: Facts) -> list[Row]:
    return [
        {
            "election": facts.election,
            "contest": CONTEST,
            "field": "votes",
            "contestant": code,
            "channel": "all",
            "version": 1,
            "value": votes,
            "source_file": "facts.toml",
            "source_row": line,
        }
        for line, (code, votes) in enumerate(facts.votes.items(), start=1)
    ]


def _statement(facts: Facts, place: int) -> Row:
    said = facts.statements[place]
    earlier = [other["term"] for other in facts.statements[: place + 1]]
    return {"election": facts.election, **said, "version": earlier.count(said["term"])}
