"""One list beside other tables and lists: life table, deaths, neighbours, an earlier version."""

from pathlib import Path

import polars as pl
import pytest

from journey.voterlist_files import DAY, HEADER, LATIN, mapping, person, table
from missions import Run, p8_here
from paragraph8.tables.snapshot import read_snapshot
from paragraph8.voterlist.privacy.canary import scan

# Invented, and in no stock of names.
DEAD = {"surname": "Хрусталепескоструев", "given": "Занзибархан", "patronymic": "Мухоловкабеков"}
ADDED = {"surname": "Велосипедострахов", "given": "Барометрхан", "patronymic": "Кофемолкинович"}
NAMES = (*DEAD.values(), *ADDED.values())
COLUMNS = (*HEADER, "area", "sex", "entered")
DEATH_COLUMNS = ("surname", "given", "patronymic", "birth_date")
LIFE_TABLE = "sex,age,person_years\n" + "".join(
    f"{sex},{age},{max(1, 100_000 - 900 * age)}\n"
    for sex in ("male", "female")
    for age in range(111)
)
NEIGHBOURS = "area,station,other_area,other_station\nNorth,12,North,13\n"
OFFICIAL = "area,sex,age_low,age_high,deaths,uncertainty\nall,male,18,,5,\nall,female,18,,4,1\n"


