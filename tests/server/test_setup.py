"""Elections, and lists of stations and contestants: compared first, then applied exactly so."""

import time
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from paragraph8.intake.stations.declaration import LONGEST
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE
from paragraph8.server.record.files import file_store
from paragraph8.server.record.models import JournalEntry
from paragraph8.server.setup import words
from paragraph8.server.setup.actions import apply_import, preview_contestants, preview_stations
from paragraph8.server.setup.models import Area, Contest, Contestant, Election, ImportRun, Station
from server.world import client_of, make_account, make_world

HEADER = "code,region,name,registered\n"
LIST = HEADER + "N-01,North,School One,500\nN-02,North,Library,5o0\nS-01,South,Town hall,300\n"


@pytest.fixture
def analyst(world):
    return make_account("analyst", world.mission, "election_analyst")


@pytest.fixture
def office(analyst):
    return client_of(analyst)


def url(world, rest: str = "") -> str:
    return f"/m/{world.mission.slug}/setup{rest}"


def upload(office, world, text: str, kind: str = "stations", **more: object):
    file = SimpleUploadedFile("list.csv", text.encode())
    path = url(world, f"/{world.election.pk}/import/{kind}")
    return office.post(path, {"file": file, "mapping": "", **more}, follow=True)


def code_of(call, *args: object, **more: object) -> str:
    with pytest.raises(Problem) as caught:
        call(*args, **more)
    return caught.value.code


# Comparing and applying


def test_a_preview_changes_nothing_and_says_everything(world, analyst):
    made = preview_stations(world.election, "list.csv", LIST.encode(), by=analyst)
    assert Station.objects.count() == 1
    stations, areas = made.preview.of("stations"), made.preview.of("areas")
    assert [row["code"] for row in stations.new] == ["N-02", "S-01"]
    assert stations.changed[0].fields == {
        "name": ("School 1", "School One"),
        "registered": (None, 500),
    }
    assert [row["code"] for row in areas.new] == ["South"]
    run = ImportRun.objects.get()
    assert (run.applied, run.by, run.outcome["faults"]) == (False, analyst.pk, 1)
    assert b"".join(file_store().read(run.sha256)) == LIST.encode()
    assert run.faults[0]["row"] == 3
    assert run.faults[0]["raw"] == "5o0"
    assert ["name", "Library"] in run.faults[0]["cells"]
    assert JournalEntry.objects.get(verb="stations.previewed").by == analyst.pk


def test_applying_does_what_the_preview_said(world, analyst):
    run = preview_stations(world.election, "list.csv", LIST.encode()).run
    apply_import(run, analyst)
    rows = world.election.stations.values_list("code", "area", "name", "registered")
    assert list(rows) == [
        ("N-01", "North", "School One", 500),
        ("N-02", "North", "Library", None),
        ("S-01", "South", "Town hall", 300),
    ]
    assert set(Area.objects.values_list("code", flat=True)) == {"North", "South"}
    run.refresh_from_db()
    assert run.applied
    assert run.outcome["changes"]["stations"]["new"] == 2
    line = JournalEntry.objects.get(verb="stations.imported")
    assert (line.by, line.details["sha256"]) == (analyst.pk, run.sha256)
    assert "Library" not in str(line.details)
    again = preview_stations(world.election, "list.csv", LIST.encode()).preview
    assert [changes.count for changes in again.changes] == [0, 0]


def test_a_station_keeps_its_row_when_it_changes(world):
    before = Station.objects.get().pk
    apply_import(preview_stations(world.election, "list.csv", LIST.encode()).run, None)
    assert Station.objects.get(code="N-01").pk == before


def test_a_state_that_changed_meanwhile_is_refused(world):
    run = preview_stations(world.election, "list.csv", LIST.encode()).run
    Station.objects.update(name="Another name")
    assert code_of(apply_import, run, None) == "setup.changed_meanwhile"
    assert Station.objects.count() == 1
    assert not ImportRun.objects.get().applied


def test_a_list_is_applied_once(world):
    run = preview_stations(world.election, "list.csv", LIST.encode()).run
    apply_import(run, None)
    assert code_of(apply_import, run, None) == "setup.already_applied"


