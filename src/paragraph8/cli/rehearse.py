"""p8 rehearse: the rehearsal mission as a snapshot, with the truth behind it kept aside."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from paragraph8.cli.rehearse_lists import audited_lists
from paragraph8.cli.terminal import progress, say
from paragraph8.kernel.problem import Problem
from paragraph8.rehearsal.mission import AS_OF, SEED, SOURCE, rehearsal_tables
from paragraph8.rehearsal.reports import Reports
from paragraph8.rehearsal.truth import Truth
from paragraph8.statement.package import as_csv
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.tables import Tables, shape_all

SHIPPED = ("mission.toml", "decisions.toml", "NOTICE.md")
LISTS, LISTS_MAPPING = "lists", "lists.toml"


def rehearse(
    into: Annotated[Path, typer.Option(help="Folder to write; must be new or empty.")],
    seed: Annotated[int, typer.Option(help="Another seed is another rehearsal.", min=0)] = SEED,
) -> None:
    """Make the rehearsal mission Kazakhstan 2004: snapshot, mission file, and the truth aside.

    All reports are simulated. With the seed that the demonstration has, its decisions on findings
    are written too, so that p8 statement can follow at once.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Problem("snapshot.exists", folder=into)
    tables = write_rehearsal(into, seed)
    reported = tables["observation"].height
    say(f"{reported:,} simulated reports of {tables['team'].height} teams, seed {seed}")
    say(f"snapshot {tables.snapshot}")
    say(f"written to {into}: snapshot, mission.toml, lists, truth")


def rehearsal_files() -> Traversable:
    """The files of the rehearsal that the package ships."""
    return resources.files("paragraph8") / "data" / "kazakhstan"


def write_rehearsal(folder: Path, seed: int = SEED) -> Tables:
    """Write snapshot, mission file, decisions (of the demonstration's seed), lists and truth."""
    progress("simulating the rehearsal mission")
    tables, truth, told = rehearsal_tables(seed)
    folder.mkdir(parents=True, exist_ok=True)
    frozen = write_snapshot(with_lists(tables, truth, folder / LISTS), folder / "snapshot")
    for name in SHIPPED:
        if not (folder / name).exists() and (name != "decisions.toml" or seed == SEED):
            (folder / name).write_bytes((rehearsal_files() / name).read_bytes())
    _write_truth(folder / "truth", truth, told)
    return frozen


def with_lists(tables: Tables, truth: Truth, folder: Path) -> Tables:
    """The tables with the counts of the audit of invented voter lists, which go into a folder."""
    mapping = (rehearsal_files() / LISTS_MAPPING).read_bytes()
    counted = audited_lists(truth, folder, mapping)
    return Tables(shape_all({**tables.frames, **counted}), AS_OF, (SOURCE,))


def _write_truth(folder: Path, truth: Truth, told: Reports) -> None:
    """What was planted, as CSV: no part of the snapshot, and for nobody who analyses it."""
    folder.mkdir(exist_ok=True)
    expected = [
        (form, item.id, truth.expected_share(form, item.id))
        for form, planted in truth.planted.items()
        for item in planted.items
    ]
    shares = pl.DataFrame(expected, schema=("form", "item", "expected_share"), orient="row")
    for name, frame in {
        "expected_shares": shares,
        "planted_faults": told.blemishes,
        "comments": told.comments,
    }.items():
        (folder / f"{name}.csv").write_bytes(as_csv(frame, simulated=True))
