"""p8: from foreign data to a statement that a stranger can verify.

Exit codes: 0 done, 1 our fault, 2 the data could not be used, 3 a check or a verification found
differences.
"""

import io
import sys

import typer

from paragraph8.cli import (
    analyse,
    backup,
    data,
    demo,
    findings,
    publish,
    rehearse,
    server,
    verify,
)
from paragraph8.cli.terminal import say_problem
from paragraph8.kernel.problem import Problem

# Whatever follows is for the other program to understand.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="p8",
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("import")(data.import_files)
app.command("rehearse")(rehearse.rehearse)
app.command("check")(verify.check)
app.command("catalogue")(analyse.catalogue)
app.command("analyse")(analyse.analyse)
app.command("findings")(findings.findings)
app.command("standards")(findings.standards)
app.command("statement")(publish.statement)
app.command("verify")(verify.verify)
app.command("serve")(server.serve)
app.command("freeze")(server.freeze)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("backup-key")(backup.backup_key)
app.command("manage", context_settings=PASSED_ON)(server.manage)


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
