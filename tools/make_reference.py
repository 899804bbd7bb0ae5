"""Write the reference pages from the code, so that they cannot say anything else than it does.

    python tools/make_reference.py            write docs/reference/*.md and the made parts of
                                              docs/method/*.md
    python tools/make_reference.py --check    write nothing; exit code 1 if a page is out of date

A made part of a page stands between `<!-- made: NAME -->` and `<!-- end -->`.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from reference_of_server import access_lines, codebook_lines

from paragraph8.analysis.catalogue import CATALOGUE as ANALYSES
from paragraph8.analysis.protocols.rules import Rule, Tolerance, rules
from paragraph8.kernel.problem_catalogue import CATALOGUE as PROBLEMS
from paragraph8.tables.contract import Column, Contract
from paragraph8.tables.contracts import CONTRACTS

ROOT = Path(__file__).resolve().parent.parent
STANDARDS = ROOT / "src/paragraph8/findings/standards/catalogue.toml"
REFERENCE, METHOD = ROOT / "docs/reference", ROOT / "docs/method"
MADE = re.compile(r"(<!-- made: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
NOTICE = "<!-- Made by tools/make_reference.py; change the code, not this page. -->\n"

PARTS = {
    "file": "Places on the disk",
    "intake": "Files that cannot be used",
    "mapping": "Mapping files",
    "fault": "Cells and rows kept as faults",
    "snapshot": "Snapshots",
    "analysis": "Analyses",
    "rule": "Rules",
    "mission": "Mission file",
    "standard": "Commitments",
    "decision": "Decisions",
    "statement": "Statement",
    "observation": "Reports of observers",
    "list": "Rows of lists",
    "serve": "Starting the server",
    "lan": "HTTPS in a local network",
    "missions": "Missions and accounts",
    "setup": "Stations and ballots",
    "people": "Observers, teams and plans",
    "device": "What a phone is told",
    "forms": "Forms",
    "openrosa": "Reports from phones",
    "quarantine": "Why a report waits for a person",
    "review": "Looking at reports",
    "snapshots": "Freezing and collected files",
    "backup": "Backups",
    "voterlist": "Audits of voter lists",
}


def main(arguments: list[str]) -> int:
    """Write or check all pages; the number that the process exits with."""
    stale = {
        path: text for path, text in pages() if not path.exists() or path.read_text("utf-8") != text
    }
    if "--check" in arguments:
        for path in stale:
            say(f"{path.relative_to(ROOT)} is out of date; run python tools/make_reference.py")
        return 1 if stale else 0
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        say(f"wrote {path.relative_to(ROOT)}")
    return 0


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with the text it should have."""
    makers: dict[str, Callable[[], str | None]] = {
        "problems": problems_page,
        "tables": tables_page,
        "catalogue": catalogue_page,
        "standards": standards_page,
        "cli": cli_page,
        "access": lambda: _page([NOTICE, *access_lines()]),
        "codebook": lambda: _page([NOTICE, *codebook_lines()]),
    }
    for name, make in makers.items():
        text = make()
        if text is not None:
            yield REFERENCE / f"{name}.md", text
    for path in sorted(METHOD.glob("*.md")):
        yield path, MADE.sub(_made_part, path.read_text("utf-8"))


def problems_page() -> str:
    """docs/reference/problems.md: every problem code with its sentence."""
    lines = [
        "# Problems\n",
        NOTICE,
        "What the software says when something it was given cannot be used, by code. A code never "
        "changes its meaning. Words *in italics* stand for the facts of the case; `--json` gives "
        "each of them by name.\n",
        "A **fault** is kept in the table `fault` beside the data, and the command still exits "
        "with 0. Any other problem leaves everything as it was, and the command exits with 2.\n",
    ]
    for part, title in PARTS.items():
        lines.append(f"## {title}\n")
        lines += [
            f"### `{code}`\n\n{_sentence(template)}\n"
            for code, template in PROBLEMS.items()
            if code.startswith(f"{part}.")
        ]
    lost = [code for code in PROBLEMS if code.split(".")[0] not in PARTS]
    if lost:
        raise KeyError(f"PARTS has no title for {', '.join(lost)}")
    return _page(lines)


def tables_page() -> str:
    """docs/reference/tables.md: every table of a snapshot."""
    lines = [
        "# Tables\n",
        NOTICE,
        "The tables of a snapshot, and of the open data of a publication. Words are defined in "
        "the [glossary](../../GLOSSARY.md). Columns of the **key** together name one row.\n",
    ]
    for contract in CONTRACTS:
        lines += [f"## `{contract.name}`\n", f"One row is {contract.row_is}.\n"]
        lines.append(f"Key: {', '.join(f'`{name}`' for name in contract.key)}\n")
        head = ("column", "type", "unit", "says", "absent?", "allowed")
        lines.append(table(head, (_column_row(column) for column in contract.columns)))
        lines += ["An invented row:\n", _example(contract)]
    return _page(lines)


