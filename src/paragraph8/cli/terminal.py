"""What the terminal shows: progress and problems on standard error, results on standard output."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from paragraph8.kernel.problem import Problem

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say_problem(problem: Problem) -> None:
    """One problem: code, then the sentence."""
    err.print(f"{problem.code}: {problem}", markup=False)


def progress(text: str) -> None:
    """One step on standard error."""
    err.print(f"  {text}", markup=False, style="dim")


def say(text: str = "") -> None:
    """A line of result."""
    # Only a person's terminal is wrapped; a file or another program gets whole lines.
    out.print(text, markup=False, soft_wrap=not out.is_terminal)


def print_json(value: Any) -> None:
    """One JSON document on standard output, nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: int = -1) -> None:
    """A table; columns from the `right`-th on are aligned to the right (-1: none)."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        numeric = 0 <= right <= place
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table, markup=False)
