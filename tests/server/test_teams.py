"""Teams, proposed pairs, and counts of observers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Institution, Mission
from paragraph8.server.people import actions, counts, pairing
from paragraph8.server.people.models import HeadCount, Observer, Team
from server.seats import address, coordinator, person
from server.world import make_account, make_observer

# Teams and pairs


def test_a_team_is_warned_about_and_never_refused(world):
    mission = world.mission
    bodies = [Institution.objects.create(mission=mission, code=c, name=c) for c in ("PA", "EP")]
    one = person(mission, languages=["pt"], institution=bodies[0])
    other = person(mission, languages=["fi"], institution=bodies[1])
    said = " ".join(pairing.warnings([one, other], mission))
    for words in (
        "same nationality",
        "no common language",
        "different institutions",
        "Nobody in the team reads",
    ):
        assert words in said
    assert "1 observer, not two" in " ".join(pairing.warnings([one], mission))
    fine = [person(mission, languages=["en"]), person(mission, languages=["en"], nationality="SE")]
    assert pairing.warnings(fine, mission) == []
    browser, _seat = coordinator(world)
    one.save()
    answer = browser.post(address(world, "team_put", world.team.pk), {"observer": one.pk})
    assert answer.status_code == 302
    assert world.team.observers.count() == 3
    assert b"3 observers, not two" in browser.get(address(world, "teams")).content


def test_a_citizen_network_has_one_nationality(world):
    world.mission.format = "citizen_network"
    two = [person(world.mission, languages=["en"]) for _ in range(2)]
    assert pairing.warnings(two, world.mission) == []


def test_a_code_is_taken_once_and_stays_while_a_phone_works(world):
    by = make_account("x")
    with pytest.raises(Problem) as caught:
        actions.add_team(world.mission, {"code": "T01", "kind": "short_term"}, by=by)
    assert caught.value.code == "people.team_exists"
    with pytest.raises(Problem) as caught:
        actions.change_team(world.team, {"code": "T99"}, by=by)
    assert caught.value.code == "people.code_in_use"


def free(mission: Mission, *people: tuple[str, str]) -> list[Observer]:
    made = [
        person(mission, name=f"P{n}", nationality=state, languages=languages.split())
        for n, (state, languages) in enumerate(people)
    ]
    for one in made:
        one.save()
    return made


def test_pairs_are_of_two_nationalities_with_a_common_language(world):
    people = free(
        world.mission, ("PT", "en pt"), ("PT", "en"), ("SE", "en sv"), ("FR", "fr"), ("BE", "fr en")
    )
    pairs, left = pairing.suggest(people, world.mission)
    again, _left = pairing.suggest(list(reversed(people)), world.mission)
    assert pairs == again
    assert len(pairs) == 2
    assert len(left) == 1
    for pair in pairs:
        assert pair.first.nationality != pair.second.nationality
        assert pair.languages
    # Who has one possible partner is served first.
    assert {pairs[0].first.nationality, pairs[0].second.nationality} == {"FR", "BE"}


def test_one_click_makes_a_team_of_a_pair_and_not_twice(world):
    browser, _seat = coordinator(world)
    people = free(world.mission, ("PT", "en"), ("SE", "en"))
    assert b"1 pairs, 0 left over" in browser.get(address(world, "pairs")).content
    chosen = {"pair": f"{people[0].pk}-{people[1].pk}"}
    browser.post(address(world, "pairs"), chosen)
    browser.post(address(world, "pairs"), chosen)
    assert Team.objects.count() == 2
    assert {o.team.code for o in Observer.objects.filter(pk__in=[p.pk for p in people])} == {"T02"}


# Counts


def test_counts_are_kept_with_their_date_and_never_changed(world):
    browser, _seat = coordinator(world)
    browser.post(address(world, "observer_counts"))
    make_observer(world.mission, None, "Third", "FR")
    Observer.objects.filter(name="Bo Example").update(withdrawn=True, accreditation="B")
    Observer.objects.filter(name="Ana Example").update(accreditation="A")
    browser.post(address(world, "observer_counts"))
    later, first = HeadCount.objects.all()
    assert (first.observers, first.states, first.accredited) == (2, 2, 0)
    assert (later.observers, later.states, later.accredited) == (2, 2, 1)
    assert [row["state"] for row in later.rows] == ["FR", "PT"]
    assert (
        b"2 observers from 2 states, 1 accredited"
        in browser.get(address(world, "observer_counts")).content
    )


def test_an_accreditation_that_ran_out_is_not_counted(world):
    until = timezone.now().date()
    people = [person(world.mission, accreditation="A", accredited_until=until)]
    assert counts.count(people, until).accredited == 1
    assert counts.count(people, until + timedelta(days=1)).accredited == 0


@pytest.mark.parametrize(
    ("number", "states", "said"),
    [
        (312, 33, "over 300 observers from 33 states"),
        (300, 33, "300 observers from 33 states"),
        (47, 9, "over 40 observers from 9 states"),
        (1, 1, "1 observers from 1 state"),
    ],
)
def test_a_count_as_a_statement_says_it(number, states, said):
    assert counts.as_published(number, states) == said
