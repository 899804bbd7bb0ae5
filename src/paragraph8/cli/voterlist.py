"""p8 voterlist: audits of voter lists. Names stay in the folder of the audit; only counts leave."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from paragraph8.cli.later import later, only_commands
from paragraph8.cli.terminal import print_table, progress, say
from paragraph8.cli.voterlist_audit import (
    SNAPSHOT,
    Election,
    read_lists,
    remember_inputs,
    working_folder,
    write_aggregates,
)
from paragraph8.cli.voterlist_case import (
    CaseOptions,
    check_case,
    check_new_file,
    say_case,
    write_case,
)
from paragraph8.cli.voterlist_sure import bounds_of_lists, tests_with_bounds
from paragraph8.tables.contracts_list_audit import ANY
from paragraph8.voterlist.decided import DECISIONS, decisions_frame, duplicates_frame
from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.link.aggregates import comparison_rows
from paragraph8.voterlist.link.reconcile import reconcile as reconcile_records
from paragraph8.voterlist.privacy.case_file import Cases
from paragraph8.voterlist.privacy.working import AGGREGATES
from paragraph8.voterlist.quality.context import Context, Extras

MEMORY = "4GB"
COMPARISON = "paper and electronic"
DUPLICATE_TESTS = ("L01", "L02", "L03", "L04", "L05")

COMMANDS = {
    "suggest": "voterlist_lists:suggest",
    "counts": "voterlist_lists:counts",
    "generate": "voterlist_lists:generate",
    "review": "voterlist_review:review",
    "add": "voterlist_end:add",
    "report": "voterlist_end:report",
    "purge": "voterlist_end:purge",
    "reconcile": "voterlist:reconcile",
    "duplicates": "voterlist:duplicates",
    "quality": "voterlist_quality:quality",
    "sample": "voterlist_field:sample",
    "areas": "voterlist_field:areas",
    "households": "voterlist_field:households",
    "visits": "voterlist_field:visits",
}

app = typer.Typer(
    cls=later(COMMANDS),
    callback=only_commands,
    help=__doc__,
    no_args_is_help=True,
    rich_markup_mode=None,
)

Mapping = Annotated[
    Path, typer.Option(help="TOML: which column is which; see p8 voterlist suggest.")
]
Out = Annotated[Path, typer.Option(help="Folder of this audit; must be new or empty.")]
ElectionId = Annotated[str, typer.Option(help="Country and election day, kz-2004-09-19.")]
Simulated = Annotated[bool, typer.Option("--simulated", help="The lists are invented.")]
Pairs = Annotated[
    Path | None, typer.Option(help="Write what was decided of each row, by row number (Parquet).")
]
EngineName = Annotated[str, typer.Option(help="duckdb, or spark (needs the extra of this name).")]
Memory = Annotated[str, typer.Option(help="Memory before work is spilled to disk, 4GB.")]
CaseFile = Annotated[
    Path | None, typer.Option(help="Write single entries, sealed for --recipient, to this file.")
]
Recipient = Annotated[str, typer.Option(help="Public key (age1…) of who may open the case file.")]
Purpose = Annotated[str, typer.Option(help="What the case file may be used for.")]
DeleteBy = Annotated[str, typer.Option(help="By when its recipient deletes it.")]


def reconcile(
    paper: Annotated[Path, typer.Argument(help="The paper list: CSV, TSV, XLSX or Parquet.")],
    electronic: Annotated[Path, typer.Argument(help="The electronic list.")],
    mapping: Mapping,
    out: Out,
    election: ElectionId,
    simulated: Simulated = False,
    comparison: Annotated[str, typer.Option(help="How this comparison is called.")] = COMPARISON,
    pairs: Pairs = None,
    case_file: CaseFile = None,
    recipient: Recipient = "",
    purpose: Purpose = "",
    delete_by: DeleteBy = "",
    engine: EngineName = "duckdb",
    memory: Memory = MEMORY,
) -> None:
    """Compare two lists of the same voters, entry by entry.

    Every entry gets one category. Writes counts by station (aggregates/snapshot) and a report;
    single entries go nowhere but into the case file. Exit code 2: a list could not be used.
    """
    of = Election(election, simulated)
    files = {PAPER: paper, ELECTRONIC: electronic}
    case = CaseOptions(case_file, recipient, purpose, delete_by)
    check_case(case)
    check_new_file(pairs)
    with working_folder(out, memory, files.values(), engine) as opened:
        loaded = read_lists(opened, files, mapping)
        remember_inputs(out, files, mapping, loaded.sources)
        reconcile_records(opened, loaded.records, progress)
        counted = comparison_rows(opened, loaded.records, of.id, comparison)
        decided = decisions_frame(opened)
        decided.write_parquet(out / DECISIONS)
        _hand_over(pairs, decided)
        sure = bounds_of_lists(loaded, decided, of, comparison)
        made = {"list_comparison": counted, "list_test": sure}
        tables = write_aggregates(out, of, loaded.sources, made)
        write_case(case, out, opened, Cases(decided, {}), loaded.sources)
    _print_categories(counted)
    say_written(out, tables.snapshot)
    say_case(case)


def duplicates(
    list: Annotated[Path, typer.Argument(help="The list: CSV, TSV, XLSX or Parquet.")],
    mapping: Mapping,
    out: Out,
    election: ElectionId,
    simulated: Simulated = False,
    pairs: Pairs = None,
    case_file: CaseFile = None,
    recipient: Recipient = "",
    purpose: Purpose = "",
    delete_by: DeleteBy = "",
    engine: EngineName = "duckdb",
    memory: Memory = MEMORY,
) -> None:
    """Find people who stand on one list more than once, beside what chance alone would give.

    Relatives who share surname, patronymic and address are not taken for one person.
    """
    # Statistics take longer to import than the lists of a station take to compare.
    from paragraph8.cli.voterlist_tests import print_tests, run_tests

    of = Election(election, simulated)
    context = Context(of.day)
    case = CaseOptions(case_file, recipient, purpose, delete_by)
    check_case(case)
    check_new_file(pairs)
    with working_folder(out, memory, [list], engine) as opened:
        loaded = read_lists(opened, {LIST: list}, mapping)
        remember_inputs(out, {LIST: list}, mapping, loaded.sources)
        found = duplicates_frame(find_duplicates(opened, loaded.records, progress))
        found.write_parquet(out / DECISIONS)
        _hand_over(pairs, found)
        tests = run_tests(loaded, context, of, Extras(pairs=found), DUPLICATE_TESTS)
        made = {"list_test": tests_with_bounds(loaded, tests, found, of)}
        tables = write_aggregates(out, of, loaded.sources, made)
        write_case(case, out, opened, Cases(None, {LIST: found}), loaded.sources)
    print_tests(tests)
    say_written(out, tables.snapshot)
    say_case(case)


def _hand_over(path: Path | None, frame: pl.DataFrame) -> None:
    """Decisions by row number, for work on invented lists."""
    if path is not None:
        frame.write_parquet(path)


def _print_categories(counted: pl.DataFrame) -> None:
    whole = counted.filter(pl.col("field") == ANY).group_by("category", "side")
    entries = {(c, s): n for c, s, n in whole.agg(pl.col("entries").sum()).rows()}
    categories = counted["category"].unique().sort()
    rows = [
        (c.replace("_", " "), *(f"{entries.get((c, side), 0):,}" for side in (PAPER, ELECTRONIC)))
        for c in categories
    ]
    totals = [sum(n for (_, s), n in entries.items() if s == side) for side in (PAPER, ELECTRONIC)]
    rows.append(("all entries", *(f"{n:,}" for n in totals)))
    print_table(("category", "paper", "electronic"), rows, right=1)


def say_written(out: Path, snapshot: str) -> None:
    """Where the results of an audit stand, and what still lies beside them."""
    say(f"snapshot {snapshot}")
    say(f"counts, without names: {out / AGGREGATES / SNAPSHOT}")
    say(f"to read them: p8 voterlist report {out} --out FOLDER")
    say(f"{out} also holds row numbers and a key until p8 voterlist purge {out} --by NAME")
