"""What the queries to teams find of planted faults, and what they flag beside: prints a table.

For each seed a rehearsal mission with planted faults, and the same mission without any. Of a pair
only one report may be planted; the other is flagged with it. Run from the project's folder:

    PYTHONPATH=src python benchmarks/quality_false_alarms.py [SEED…]
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from paragraph8.analysis.quality.queries import queries
from paragraph8.analysis.quality.query_list import QUERIES
from paragraph8.rehearsal.mission import planted_faults, rehearsal_tables, tables_of
from paragraph8.rehearsal.reports import Reports, reports
from paragraph8.tables.tables import Tables

SEEDS = (2004, 1, 2, 3, 4, 5, 6, 7)
# Kinds of planted faults whose query has another name.
QUERY_OF = {"bad_figures": "protocol_figures"}
STRAY_ITEM, DUPLICATES = "V199", "duplicate_photo"


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
    said: Counter[str] = field(default_factory=Counter)


def planted_by_query(tables: Tables, told: Reports) -> Mapping[str, frozenset[str]]:
    """Query -> observations planted for it that no correction replaces."""
    standing = set(tables["observation"].filter(pl.col("replaced_by").is_null())["observation"])
    kinds = {QUERY_OF.get(kind, kind): names for kind, names in planted_faults(told).items()}
    shared = tables["attachment"].filter(pl.len().over("sha256") > 1)
    stray = tables["answer"].filter(pl.col("item") == STRAY_ITEM)
    kinds[DUPLICATES] = frozenset(shared["observation"])
    kinds["unknown_item"] = frozenset(stray["observation"])
    return {query: names & standing for query, names in kinds.items()}


def flags(tables: Tables) -> Iterator[tuple[str, str, str | None, str]]:
    """observation, query, other, detail."""
    found = queries(tables, {}).evidence["flags"]
    assert isinstance(found, pl.DataFrame)
    yield from found.select("observation", "query", "other", "detail").rows()


def add_mission(tallies: Mapping[str, Tally], seed: int) -> None:
    """Count one mission with planted faults."""
    tables, _, told = rehearsal_tables(seed)
    planted = planted_by_query(tables, told)
    any_planted = frozenset().union(*planted.values())
    for query, names in planted.items():
        tallies[query].planted += len(names)
    for observation, query, other, _ in flags(tables):
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
    for _, query, _, detail in flags(tables):
        tallies[query].clean += 1
        tallies[query].said[detail] += 1
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


def main() -> None:
    """Print the table."""
    seeds = tuple(int(seed) for seed in sys.argv[1:]) or SEEDS
    sys.stdout.write(f"seeds {', '.join(map(str, seeds))}\n\n")
    sys.stdout.write("| query | planted | found | beside | others | clean | of checked |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for query, t in tally(seeds).items():
        cells = (t.planted, t.found, t.beside, t.others, t.clean, t.checked)
        numbers = " | ".join(f"{n:,}" for n in cells)
        sys.stdout.write(f"| `{query}` | {numbers} |\n")


if __name__ == "__main__":
    main()
