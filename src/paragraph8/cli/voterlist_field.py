"""p8 voterlist sample, areas, households, visits: whom to visit, and what the visits settled."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from paragraph8.cli.terminal import err, say
from paragraph8.cli.voterlist import MEMORY
from paragraph8.cli.voterlist_audit import (
    SNAPSHOT,
    Election,
    read_lists,
    remembered_inputs,
    running,
    same_lists,
)
from paragraph8.cli.voterlist_extras import read_table
from paragraph8.kernel.problem import Problem
from paragraph8.tables.snapshot import read_snapshot, write_snapshot
from paragraph8.tables.tables import Tables, shape_all
from paragraph8.voterlist.decided import DECISIONS
from paragraph8.voterlist.fieldwork.draw import Drawn, StationPlan, draw_entries, list_entries
from paragraph8.voterlist.fieldwork.households import draw_areas, draw_households
from paragraph8.voterlist.fieldwork.sheet import sealed_households, sealed_sheet
from paragraph8.voterlist.fieldwork.visits import visits as settle
from paragraph8.voterlist.privacy.pseudonyms import KEY_FILE, read_key
from paragraph8.voterlist.privacy.sealed import read_recipient, write_sealed
from paragraph8.voterlist.privacy.working import AGGREGATES, check_working_folder

AREA_COLUMNS, LISTED_COLUMNS = ("stratum", "area", "size", "setting"), ("area", "households")
DRAWN_AREAS = {
    "stratum": pl.String, "area": pl.String, "setting": pl.String, "probability": pl.Float64,
}  # fmt: skip

Audit = Annotated[Path, typer.Argument(help="Folder of an audit, whose key the draw needs.")]
Series = Annotated[
    int,
    typer.Option(help="First digit of the references, another one for each draw.", min=1, max=9),
]
Seed = Annotated[int, typer.Option(help="Another seed is another sample.", min=0)]
Recipient = Annotated[str, typer.Option(help="Public key (age1…) of who prints the sheet.")]
Sheet = Annotated[Path, typer.Option(help="New file for the sheet, sealed for --recipient.")]
ListName = Annotated[str, typer.Option("--list", help="paper, electronic or list.")]


def sample(
    audit: Audit,
    stations: Annotated[int, typer.Option(help="Stations in all, drawn by size.", min=2)],
    entries: Annotated[int, typer.Option(help="Entries at a station.", min=2)],
    recipient: Recipient,
    sheet: Sheet,
    list_name: ListName = "list",
    series: Series = 1,
    seed: Seed = 1,
    oversample: Annotated[
        list[str] | None,
        typer.Option(
            help="CATEGORY=TIMES, only_paper=5: how much likelier such entries are drawn."
        ),
    ] = None,
) -> None:
    """Draw entries of a list for visits: from the list to people.

    Names and addresses go on the sealed sheet alone. References, weights and stations stand in
    aggregates/sample-SERIES.csv; forms of visits carry references only.
    """
    check_working_folder(audit)
    plan = StationPlan(stations, entries, _times(oversample or ()))
    inputs = remembered_inputs(audit)
    if list_name not in inputs.files:
        known = ", ".join(inputs.files)
        raise Problem("analysis.bad_parameter", parameter="--list", value=list_name, expected=known)
    key, day = read_key(audit / KEY_FILE), Election(_election(audit), simulated=False).day
    with running(audit, MEMORY, inputs.files.values()) as engine:
        same_lists(read_lists(engine, inputs.files, inputs.mapping), inputs)
        there = list_entries(engine, list_name, day, decisions=_decisions(audit))
        drawn = draw_entries(there, plan, list_name=list_name, series=series, seed=seed, key=key)
        sealed = sealed_sheet(engine, list_name, drawn, read_recipient(recipient))
        _write_design(audit, series, drawn, sheet, sealed)
    _say_drawn(audit, series, drawn, sheet)


def areas(
    audit: Audit,
    areas: Annotated[Path, typer.Option(help="CSV: stratum, area, size, setting.")],
    number: Annotated[int, typer.Option(help="Areas to draw, by size.", min=2)],
    series: Series = 2,
    seed: Seed = 1,
) -> None:
    """Draw the areas in which households will be listed: from people to the list.

    The areas drawn stand in aggregates/areas-SERIES.csv.
    """
    check_working_folder(audit)
    given = read_table("areas", areas, AREA_COLUMNS)
    drawn = draw_areas(given, number, seed=seed, key=read_key(audit / KEY_FILE))
    file = _new(audit / AGGREGATES / f"areas-{series}.csv")
    drawn.write_csv(file)
    say(f"{drawn.height} areas drawn, in {file}; list the households of each, then draw them")


def households(
    audit: Audit,
    listed: Annotated[Path, typer.Option(help="CSV: area, households counted in each.")],
    slots: Annotated[int, typer.Option(help="Households to visit in an area.", min=2)],
    recipient: Recipient,
    sheet: Sheet,
    list_name: ListName = "list",
    series: Series = 2,
    seed: Seed = 1,
) -> None:
    """Draw households in the areas drawn, and the adult to ask in each."""
    check_working_folder(audit)
    read_recipient(recipient)
    chosen = pl.read_csv(audit / AGGREGATES / f"areas-{series}.csv", schema=DRAWN_AREAS)
    counted = dict(read_table("listed", listed, LISTED_COLUMNS).rows())
    drawn = draw_households(
        chosen, counted, slots,
        list_name=list_name, series=series, seed=seed, key=read_key(audit / KEY_FILE),
    )  # fmt: skip
    _write_design(audit, series, drawn, sheet, sealed_households(drawn, recipient))
    _say_drawn(audit, series, drawn, sheet)


def visits(
    snapshot: Annotated[Path, typer.Argument(help="Snapshot of the mission, with its forms.")],
    design: Annotated[list[Path], typer.Option(help="aggregates/sample-SERIES.csv of a draw.")],
    into: Annotated[Path, typer.Option(help="Folder of the new snapshot; must not exist.")],
    late: Annotated[bool, typer.Option("--late", help="Forms after the freeze count too.")] = False,
) -> None:
    """Make a snapshot in which every reference drawn has the outcome of its visits.

    A reference without a form was never visited: it stays in, as not contacted.
    """
    tables = read_snapshot(snapshot)
    drawn = pl.concat([_read_design(file) for file in design])
    election = str(tables["election"]["election"][0])
    settled = settle(tables, drawn, election, late=late)
    for reason, forms in settled.left_out.items():
        err.print(f"  {forms:,} forms left out: {reason}", markup=False)
    frames = shape_all({**tables.frames, "list_visit": settled.frame})
    frozen = write_snapshot(Tables(frames, tables.as_of, tables.sources), into)
    say(f"{settled.frame.height:,} references, snapshot {frozen.snapshot}")
    say(f"written to {into}; the shares: p8 analyse {into} voterlist.field_tests")


def _times(options: Sequence[str]) -> dict[str, float]:
    times = {}
    for option in options:
        category, _, number = option.partition("=")
        try:
            times[category] = float(number)
        except ValueError:
            raise Problem(
                "analysis.bad_parameter",
                parameter="--oversample",
                value=option[:40],
                expected="a category and a number, only_paper=5",
            ) from None
    return times


def _election(audit: Path) -> str:
    tables = read_snapshot(audit / AGGREGATES / SNAPSHOT)
    return str(tables["election"]["election"].item())


def _decisions(audit: Path) -> pl.DataFrame | None:
    """Categories of a reconciliation; a list that was audited alone has none."""
    decided = pl.read_parquet(audit / DECISIONS)
    return decided if "category" in decided.columns else None


def _new(file: Path) -> Path:
    if file.exists():
        raise Problem("file.not_usable", file=file, reason="it exists already")
    return file


def _write_design(audit: Path, series: int, drawn: Drawn, sheet: Path, sealed: bytes) -> None:
    """Both or neither: a design whose sheet is lost is of no use."""
    file = _new(audit / AGGREGATES / f"sample-{series}.csv")
    write_sealed(_new(sheet), sealed)
    drawn.design.write_csv(file)


def _read_design(file: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(file, infer_schema=False).with_columns(pl.col("weight").cast(pl.Float64))
    except (OSError, pl.exceptions.PolarsError):
        expected = "the file aggregates/sample-SERIES.csv of an audit"
        raise Problem(
            "analysis.bad_parameter", parameter="--design", value=file.name, expected=expected
        ) from None


def _say_drawn(audit: Path, series: int, drawn: Drawn, sheet: Path) -> None:
    design = drawn.design
    say(f"{design.height:,} references in {design['cluster'].n_unique():,} clusters")
    say(f"design: {audit / AGGREGATES / f'sample-{series}.csv'}, without names")
    say(f"sheet: {sheet}, sealed; only its recipient can open it")
