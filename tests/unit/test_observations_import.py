"""Reports collected with other tools: exports of values, of labels, and plain spreadsheets."""

import datetime as dt

import polars as pl
import pytest

from helpers import DATA, frame
from paragraph8.intake.observations.declaration import (
    built_in_observations,
    read_observation_declaration,
)
from paragraph8.intake.observations.importer import Import, Register, import_observations
from paragraph8.intake.observations.reports import observation_id
from paragraph8.kernel.problem import Problem

E = "zz-2024-05-12"
FOLDER = DATA / "observations"
REGISTER = Register(
    stations=frame(
        "station",
        f"election station kind channels\n{E} N-01 ordinary paper\n{E} N-02 ordinary paper",
    ),
    contestants=frame(
        "contestant",
        f"election contest contestant ballot_order name kind\n{E} list 1 1 A list\n"
        f"{E} list list-2 2 B list",
    ),
    election=E,
    election_day=dt.date(2024, 5, 12),
)
PLAIN = (FOLDER / "plain" / "voting.toml").read_text(encoding="utf-8")


def taken(name: str, *files: str, content: bytes | None = None) -> Import:
    text = PLAIN if name == "mapped" else ""
    declaration = (
        read_observation_declaration("my.toml", text) if text else built_in_observations(name)
    )
    given = {
        file.split("/")[-1]: content if content is not None else (FOLDER / file).read_bytes()
        for file in files
    }
    done = import_observations(
        declaration,
        given,
        register=REGISTER,
        pseudonym=lambda team: f"t-{len(team)}",
        received="2024-05-14T00:00:00Z",
        freeze="2024-05-12T20:00:00Z",
    )
    for report in done.reports:
        faults = done.frames["fault"].filter(source_file=report.file)
        whole = faults.filter(pl.col("column").str.starts_with("*")).height
        assert report.rows == report.observations + whole + report.safety
        assert report.faults == faults.height
    assert sum(r.observations for r in done.reports) == done.frames["observation"].height
    everything = str([table.to_dicts() for table in done.frames.values()])
    for name in ("petrova", "Team ", "Ivan", "Oak", "shouted", "phone"):
        assert name not in everything.replace("'entry': 'phone'", "")
    return done


def given(done: Import, observation: str) -> dict[str, tuple[str, str | None]]:
    rows = done.frames["answer"].filter(observation=observation)
    return {item: (state, value) for _, item, state, value in rows.rows()}


def uuid(end: str) -> str:
    return observation_id(f"uuid:0b2f8a52-96b1-4a3e-9d7e-7a8f5d9c0{end}")


def test_a_kobo_export_of_values():
    done = taken("kobo", "kobo/voting - 2024-05-12.csv")
    (report,) = done.reports
    assert (report.rows, report.observations, report.faults) == (5, 3, 6)
    assert report.unused_columns == ("Remark by office", "_id")
    first, second, third = (given(done, uuid(end)) for end in ("a01", "a02", "a03"))
    assert first["H6"] == ("given", "regular;mobile")
    assert first["H10"] == ("given", "1204")
    assert first["V35"] == ("given", "no")
    assert second["H6"] == ("given", "regular")
    assert second["H10"] == ("dk", None)
    assert second["V35"] == ("dk", None)
    assert third["H6"] == ("given", "mobile")
    assert third["H10"] == ("unreadable", None)
    # A form that the export has no column for was not asked.
    assert "V1" not in first
    seen = {row["observation"]: row for row in done.frames["observation"].to_dicts()}
    row = seen[uuid("a01")]
    assert (row["station"], row["day"]) == ("N-01", dt.date(2024, 5, 12))
    assert (row["arrived"], row["departed"]) == (605, 640)
    assert (row["team"], row["version"], row["entry"]) == ("t-13", "vA1", "import")
    assert (row["received"], row["late"]) == ("2024-05-12T05:45:10Z", False)
    assert seen[uuid("a02")]["excluded"] == "not approved in review"
    assert seen[uuid("a02")]["station_stated"] == "X-77"
    assert seen[uuid("a03")]["late"]
    assert done.frames["fault"].select("source_row", "column", "code", "raw").rows() == [
        (3, "H4", "observation.unknown_station", "X-77"),
        (3, "H8", "observation.departed_before_arrived", "11:00"),
        (4, "H10", "fault.not_a_number", "12l4"),
        (4, "V35", "observation.bad_answer", None),
        (5, "*", "observation.duplicate", None),
        (6, "*", "observation.unusable", None),
    ]


