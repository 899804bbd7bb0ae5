"""The published forms in the engines of real clients, and what intake reads of their reports."""

import pytest

from clients.engine import Engine, Filled
from paragraph8.intake.observations.answers import read_answers
from paragraph8.intake.observations.definition import attached_names, read_definition
from paragraph8.intake.observations.envelope import answers_of, read_envelope
from paragraph8.intake.observations.items import Items
from paragraph8.intake.xml_guard import parse_xml
from paragraph8.server.forms.actions import draft_from_codebook, publish, publish_all
from paragraph8.server.forms.generate.nodes import not_known_node, votes_node
from paragraph8.server.forms.media import media_of
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.setup.models import Area, Station
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, codebook_form, form_items

PHOTOS = {"C41_photo1": "page 1.jpg", "C41_photo2": "page 2.jpg"}
PLACES = {"H3": "North/Oak", "H4": "N-02", "X2a": "North/Oak", "X3a": "N-02"}
# Which answer the observer chooses wherever there is a choice.
HABITS = ("first", "last", "second")


@pytest.fixture
def team(world):
    """A team deployed in a district, with a list of stations that is larger than it sees."""
    for code, name in (("North/Oak", "Oak"), ("South", "South")):
        Area.objects.create(election=world.election, code=code, level="region", name=name)
    for code, area in (("N-02", "North/Oak"), ("S-01", "South")):
        Station.objects.create(election=world.election, code=code, area=area, name="Hall")
    world.team.area = "North/Oak"
    world.team.save()
    publish(draft_from_codebook(world.mission, "counting", None), None)
    publish_all(world.mission, None)
    return world.team


def newest(team, name: str) -> FormVersion:
    versions = FormVersion.objects.filter(form__mission=team.mission, form__form_id=name)
    return versions.select_related("form").latest("pk")


def answer_to(item, habit: str) -> str:
    if item.id in PLACES:
        return PLACES[item.id]
    match item.type:
        case "yes_no" | "yes_no_na":
            return {"first": "yes", "last": "dk", "second": "no"}[habit]
        case "rating":
            return {"first": "1", "last": "dk", "second": "4"}[habit]
        case "integer" | "decimal":
            return {"first": "7", "last": "", "second": "0"}[habit]
        case "one_of" | "many_of":
            return item.choices[{"first": 0, "last": -1, "second": 1}[habit]].value
        case "photo":
            return PHOTOS.get(item.id, f"{item.id}.jpg")
    fixed = {"time": "08:30:00.000Z", "date": "2024-05-12", "position": "41.7 44.8 0 0"}
    return fixed.get(item.type, "Words < & of an observer")


def filled(engine: Engine, version: FormVersion, team, habit: str, **own: str) -> Filled:
    """The form filled by habit; `own` answers go before. Every question has an answer, so that
    what is not asked is the form's doing."""
    form = codebook_form(version.form.form)
    answers = {item.id: answer_to(item, habit) for item in form.items if item.type != "team"}
    for item in form.items:
        if item.type in ("integer", "decimal") and not answers[item.id]:
            answers[not_known_node(item.id)] = "dk"
        if item.type == "votes":
            del answers[item.id]
            answers |= {votes_node(item.id, code): "30" for code, _ in version.contestants}
    given = {name: answer for name, answer in {**answers, **own}.items() if answer}
    return engine.fill(bytes(version.xform), given, dict(media_of(version, team)))


@pytest.mark.parametrize("habit", HABITS)
def test_every_form_is_filled_by_every_client_and_read(form_engine, team, habit):
    for name in CODEBOOK_FORMS:
        version, form = newest(team, name), codebook_form(name)
        made = filled(form_engine, version, team, habit)
        root = parse_xml(made.xml, "report")
        envelope = read_envelope(made.xml)
        assert (envelope.form_id, envelope.version) == (name, version.version)
        assert envelope.instance_id.startswith("uuid:")
        assert envelope.start
        assert made.refused == {}, name
        texts = {node: text for node, text in answers_of(root).items() if text}
        # Skip logic: asked is what the codebook says of the answers that the client kept.
        known = {**texts, **ticked(texts)}
        expected = {
            item.id
            for item in form.items
            if item.type not in ("team", "votes")
            and (item.asked_if is None or item.asked_if.holds(known))
        }
        own = {item.id for item in form.items}
        assert {node for node in made.asked if node in own} == expected, name
        assert set(texts) & own <= expected, name
        assert missing(name, texts) & expected == set(), name


def missing(form: str, texts: dict[str, str]) -> set[str]:
    """Items that intake takes for asked and not answered; nothing of the report is a fault."""
    faults: list[tuple[object, ...]] = []
    questions, asked = Items(form_items()).of(form, form, ["1", "2"])
    read = read_answers(texts, questions, asked, lambda *fault: faults.append(fault))
    assert faults == [], form
    return {item for item, state, _ in read.rows if state == "missing"}


def ticked(texts: dict[str, str]) -> dict[str, str]:
    """Numbers that are not known, as conditions see them."""
    return {node.removesuffix("_dk"): "dk" for node in texts if node.endswith("_dk")}


def test_a_count_names_its_photos_and_the_votes_of_each_contestant(form_engine, team):
    version = newest(team, "counting")
    assert version.contestants == [["1", "Hill List"], ["2", "River List"]]
    made = filled(form_engine, version, team, "first", C41_votes_2="41")
    root = parse_xml(made.xml, "report")
    definition = read_definition(bytes(version.xform))
    assert attached_names(root, definition) == tuple(PHOTOS.values())
    answers = answers_of(root)
    assert (answers["C41_votes_1"], answers["C41_votes_2"]) == ("30", "41")
    assert answers["H4"] == "N-02"


@pytest.mark.parametrize(("seen", "asked"), [("yes", True), ("no", False), ("dk", False)])
def test_a_question_is_asked_if_its_condition_holds_and_never_else(form_engine, team, seen, asked):
    made = filled(form_engine, newest(team, "counting"), team, "first", C5=seen)
    assert ("C5a" in made.asked, "C5b" in made.asked) == (asked, asked)
    answers = answers_of(parse_xml(made.xml, "report"))
    assert bool(answers.get("C5a")) == bool(answers.get("C5b")) == asked


def test_a_station_that_is_not_in_the_list_is_entered_by_its_number(form_engine, team):
    version = newest(team, "voting")
    made = filled(form_engine, version, team, "first", H4="other", H4x="N-77")
    assert made.refused == {}
    assert answers_of(parse_xml(made.xml, "report"))["H4x"] == "N-77"
    # A station of another district, and an area that is not the team's, are no choice.
    made = filled(form_engine, version, team, "first", H4="S-01", H3="South")
    assert set(made.refused) == {"H3", "H4"}


def test_a_team_may_choose_an_area_above_its_own(form_engine, team):
    made = filled(form_engine, newest(team, "voting"), team, "first", H3="North")
    assert made.refused == {}
    assert answers_of(parse_xml(made.xml, "report"))["H4"] == "N-02"


def test_a_mission_without_areas_still_gets_forms_that_open(form_engine, world):
    Area.objects.all().delete()
    Station.objects.update(area="")
    world.team.area = ""
    world.team.save()
    version = publish(draft_from_codebook(world.mission, "opening", None), None)
    made = filled(form_engine, version, world.team, "first", H3="", H4="N-01")
    assert made.refused == {}
    assert answers_of(parse_xml(made.xml, "report"))["H4"] == "N-01"
