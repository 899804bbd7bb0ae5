"""The demonstration as a user runs it, and what a stranger can do with it."""

import html
import http.cookiejar
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import docx
import polars as pl
import pymupdf
import pytest

from missions import Run, command, contents, environment, p8, p8_here
from paragraph8.cli import demo_server
from paragraph8.kernel.problem import Problem

NOTICE = "This is not the statement of any election observation mission"
# Bytes may differ in these only: DOCX is a zip, and the manifest holds its hash.
NOT_THE_SAME_BYTES = {"statement.docx", "manifest.json"}


@pytest.fixture(scope="module")
def statement(demo_folder: Path) -> Path:
    return demo_folder / "statement"


def linked_copy(folder: Path, target: Path) -> Path:
    """A copy without its bytes: files in it must be replaced, never written to."""
    shutil.copytree(folder, target, copy_function=os.link)
    return target


def replace(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


# What it prints


def test_the_demonstration_prints_about_ten_lines_of_findings(demo_run: Run):
    assert demo_run.code == 0
    findings, _, rest = demo_run.out.strip().partition("\nbuilt in ")
    bulgaria, rehearsal = (part.splitlines() for part in findings.strip().split("\n\n"))
    for lines in (bulgaria, rehearsal):
        assert 5 <= len([line for line in lines if line.startswith("- ")]) <= len(lines) <= 11
    assert "12,916 stations" in bulgaria[0]
    assert any("368 of the 12,916 protocols" in line for line in bulgaria)
    assert "kz-2004-09-19: 9,500 stations" in rehearsal[0]
    assert any("1,181 stations" in line for line in rehearsal)
    assert "index.html" in rest
    assert "{{" not in demo_run.out


def test_steps_are_told_on_standard_error(demo_run: Run):
    assert "analysing" in demo_run.err
    assert "analysing" not in demo_run.out


# Twice


@dataclass(frozen=True)
class Served:
    """What a demonstration that serves itself showed, and what it said."""

    folder: Path
    page: str
    said: str
    home_after_log_in: str


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Built again, in another folder, time zone and locale, and served."""
    folder = tmp_path_factory.mktemp("again") / "elsewhere"
    process = subprocess.Popen(
        command("demo", "--folder", folder, "--port", "0", "--statement-port", "0"),
        env={**environment(), "TZ": "Asia/Almaty", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    watchdog = threading.Timer(300, process.kill)
    watchdog.start()
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        said = "".join(lines)
        addresses = dict(re.findall(r"^(mission server|statement) +(http\S+)", said, re.MULTILINE))
        with urllib.request.urlopen(f"{addresses['statement']}index.html") as answer:
            page = answer.read().decode()
        user, password = re.findall(r"^  (head) +(\S+) ", said, re.MULTILINE)[0]
        inside = log_in(addresses["mission server"], user, password)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait() == 0
        assert "ended" in rest
    finally:
        watchdog.cancel()
        process.kill()
    return Served(folder, page, said, inside)


def log_in(address: str, user: str, password: str) -> str:
    """The front page that a person sees after logging in."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    for _ in range(100):
        try:
            page = browser.open(f"{address}accounts/login/").read().decode()
            break
        except OSError:
            time.sleep(0.2)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    given = {"csrfmiddlewaretoken": token, "login": user, "password": password}
    answer = browser.open(f"{address}accounts/login/", urllib.parse.urlencode(given).encode())
    return answer.read().decode()


def test_the_mission_server_is_full_of_people_and_a_role_logs_in(second: Served):
    assert "Observation Mission Lumria 2024" in second.home_after_log_in
    assert "Head of mission" in second.home_after_log_in
    roles = re.findall(r"^  (\w+) +\S{12,} +\S", second.said, re.MULTILINE)
    assert {"head", "deputy", "statistical_analyst", "security_officer", "administrator"} <= {
        *roles
    }
    assert re.search(r"http://127\.0\.0\.1:\d+/o/\S{20,}", second.said)


def test_what_is_served_is_the_statement(second):
    page = (second.folder / "statement" / "index.html").read_text(encoding="utf-8")
    assert second.page == page


def test_two_builds_are_the_same_bytes(statement: Path, second):
    first, again = contents(statement), contents(second.folder / "statement")
    assert set(first) == set(again)
    kinds = {Path(name).suffix for name in first}
    assert {".html", ".pdf", ".svg", ".csv", ".json"} <= kinds
    differing = {name for name in first if first[name] != again[name]}
    assert differing <= NOT_THE_SAME_BYTES


def test_two_builds_give_the_same_docx_in_text_and_tables(statement: Path, second):
    assert docx_text(statement / "statement.docx") == docx_text(
        second.folder / "statement" / "statement.docx"
    )


def docx_text(file: Path) -> list[object]:
    document = docx.Document(str(file))
    section = document.sections[0]
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in document.tables]
    running = [section.header.paragraphs[0].text, section.footer.paragraphs[0].text]
    return [[paragraph.text for paragraph in document.paragraphs], tables, running]


