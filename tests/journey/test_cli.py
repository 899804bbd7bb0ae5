"""Each command as it is typed: what it prints, what it leaves behind, and its exit code."""

import gzip
import io
import json
import os
import re
import shutil
import struct
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from helpers import BULGARIA, LUMRIA, lumria
from missions import DAY, SRC, contents, p8, p8_here
from paragraph8.analysis.catalogue import CATALOGUE
from paragraph8.findings.decisions import read_decisions
from paragraph8.statement.publication import file_hashes

COMMANDS = ("demo", "import", "check", "catalogue", "analyse", "findings", "standards")
FILES = tuple(sorted(LUMRIA.glob("*.csv")))
MAPPING = ("--mapping", LUMRIA / "lumria.toml")
BROKEN = LUMRIA / "broken"


@pytest.fixture
def workspace(lumria_folder: Path, tmp_path: Path) -> Path:
    """A copy of Lumria's workspace that may be changed."""
    return Path(shutil.copytree(lumria_folder, tmp_path / "lumria"))


def test_help_names_every_command_and_the_exit_codes():
    run = p8("--help")
    assert run.code == 0
    for command in (*COMMANDS, "statement", "verify"):
        assert re.search(rf"^ +{command} ", run.out, re.MULTILINE), command
    assert "2 the data could not be used" in run.out


# Import


def test_import_keeps_faults_and_counts_them_on_standard_error(tmp_path: Path):
    run = p8("import", "mapped", *FILES, *MAPPING, "--into", tmp_path / "snapshot")
    assert run.code == 0
    assert "lumria_protocols.csv: 12 rows, 12 protocols" in run.out
    assert re.search(r"^snapshot [0-9a-f]{64}$", run.out, re.MULTILINE)
    assert "1 fault" in run.err
    assert "lumria_protocols.csv, row 4, column check_ins: '2O' is not a whole number" in run.err
    assert "2O" not in run.out
    faults = pl.read_parquet(tmp_path / "snapshot" / "fault.parquet")
    assert faults["raw"].to_list() == ["2O"]


def test_import_of_a_built_in_format(tmp_path: Path):
    run = p8_here("import", "bulgaria", *BULGARIA.glob("*.csv*"), "--into", tmp_path / "bulgaria")
    assert run.code == 0
    assert "bg_20230402.csv.gz: 12,916 rows, " in run.out
    assert p8_here("verify", tmp_path / "bulgaria").code == 0


def test_the_same_files_give_the_same_snapshot(lumria_folder: Path, tmp_path: Path):
    run = p8_here("import", "mapped", *reversed(FILES), *MAPPING, "--into", tmp_path / "again")
    identity = json.loads((lumria_folder / "snapshot" / "datapackage.json").read_bytes())["id"]
    assert f"snapshot {identity}" in run.out


MAPPING_TEXT = (BROKEN / "broken.toml").read_text(encoding="utf-8").replace(".csv'", ".[a-z.]+'")
TABLE = (BROKEN / "negative_number.csv").read_bytes()