def test_a_file_that_is_gone_is_said_so(world, settings, tmp_path):
    run = preview_stations(world.election, "list.csv", LIST.encode()).run
    settings.P8_ATTACHMENTS = str(tmp_path / "elsewhere")
    file_store.cache_clear()
    assert code_of(apply_import, run, None) == "setup.file_missing"


def test_a_missing_station_is_withdrawn_only_if_ticked_and_comes_back(world):
    only = (HEADER + "S-01,South,Town hall,300\n").encode()
    apply_import(preview_stations(world.election, "a.csv", only).run, None)
    assert not Station.objects.get(code="N-01").withdrawn
    run = preview_stations(world.election, "a.csv", only).run
    apply_import(run, None, withdraw=("stations", "areas"))
    assert Station.objects.get(code="N-01").withdrawn
    assert Area.objects.get(code="North").withdrawn
    assert ImportRun.objects.first().outcome["withdrawn"] == {"areas": 1, "stations": 1}
    back = preview_stations(world.election, "b.csv", LIST.encode())
    assert back.preview.of("stations").changed[0].fields["withdrawn"] == (True, False)
    apply_import(back.run, None)
    assert not Station.objects.get(code="N-01").withdrawn
    assert not Area.objects.get(code="North").withdrawn


def test_what_the_file_is_silent_about_or_says_unreadably_stands(world):
    Station.objects.update(registered=700, longitude=20.5, kind="special")
    Area.objects.update(name="Northern Region")
    text = HEADER + "N-01,North,School 1,7oo\n"
    made = preview_stations(world.election, "list.csv", text.encode())
    assert made.preview.of("stations").unchanged == 1
    assert made.preview.of("areas").unchanged == 1


def test_an_empty_cell_is_a_change(world):
    made = preview_stations(world.election, "l.csv", b"code,name\nN-01,\n")
    assert made.preview.of("stations").changed[0].fields == {"name": ("School 1", "")}
    assert made.preview.of("areas").missing == ()


def test_contestants_are_compared_in_their_contest(world):
    lines = ("list,1,1,Hill List,list", "list,3,2,Sea List,", "mayor,1,1,Ana,candidate")
    text = "\n".join(["contest,code,place,name,kind", *lines]).encode()
    made = preview_contestants(world.election, "ballot.csv", text)
    its = made.preview.of("contestants")
    assert its.numbers() == {"new": 2, "changed": 0, "unchanged": 1, "missing": 1}
    apply_import(made.run, None, withdraw=("contestants",))
    assert set(Contest.objects.values_list("code", flat=True)) == {"list", "mayor"}
    rows = Contestant.objects.order_by("contest__code", "place", "code")
    assert [(row.code, row.withdrawn) for row in rows] == [
        ("1", False),
        ("2", True),
        ("3", False),
        ("1", False),
    ]


def test_a_mapping_is_used_and_kept(world):
    mapping = '[station]\ncode = ["No"]\nname = "Place"\n'
    made = preview_stations(world.election, "l.csv", b"No,Place\nN-01,Barn\n", mapping)
    assert made.preview.of("stations").changed[0].fields == {"name": ("School 1", "Barn")}
    apply_import(made.run, None)
    assert Station.objects.get().name == "Barn"


def test_ten_thousand_stations_take_seconds(world):
    def text(name: str) -> bytes:
        rows = (f"S-{n:05},R{n % 20},D{n % 300},{name} {n},{n % 3000}\n" for n in range(10_000))
        return ("code,region,district,name,registered\n" + "".join(rows)).encode()

    start = time.perf_counter()
    apply_import(preview_stations(world.election, "l.csv", text("School")).run, None)
    made = preview_stations(world.election, "l.csv", text("Lyceum"))
    assert len(made.preview.of("stations").changed) == 10_000
    apply_import(made.run, None)
    # Six passes over the list; slower than this is a query for each row.
    assert time.perf_counter() - start < 20
    assert Station.objects.filter(name__startswith="Lyceum").count() == 10_000


def test_what_a_list_may_hold_fits_the_tables():
    for model, field, what in (
        (Station, "code", "station"),
        (Station, "area", "area"),
        (Station, "name", "station name"),
        (Area, "code", "area"),
        (Area, "parent", "area"),
        (Area, "level", "level"),
        (Area, "name", "area name"),
        (Contest, "code", "contest"),
        (Contestant, "code", "contestant"),
        (Contestant, "name", "contestant name"),
    ):
        assert model._meta.get_field(field).max_length == LONGEST[what], (model, field)