# Verified by a stranger


def test_the_publication_verifies(statement: Path):
    run = p8("verify", statement)
    assert run.code == 0
    assert re.search(r"snapshot id by its rows: [0-9a-f]{64}\n", run.out)
    page = (statement / "index.html").read_text(encoding="utf-8")
    assert re.search(r"[0-9a-f]{64}", run.out)[0] in page


@pytest.fixture(scope="module")
def tampered(statement: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict]:
    """One vote more for one contestant in one station, and one sentence of the page changed."""
    copy = linked_copy(statement, tmp_path_factory.mktemp("tampered") / "statement")
    votes = pl.read_parquet(copy / "snapshot" / "protocol_vote.parquet")
    published = pl.col("protocol").str.contains("bg-2023.*/published/")
    rows = votes.with_row_index("at").filter(published & (pl.col("channel") == "machine"))
    row = rows.row(0, named=True)
    changed = pl.col("votes") + (pl.int_range(pl.len()) == row["at"]).cast(pl.Int64)
    (copy / "snapshot" / "protocol_vote.parquet").unlink()
    votes.with_columns(changed).write_parquet(copy / "snapshot" / "protocol_vote.parquet")
    page = (copy / "index.html").read_text(encoding="utf-8")
    assert "368 of the 12,916" in page
    replace(copy / "index.html", page.replace("368 of the 12,916", "3 of the 12,916").encode())
    return p8("verify", copy, "--against", statement), row


def test_an_altered_vote_is_found_by_its_row(tampered):
    run, row = tampered
    assert run.code == 3
    where = f"[protocol={row['protocol']}, contestant={row['contestant']}, channel={row['channel']}"
    assert f"table protocol_vote, row {where}]: altered or added" in run.out
    altered = [line for line in run.out.splitlines() if "altered or added" in line]
    assert len(altered) == 1
    assert "snapshot id: the descriptor states" in run.out


def test_against_the_original_the_cell_is_named(tampered):
    run, row = tampered
    cell = next(line for line in run.out.splitlines() if "the original has" in line)
    assert row["protocol"] in cell
    assert cell.endswith(
        f"column votes: is {row['votes'] + 1}, the original has {row['votes']}",
    )


def test_figures_that_no_longer_recompute_are_named(tampered):
    run, _ = tampered
    lines = [line for line in run.out.splitlines() if line.startswith("figure ")]
    names = {line.removeprefix("figure ").split("[")[0] for line in lines}
    assert "protocols.arithmetic.difference" in names
    absolute = "protocols.channels.absolute[election=bg-2023-04-02, left=published, options=all, "
    told = next(line for line in lines if absolute in line)
    published, recomputed = map(int, re.search(r"as (\d+), recomputed as (\d+)", told).groups())
    assert (published, abs(recomputed - published)) == (8997, 1)


def test_altered_files_are_named(tampered):
    run, _ = tampered
    named = {line.split(":")[0] for line in run.out.splitlines() if line.startswith("file ")}
    assert named == {"file index.html", "file snapshot/protocol_vote.parquet"}


# Nothing typed in, nothing stale


