"""People planted in lists, and looked for in all that the commands print, write and leave behind.

Working files may hold row numbers and keys of people, and never a name; a sealed case file is the
only thing that names go into, and it is closed. After the purge the whole folder is looked at.
"""

import io
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyrage
import pytest

from journey.voterlist_files import DAY, HEADER, confirmed, mapping, person, sheet, table
from missions import Run, command, environment, p8_here
from paragraph8.voterlist.privacy.canary import Found, scan

# Invented, of eight letters and more, and in no stock of names.
CANARIES = {
    "surname": "Хрусталепескоструев",
    "given": "Занзибархан",
    "patronymic": "Мухоловкабекович",
    "street": "Кривоколенодворная",
    "number": "640923777315",
}
NAMES = tuple(CANARIES.values())
COLUMNS = (*HEADER, "number")
FULL = ("№", "ФИО", "Дата рождения", "Улица", "Дом", "Квартира")


def people(first: int, last: int) -> list[list[str]]:
    """A station with the planted person on its list, once as they are and once in other company."""
    rows = [[*person(n), f"{800101300000 + n * 137}"] for n in range(first, last)]
    planted = dict(zip(COLUMNS, rows[4], strict=True)) | CANARIES
    relative = planted | {"given": "Занзибарина", "flat": "77", "number": ""}
    return [*rows, list(planted.values()), list(relative.values())]


