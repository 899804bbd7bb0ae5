"""A command is imported when it is asked for, and brings along no library that it does not need."""

import subprocess
import sys
from importlib import import_module

import pytest

from missions import environment, p8, p8_here
from paragraph8.cli import app, voterlist

HEAVY = {
    "altair",
    "django",
    "docx",
    "jinja2",
    "jsonschema",
    "matplotlib",
    "openpyxl",
    "pyarrow",
    "scipy",
    "sklearn",
    "sqlglot",
    "typst",
    "vl_convert",
}


def test_comparing_two_lists_imports_no_library_of_other_commands():
    """The help of one command imports what the command needs to start, and no more."""
    found = imported_by("voterlist", "reconcile", "--help")
    assert {"duckdb", "polars", "paragraph8.voterlist.link.reconcile"} <= found
    assert not HEAVY & found
    assert "paragraph8.voterlist.generate" not in found


def test_a_wrong_command_imports_no_command():
    assert not [name for name in imported_by("nothing") if name.startswith("paragraph8.voterlist")]


def imported_by(*arguments: str) -> set[str]:
    """Names of modules that a command has imported when it ends."""
    code = (
        "import atexit, sys; atexit.register(lambda: print('\\nmodules', *sys.modules));"
        " from paragraph8.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    *_, last = done.stdout.splitlines()
    assert last.startswith("modules "), done.stderr
    return set(last.split())


@pytest.mark.parametrize("places", [app.COMMANDS, voterlist.COMMANDS], ids=["p8", "voterlist"])
def test_every_place_is_a_command(places):
    for place in places.values():
        module, _, name = place.partition(":")
        assert getattr(import_module(f"paragraph8.cli.{module}"), name), place


@pytest.mark.parametrize(
    ("group", "places"), [((), app.COMMANDS), (("voterlist",), voterlist.COMMANDS)]
)
def test_help_lists_every_command_in_order(group, places):
    """Each with the beginning of its own help beside it."""
    _, _, listed = p8_here(*group, "--help").out.partition("Commands:")
    # Continued lines are indented by more than the two blanks before a name.
    lines = [line.split() for line in listed.splitlines() if line[2:3].strip()]
    assert [words[0] for words in lines] == [*places]
    assert all(len(words) > 1 for words in lines)


def test_a_mistyped_command_is_asked_about():
    run = p8_here("voterlst")
    assert run.code == 2
    assert "Did you mean 'voterlist'?" in run.err


def test_manage_passes_on_what_it_does_not_know(tmp_path):
    """Django refuses the option, with words of its own."""
    run = p8("manage", "check", "--no-such-option", "--home", tmp_path)
    assert run.code == 2
    assert "unrecognized arguments: --no-such-option" in run.err