def catalogue_page() -> str:
    """docs/reference/catalogue.md: every analysis and every rule."""
    lines = [
        "# Analyses and rules\n",
        NOTICE,
        "What can be asked of a snapshot. `p8 catalogue` prints the same list; "
        "`p8 analyse DIR NAME` runs one of them.\n",
    ]
    for analysis in ANALYSES:
        page = analysis.page.removeprefix("docs/")
        lines += [
            f"## `{analysis.name}`\n",
            f"{analysis.question}\n",
            f"- Needs the tables {', '.join(f'`{name}`' for name in analysis.needs)}\n"
            f"- Source: {analysis.source}\n"
            f"- Method: [{page}](../{page})\n",
            f"What it cannot show:\n\n{bullets(analysis.cannot_say)}",
        ]
    lines += ["## Rules on protocols\n", rules_table()]
    return _page(lines)


def standards_page() -> str:
    """docs/reference/standards.md: every instrument and commitment."""
    content = tomllib.loads(STANDARDS.read_text("utf-8"))
    lines = [
        "# Commitments\n",
        NOTICE,
        "What states have promised about elections, as far as findings can be joined to it. "
        "Summaries are in this project's own words and are no quotations. A commitment can be "
        "cited for an election only if its instrument was adopted by election day and not "
        "repealed.\n",
        "Evidence: V, the text or a source on it was read; K, general knowledge, to be checked "
        "against the original before a mission prints it; U, unverified or disputed. Only the "
        "states needed so far are listed.\n",
    ]
    for instrument in content["instrument"]:
        lines += [f"## {instrument['name']} ({instrument['year']})\n", _instrument(instrument)]
        rows = (
            (f"`{c['id']}`", c["paragraph"], c["summary"], ", ".join(c["themes"]), c["evidence"])
            for c in content["commitment"]
            if c["instrument"] == instrument["id"]
        )
        lines.append(table(("id", "paragraph", "in our words", "themes", "evidence"), rows))
    return _page(lines)


def cli_page() -> str | None:
    """docs/reference/cli.md from typer; None, with a note, where the command cannot be loaded."""
    try:
        import typer
        from typer.cli import get_docs_for_click

        from paragraph8.cli.app import app
    except ImportError as error:
        say(f"docs/reference/cli.md is left out: {error}")
        return None
    command = typer.main.get_command(app)
    context = typer.Context(command)
    text = get_docs_for_click(obj=command, ctx=context, name="p8", title="The command p8")
    title, _, rest = text.partition("\n")
    return _page([title, NOTICE, rest.strip()])


def rules_table() -> str:
    """All rules as a Markdown table."""
    head = ("id", "says", "formula", "counts", "severity", "tolerance")
    return table(head, (_rule_row(rule) for rule in rules()))


def limits(name: str) -> str:
    """What the analysis of this name cannot show, word for word."""
    return bullets(next(a.cannot_say for a in ANALYSES if a.name == name))


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list, each in one line."""
    return "".join(f"- {sentence}\n" for sentence in sentences)


def say(line: str) -> None:
    """A line for the person who runs this."""
    sys.stdout.write(f"{line}\n")


def _page(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip("\n") + "\n" for line in lines)


def _made_part(match: re.Match[str]) -> str:
    kind, _, name = match["name"].partition(" ")
    text = {"rules": lambda _: rules_table(), "limits": limits}[kind](name)
    return f"{match[1]}{text}{match[3]}"


def _sentence(template: str) -> str:
    parts = Formatter().parse(template)
    return "".join(text + (f"*{name}*" if name else "") for text, name, _, _ in parts)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def _column_row(column: Column) -> tuple[str, ...]:
    allowed = ", ".join(f"`{word}`" for word in column.one_of)
    if column.minimum is not None:
        allowed = f"{column.minimum} or more"
    if column.maximum is not None:
        allowed = f"{column.minimum} to {column.maximum}"
    if column.refers_to:
        allowed = f"a row of `{column.refers_to}`"
    absent = "" if column.required else "may be"
    return (f"`{column.name}`", column.type, column.unit, column.says, absent, allowed)


def _example(contract: Contract) -> str:
    rows = ((f"`{name}`", _value(value)) for name, value in contract.example.items())
    return table(("column", "value"), rows)


def _value(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rule_row(rule: Rule) -> tuple[str, ...]:
    unless = f"; left out where `{rule.not_where.column}` is given" if rule.not_where else ""
    return (
        f"`{rule.id}`",
        rule.says,
        f"`{rule.formula.text}`{unless}",
        rule.counts,
        rule.severity,
        _tolerance(rule.tolerance),
    )


def _tolerance(tolerance: Tolerance) -> str:
    if tolerance.of is None:
        return str(tolerance.absolute)
    share = f"{100 * tolerance.share:g} % of `{tolerance.of.column}`, rounded down"
    return f"{tolerance.absolute} or {share}, whichever is larger"


def _instrument(entry: dict[str, Any]) -> str:
    parties = ", ".join(
        f"{party['state']} since {party['since']}"
        + (f" until {party['until']}" if "until" in party else "")
        for party in entry.get("party", [])
    )
    facts = [
        f"Id `{entry['id']}`, cited as “the {entry['year']} {entry['short']}”",
        f"Adopted on {entry['adopted_on']}",
        *(f"In force since {entry[key]}" for key in ("entered_into_force",) if key in entry),
        *(f"Repealed on {entry[key]}" for key in ("repealed_on",) if key in entry),
        f"Kind: {entry['binding']}; {entry['bodies']}",
        f"States: {parties or 'none listed'}",
        f"Evidence: {entry['evidence']}",
    ]
    return bullets(facts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