@dataclass
class Mission:
    """A folder with lists, and all that commands have printed about them.

    public   what may be shown to anybody: reports, snapshots, temporary files, what was printed
    """

    folder: Path
    run_count: int = 0
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def public(self) -> Path:
        return self.folder / "public"

    @property
    def lists(self) -> Path:
        return self.folder / "lists"

    def __call__(self, *arguments: object) -> Run:
        """A command in this process; what it prints is kept to be looked at."""
        return self._kept(p8_here("voterlist", *arguments), arguments)

    def process(self, *arguments: object) -> Run:
        """A command in a process of its own."""
        done = subprocess.run(
            command("voterlist", *arguments),
            env={**environment(), **self.settings},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return self._kept(Run(done.returncode, done.stdout, done.stderr), arguments)

    def _kept(self, run: Run, arguments: tuple[object, ...]) -> Run:
        self.run_count += 1
        printed = self.public / "printed" / f"{self.run_count:02}-{arguments[0]}.txt"
        printed.write_text(run.text, encoding="utf-8")
        return run

    def leaks(self, folder: Path | None = None) -> tuple[Found, ...]:
        seen = scan(folder or self.public, NAMES)
        closed = {name for name, _ in seen.unread}
        assert closed <= {"cases.age"}, closed
        return seen.found


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mission:
    """Lists with planted people; temporary files and home are folders that are looked at."""
    made = Mission(tmp_path)
    made.lists.mkdir()
    for name, of in (
        ("printed", ""),
        ("tmp", "TMPDIR"),
        ("home", "HOME"),
        ("cache", "XDG_CACHE_HOME"),
    ):
        (made.public / name).mkdir(parents=True)
        if of:
            made.settings[of] = str(made.public / name)
            monkeypatch.setenv(of, str(made.public / name))
    monkeypatch.setattr("tempfile.tempdir", str(made.public / "tmp"))
    for name, first in (("paper", 0), ("electronic", 3), ("list", 0)):
        rows = people(first, first + 40)
        if name == "list":
            rows.append(rows[-2])
        text = table(rows, COLUMNS)
        (made.lists / f"{name}.csv").write_text(text, encoding="utf-8")
    text = mapping("paper", "electronic", "list", columns=COLUMNS)
    text = text.replace("received", 'id_kind = "iin"\nreceived')
    (made.lists / "mapping.toml").write_text(text, encoding="utf-8")
    return made


def settled(mission: Mission, audit: Path, file: str = "mapping.toml") -> tuple[object, ...]:
    return ("--mapping", mission.lists / file, "--out", audit, *DAY)


def working_files_are_clean(mission: Mission, audit: Path) -> None:
    """No name in the folder of an audit, though it still holds its key and row numbers."""
    assert (audit / "mission.key").is_file()
    assert mission.leaks(audit) == ()


def test_a_leak_would_be_found(mission: Mission):
    """What the other tests look for can be found where they look, as it would leak."""
    mission("suggest", mission.lists / "paper.csv")
    assert mission.leaks() == ()
    for n, name in enumerate(NAMES):
        for place in ("printed/00.txt", "tmp/spill.bin", "home/p8.log", "cache/x/y.json"):
            planted = mission.public / place
            planted.parent.mkdir(exist_ok=True, parents=True)
            planted.write_text(f"before {name} after", encoding="utf-8")
            assert {(found.file, found.name) for found in mission.leaks()} == {(place, n + 1)}
            planted.unlink()
    # A file that nobody can look into is not taken for clean.
    stranger = pyrage.x25519.Identity.generate().to_public()
    (mission.public / "tmp" / "closed.age").write_bytes(pyrage.encrypt(b"x", [stranger]))
    with pytest.raises(AssertionError, match="closed"):
        mission.leaks()


def test_two_lists_to_a_report(mission: Mission):
    audit, ana = mission.folder / "audit", pyrage.x25519.Identity.generate()
    lists = (mission.lists / "paper.csv", mission.lists / "electronic.csv")
    case = mission.public / "cases.age"
    given = ("--recipient", ana.to_public(), "--purpose", "Complaint", "--delete-by", "2024-12-31")
    run = mission.process(
        "reconcile",
        *lists,
        *settled(mission, audit),
        "--case-file",
        case,
        *given,
        "--pairs",
        mission.public / "pairs.parquet",
    )
    assert run.code == 0, run.err
    working_files_are_clean(mission, audit)
    assert mission("report", audit, "--out", mission.public / "report").code == 0
    assert mission("purge", audit, "--by", "Ana").code == 0
    assert mission.leaks() == ()
    assert mission.leaks(audit) == ()


@pytest.mark.parametrize("name", ["duplicates", "quality"])
def test_one_list_to_a_report(mission: Mission, name: str):
    audit, ana = mission.folder / "audit", pyrage.x25519.Identity.generate()
    case = ("--case-file", mission.public / "cases.age", "--recipient", ana.to_public())
    why = ("--purpose", "Complaint", "--delete-by", "2024-12-31")
    more = (*case, *why) if name == "duplicates" else ()
    run = mission(name, mission.lists / "list.csv", *settled(mission, audit), *more)
    assert run.code == 0, run.err
    assert run.out.count("L01") == 1
    working_files_are_clean(mission, audit)
    assert mission("report", audit, "--out", mission.public / "report").code == 0
    assert mission("purge", audit, "--by", "Ana").code == 0
    assert mission.leaks() == ()
    assert mission.leaks(audit) == ()


def test_a_sheet_with_whole_names(mission: Mission):
    rows = [(cells[8], " ".join(cells[:3]), cells[3], *cells[5:8]) for cells in people(0, 40)]
    (mission.lists / "paper.xlsx").write_bytes(sheet(("Список",), FULL, *rows))
    proposal = mission("suggest", mission.lists / "paper.xlsx", "--name", "paper")
    own = mapping("electronic", columns=COLUMNS).replace("received", 'id_kind = "iin"\nreceived')
    (mission.lists / "own.toml").write_text(confirmed(proposal.out) + own, encoding="utf-8")
    audit = mission.folder / "audit"
    lists = (mission.lists / "paper.xlsx", mission.lists / "electronic.csv")
    run = mission("reconcile", *lists, *settled(mission, audit, "own.toml"))
    assert run.code == 0, run.err
    working_files_are_clean(mission, audit)
    assert mission.leaks() == ()


def broken_lists() -> dict[str, bytes]:
    """File -> a list in which the planted person stands in the worst of places."""
    rows, name = people(0, 12), CANARIES["surname"]
    good = table(rows, COLUMNS)
    headless = table(rows[-2:], rows[-1])
    nested = pl.DataFrame({**{c: [name] for c in COLUMNS}, "street": [{"of": name}]})
    return {
        "headless.csv": headless.encode(),
        "encoding.csv": good.encode() + f"{name};".encode("cp1251"),
        "utf16.csv": good.encode("utf-16"),
        "ragged.csv": (table([], COLUMNS) + f"{name};{name}\n" * 9).encode(),
        "quoted.csv": good.replace(name, f'"{name}').encode(),
        "nought.csv": good.replace(name, f"{name}\0{name}").encode(),
        "dates.csv": table([[*r[:3], name, *r[4:]] for r in rows], COLUMNS).encode(),
        "nested.parquet": _parquet(nested),
        "cut.parquet": _parquet(nested)[:-9],
        "text.xlsx": good.encode(),
        "other.doc": good.encode(),
        "double.xlsx": sheet((name, name, *COLUMNS[2:]), *rows),
        "zero.xlsx": sheet(*rows),
    }


def _parquet(frame: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.write_parquet(held)
    return held.getvalue()


def test_no_message_about_a_list_that_fails_repeats_a_cell(mission: Mission):
    codes = []
    for n, (file, content) in enumerate(broken_lists().items()):
        path = mission.lists / file
        path.write_bytes(content)
        suggested = mission("suggest", path)
        for name in ("duplicates", "quality"):
            run = mission(name, path, *settled(mission, mission.folder / f"{n}-{name}"))
            codes.append(run.code)
        lists = (mission.lists / "electronic.csv", path)
        run = mission("reconcile", *lists, *settled(mission, mission.folder / f"{n}-two"))
        codes += [run.code, suggested.code]
    assert set(codes) <= {0, 2}
    assert codes.count(2) > 30
    assert mission.leaks() == ()
    for audit in sorted(mission.folder.glob("*-*")):
        assert mission.leaks(audit) == (), audit.name


def test_a_form_of_counts_with_names_in_it(mission: Mission):
    header = "station,list,page,first_serial,last_serial,names,struck_out,added"
    surname = CANARIES["surname"]
    rows = f"12,{surname},1,1,2,2,0,0\n12,paper,{surname},1,3,{surname},0,0\n12,paper,1,1,2,2,0,0\n"
    (mission.lists / "pages.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    run = mission("counts", mission.lists / "pages.csv")
    assert run.code == 0, run.err
    assert mission.leaks() == ()


def test_a_command_that_is_ended_leaves_no_name(mission: Mission):
    """Too little memory: the database has spilled names into the audit's folder by then."""
    rows = people(0, 40) * 3_000
    (mission.lists / "list.csv").write_text(table(rows, COLUMNS), encoding="utf-8")
    audit = mission.folder / "audit"
    few = ("--memory", "25MB")
    run = mission.process("duplicates", mission.lists / "list.csv", *settled(mission, audit), *few)
    assert run.code == 2, run.text
    assert not audit.exists()
    assert mission.leaks() == ()
    assert set(os.listdir(mission.folder)) == {"lists", "public"}


def test_a_name_that_has_moved_under_the_stations_stays_inside(mission: Mission):
    """Rows that lack their first cell, or have a quotation mark that is never closed."""
    header = ("station", *(column for column in COLUMNS if column != "station"))
    rows = [["12", *row[:4], *row[5:]] for row in people(0, 40)]
    moved = [rows[-1][1:], rows[-2][1:], [f'"{CANARIES["surname"]}', *rows[-1][1:]]]
    (mission.lists / "list.csv").write_text(table([*rows, *moved], header), encoding="utf-8")
    for name in ("duplicates", "quality"):
        audit = mission.folder / name
        run = mission(name, mission.lists / "list.csv", *settled(mission, audit))
        assert run.code == 0, run.err
        assert "2 with too few cells" in run.err
        assert mission.leaks(audit) == ()
    (mission.lists / "paper.csv").write_bytes((mission.lists / "list.csv").read_bytes())
    audit = mission.folder / "audit"
    lists = (mission.lists / "paper.csv", mission.lists / "electronic.csv")
    assert mission("reconcile", *lists, *settled(mission, audit)).code == 0
    assert mission.leaks(audit) == ()
    assert mission.leaks() == ()
