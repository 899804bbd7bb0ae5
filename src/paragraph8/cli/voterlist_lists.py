"""p8 voterlist suggest, counts, generate: before and beside an audit of names."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast, get_args

import polars as pl
import typer

from paragraph8.cli.files import read_all
from paragraph8.cli.terminal import err, print_table, progress, say
from paragraph8.intake.limits import Limits
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.generate import Settings, one_list, two_lists
from paragraph8.voterlist.generate.settings import Stock
from paragraph8.voterlist.generate.write import Format, write
from paragraph8.voterlist.read.counts_only import fault_sentence, read_counts
from paragraph8.voterlist.read.sample import read_sample
from paragraph8.voterlist.read.suggest import suggest as suggest_mapping

FAULTS_SHOWN = 10


def suggest(
    file: Annotated[Path, typer.Argument(help="A voter list.")],
    name: Annotated[str, typer.Option(help="paper, electronic, list, earlier or deaths.")] = "list",
) -> None:
    """Print a mapping for a list, with the reason of each line. Nothing is applied by itself.

    Read it, settle what is marked ?, and save it: p8 voterlist suggest FILE > mapping.toml
    """
    say(suggest_mapping(read_sample(file), name).text.rstrip())


def counts(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX: station, list, page, names and so on.")
    ],
) -> None:
    """Compare two lists of which only numbers could be copied: names per page, serial numbers.

    For when no names may be taken down. Faults of the form go to standard error.
    """
    content = read_all([file], Limits())
    form = read_counts(file.name, content[file.name])
    for fault in form.faults.head(FAULTS_SHOWN).iter_rows(named=True):
        err.print(f"{fault['code']}: {fault_sentence(form, fault)}", markup=False)
    if form.faults.height > FAULTS_SHOWN:
        err.print(f"and {form.faults.height - FAULTS_SHOWN:,} more faults", markup=False)
    rows = [
        (str(station), _number(paper), _number(electronic), _number(difference))
        for station, paper, electronic, difference in form.differences.rows()
    ]
    print_table(("station", "paper", "electronic", "paper - electronic"), rows, right=1)
    both = form.differences.drop_nulls("difference")
    differ = both.filter(pl.col("difference") != 0).height
    stations = "station" if both.height == 1 else "stations"
    say(f"{both.height:,} {stations} with both lists; at {differ:,} the numbers of names differ")


def generate(
    out: Annotated[Path, typer.Argument(help="Folder to write; must be new or empty.")],
    people: Annotated[int, typer.Option(help="People of 18 or older.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same lists.", min=0)] = 2004,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="One list with second entries, instead of two.")
    ] = False,
    stock: Annotated[str, typer.Option(help="Surnames: rich, ordinary or poor.")] = "ordinary",
    culture: Annotated[
        list[str] | None, typer.Option(help="Names of one culture, or of several in equal shares.")
    ] = None,
    latin: Annotated[
        bool, typer.Option("--latin", help="The electronic list is romanised throughout.")
    ] = False,
    form: Annotated[str, typer.Option("--format", help="parquet or csv.")] = "parquet",
) -> None:
    """Invent voter lists whose truth is known: families, twins, namesakes, moves, slips of the pen.

    Lists and truth stand in folders apart, so that nobody gives the truth to an audit.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Problem("voterlist.folder_not_empty", folder=out)
    if stock not in get_args(Stock):
        known = ", ".join(get_args(Stock))
        raise Problem("analysis.bad_parameter", parameter="--stock", value=stock, expected=known)
    settings = Settings(
        people=people,
        seed=seed,
        stock=cast(Stock, stock),
        electronic_script="latin" if latin else "native",
    )
    if culture:
        settings = replace(settings, cultures={name: 1 / len(culture) for name in culture})
    progress(f"inventing {people:,} people")
    made = one_list(settings) if duplicates else two_lists(settings)
    for path in write(out, made, cast(Format, form)):
        say(str(path))


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