def entry(n: int, script: int = 0, **changes: str) -> list[str]:
    station = {"station": ("12", "13")[n % 2]}
    more = {"area": "North", "sex": "m", "entered": f"{n % 28 + 1:02}.03.2024"}
    return list(
        (dict(zip(HEADER, person(n, script), strict=True)) | station | more | changes).values()
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The list; the list as it was, with a station that was closed; a register of deaths."""
    tmp_path = tmp_path / "given"
    tmp_path.mkdir()
    dead = entry(3, **DEAD)
    now = [dead, *(entry(n) for n in range(10, 60)), entry(7, **ADDED)]
    # Half of the names were written in Latin letters then; ten people stood at another station.
    before = [
        dead,
        *(entry(n, LATIN if n % 2 else 0) for n in range(10, 50)),
        *(entry(n, station="14") for n in range(50, 60)),
        *(entry(n, station="14") for n in range(100, 104)),
    ]
    lived_on = [*entry(20)[:3], "01.01.1901"]
    dead_now = [dead[:4], [*entry(30)[:2], "", entry(30)[3]], lived_on]
    for name, rows, columns in (
        ("list", now, COLUMNS),
        ("earlier", before, COLUMNS),
        ("deaths", dead_now, DEATH_COLUMNS),
    ):
        (tmp_path / f"{name}.csv").write_text(table(rows, columns), encoding="utf-8")
    text = mapping("list", "earlier", columns=COLUMNS) + mapping("deaths", columns=DEATH_COLUMNS)
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    for name, content in (("life", LIFE_TABLE), ("neighbours", NEIGHBOURS), ("official", OFFICIAL)):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def nothing_hidden(monkeypatch):
    """Counts of so short a list are small, and the snapshot would not have them."""
    monkeypatch.setattr("paragraph8.cli.voterlist_sure.suppress", lambda tests, least: tests)


def quality(folder: Path, *options: object) -> Run:
    settled = ("--mapping", folder / "mapping.toml", "--out", folder.parent / "audit", *DAY)
    return p8_here("voterlist", "quality", folder / "list.csv", *settled, *options)


def rows_of(folder: Path, test: str, measure: str) -> pl.DataFrame:
    tests = read_snapshot(folder.parent / "audit" / "aggregates" / "snapshot")["list_test"]
    return tests.filter(test=test, measure=measure)


def whole(folder: Path, test: str, measure: str) -> dict[str, object]:
    everywhere = {"area": "all", "station": "all", "group": "all"}
    return rows_of(folder, test, measure).filter(**everywhere).row(0, named=True)


@pytest.mark.usefixtures("nothing_hidden")
def test_changes_since_an_earlier_list(folder: Path):
    run = quality(folder, "--earlier", folder / "earlier.csv")
    assert run.code == 0, run.err
    assert whole(folder, "L22", "added")["n"] == 1
    assert whole(folder, "L22", "removed")["n"] == 4
    assert whole(folder, "L22", "moved")["n"] == 10
    # Names that another hand romanised are the same names.
    assert whole(folder, "L22", "added")["note"] is None
    closed = rows_of(folder, "L22", "removed").filter(station="14", group="all").row(0, named=True)
    assert (closed["area"], closed["n"], closed["denominator"]) == ("North", 4, 14)
    assert "L22 " in run.out
    weeks = rows_of(folder, "L22", "added_by_week").filter(pl.col("group") != "all")
    assert weeks["group"].str.starts_with("2024-W").all()
    assert weeks["n"].sum() == 1


@pytest.mark.usefixtures("nothing_hidden")
def test_entries_of_people_on_a_register_of_deaths(folder: Path):
    run = quality(folder, "--deaths", folder / "deaths.csv")
    assert run.code == 0, run.err
    found = whole(folder, "L23", "identified")
    # One by the whole name, one without a patronymic; a namesake of another age lives.
    assert found["n"] == 2
    # Both pairs agree in name and year: by chance they would share their day once in 365 years.
    assert found["expected"] == pytest.approx(1000 / 52 * 2 / 365.25, rel=0.1)
    assert (found["expected_low"], found["expected_high"]) == (0, 0)
    lists = read_snapshot(folder.parent / "audit" / "aggregates" / "snapshot")["voter_list"]
    assert dict(lists.select("list", "entries").rows()) == {"list": 52, "deaths": 3}


def test_small_counts_are_not_in_the_snapshot(folder: Path):
    assert quality(folder, "--earlier", folder / "earlier.csv").code == 0
    removed = whole(folder, "L22", "removed")
    assert removed["n"] is None
    assert removed["value"] is None
    assert "Hidden" in str(removed["note"])


def test_the_list_alone_says_what_it_lacks(folder: Path):
    assert quality(folder).code == 0
    assert "earlier version" in str(whole(folder, "L22", "not_run")["note"])
    assert "register of deaths" in str(whole(folder, "L23", "not_run")["note"])


@pytest.mark.usefixtures("nothing_hidden")
def test_life_table_official_deaths_and_neighbours(folder: Path):
    since = ("--deaths-since", "2019-05-12", "--official-deaths", folder / "official.csv")
    beside = ("--life-table", folder / "life.csv", "--neighbours", folder / "neighbours.csv")
    run = quality(folder, *since, *beside)
    assert run.code == 0, run.err
    # Five years at 900 deaths a year of up to 83,800 who are left at 18.
    estimated = whole(folder, "L23", "estimated_life_table")["value"]
    assert 51 * 4_500 / 83_800 < estimated < 52 * 4_500 / 15_000
    assert whole(folder, "L23", "estimated_official")["value"] == 9
    # All entries are men's.
    tail = whole(folder, "L09", "tail")
    men = rows_of(folder, "L09", "tail").filter(group="male")["expected"].item()
    assert tail["expected"] == men > 0
    assert tail["note"] is None
    assert whole(folder, "L19", "pairs")["note"] is None


def test_a_life_table_without_a_day_says_so(folder: Path):
    run = quality(folder, "--life-table", folder / "life.csv")
    assert run.code == 0, run.err
    assert "since when" in str(whole(folder, "L23", "estimated_life_table")["note"])


@pytest.mark.parametrize(
    ("option", "text", "where"),
    [
        ("--life-table", "sex,age\nmale,1\n", "without person_years"),
        ("--life-table", "sex,age,person_years\nmale,1,9\nmale,old,9\n", "row 3, column age"),
        ("--life-table", "sex,age,person_years\nmale,1,9\nmale,2,-9\n", "row 3, column person"),
        ("--life-table", "sex,age,person_years\nmale,1,9\nm,2,9\n", "row 3, column sex"),
        ("--life-table", "sex,age,person_years\nmale,1,9\nmale,1,8\n", "row 3"),
        ("--life-table", "sex,age,person_years\nmale,1\n", "row 2"),
        ("--life-table", "sex,age,person_years\n", "without a row"),
        ("--neighbours", "area,station,other_area,other_station\nA,1,A,\n", "column other_station"),
        ("--population", "area,sex,age_low,age_high,persons\nall,male,18,,9\n", "uncertainty"),
        ("--population", OFFICIAL.replace("deaths", "persons").replace("18", "18.5"), "age_low"),
        ("--official-deaths", OFFICIAL.replace(",5,", ",many,"), "row 2, column deaths"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_used(folder: Path, option: str, text: str, where: str):
    (folder / "given.csv").write_text(text, encoding="utf-8")
    run = quality(folder, option, folder / "given.csv")
    assert run.code == 2
    assert run.err.startswith("analysis.bad_parameter")
    assert option in run.err
    assert where in run.err
    assert not (folder.parent / "audit").exists()


@pytest.mark.parametrize("option", ["--earlier", "--deaths"])
def test_a_second_list_without_its_mapping(folder: Path, option: str):
    (folder / "mapping.toml").write_text(mapping("list", columns=COLUMNS), encoding="utf-8")
    run = quality(folder, option, folder / "deaths.csv")
    assert run.code == 2
    assert f"mapping.missing_entry: mapping.toml lacks [{option[2:]}]" in run.err
    assert not (folder.parent / "audit").exists()


@pytest.mark.parametrize("day", ["2024-05-12", "12.05.2019"])
def test_a_day_that_cannot_be(folder: Path, day: str):
    assert quality(folder, "--life-table", folder / "life.csv", "--deaths-since", day).code == 2


def test_no_name_of_any_list_leaves_the_audit(folder: Path):
    """Given rightly, and given by mistake where a table of numbers is asked for."""
    audit, seen = folder.parent / "audit", folder.parent / "seen"
    seen.mkdir()
    lists = ("--earlier", folder / "earlier.csv", "--deaths", folder / "deaths.csv")
    run = quality(folder, *lists)
    assert run.code == 0, run.err
    (seen / "run.txt").write_text(run.text, encoding="utf-8")
    assert scan(audit, NAMES).found == ()
    assert p8_here("voterlist", "report", audit, "--out", seen / "report").code == 0
    assert p8_here("voterlist", "purge", audit, "--by", "Ana").code == 0
    assert scan(audit, NAMES).found == ()
    headless = folder / "headless.csv"
    headless.write_text("\n".join(",".join(DEAD.values()) for _ in range(3)), encoding="utf-8")
    twice = folder / "twice.csv"
    twice.write_text(",".join([NAMES[0], *NAMES]) + "\n1,2\n", encoding="utf-8")
    headed = folder / "headed.csv"
    headed.write_text("sex,age,person_years\n" + ",".join(ADDED.values()), encoding="utf-8")
    options = ("--life-table", "--neighbours", "--population", "--official-deaths")
    for n, (option, file) in enumerate((o, f) for o in options for f in (headless, headed, twice)):
        run = quality(folder, option, file)
        assert run.code == 2
        (seen / f"{n}.txt").write_text(run.text, encoding="utf-8")
    assert scan(seen, NAMES).found == ()
    # What is looked for can be found there.
    (seen / "leak.txt").write_text(f"before {NAMES[0]} after", encoding="utf-8")
    assert {found.file for found in scan(seen, NAMES).found} == {"leak.txt"}
