"""The rules that keep the project honest, read from its own files."""

import ast
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from paragraph8.analysis.catalogue import CATALOGUE
from paragraph8.analysis.protocols.rules import rules
from paragraph8.cli.app import COMMANDS
from paragraph8.findings.proposals import Evidence
from paragraph8.findings.rules.registry import RULES
from paragraph8.kernel.problem_catalogue import CATALOGUE as PROBLEMS
from paragraph8.statement.wording.guard import check_text

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "paragraph8"
PYTHON = tuple(sorted(SRC.rglob("*.py")))
CORE = ("kernel", "tables", "intake", "rehearsal", "analysis", "findings", "statement")
FOLDERS = ("src", "docs", "tests", "tools", "benchmarks", ".ci")
LONGEST_FILE, LONGEST_FUNCTION = 400, 50


@cache
def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def documents() -> list[Path]:
    """Every page of prose that this project wrote."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SRC.rglob("*.md")]
    return sorted(pages)


# Problems


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_documented_and_provoked(code):
    assert f"### `{code}`" in read(ROOT / "docs" / "reference" / "problems.md")
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert any(code in read(path) for path in tests), "no test provokes it"


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_raised_somewhere(code):
    elsewhere = [path for path in PYTHON if not path.name.startswith("problem_catalogue")]
    # kernel/entries.py serves several kinds of files and puts the first word in front.
    part = "{self.kind}." + code.split(".")[1]
    spellings = (f'"{code}"', f'f"{part}"', 'f"{kind}.not_toml"')
    known = spellings if code.split(".")[0] in ("mapping", "mission") else spellings[:1]
    assert any(spelling in read(path) for path in elsewhere for spelling in known)


def test_every_code_in_the_source_is_in_the_catalogue():
    for path in PYTHON:
        for code in re.findall(r'Problem\(\s*"([a-z]+\.[a-z_]+)"', read(path)):
            assert code in PROBLEMS, f"{named(path)}: {code}"


# Analyses


@pytest.mark.parametrize("analysis", CATALOGUE, ids=lambda a: a.name)
def test_every_analysis_has_a_page_that_ends_with_what_it_cannot_show(analysis):
    page = ROOT / analysis.page
    assert page.is_file()
    sections = re.split(r"^## ", read(page), flags=re.MULTILINE)
    title, _, last = sections[-1].partition("\n")
    assert title.strip() == "What this cannot show"
    for limit in analysis.cannot_say:
        assert limit in last


@pytest.mark.parametrize("analysis", CATALOGUE, ids=lambda a: a.name)
def test_every_analysis_states_its_question_source_and_limits(analysis):
    assert analysis.question.endswith("?")
    assert analysis.source
    assert analysis.cannot_say
    assert all(limit.endswith(".") for limit in analysis.cannot_say)


@pytest.mark.parametrize("analysis", CATALOGUE, ids=lambda a: a.name)
def test_limits_and_questions_pass_the_guard(analysis):
    for text in (analysis.question, *analysis.cannot_say):
        check_text(text, analysis.name, "en")


def test_what_rules_say_passes_the_guard():
    # It is printed through {{rule:…}}, into which the guard does not look.
    for rule in rules():
        check_text(rule.says, rule.id, "en")


def test_every_rule_of_findings_is_registered():
    functions = set()
    for path in (SRC / "findings" / "rules").glob("*.py"):
        for node in ast.parse(read(path)).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = [a.annotation.id for a in node.args.args if a.annotation]
                if arguments == [Evidence.__name__] and path.stem != "registry":
                    functions.add(f"{path.stem}.{node.name}")
    registered = {f"{rule.__module__.rsplit('.', 1)[1]}.{rule.__name__}" for rule in RULES}
    assert functions == registered


# Documentation


@pytest.mark.parametrize("page", documents(), ids=named)
def test_every_path_that_a_page_names_exists(page):
    for target, anchor in links(read(page)):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"link to {target}"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(read(path)), f"link to {target}#{anchor}"
    for token in re.findall(r"`([^`\s]+)`", read(page)):
        is_path = token.split("/")[0] in FOLDERS and "/" in token
        # `<noun>` and `…` stand for something.
        if is_path and not re.search(r"[<>…*{}]", token):
            assert (ROOT / token).exists(), token


def links(text: str) -> Iterator[tuple[str, str]]:
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", link):
            target, _, anchor = link.partition("#")
            yield target, anchor


def anchors(text: str) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def test_every_command_is_documented():
    page = read(ROOT / "docs" / "reference" / "cli.md")
    for command in COMMANDS:
        assert f"p8 {command}" in page, command


def test_made_pages_are_up_to_date(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.syspath_prepend(ROOT / "tools")
    file = ROOT / "tools" / "make_reference.py"
    spec = importlib.util.spec_from_file_location("make_reference", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.main(["--check"]) == 0, capsys.readouterr().out


# Packages and licences


# In parts, so that this file does not name them.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "conda." + "anaconda")


def test_no_file_names_the_address_of_a_registry():
    files = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in files:
        if path.suffix in (".pyc", ".gz", ".ttf", ".woff2", ".png"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(host in text for host in REGISTRIES), named(path)


def project() -> dict[str, object]:
    return tomllib.loads(read(ROOT / "pyproject.toml"))["project"]


def test_what_is_shipped_has_its_licence_beside_it_and_in_the_package():
    files = project()["license-files"]
    assert "LICENSE" in files
    for name in files:
        assert (ROOT / name).is_file(), name
    for folder in (path for path in (SRC / "data").iterdir() if path.is_dir()):
        notice = folder / "NOTICE.md"
        assert notice.is_file(), named(folder)
        assert named(notice) in files
    assert named(SRC / "statement" / "fonts" / "OFL.txt") in files


def test_data_of_tests_have_a_notice():
    for folder in (path for path in (ROOT / "tests" / "data").iterdir() if path.is_dir()):
        if not any(path.suffix in (".gz", ".csv", ".xlsx") for path in folder.iterdir()):
            continue
        pages = [folder / "NOTICE.md", folder / "README.md"]
        assert any("icence" in read(page) for page in pages if page.is_file()), named(folder)


def test_bulgarian_data_carry_their_attribution():
    notice = read(SRC / "data" / "bulgaria" / "NOTICE.md")
    assert "CC BY-SA 4.0" in notice
    assert "Central Election Commission" in notice


# Source


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_files_and_functions_are_short(path):
    """An exception needs a comment `# long: REASON` in the file's first lines or above the def."""
    lines = read(path).splitlines()
    excused = any(line.startswith("# long: ") for line in lines[:10])
    assert len(lines) <= LONGEST_FILE or excused
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.FunctionDef):
            above = lines[node.lineno - 2].strip()
            assert code_lines(node) <= LONGEST_FUNCTION or above.startswith("# long: "), node.name