def test_every_fault_has_its_words():
    of_lists = {code for code in CATALOGUE if code.startswith("list.")}
    assert of_lists <= set(words.FAULTS) <= set(CATALOGUE)


# Pages


def test_a_list_goes_through_the_pages(world, office):
    page = upload(office, world, LIST)
    html = page.content.decode()
    assert "Add 2 and change 1 stations" in html
    assert "School One" in html
    assert "5o0" in html
    assert "is not a whole number" in html
    run = ImportRun.objects.get()
    seen = page.context["seen"]
    done = office.post(url(world, f"/imports/{run.pk}/apply"), {"seen": seen}, follow=True)
    assert done.redirect_chain[-1][0] == url(world, f"/{world.election.pk}/stations")
    assert Station.objects.count() == 3
    after = office.get(url(world, f"/imports/{run.pk}")).content.decode()
    assert "What list.csv changed" in after
    assert "<button>Add" not in after


def test_rows_that_are_not_used_are_counted(world, office):
    html = upload(office, world, LIST + "S-01,South,Again,1\nS-09,x\n").content.decode()
    assert "2 of them are not used" in html
    assert "S-09,x" in html
    assert "Rows that could not be used count as not in the file" not in html
    html = upload(office, world, HEADER + "X,North,,\nN-01\n").content.decode()
    assert "1 of them is not used" in html
    assert "Rows that could not be used count as not in the file" in html


def test_only_what_the_person_saw_is_applied(world, office):
    seen = upload(office, world, LIST).context["seen"]
    run = ImportRun.objects.get()
    Station.objects.update(name="Another name")
    apply = url(world, f"/imports/{run.pk}/apply")
    refused = office.post(apply, {"seen": seen})
    assert refused.status_code == 400
    assert "setup.changed_meanwhile" in refused.content.decode()
    anew = office.get(url(world, f"/imports/{run.pk}"))
    assert anew.context["changed_meanwhile"]
    assert office.post(apply, {"seen": anew.context["seen"]}).status_code == 302
    assert Station.objects.get(code="N-01").name == "School One"


def test_a_tick_withdraws(world, office):
    page = upload(office, world, HEADER + "S-01,South,Town hall,300\n")
    run = ImportRun.objects.get()
    sent = {"seen": page.context["seen"], "withdraw": ["stations", "nonsense"]}
    office.post(url(world, f"/imports/{run.pk}/apply"), sent)
    assert Station.objects.get(code="N-01").withdrawn
    listed = office.get(url(world, f"/{world.election.pk}/stations")).content.decode()
    assert "withdrawn</span>" in listed


def test_a_file_that_cannot_be_read_is_said_on_the_page(world, office):
    page = upload(office, world, "number,name\n1,School\n")
    assert page.status_code == 400
    assert "intake.missing_column" in page.content.decode()
    assert ImportRun.objects.count() == 0


def test_a_mapping_that_is_no_text_is_said_on_the_page(world, office):
    broken = SimpleUploadedFile("m.toml", b"\xff\xfe\x00")
    page = upload(office, world, LIST, mapping_file=broken)
    assert page.status_code == 400
    assert "mapping.not_toml" in page.content.decode()


def test_a_file_that_is_too_large_is_not_read(world, office, settings):
    settings.P8_MAX_BYTES = 100
    page = upload(office, world, LIST)
    assert page.status_code == 400
    assert "intake.file_too_large" in page.content.decode()


def test_what_a_file_holds_cannot_become_markup(world, office):
    html = upload(
        office, world, HEADER + "<b>1</b>,North,<script>x</script>,<i>\n"
    ).content.decode()
    assert "<script>x" not in html
    assert "<b>1" not in html
    assert "<i>" not in html


def test_stations_are_filtered_and_paged(world, office):
    Area.objects.create(
        election=world.election, code="North/Oak", parent="North", level="district", name="Oak"
    )
    Area.objects.create(election=world.election, code="Northeast", level="region", name="Northeast")
    for n in range(150):
        Station.objects.create(
            election=world.election, code=f"O-{n:03}", area="North/Oak", name=f"Hall {n}"
        )
    Station.objects.create(election=world.election, code="E-1", area="Northeast", withdrawn=True)
    base = url(world, f"/{world.election.pk}/stations")
    first = office.get(base)
    assert "1–100 of 152; 152 stations in all" in first.content.decode()
    assert len(office.get(base, {"page": 2}).context["rows"]) == 52
    assert office.get(base, {"page": "x"}).status_code == 200

    def found(**chosen: str) -> int:
        return office.get(base, chosen).context["page"].paginator.count

    assert found(area="North") == 151
    assert found(area="North/Oak") == 150
    assert found(text="hall 14") == 11
    assert found(state="withdrawn") == 1
    assert found(text="nothing like this") == 0
    assert "North / Oak" in office.get(base, {"area": "North/Oak"}).content.decode()