def workbook_that_swells() -> bytes:
    """A workbook whose zip says that its sheet unpacks to two gigabytes."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["station", "registered", "voted", "river"])
    book.save(stream)
    with zipfile.ZipFile(stream) as zipped:
        size = zipped.getinfo("xl/worksheets/sheet1.xml").file_size
    return stream.getvalue().replace(struct.pack("<L", size), struct.pack("<L", 2_000_000_000))


@pytest.mark.parametrize(
    ("name", "content", "options", "code", "says"),
    [
        (
            "missing_column.csv",
            (BROKEN / "missing_column.csv").read_bytes(),
            (),
            "intake.missing_column",
            ("missing_column.csv has no column", "Correct the mapping"),
        ),
        (
            "wrong_encoding.csv",
            (BROKEN / "wrong_encoding.csv").read_bytes(),
            (),
            "intake.wrong_encoding",
            ("wrong_encoding.csv, line ", "cp1251"),
        ),
        (
            "cut.csv.gz",
            gzip.compress(TABLE * 50)[:-20],
            (),
            "intake.truncated_gzip",
            ("cut.csv.gz ends in the middle", "Fetch it again"),
        ),
        ("empty.csv", b"", (), "intake.empty_file", ("empty.csv is empty", "Check that")),
        (
            "large.csv",
            TABLE,
            ("--max-bytes", len(TABLE) - 1),
            "intake.file_too_large",
            (f"large.csv is {len(TABLE)} bytes", "--max-bytes"),
        ),
        ("rows.csv", TABLE, ("--max-rows", 1), "intake.too_many_rows", ("rows.csv", "--max-rows")),
        (
            "cells.csv",
            TABLE,
            ("--max-cells", 3),
            "intake.too_many_cells",
            ("cells.csv", "--max-cells"),
        ),
        (
            "swells.xlsx",
            workbook_that_swells(),
            (),
            "intake.expands_too_far",
            ("swells.xlsx would unpack to more than", "do not open the file"),
        ),
        (
            "broken.xlsx",
            b"PK\x03\x04 and nothing more",
            (),
            "intake.damaged_file",
            ("broken.xlsx cannot be read as an XLSX workbook", "Fetch it again"),
        ),
        (
            "only_faults.csv",
            (BROKEN / "only_faults.csv").read_bytes(),
            (),
            "intake.nothing_usable",
            ("only_faults.csv", "First fault: row ", "Check the mapping"),
        ),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name, content, options, code, says):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "mapping.toml").write_text(MAPPING_TEXT, encoding="utf-8")
    before = contents(tmp_path)
    mapping = ("--mapping", tmp_path / "mapping.toml")
    into = ("--into", tmp_path / "snapshot")
    run = p8_here("import", "mapped", tmp_path / name, *mapping, *into, *options)
    assert run.code == 2
    assert run.err.startswith(f"{code}: ")
    for part in says:
        assert part in run.err
    assert run.out == ""
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (
            ("mapped", *FILES, "--mapping", BROKEN / "unknown_field.toml"),
            "mapping.unknown_field",
            "'votid' is no field of a protocol. Fields are registered",
        ),
        (("mapped", *FILES), "mapping.missing_entry", "--mapping FILE"),
        (("mapped", *FILES, "--mapping", "none.toml"), "mapping.missing_file", "none.toml"),
        (("atlantis", *FILES), "intake.unknown_format", "bulgaria"),
        (("bulgaria", *FILES), "intake.unknown_file", "--mapping"),
        (("mapped", "nowhere.csv", *MAPPING), "intake.damaged_file", "there is no such file"),
        (
            ("mapped", *FILES, BROKEN.parent / "broken" / ".." / FILES[0].name, *MAPPING),
            "intake.damaged_file",
            "has the same name; rename one of them",
        ),
        (
            ("mapped", *FILES, "--mapping", BROKEN / "wrong_encoding.csv"),
            "intake.wrong_encoding",
            "is not UTF-8",
        ),
    ],
)
def test_a_request_that_cannot_be_met(tmp_path: Path, arguments, code, says):
    run = p8_here("import", *arguments, "--into", tmp_path / "snapshot")
    assert run.code == 2
    assert run.err.startswith(f"{code}: ")
    assert says in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_snapshot_is_never_overwritten(tmp_path: Path, what):
    into = tmp_path / "snapshot"
    inside = into / "mine.txt" if what == "folder" else into
    inside.parent.mkdir(exist_ok=True)
    inside.write_text("mine")
    run = p8("import", "mapped", *FILES, *MAPPING, "--into", into)
    assert run.code == 2
    assert "snapshot.exists: " in run.err
    assert "name a new folder" in run.err
    assert inside.read_text() == "mine"
    assert len(list(tmp_path.rglob("*"))) == (2 if what == "folder" else 1)


# Analyses


def test_catalogue_says_what_can_be_asked_and_what_cannot_be_said():
    run = p8("catalogue")
    assert run.code == 0
    for analysis in CATALOGUE:
        assert f"{analysis.name}\n  {analysis.question}\n" in run.out
        for limit in analysis.cannot_say:
            assert f"  cannot say: {limit}\n" in run.out


def test_analyse_gives_one_json_document(lumria_folder: Path):
    run = p8("analyse", lumria_folder / "snapshot", "--json")
    assert (run.code, run.err) == (0, "")
    document = json.loads(run.out)
    # Lumria has results, and neither observers nor voter lists.
    possible = [a.name for a in CATALOGUE if all(lumria()[table].height for table in a.needs)]
    assert [entry["analysis"] for entry in document] == possible
    identity = json.loads((lumria_folder / "snapshot" / "datapackage.json").read_bytes())["id"]
    for entry in document:
        assert {"analysis", "snapshot", "parameters", "figures", "checks", "limits"} <= set(entry)
        assert entry["snapshot"] == identity
        assert entry["figures"]
        assert entry["limits"]
        for figure in entry["figures"]:
            assert figure["id"].startswith(entry["analysis"])
            assert {"value", "unit", "kind", "base", "excluded", "as_of", "limits"} <= set(figure)
    checks = [check for entry in document for check in entry["checks"]]
    assert checks
    assert all({"rule", "pass", "fail", "not_checkable"} <= set(check) for check in checks)
    a5 = [c for c in checks if c["rule"] == "protocol.A5" and c["source"] == "published"]
    total = [c for c in a5 if c["area"] == ""]
    assert [(c["pass"], c["fail"], c["not_checkable"]) for c in total] == [(1, 1, 10)]


def test_analyse_one_for_the_eye(lumria_folder: Path):
    run = p8_here("analyse", lumria_folder / "snapshot", "turnout.participation")
    assert run.code == 0
    assert run.out.startswith("turnout.participation  (snapshot ")
    assert "cannot show: " in run.out
    assert "protocols.arithmetic" not in run.out


def test_analyse_what_is_not_there(lumria_folder: Path, tmp_path: Path):
    run = p8_here("analyse", lumria_folder / "snapshot", "quickcount")
    assert run.code == 2
    assert "analysis.unknown: There is no analysis 'quickcount'; there are observation." in run.err
    run = p8_here("analyse", tmp_path)
    assert run.code == 2
    assert run.err.startswith("snapshot.missing: ")


# Findings and decisions


def test_findings_lists_proposals_with_their_decisions(lumria_folder: Path):
    run = p8("findings", lumria_folder / "snapshot")
    assert run.code == 0
    assert "protocols.reconciliation  (observed, " in run.out
    assert "9 of the 12 protocols with figures" in run.out
    assert "CPH-7.4, GC25-20, CGP-I.3.2" in run.out
    assert "no decision yet" not in run.out
    records = json.loads(p8_here("findings", lumria_folder / "snapshot", "--json").out)
    assert f"{len(records)} proposals" in run.out
    assert {record["decision"] for record in records} == {"accept"}
    assert all(record["figures"] and record["standards"] and record["limits"] for record in records)


def test_a_decision_is_appended_and_the_latest_holds(workspace: Path):
    file = workspace / "decisions.toml"
    before = file.read_bytes()
    decide = ("findings", workspace / "snapshot")
    by = ("--by", "Marat", "--on", "2024-05-14")
    what = "turnout.participation"
    run = p8(*decide, "reject", what, *by, "--why", "described elsewhere")
    assert run.code == 0
    assert "1 rejected by Marat" in run.out
    figure = "{{fig:turnout.participation.over_list[election=zz-2024-05-12, source=published"
    sentence = f"More voted than the list has at {figure}, stations=all]|of}}}}."
    run = p8_here(*decide, "word", what, *by, "--sentence", sentence)
    assert (run.code, run.err) == (0, "")
    after = file.read_bytes()
    assert after.startswith(before)
    added = read_decisions("decisions.toml", after.decode())[-2:]
    assert [(d.action, d.by, d.at) for d in added] == [
        ("reject", "Marat", "2024-05-14"),
        ("word", "Marat", "2024-05-14"),
    ]
    records = json.loads(p8_here(*decide, "--json").out)
    assert {r["id"]: r["decision"] for r in records}[what] == "word"
    run = p8("statement", workspace / "snapshot", "--out", workspace / "statement")
    assert run.code == 0
    page = (workspace / "statement" / "index.html").read_text(encoding="utf-8")
    assert "More voted than the list has at" in page
    assert "According to the protocols" not in page


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (
            ("word", "turnout.participation", "--by", "Ana", "--sentence", "At 3 stations."),
            "statement.bare_number",
            "finding turnout.participation, line 1: '3' is typed in. Put a reference",
        ),
        (
            ("accept", "turnout.participation", "--by", "Ana", "--recommendation", "Check half."),
            "statement.bare_number",
            "recommendation, line 1: 'half' is typed in",
        ),
        (
            ("word", "turnout.participation", "--by", "Ana", "--sentence", "It was fraud."),
            "statement.forbidden_words",
            "innocent causes",
        ),
        (("word", "turnout.participation", "--by", "Ana"), "analysis.bad_parameter", "--sentence"),
        (("accept", "turnout.participation"), "decision.no_name", "--by"),
        (("accept", "turnout.participation", "--by", " "), "decision.no_name", "--by"),
        (("accept", "turnout", "--by", "Ana"), "decision.unknown_finding", "voterlist.additions"),
        (("accept", "--by", "Ana"), "decision.unknown_finding", "voterlist.additions"),
        (("praise", "all", "--by", "Ana"), "analysis.bad_parameter", "accept, word, reject"),
        (
            ("accept", "all", "--by", "Ana", "--on", "13.5.2024"),
            "analysis.bad_parameter",
            "2024-05-13",
        ),
    ],
)
def test_a_decision_that_is_refused_at_once(lumria_folder: Path, arguments, code, says):
    before = (lumria_folder / "decisions.toml").read_bytes()
    run = p8_here("findings", lumria_folder / "snapshot", *arguments)
    assert run.code == 2
    assert run.err.startswith(f"{code}: ")
    assert says in run.err
    assert (lumria_folder / "decisions.toml").read_bytes() == before


# Commitments


def test_standards_are_searched_by_words_day_and_state():
    run = p8("standards", "vot", "--theme", "NVT", "--on", "2004-10-03", "--state", "kz")
    assert run.code == 0
    assert "COE-R(2004)11: " in run.out
    assert "(adopted 2004-09-30) [does not bind KZ]" in run.out
    assert "REC17-" not in run.out
    before = p8_here("standards", "--theme", "NVT", "--on", "2004-09-19")
    assert "COE-R(2004)11" not in before.out
    covenant = p8_here("standards", "ICCPR-25b", "--on", "2004-09-19", "--state", "KZ").out
    assert "[does not bind KZ]" in covenant
    covenant = p8_here("standards", "ICCPR-25b", "--on", "2006-04-24", "--state", "KZ").out
    assert "[binds KZ]" in covenant
    assert p8_here("standards", "no such words at all").out == "0 commitments\n"


def test_standards_on_no_day():
    run = p8_here("standards", "--on", "2004-19-09")
    assert run.code == 2
    assert "analysis.bad_parameter: Parameter --on is '2004-19-09'" in run.err


# Statement


def test_a_statement_never_replaces_what_it_did_not_write(workspace: Path):
    (workspace / "statement" / "notes.txt").write_text("Ana's")
    before = contents(workspace)
    run = p8("statement", workspace / "snapshot", "--out", workspace / "statement")
    assert run.code == 2
    assert run.err.startswith("statement.exists: ")
    assert "notes.txt" in run.err
    assert contents(workspace) == before


def test_a_statement_never_replaces_a_file_or_a_folder_with_a_broken_manifest(workspace: Path):
    (workspace / "out").write_text("mine")
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "out")
    assert (run.code, run.err.split(":")[0]) == (2, "statement.exists")
    assert (workspace / "out").read_text() == "mine"
    (workspace / "statement" / "manifest.json").write_text("no JSON")
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "statement")
    assert (run.code, run.err.split(":")[0]) == (2, "statement.exists")


def test_a_statement_without_findings_or_mission(workspace: Path):
    (workspace / "decisions.toml").unlink()
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "out")
    assert run.code == 2
    assert run.err.startswith("statement.no_findings: ")
    assert "p8 findings DIR" in run.err
    (workspace / "mission.toml").unlink()
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "out")
    assert run.code == 2
    assert run.err.startswith("mission.missing: ")
    assert not (workspace / "out").exists()


def test_a_statement_of_another_election(workspace: Path):
    file = workspace / "mission.toml"
    file.write_text(file.read_text().replace("zz-2024-05-12", "zz-2025-05-12"))
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "out")
    assert run.code == 2
    assert "mission.unknown_election: mission.toml names the election 'zz-2025-05-12'" in run.err
    assert "zz-2024-05-12" in run.err


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("[mission]", "[mission", "mission.not_toml", "mission.toml is not valid TOML: "),
        ("kind = ", "sort = ", "mission.missing_entry", "lacks kind in [mission]"),
        ('"simulated"', '"real"', "mission.bad_value", "mission, demonstration, simulated"),
        ("notice = ", "remark = ", "mission.missing_entry", "says on every page"),
        ("2024-05-13", '"13 May"', "mission.bad_value", "a date like 2023-04-02"),
        (
            "contact = ",
            'profile = "odihr"\ncontact = ',
            "analysis.bad_parameter",
            "one of paragraph",
        ),
        ("{{name:assembly}}", "{{name:senate}}", "statement.unknown_reference", "There are "),
        ("[sections]", "[sections]\nmdeia = 'x'", "mission.unknown_entry", "entry 'mdeia'"),
        ("place = ", "plaec = ", "mission.unknown_entry", "entry 'plaec'"),
        ("[names]", "[names]\nt = 'half of 12'", "statement.bare_number", "name t of the mission"),
        ('language = "en"', 'language = "../x"', "mission.bad_value", "a language code"),
        ("[names]", "[parameters.seat]\n[names]", "mission.unknown_entry", "seat"),
        ("[names]", "[parameters.seats]\nseats = 'x'\n[names]", "analysis.bad_parameter", "seats"),
        (
            "Lumria, {{",
            "Lumria 2024, {{",
            "statement.bare_number",
            "mission title, line 1: '2024,'",
        ),
    ],
)
def test_a_mission_file_that_cannot_be_used(workspace: Path, old, new, code, says):
    file = workspace / "mission.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    run = p8_here("statement", workspace / "snapshot", "--out", workspace / "out")
    assert run.code == 2
    assert run.err.splitlines()[0].startswith(f"{code}: ")
    assert says in run.err
    assert not (workspace / "out").exists()


# Check and verify


def test_check_and_verify_a_sound_snapshot(lumria_folder: Path):
    assert p8("check", lumria_folder / "snapshot").out == "every table keeps its contract\n"
    run = p8("verify", lumria_folder / "snapshot")
    assert run.code == 0
    assert "all rows are as they were frozen" in run.out
    assert p8_here("verify", lumria_folder / "statement").code == 0


def rewrite(snapshot: Path, table: str, change: pl.Expr) -> None:
    file = snapshot / f"{table}.parquet"
    pl.read_parquet(file).with_columns(change).write_parquet(file)


def test_check_names_table_row_column_and_rule(workspace: Path):
    where = pl.col("protocol").str.contains("N-01/published") & (pl.col("contestant") == "river")
    vote = pl.when(where & (pl.col("channel") == "paper")).then(-1).otherwise(pl.col("votes"))
    rewrite(workspace / "snapshot", "protocol_vote", vote.alias("votes"))
    rewrite(workspace / "snapshot", "station", pl.col("kind").replace({"mobile": "tent"}))
    run = p8("check", workspace / "snapshot")
    assert run.code == 3
    key = "protocol=zz-2024-05-12/list/N-01/published/1, contestant=river, channel=paper"
    assert f"protocol_vote: row [{key}] column votes: -1 — at least 0\n" in run.out
    assert re.search(r"station: row \[.*C-04\] column kind: 'tent' — one of ordinary, ", run.out)
    assert "2 breaches listed" in run.out


def test_verify_names_the_altered_row_of_a_snapshot(workspace: Path, lumria_folder: Path):
    where = pl.col("protocol").str.contains("H-04/published") & (pl.col("contestant") == "river")
    paper = where & (pl.col("channel") == "paper")
    vote = pl.when(paper).then(pl.col("votes") + 1).otherwise(pl.col("votes"))
    rewrite(workspace / "snapshot", "protocol_vote", vote.alias("votes"))
    run = p8("verify", workspace / "snapshot")
    assert run.code == 3
    key = "protocol=zz-2024-05-12/list/H-04/published/1, contestant=river, channel=paper"
    assert f"table protocol_vote, row [{key}]: altered or added" in run.out
    run = p8_here("verify", workspace / "snapshot", "--against", lumria_folder / "snapshot")
    assert f"row [{key}], column votes: is 23, the original has 22" in run.out


def test_verify_names_missing_and_foreign_files(workspace: Path):
    statement = workspace / "statement"
    (statement / "mission.toml").unlink()
    (statement / "charts" / "manifest.json").write_text("{}")
    run = p8_here("verify", statement)
    assert run.code == 3
    assert "file mission.toml: is missing" in run.out
    assert "file charts/manifest.json: was not part of the publication" in run.out
    assert "figures: cannot be recomputed: mission.toml missing" in run.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", b"no JSON"),
        ("manifest.json", b"[1]"),
        ("figures.json", b'{"id": 1}'),
        ("mission.toml", b"\xff"),
        ("snapshot/station.parquet", b"no Parquet"),
        ("snapshot/datapackage.json", b"{}"),
    ],
)
def test_a_publication_too_damaged_to_verify(workspace: Path, name, content):
    (workspace / "statement" / name).write_bytes(content)
    run = p8_here("verify", workspace / "statement")
    assert run.code == 2
    assert run.err.startswith("snapshot.unreadable: ")
    assert name.removeprefix("snapshot/") in run.err


def test_there_is_nothing_to_check_or_verify(tmp_path: Path):
    for command in ("check", "verify"):
        run = p8_here(command, tmp_path)
        assert run.code == 2
        assert run.err.startswith("snapshot.missing: ")


# What gets out


def test_no_path_of_the_machine_gets_into_a_publication(lumria_folder: Path):
    here = {str(lumria_folder.parent), str(SRC.parent), str(Path.home()), os.environ.get("USER")}
    # A root account's home and name are too short to mean anything.
    private = [text.encode() for text in here if text and text not in ("/root", "root")]
    for name, content in contents(lumria_folder / "statement").items():
        assert not any(text in content for text in private), name


def test_output_for_another_program_is_not_wrapped(lumria_folder: Path):
    run = p8("findings", lumria_folder / "snapshot")
    assert max(map(len, run.out.splitlines())) > 150


def test_dates_are_as_typed(lumria_folder: Path):
    decisions = (lumria_folder / "decisions.toml").read_text(encoding="utf-8")
    assert {d.at for d in read_decisions("decisions.toml", decisions)} == {DAY}


def test_a_place_that_cannot_be_written_is_a_problem(workspace: Path):
    run = p8("statement", workspace / "snapshot", "--out", "/proc/nowhere/statement")
    assert run.code == 2
    assert run.err.splitlines()[-1].startswith("file.not_usable: /proc")
    assert "Traceback" not in run.err


def rewrite_manifest(statement: Path) -> None:
    (statement / "manifest.json").write_text(json.dumps(file_hashes(statement)), encoding="utf-8")


def drop_a_page(statement: Path) -> None:
    next(iter((statement / "evidence").iterdir())).unlink()


def add_a_page(statement: Path) -> None:
    (statement / "evidence" / "other.html").write_text("<p>Another number.</p>", encoding="utf-8")


def change_the_script(statement: Path) -> None:
    with (statement / "style" / "statement.js").open("a", encoding="utf-8") as script:
        script.write("document.body.textContent = 'Another number.';")


def hide_text_in_a_drawing(statement: Path) -> None:
    page = statement / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("<main>", "<main><svg><text>1</text></svg>"), encoding="utf-8")


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (drop_a_page, "is missing, though"),
        (add_a_page, "file evidence/other.html: is nothing that"),
        (change_the_script, "file style/statement.js: is not what"),
        (hide_text_in_a_drawing, "file index.html: is not what"),
    ],
)
def test_a_publication_rewritten_with_its_manifest_is_found_out(workspace: Path, alter, says):
    statement = workspace / "statement"
    alter(statement)
    rewrite_manifest(statement)
    run = p8_here("verify", statement)
    assert run.code == 3
    assert says in run.out
    assert "1 differences" in run.out
