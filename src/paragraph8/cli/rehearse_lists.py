"""The rehearsal's voter lists: invented, audited by the audit itself; only counts reach tables."""

from pathlib import Path
from typing import Final

import polars as pl

from paragraph8.cli.voterlist_audit import Election, read_lists, voter_list_rows
from paragraph8.cli.voterlist_sure import bounds_of_lists
from paragraph8.rehearsal.truth import Truth
from paragraph8.voterlist.decided import decisions_frame
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.generate import Settings
from paragraph8.voterlist.generate.stations import lists_of_stations
from paragraph8.voterlist.link.aggregates import comparison_rows
from paragraph8.voterlist.link.reconcile import reconcile

# Lists were given at so many of the stations where observers saw electronic voting.
STATIONS: Final = 30
# Share of people whom each list lacks, beside the gaps that the stations' own numbers make.
LACKING: Final = 0.012
COMPARISON: Final = "paper and electronic"
MAPPING: Final = "mapping.toml"


def audited_lists(truth: Truth, folder: Path, mapping: bytes) -> dict[str, pl.DataFrame]:
    """Write the lists of some stations into a folder, audit them, and return what may be counted.

    truth     the mission; names on the lists of each station are as many as it says
    folder    gets simulated_paper.csv, simulated_electronic.csv and mapping.toml
    mapping   how the lists are written, TOML
    Tables: voter_list, list_comparison, list_test. Anyone can repeat them with
    `p8 voterlist reconcile`.
    """
    election = Election(truth.facts.election, simulated=True)
    files = _write(truth, folder, mapping)
    engine = open_duck(None)
    loaded = read_lists(engine, files, folder / MAPPING)
    reconcile(engine, loaded.records)
    decided = decisions_frame(engine)
    return {
        "voter_list": voter_list_rows(election, loaded.sources),
        "list_comparison": comparison_rows(engine, loaded.records, election.id, COMPARISON),
        "list_test": bounds_of_lists(loaded, decided, election, COMPARISON),
    }


def _write(truth: Truth, folder: Path, mapping: bytes) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MAPPING).write_bytes(mapping)
    settings = Settings(people=1, seed=truth.seed, lacking=LACKING)
    lists = dict(zip((PAPER, ELECTRONIC), lists_of_stations(_sizes(truth), settings), strict=True))
    files = {name: folder / f"simulated_{name}.csv" for name in lists}
    for name, frame in lists.items():
        frame.write_csv(files[name])
    return files


def _sizes(truth: Truth) -> pl.DataFrame:
    """Names on both lists, as voters of that station are registered."""
    seen = truth.visits["evoting"]["station"].unique().sort()
    chosen = seen.sample(STATIONS, seed=truth.seed).sort().to_list()
    results = truth.country.results[chosen]
    return truth.country.station[chosen].select(
        "station", "area", paper=results["registered"], electronic=results["on_electronic_list"]
    )
