"""What the queries to teams find of planted faults, and what they flag beside: prints two tables.

For each seed a rehearsal mission with planted faults, and the same mission without any. Of a pair
only one report may be planted; the other is flagged with it. Then invented missions of honest teams
that differ in strictness, and how many of them are said to fill in forms alike. Run from the
project's folder:

    PYTHONPATH=src python benchmarks/quality_false_alarms.py [SEED…]
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.analysis.quality.queries import queries
from paragraph8.analysis.quality.query_list import QUERIES
from paragraph8.rehearsal.mission import planted_faults, rehearsal_tables, tables_of
from paragraph8.rehearsal.reports import Reports, reports
from paragraph8.tables.tables import Tables, shape_all

SEEDS = (2004, 1, 2, 3, 4, 5, 6, 7)
# Kinds of planted faults whose query has another name.
QUERY_OF = {"bad_figures": "protocol_figures"}
# Invented missions: teams, forms of each, yes/no items, marks; problems at about one in seven.
TEAMS, FORMS, ITEMS, MARKS, LOG_ODDS = 50, 8, 40, 5, -1.8
STRICTNESS, INVENTED = (0.3, 0.45, 0.6, 1.0), 40
DUPLICATES = "duplicate_photo"


@dataclass(slots=True)
class Tally:
    """Of one query, over missions.

    planted, found   reports planted and still queried, and those of them that are flagged
    beside           flagged as the other half of a planted pair, or for another planted fault
    others           flagged, with nothing planted about them
    clean, checked   flagged, and checked, in missions without planted faults
    """

    planted: int = 0
    found: int = 0
    beside: int = 0
    others: int = 0
    clean: int = 0
    checked: int = 0


def planted_by_query(tables: Tables, told: Reports) -> Mapping[str, frozenset[str]]:
    """Query -> observations planted for it that no correction replaces."""
    standing = set(tables["observation"].filter(pl.col("replaced_by").is_null())["observation"])
    kinds = {QUERY_OF.get(kind, kind): names for kind, names in planted_faults(told).items()}
    shared = tables["attachment"].filter(pl.len().over("sha256") > 1)
    kinds[DUPLICATES] = frozenset(shared["observation"])
    return {query: names & standing for query, names in kinds.items()}


def flags(tables: Tables) -> Iterator[tuple[str, str, str | None]]:
    """observation, query, other."""
    found = queries(tables, {}).evidence["flags"]
    assert isinstance(found, pl.DataFrame)
    yield from found.select("observation", "query", "other").rows()


def add_mission(tallies: Mapping[str, Tally], seed: int) -> None:
    """Count one mission with planted faults."""
    tables, _, told = rehearsal_tables(seed)
    planted = planted_by_query(tables, told)
    any_planted = frozenset().union(*planted.values())
    for query, names in planted.items():
        tallies[query].planted += len(names)
    for observation, query, other in flags(tables):
        tally = tallies[query]
        if observation in planted.get(query, ()):
            tally.found += 1
        elif observation in any_planted or other in any_planted:
            tally.beside += 1
        else:
            tally.others += 1


def add_clean_mission(tallies: Mapping[str, Tally], seed: int) -> None:
    """Count the same mission without planted faults."""
    _, truth, _ = rehearsal_tables(seed)
    tables = tables_of(truth, reports(truth, seed, blemished=False))
    for _, query, _ in flags(tables):
        tallies[query].clean += 1
    asked = queries(tables, {}).evidence["queries"]
    for row in asked.to_dicts():
        tallies[str(row["query"])].checked += int(row["checked"])


def tally(seeds: tuple[int, ...]) -> dict[str, Tally]:
    """All queries over these missions."""
    tallies = {query.name: Tally() for query in QUERIES}
    for seed in seeds:
        add_mission(tallies, seed)
        add_clean_mission(tallies, seed)
    return tallies


def strict_teams(spread: float, seed: int) -> Tables:
    """A mission of honest teams whose log-odds of a problem differ with this standard deviation,
    and whose marks go with them at half that."""
    rng = np.random.default_rng(seed)
    n = TEAMS * FORMS
    strict = np.repeat(rng.normal(0, spread, TEAMS), FORMS)[:, None]
    problem = rng.random((n, ITEMS)) < 1 / (1 + np.exp(-LOG_ODDS - strict))
    mark = np.clip(np.round(1.8 + strict / 2 + rng.normal(0, 0.7, (n, MARKS))), 1, 4).astype(int)
    items = [f"V{place}" for place in range(ITEMS + MARKS)]
    names = [f"o{place:03}" for place in range(n)]
    form_item = pl.DataFrame(
        {
            "item": items,
            "place": list(range(1, len(items) + 1)),
            "type": ["yes_no"] * ITEMS + ["rating"] * MARKS,
            "problem": ["yes"] * ITEMS + ["3;4"] * MARKS,
        }
    ).with_columns(form=pl.lit("voting"), serious=pl.lit(False))
    team = [f"t{place // FORMS:02}" for place in range(n)]
    observation = pl.DataFrame({"observation": names, "team": team}).with_columns(
        election=pl.lit("e"), form=pl.lit("voting"), version=pl.lit("1"), late=pl.lit(False)
    )
    values = np.concatenate([np.where(problem, "yes", "no"), mark.astype(str)], axis=1)
    answer = pl.DataFrame(
        {"observation": np.repeat(names, len(items)), "item": items * n, "value": values.ravel()}
    ).with_columns(state=pl.lit("given"))
    frames = {"form_item": form_item, "observation": observation, "answer": answer}
    return Tables(shape_all({**frames, "team": pl.DataFrame({"team": sorted(set(team))})}), "")


def strictness() -> Iterator[tuple[float, int, int]]:
    """Standard deviation, teams said to be straight-lining in all missions, most in one."""
    for spread in STRICTNESS:
        numbers = []
        for seed in range(INVENTED):
            found = queries(strict_teams(spread, seed), {}).evidence["flags"]
            assert isinstance(found, pl.DataFrame)
            numbers.append(found.filter(query="straight_lining")["team"].n_unique())
        yield spread, sum(numbers), max(numbers)


def main() -> None:
    """Print the tables."""
    seeds = tuple(int(seed) for seed in sys.argv[1:]) or SEEDS
    sys.stdout.write(f"seeds {', '.join(map(str, seeds))}\n\n")
    sys.stdout.write("| query | planted | found | beside | others | clean | of checked |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for query, t in tally(seeds).items():
        cells = (t.planted, t.found, t.beside, t.others, t.clean, t.checked)
        numbers = " | ".join(f"{n:,}" for n in cells)
        sys.stdout.write(f"| `{query}` | {numbers} |\n")
    sys.stdout.write(f"\n{INVENTED} missions of {TEAMS} honest teams with {FORMS} forms each\n\n")
    sys.stdout.write("| standard deviation of strictness | teams flagged | most in one mission |\n")
    sys.stdout.write("|---|---|---|\n")
    for spread, flagged, most in strictness():
        sys.stdout.write(f"| {spread} | {flagged} | {most} |\n")


if __name__ == "__main__":
    main()
