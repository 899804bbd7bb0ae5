"""p8: from foreign data to a statement that a stranger can verify.

Exit codes: 0 done, 1 our fault, 2 the data could not be used, 3 a check or a verification found
differences.
"""

import io
import sys

import typer

from paragraph8.cli.later import later, only_commands
from paragraph8.cli.terminal import say_problem
from paragraph8.kernel.problem import Problem

COMMANDS = {
    "demo": "demo:demo",
    "import": "data:import_files",
    "rehearse": "rehearse:rehearse",
    "check": "verify:check",
    "catalogue": "analyse:catalogue",
    "analyse": "analyse:analyse",
    "findings": "findings:findings",
    "standards": "findings:standards",
    "statement": "publish:statement",
    "verify": "verify:verify",
    "serve": "server:serve",
    "freeze": "server:freeze",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "backup-key": "backup:backup_key",
    "manage": "server:manage",
    "voterlist": "voterlist:app",
}
# Whatever follows is for the other program to understand.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="p8",
    cls=later(COMMANDS, manage=PASSED_ON),
    callback=only_commands,
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run p8. A problem is a sentence on standard error and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Unicode shows what it can; it must not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except Problem as problem:
        say_problem(problem)
        sys.exit(2)
    except OSError as error:
        place = error.filename or "a file"
        say_problem(Problem("file.not_usable", file=place, reason=error.strerror or error))
        sys.exit(2)