@pytest.fixture
def workspace(demo_folder: Path, tmp_path: Path) -> Path:
    """Snapshot, mission file and decisions of the demonstration, to be changed."""
    linked_copy(demo_folder / "snapshot", tmp_path / "snapshot")
    for name in ("mission.toml", "decisions.toml"):
        shutil.copy(demo_folder / name, tmp_path / name)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "mission.toml",
            "Machines print a slip",
            "Most did.\nMachines print 2 slips",
            ("statement.bare_number", "section technology, line 2: '2' is typed in", "{{fig:ID"),
        ),
        (
            "decisions.toml",
            'action = "accept"',
            'action = "word"\nsentence = "Results of {{name:licence}}\\nwere half checked."',
            ("statement.stale_decision", "protocols.publication"),
        ),
        (
            "mission.toml",
            "{{name:licence}}",
            "{{std:COE-2022-12}}, {{std:DOP-DATA}}",
            (
                "standard.not_in_force",
                "DOP-DATA",
                "2025-12-12",
                "Cite a commitment on the same theme",
            ),
        ),
        (
            "decisions.toml",
            'figures = "',
            'figures = "0',
            ("statement.stale_decision", "protocols.publication", "p8 findings DIR accept"),
        ),
    ],
)
def test_the_statement_is_refused(workspace: Path, file, old, new, says):
    edit(workspace / file, old, new)
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "out")
    assert run.code == 2
    for part in says:
        assert part in run.err
    assert not (workspace / "out").exists()


# Every page says what it is


def test_every_page_carries_the_notice_and_the_attribution(statement: Path):
    pages = list(statement.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        text = html.unescape(page.read_text(encoding="utf-8"))
        assert NOTICE in text, page.name
        assert "CC BY-SA 4.0" in text, page.name
        assert "Central Election Commission" in text, page.name


def test_every_printed_page_carries_the_notice(statement: Path):
    with pymupdf.open(statement / "statement.pdf") as pdf:
        assert pdf.page_count > 5
        for page in pdf:
            text = " ".join(page.get_text().split())
            assert NOTICE in text, page.number
            assert "CC BY-SA 4.0" in text, page.number


def test_the_docx_carries_the_notice_on_every_page(statement: Path):
    document = docx.Document(str(statement / "statement.docx"))
    assert len(document.sections) == 1
    section = document.sections[0]
    assert not section.different_first_page_header_footer
    assert NOTICE in section.header.paragraphs[0].text
    assert "CC BY-SA 4.0" in section.footer.paragraphs[0].text


def test_the_data_say_where_they_come_from(statement: Path):
    assert NOTICE in (statement / "data" / "README.md").read_text(encoding="utf-8")
    licence = (statement / "data" / "LICENCE.md").read_text(encoding="utf-8")
    assert "CC-BY-SA-4.0" in licence
    assert "Central Election Commission" in licence


def test_a_folder_that_is_no_demonstration_is_left_alone(tmp_path: Path):
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "datapackage.json").write_text("{}")
    (tmp_path / "mission.toml").write_text("# of a real mission")
    before = contents(tmp_path)
    run = p8_here("demo", "--no-serve", "--folder", tmp_path)
    assert run.code == 2
    assert "snapshot.exists" in run.err
    assert contents(tmp_path) == before


def test_building_again_keeps_what_others_decided(demo_folder, tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    # As an earlier version may have left it: its own decisions are replaced, Boris's are not.
    edit(folder / "decisions.toml", 'figures = "', 'figures = "0')
    edit(folder / "mission.toml", "Machines print a slip", "Each machine prints a slip")
    rejected = p8("findings", folder / "snapshot", "reject", "protocols.margins", "--by", "Boris")
    assert rejected.code == 0, rejected.err
    run = p8("demo", "--no-serve", "--folder", folder)
    assert run.code == 0, run.err
    assert "mission.before.toml" in run.err
    assert "Each machine prints" in (folder / "mission.before.toml").read_text(encoding="utf-8")
    page = (folder / "statement" / "index.html").read_text(encoding="utf-8")
    assert "a national margin could change" not in page
    assert "Machines print a slip" in page
    assert (folder / "decisions.toml").read_text(encoding="utf-8").count('by = "Boris"') == 1


def test_a_mission_that_cannot_be_set_up_is_a_sentence(tmp_path, monkeypatch):
    """serve.demonstration_failed: exit code 2, no traceback."""
    monkeypatch.setattr(demo_server, "MANAGE", "paragraph8.server.no_such_module")
    with pytest.raises(Problem) as caught:
        demo_server.run_demonstration(tmp_path / "mission", tmp_path, 0, 0)
    assert caught.value.code == "serve.demonstration_failed"