def test_a_kobo_export_of_labels():
    done = taken("kobo", "kobo/opening - labels.csv")
    (report,) = done.reports
    assert (report.observations, report.unused_columns) == (2, ("4. Team",))
    first, second = given(done, uuid("b01")), given(done, uuid("b02"))
    assert first["O4"] == ("given", "yes")
    assert first["O4a"] == ("given", "police;administration")
    assert first["O9"] == ("given", "tension")
    assert first["O12"] == ("dk", None)
    assert first["O36"] == ("given", "4")
    assert first["O37"] == ("withheld", None)
    assert second["O4"] == ("given", "no")
    assert second["O4a"] == ("skipped", None)
    assert second["O9"] == ("given", "none")
    assert second["O36"] == ("given", "1")
    assert done.frames["fault"]["code"].to_list() == ["observation.unknown_station"]


def test_an_odk_central_export_with_counts():
    done = taken("odk_central", "central/counting.csv")
    (report,) = done.reports
    assert (report.rows, report.observations, report.faults) == (3, 3, 1)
    assert report.unused_columns == ("SubmitterID",)
    copies = done.frames["protocol"].select("protocol", "source_row").rows()
    assert copies == [
        (f"{E}/list/N-02/observer_copy/1", 3),
        (f"{E}/list/N-02/observer_copy/2", 2),
    ]
    votes = done.frames["protocol_vote"].filter(pl.col("protocol").str.ends_with("/1"))
    assert votes.select("contestant", "votes").rows() == [("1", 150), ("list-2", 249)]
    seen = done.frames["observation"].filter(observation=observation_id("uuid:b")).to_dicts()[0]
    assert (seen["day"], seen["arrived"], seen["departed"]) == (dt.date(2024, 5, 12), 1180, 1520)


def test_a_plain_spreadsheet_with_a_mapping():
    done = taken("mapped", "plain/voting.csv")
    (report,) = done.reports
    assert (report.observations, report.unused_columns) == (2, ("Note",))
    rows = {row["received"]: row for row in done.frames["observation"].to_dicts()}
    first, second = rows["2024-05-12T09:00:00Z"], rows["2024-05-14T00:00:00Z"]
    assert (first["station"], first["arrived"], first["departed"]) == ("N-01", 485, 520)
    assert (second["station"], second["station_stated"]) == (None, "N-09")
    assert given(done, str(first["observation"])) == {
        "H10": ("given", "1200"),
        "H7": ("given", "08:05"),
        "H8": ("given", "08:40"),
        "V35": ("given", "no"),
        "V48a": ("given", "no"),
    }
    assert given(done, str(second["observation"]))["H10"] == ("dk", None)
    again = taken("mapped", "plain/voting.csv")
    assert again.frames["observation"].equals(done.frames["observation"])


def test_ragged_lines_are_faults_that_show_nothing():
    content = (FOLDER / "plain" / "voting.csv").read_bytes() + b"Team Oak,N-01,Mr Oak\n"
    done = taken("mapped", "plain/voting.csv", content=content)
    assert done.frames["fault"].filter(column="*").select("code", "raw").rows() == [
        ("fault.ragged_row", None)
    ]


def test_reports_on_safety_are_counted_and_not_kept():
    content = b"_uuid;username;X19;X4\na;t;yes;threat\nb;t;no;threat\nc;t;;fraud\n"
    done = taken("kobo", "incident.csv", content=content)
    assert (done.reports[0].safety, done.reports[0].observations) == (1, 2)
    assert done.frames["incident"].height == 2


@pytest.mark.parametrize(
    ("name", "file", "content", "code"),
    [
        ("kobo", "results.csv", b"a;b\n1;2\n", "intake.unknown_file"),
        ("kobo", "voting.csv", b"a;V35\n1;no\n", "intake.no_observation"),
        ("mapped", "voting.csv", b"a,b\n1,2\n", "intake.missing_column"),
        ("tables", "voting.csv", b"a,b\n1,2\n", "intake.unknown_format"),
    ],
)
def test_what_cannot_be_imported_at_all(name, file, content, code):
    with pytest.raises(Problem) as caught:
        taken(name, file, content=content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('form = "voting"', 'form = "tea"', "mapping.bad_value"),
        ('form = "voting"', "", "mapping.missing_entry"),
        ('form = "voting"', 'form = "own"', "mapping.missing_entry"),
        ('H10 = "Voters"', 'H99 = "Voters"', "mapping.bad_value"),
        ('team = "Group"', 'teem = "Group"', "mapping.unknown_entry"),
        (r"voting\.csv", "voting(", "mapping.bad_pattern"),
        ("[words]", "[words", "mapping.not_toml"),
    ],
)
def test_a_wrong_mapping_is_refused(old, new, code):
    with pytest.raises(Problem) as caught:
        import_observations(
            read_observation_declaration("my.toml", PLAIN.replace(old, new, 1)),
            {"voting.csv": (FOLDER / "plain" / "voting.csv").read_bytes()},
            register=REGISTER,
            pseudonym=str,
            received="2024-05-14T00:00:00Z",
        )
    assert caught.value.code == code
