"""p8 catalogue, p8 analyse: what can be asked of a snapshot, and the answers."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from paragraph8.analysis.catalogue import CATALOGUE, run_all
from paragraph8.cli.files import read_text
from paragraph8.cli.terminal import print_json, print_table, say
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.statement.mission import read_mission
from paragraph8.statement.publication import figure_record
from paragraph8.statement.wording.numbers import number
from paragraph8.tables.snapshot import read_snapshot

FIGURES_SHOWN = 40


def catalogue() -> None:
    """List the analyses: name, question, tables needed, what they cannot say."""
    for analysis in CATALOGUE:
        say(analysis.name)
        say(f"  {analysis.question}")
        say(f"  needs {', '.join(analysis.needs)}; {analysis.page}")
        for limit in analysis.cannot_say:
            say(f"  cannot say: {limit}")


def analyse(
    snapshot: Annotated[Path, typer.Argument(help="Folder of a snapshot.")],
    names: Annotated[list[str] | None, typer.Argument(help="Analyses; all if none.")] = None,
    mission: Annotated[
        Path | None, typer.Option(help="Mission file whose parameters apply.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document, all figures.")] = False,
    all_figures: Annotated[bool, typer.Option("--all", help="Print every figure.")] = False,
) -> None:
    """Run analyses on a snapshot and print their figures."""
    tables = read_snapshot(snapshot)
    results = run_all(tables, _parameters(mission), names or ())
    if json:
        print_json([result_record(result) for result in results.values()])
        return
    for result in results.values():
        _print_result(result, all_figures)


def result_record(result: Result) -> dict[str, Any]:
    """A result as JSON."""
    return {
        "analysis": result.analysis,
        "snapshot": result.snapshot,
        "parameters": dict(result.parameters),
        "figures": [figure_record(figure) for figure in result.figures],
        "checks": [
            {
                "rule": check["rule"],
                "election": check["election"],
                "source": check["source"],
                "area": check["area"],
                "pass": check["passed"],
                "fail": check["failed"],
                "not_checkable": check["not_checkable"],
            }
            for check in map(asdict, result.checks)
        ],
        "notes": list(result.notes),
        "limits": list(result.limits),
    }


def _parameters(mission: Path | None) -> Parameters:
    if mission is None:
        return {}
    return read_mission(mission.name, read_text(mission, "mission.missing")).parameters


def _print_result(result: Result, all_figures: bool) -> None:
    say(f"{result.analysis}  (snapshot {result.snapshot[:12]})")
    shown = result.figures if all_figures else result.figures[:FIGURES_SHOWN]
    rows = [
        (
            figure.id.removeprefix(f"{result.analysis}."),
            number(figure.value if figure.numerator is None else figure.numerator),
            f"{figure.denominator:,}" if figure.denominator is not None else "",
            # A share is told as the count it is, with per cent in place of a unit.
            f"{100 * figure.value:.1f} %" if figure.unit == "share" else figure.unit,
        )
        for figure in shown
    ]
    print_table(("figure", "value", "of", "unit"), rows)
    if len(shown) < len(result.figures):
        say(f"and {len(result.figures) - len(shown):,} more figures: --all, or --json")
    for note in result.notes:
        say(f"note: {note}")
    for limit in result.limits:
        say(f"cannot show: {limit}")
    say()