def code_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring, which is there for the reader."""
    body = function.body[0]
    documented = isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant)
    docstring = body.end_lineno - body.lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - docstring


@pytest.mark.parametrize("layer", CORE)
def test_the_core_has_no_clock_and_no_chance(layer):
    forbidden = re.compile(
        r"datetime\.now|utcnow|date\.today|\btime\.(time|monotonic|perf_counter)|^import time\b"
        r"|^import random|^from random|\buuid\b|default_rng\(\)",
        re.MULTILINE,
    )
    for path in (SRC / layer).rglob("*.py"):
        found = forbidden.search(read(path))
        assert not found, f"{named(path)}: {found and found[0]}"


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_public_functions_say_what_they_do(path):
    for node in ast.parse(read(path)).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_nothing_catches_everything():
    """Who must catch a broad class raises again what is not meant."""
    for path in PYTHON:
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.ExceptHandler) and broad(node.type):
                again = [n for n in ast.walk(node) if isinstance(n, ast.Raise) and n.exc is None]
                assert again, f"{named(path)}, line {node.lineno}"


def broad(caught: ast.expr | None) -> bool:
    names = {n.id for n in ast.walk(caught) if isinstance(n, ast.Name)} if caught else set()
    return caught is None or bool(names & {"Exception", "BaseException"})
