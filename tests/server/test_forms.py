"""Forms: drafted, compared, published and then never changed; the lists beside them."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from paragraph8.intake.observations.answers import read_answers
from paragraph8.intake.observations.items import Items
from paragraph8.kernel.problem import Problem
from paragraph8.server.forms import actions, codebook
from paragraph8.server.forms.changes import changes_of, newest_published
from paragraph8.server.forms.media import media_file
from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.forms.questions import own_items, read_questions
from paragraph8.server.record.models import JournalEntry
from paragraph8.server.setup.models import Area, Contest, Contestant, Election, Station
from paragraph8.server.snapshots.setup_tables import _items
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, codebook_form
from server.forms_world import OWN, changed, publish_everything, url, xlsx
from server.world import client_of, make_account, make_world


@pytest.fixture
def analyst(world):
    return make_account("analyst", world.mission, "election_analyst")


@pytest.fixture
def office(analyst):
    return client_of(analyst)


@pytest.fixture
def published(world, analyst) -> dict[str, FormVersion]:
    return publish_everything(world, analyst)


def code_of(call, *args: object, **more: object) -> str:
    with pytest.raises(Problem) as caught, transaction.atomic():
        call(*args, **more)
    return caught.value.code


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


# Drafts and publishing


def test_a_draft_asks_in_the_languages_and_for_the_ballot_of_the_mission(world, analyst):
    draft = actions.draft_from_codebook(world.mission, "counting", analyst)
    assert (draft.version, draft.published_at, draft.languages) == ("2", None, ["en", "ru"])
    assert draft.contestants == [["1", "Hill List"], ["2", "River List"]]
    assert draft.media == ["areas.csv", "stations.csv"]
    labels = {question.name: question.labels for question in read_questions(bytes(draft.xform))}
    assert "Hill List" in labels["C41_votes_1"]["ru"]
    assert len(draft.items) == len(codebook_form("counting").items)
    row = next(row for row in draft.items if row["item"] == "C7")
    assert (row["form"], row["problem"], row["serious"]) == ("counting", "yes", True)
    assert draft.items[0]["item"] == "H2"
    # The next draft takes its place.
    again = actions.draft_from_codebook(world.mission, "counting", analyst)
    assert (again.version, again.md5) == ("2", draft.md5)
    assert list(world.form.versions.values_list("version", flat=True)) == ["1", "2"]
    line = JournalEntry.objects.filter(verb="form.drafted").last()
    assert (line.by, line.mission) == (analyst.pk, world.mission.slug)
    assert line.details == {"form": "counting", "version": "2", "md5": again.md5}


def test_ballots_are_those_of_the_next_day_contest_by_contest(world):
    second = Election.objects.create(
        mission=world.mission, code="zz-2024-05-26", title="Second", day=date(2024, 5, 26), round=2
    )
    for code in ("list", "single"):
        contest = Contest.objects.create(election=second, code=code)
        Contestant.objects.create(contest=contest, code="1", place=1, name=f"First of {code}")
    Contestant.objects.create(contest=contest, code="9", place=2, name="Gone", withdrawn=True)
    Contestant.objects.create(contest=contest, code="7", place=3, name="Other")

    def at(day: int) -> list[tuple[str, str]]:
        found = codebook.contestants_of(world.mission, date(2024, 5, day))
        return [(one.code, one.name) for one in found]

    assert at(1) == at(13) == [("1", "Hill List"), ("2", "River List")]
    assert at(14) == [
        ("list-1", "list: First of list"),
        ("single-1", "single: First of single"),
        ("7", "single: Other"),
    ]
    assert at(30) == at(14)


def test_a_published_version_never_changes(world, published):
    version = FormVersion.objects.get(pk=published["opening"].pk)
    version.items = []
    assert code_of(version.save) == "forms.frozen"
    assert code_of(version.delete) == "forms.frozen"
    assert code_of(FormVersion.objects.filter(pk=version.pk).update, xform=b"") == "forms.frozen"
    assert code_of(FormVersion.objects.filter(pk=version.pk).delete) == "forms.frozen"
    assert code_of(version.form.delete) == "forms.frozen"
    assert code_of(actions.publish, version, None) == "forms.not_a_draft"
    assert code_of(actions.discard, version, None) == "forms.not_a_draft"
    stored = FormVersion.objects.get(pk=version.pk)
    assert stored.md5 == published["opening"].md5
    assert stored.items == published["opening"].items != []


def test_the_same_content_is_not_published_again(world, published, analyst):
    draft = actions.draft_from_codebook(world.mission, "voting", analyst)
    assert draft.version == "2"
    assert code_of(actions.publish, draft, analyst) == "forms.nothing_new"
    Contestant.objects.filter(code="2").update(name="Lake List")
    count = actions.draft_from_codebook(world.mission, "counting", analyst)
    assert actions.publish(count, analyst).published_at
    assert newest_published(count.form) == count


def test_publishing_all_publishes_what_is_missing_and_suits_the_format(world, analyst):
    made = actions.publish_all(world.mission, analyst)
    # The world has a form "counting" already.
    assert [version.form.form_id for version in made] == [
        name for name in CODEBOOK_FORMS if name != "counting"
    ]
    assert actions.publish_all(world.mission, analyst) == []
    assert verbs().count("form.published") == len(made)
    other = make_world("other-2024")
    other.mission.format = "expert_team"
    other.mission.save()
    made = actions.publish_all(other.mission, analyst)
    assert {version.form.form for version in made} == {
        "opening", "voting", "mobile", "tabulation", "evoting", "incident"
    }  # fmt: skip


def test_polarity_hangs_on_the_item_and_not_on_its_wording(world, published, analyst):
    """A translator turns the question round: the answer that is a problem stays."""
    before = published["opening"]
    wording = next(i for i in codebook_form("opening").items if i.id == "O3").wording
    turned = (
        bytes(before.xform).decode().replace(wording["ru"], f"Неверно ли, что: {wording['ru']}")
    )
    assert turned != bytes(before.xform).decode()
    version = FormVersion.objects.create(
        form=before.form, version="2", md5="x", xform=turned.encode(), items=before.items
    )
    assert changes_of(version) == []
    its = actions.publish(version, analyst)

    def problem(of: FormVersion) -> object:
        return next(row["problem"] for row in of.items if row["item"] == "O3")

    assert problem(its) == problem(before) is not None


def test_a_change_of_meaning_is_shown_and_must_be_confirmed(world, published, analyst, office):
    before = published["opening"]
    items = [dict(row) for row in before.items]
    turned = next(row for row in items if row["problem"] == "no")
    turned["problem"] = "yes"
    typed = next(row for row in items if row["type"] == "integer")
    typed["type"] = "text"
    draft = FormVersion.objects.create(
        form=before.form, version="2", md5="x", xform=before.xform, items=items, languages=["en"]
    )
    assert [(c.item, c.column, c.old, c.new) for c in changes_of(draft)] == sorted(
        [(turned["item"], "problem", "no", "yes"), (typed["item"], "type", "integer", "text")],
        key=lambda change: [row["item"] for row in items].index(change[0]),
    )
    said = office.get(url(world, f"/versions/{draft.pk}")).content.decode()
    assert f'name="confirmed" value="{turned["item"]}"' in said
    refused = office.post(
        url(world, f"/versions/{draft.pk}/publish"), {"confirmed": [turned["item"]]}
    )
    assert refused.status_code == 400
    assert typed["item"] in refused.content.decode()
    assert code_of(actions.publish, draft, analyst) == "forms.meaning_changes"
    office.post(
        url(world, f"/versions/{draft.pk}/publish"),
        {"confirmed": [turned["item"], typed["item"]]},
    )
    assert FormVersion.objects.get(pk=draft.pk).published_at
    line = JournalEntry.objects.filter(verb="form.published").last()
    assert set(line.details["changed"]) == {turned["item"], typed["item"]}


# Own forms


def test_an_own_form_becomes_items_of_its_own_without_polarity(world, analyst):
    draft, remarks = actions.draft_from_upload(world.mission, "queues.xlsx", xlsx(OWN), analyst)
    assert (draft.form.form_id, draft.form.form, draft.version) == ("queues", "own", "2024-05")
    assert (draft.languages, draft.media) == (["en", "ru"], ["stations.csv"])
    assert {row["item"]: row["type"] for row in draft.items} == {
        "queues.long": "yes_no",
        "queues.kept": "many_of",
        "queues.people": "integer",
        "queues.seen": "photo",
        "queues.double": "text",
    }
    assert {(row["form"], row["problem"], row["serious"]) for row in draft.items} == {
        ("own", None, False)
    }
    assert draft.items[0]["says"] == "Was it long?"
    its = actions.publish(draft, analyst)
    assert its.form.title == "Queues"
    # What pyxform remarks on names the row.
    assert [remark[:9] for remark in remarks] == ["[row : 8]"]
    # Snapshots take the rows as they are, and intake reads a report by them.
    table = _items(world.mission)
    texts = {"long": "yes", "kept": "police nobody", "people": "12", "H4": "N-01", "double": "24"}
    questions, asked = Items(table).of("own", "queues", [])
    faults: list[object] = []
    read = read_answers(texts, questions, asked, lambda *fault: faults.append(fault))
    assert faults == []
    assert read.given == {
        "queues.long": "yes",
        "queues.kept": "police;nobody",
        "queues.people": "12",
    }


def test_types_of_own_questions_are_derived():
    sheet = """
    | survey |
    |  | type | name | label |
    |  | select_one yna | a | A |
    |  | select_one any | b | B |
    |  | decimal | c | C |
    |  | date | d | D |
    |  | time | e | E |
    |  | dateTime | f | F |
    |  | geopoint | g | G |
    |  | audio | h | H |
    |  | rank any | i | I |
    |  | text | j | J |
    |  | acknowledge | k | K |
    |  | deviceid | l | |
    |  | range | m | M |
    | choices |
    |  | list_name | name | label |
    |  | yna | yes | Yes |
    |  | yna | no | No |
    |  | yna | na | N/A |
    |  | any | x | X |
    |  | any | y | Y |
    | settings |
    |  | form_id |
    |  | t |
    """
    from pyxform.xls2xform import convert as pyxform_convert

    xform = pyxform_convert(re.sub(r"^ +", "", sheet, flags=re.M)).xform.encode()
    types = {str(row["item"]): row["type"] for row in own_items("t", xform)}
    kinds = "yes_no_na one_of decimal date time text position text text text one_of integer"
    assert list(types.values()) == kinds.split()
    assert list(types) == [f"t.{name}" for name in "abcdefghijkm"]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"no workbook", "intake.damaged_file", ""),
        (xlsx(changed(3, 0, "select_one nolist")), "forms.not_an_xlsform", "row : 4"),
        (xlsx(OWN, form_id="voting"), "forms.id_taken", "voting"),
        (xlsx(OWN, form_id=""), "forms.missing_setting", "form_id"),
        (xlsx(changed(6, 0, "select_one_from_file villages.csv")), "forms.needs_files", "villages"),
        (xlsx(OWN, form_id="older.queues"), "forms.id_taken", "older"),
        (xlsx(OWN, form_id="older", version="1"), "forms.version_taken", "1"),
    ],
)
def test_a_file_that_is_no_use_is_shown_with_its_fault(world, office, content, code, said):
    actions.publish(
        actions.draft_from_upload(
            world.mission, "a.xlsx", xlsx(OWN, form_id="older", version=""), None
        )[0],
        None,
    )
    there = Form.objects.count()
    answer = office.post(url(world, "/upload"), {"file": SimpleUploadedFile("q.xlsx", content)})
    assert answer.status_code == 400
    assert code in answer.content.decode()
    assert said in answer.content.decode()
    assert Form.objects.count() == there


def test_an_own_form_without_a_version_is_numbered(world, analyst):
    content = xlsx(OWN, version="")
    first = actions.draft_from_upload(world.mission, "q.xlsx", content, analyst)[0]
    assert actions.publish(first, analyst).version == "1"
    second = actions.draft_from_upload(world.mission, "q.xlsx", content, analyst)[0]
    assert second.version == "2"
    assert code_of(actions.publish, second, analyst) == "forms.nothing_new"
    actions.discard(second, analyst)
    assert Form.objects.get(form_id="queues").versions.count() == 1
    assert verbs()[-1] == "form.discarded"


# Closing


def test_a_closed_form_is_not_given_out_until_it_is_opened_again(world, published, office, analyst):
    def listed() -> bool:
        return b"<formID>voting</formID>" in Client().get(f"{world.base}/formList").content

    form = published["voting"].form
    assert listed()
    office.post(url(world, f"/{form.pk}/close"), {"at": ""})
    assert not listed()
    assert "closed" in office.get(url(world)).content.decode()
    office.post(url(world, f"/{form.pk}/reopen"))
    assert listed()
    actions.close(form, timezone.now() + timedelta(hours=1), analyst)
    assert listed()
    assert verbs()[-3:] == ["form.closed", "form.reopened", "form.closed"]


def test_the_closing_time_is_in_the_zone_of_the_mission(world, published, office):
    world.mission.time_zone = "Asia/Almaty"
    world.mission.save()
    form = published["voting"].form
    office.post(url(world, f"/{form.pk}/close"), {"at": "2024-05-12T20:00"})
    form.refresh_from_db()
    assert form.closes_at == datetime(2024, 5, 12, 15, tzinfo=UTC)
    answer = office.post(url(world, f"/{form.pk}/close"), {"at": "tonight"}, follow=True)
    assert "This is not a time" in answer.content.decode()


# Lists


def rows_of(version, team, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(media_file(version, team, name).decode())))


def test_lists_hold_the_area_of_the_team_what_is_above_it_and_the_other_station(world, published):
    for code, name in (("North/Oak", "Oak"), ("North/Ash", "Ash"), ("north", "Small"), ("S", "S")):
        Area.objects.create(election=world.election, code=code, level="x", name=name)
    for code, area in (("N-03", "North/Ash"), ("N-02", "North/Oak"), ("S-01", "S")):
        Station.objects.create(election=world.election, code=code, area=area, name="Hall")
    Station.objects.create(election=world.election, code="N-09", area="North/Oak", withdrawn=True)
    team, version = world.team, published["voting"]
    team.area = "North/Oak"
    assert rows_of(version, team, "areas.csv") == [
        ["name", "label"], ["North", "North"], ["North/Oak", "North – Oak"],
    ]  # fmt: skip
    assert rows_of(version, team, "stations.csv") == [
        ["name", "label", "area"],
        ["N-02", "N-02 Hall", "North/Oak"],
        ["other", "Not in the list / Нет в перечне", ""],
    ]
    team.area = "North"
    assert [row[0] for row in rows_of(version, team, "areas.csv")[1:]] == [
        "North", "North/Ash", "North/Oak",
    ]  # fmt: skip
    team.area = ""
    assert [row[0] for row in rows_of(version, team, "stations.csv")[1:]] == [
        "N-01", "N-02", "N-03", "S-01", "other",
    ]  # fmt: skip
    assert media_file(version, team, "passwords.csv") is None


def test_a_station_in_two_elections_stands_in_the_list_once(world, published):
    second = Election.objects.create(
        mission=world.mission, code="b", title="Second", day=date(2024, 5, 26)
    )
    Area.objects.create(election=second, code="North", level="region", name="Far North")
    Station.objects.create(election=second, code="N-01", area="North", name="New School")
    assert rows_of(published["voting"], world.team, "areas.csv")[1:] == [["North", "Far North"]]
    assert rows_of(published["voting"], world.team, "stations.csv")[1][1] == "N-01 New School"