def test_contestants_stand_in_ballot_order(world, office):
    Contestant.objects.filter(code="1").update(place=9)
    html = office.get(url(world, f"/{world.election.pk}/contestants")).content.decode()
    assert html.index("River List") < html.index("Hill List")


def test_an_election_is_added_and_changed(world, office):
    values = {"title": "Run-off", "day": "2024-05-26", "round": "2", "code": "", "freeze_at": ""}
    assert office.post(url(world, "/new"), values).status_code == 302
    made = Election.objects.get(round=2)
    assert made.code == "zz-2024-05-26"
    world.mission.time_zone = "Asia/Almaty"
    world.mission.save()
    values |= {"freeze_at": "2024-05-27T03:00", "code": "second"}
    office.post(url(world, f"/{made.pk}"), values)
    made.refresh_from_db()
    assert made.freeze_at == datetime(2024, 5, 26, 22, tzinfo=UTC)
    assert made.code == "second"
    assert 'value="2024-05-27T03:00"' in office.get(url(world, f"/{made.pk}")).content.decode()
    assert JournalEntry.objects.get(verb="election.changed").details["fields"] == [
        "code",
        "freeze_at",
    ]
    office.post(url(world, f"/{made.pk}"), values)
    assert JournalEntry.objects.filter(verb="election.changed").count() == 1


def test_two_elections_cannot_share_a_code(world, office):
    values = {"title": "Again", "day": "2024-05-12", "round": "1", "code": "zz-2024-05-12"}
    page = office.post(url(world, "/new"), values)
    assert "Another election of this mission" in page.content.decode()
    assert Election.objects.count() == 1
    values |= {"code": "a/b"}
    assert office.post(url(world, "/new"), values).status_code == 200


def test_a_new_mission_sees_what_will_stand_there(world, office):
    Election.objects.all().delete()
    assert "No election yet" in office.get(url(world)).content.decode()


# Who sees what


def test_without_the_right_there_is_no_set_up(world):
    office = client_of(make_account("press", world.mission, "press_officer"))
    assert office.get(url(world)).status_code == 403
    assert upload(office, world, LIST).status_code == 403


def test_another_missions_things_do_not_exist(world, office):
    other = make_world("other")
    run = preview_stations(other.election, "l.csv", LIST.encode()).run
    for path in (
        f"/{other.election.pk}",
        f"/{other.election.pk}/stations",
        f"/{other.election.pk}/contestants",
        f"/{other.election.pk}/import/stations",
        f"/imports/{run.pk}",
    ):
        assert office.get(url(world, path)).status_code == 404, path
    assert office.post(url(world, f"/imports/{run.pk}/apply")).status_code == 404
    assert office.get(url(world, f"/{world.election.pk}/import/voters")).status_code == 404


def test_a_seat_of_an_area_sees_its_stations_and_changes_nothing(world, analyst, office):
    membership = analyst.memberships.get()
    membership.area = "South"
    membership.save()
    for code, area in (("S-1", "South"), ("S-2", "South/Elm"), ("E-1", "Southeast")):
        Station.objects.create(election=world.election, code=code, area=area)
    rows = office.get(url(world, f"/{world.election.pk}/stations")).context["rows"]
    assert [row["station"].code for row in rows] == ["S-1", "S-2"]
    assert office.get(url(world)).context["rows"][0]["stations"] == 2
    run = preview_stations(world.election, "l.csv", LIST.encode()).run
    assert office.get(url(world, f"/imports/{run.pk}")).status_code == 404
    assert office.post(url(world, f"/imports/{run.pk}/apply")).status_code == 404
    for path in ("/new", f"/{world.election.pk}", f"/{world.election.pk}/import/stations"):
        assert office.get(url(world, path)).status_code == 403, path
