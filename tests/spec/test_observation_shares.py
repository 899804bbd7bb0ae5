"""Definitions of shares of observers' reports, each on forms that can be counted by hand.

Definitions: docs/method/observation-items.md. One line of a table is one form of one team.
"""

import pytest

from forms import asked_otherwise, changed, forms, found, one, part, run, together, told
from paragraph8.analysis.observation import coverage, electronic, people, serious, splits, teams
from paragraph8.analysis.observation.items import SENSITIVE, WEAK, items
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.result import Result
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.systematic import NO_FORMAT, REFUSED
from paragraph8.tables.tables import Tables


def observed(tables: Tables, item: str, **observation: object) -> Figure:
    return one(run(tables, **observation), "problem", item=item, base="observations")


def of_stations(result: Result, item: str, name: str = "problem") -> tuple[int | None, int | None]:
    return part(one(result, name, item=item, base="stations"))


# the denominator


def test_who_did_not_answer_yes_or_no_is_not_in_the_denominator_but_in_the_account():
    figure = observed(
        told(
            "voting",
            """
            team station V9
            a    s1      yes
            a    s2      no
            a    s3      no
            b    s4      dk
            b    s5      missing
            b    s6      skipped
            c    s7      withheld
            c    s8      unreadable
            c    s9      -
            """,
        ),
        "V9",
    )
    assert part(figure) == (1, 3)
    assert figure.excluded == {
        "not observed or not known": 1,
        "left empty": 1,
        "not asked": 1,
        "in free words": 1,
        "unreadable": 1,
        "not on this version of the form": 1,
    }


def test_not_applicable_is_excluded_too():
    figure = observed(forms("voting", 10, V53={"no": 2, "yes": 3, "na": 4, "dk": 1}), "V53")
    assert part(figure) == (2, 5)
    assert figure.excluded == {"not applicable": 4, "not observed or not known": 1}


@pytest.mark.parametrize(("item", "answer"), [("V9", "yes"), ("V6", "no")])
def test_which_answer_is_the_problem_the_codebook_says(item, answer):
    assert part(observed(forms("voting", 10, **{item: {answer: 3}}), item)) == (3, 10)


def test_a_list_with_problem_answers_has_a_share_too():
    confidence = {"low": 2, "no_confidence": 1, "dk": 1}
    assert part(observed(forms("counting", 10, C46=confidence), "C46")) == (3, 9)
    outside = ["campaigning;queues", "none", "tension"]
    assert part(observed(forms("opening", 3, O9=outside), "O9")) == (2, 3)


def test_a_neutral_question_has_a_share_of_yes_and_no_problem():
    result = run(forms("voting", 10, V25=4))
    assert part(one(result, "yes", item="V25", base="observations")) == (4, 10)
    assert found(result, "problem", item="V25", base="observations") is None


def test_an_item_that_nobody_answered_has_no_figure():
    assert run(forms("voting", 3, V9={"dk": 3})).figures == ()


def test_what_is_replaced_taken_out_or_late_is_no_form_at_all():
    tables = told(
        "voting",
        """
        team station replaced_by excluded late  V9
        a    s1      o02         -        false yes
        a    s1      -           -        false no
        b    s2      -           invented false yes
        b    s3      -           -        true  yes
        c    s4      -           -        false yes
        """,
        team="""
        team observers nationalities long_term excluded
        a    2         AA            false     -
        b    2         AA            false     -
        c    2         AA            false     withdrawn
        """,
    )
    figure = observed(tables, "V9")
    assert part(figure) == (0, 1)
    assert sum(figure.excluded.values()) == 0
    forms_counted = one(run(tables, coverage.coverage), "observations")
    assert forms_counted.value == 1
    assert dict(forms_counted.excluded) == {
        "received after the freeze": 1,
        "replaced by a correction": 1,
        "taken out by the mission": 1,
        "team taken out by the mission": 1,
    }


def test_late_forms_enter_the_final_report():
    tables = forms("voting", 10, V9=4, observation={"late": [False] * 7 + [True] * 3})
    assert part(observed(tables, "V9")) == (4, 7)
    assert part(observed(tables, "V9", late=True)) == (4, 10)
    assert observed(tables, "V9").as_of == tables.as_of


@pytest.mark.parametrize(("silent", "weak"), [(2, False), (3, True)])
@pytest.mark.parametrize("reason", ["dk", "missing"])
def test_weak_is_more_than_a_fifth_of_those_asked_without_an_answer(silent, weak, reason):
    # Ten are asked, five are not: 2 of 10 are a fifth, and of 15 they would be less.
    tables = forms("voting", 15, V53={"skipped": 5, reason: silent, "no": 1})
    assert (WEAK in observed(tables, "V53").limits) == weak


# any of several


SECRECY = told(
    "voting",
    """
    team station V34 V36 V37
    a    s1      yes no  no
    a    s2      yes dk  dk
    b    s3      no  dk  dk
    b    s4      dk  dk  missing
    c    s5      yes yes no
    """,
)


def test_at_least_one_of_several_problems():
    # V34 asks whether all was secret: "no" is the problem. s1, s2 clean; s3, s5 with; s4 silent.
    figure = one(run(SECRECY), "any", group="secrecy", base="observations")
    assert part(figure) == (2, 4)
    assert figure.excluded == {"none of the items answered": 1}
    assert figure.parameters["items"] == ["V34", "V36", "V37"]


def test_beside_it_the_share_of_forms_that_answered_all_of_them():
    figure = one(run(SECRECY), "any_of_complete", group="secrecy")
    assert part(figure) == (1, 2)
    assert figure.excluded == {"not all of the items answered": 3}
    assert figure.base == "observations during voting that answered all questions"


def test_any_of_where_the_form_has_only_some_of_the_items():
    figure = one(run(forms("voting", 4, V36=1)), "any", group="secrecy", base="observations")
    assert part(figure) == (1, 4)
    assert figure.parameters["items"] == ["V36"]


# questions that are asked only after another


CHILD = told(
    "voting",
    """
    team station V9  V9b
    a    s1      yes yes
    a    s2      yes no
    b    s3      yes dk
    b    s4      no  skipped
    c    s5      dk  skipped
    """,
)


def test_a_conditional_question_has_the_base_of_those_asked():
    figure = observed(CHILD, "V9b")
    assert part(figure) == (1, 2)
    assert figure.base == "observations during voting where the question arose"
    assert figure.excluded == {"not observed or not known": 1, "not asked": 2}


def test_and_beside_it_the_share_of_all_forms():
    # Of all: two that answered, and the one where nobody unauthorised was inside.
    figure = one(run(CHILD), "problem_of_all", item="V9b")
    assert part(figure) == (1, 3)
    assert figure.base == "observations during voting"
    assert figure.excluded == {"neither answered nor ruled out": 2}


def test_an_answer_to_a_question_that_did_not_arise_is_not_in_its_base():
    # A form on paper can hold both. The contradiction is for the team to explain.
    contradicting = told(
        "voting",
        """
        team station V9  V9b
        a    s1      yes no
        b    s2      no  yes
        """,
    )
    assert part(observed(contradicting, "V9b")) == (0, 1)


def conditional_problems() -> list[tuple[str, ...]]:
    """Yes/no items with a problem that are asked after one answer or number."""
    return [
        tuple(row[column] for column in ("form", "item", "problem", "asked_if"))
        for row in form_items().to_dicts()
        if row["type"] in ("yes_no", "yes_no_na")
        and row["problem"]
        and row["asked_if"]
        and not row["asked_if"].startswith(("E0", "H"))
        and " or " not in row["asked_if"]
        and row["form"] in ("opening", "voting", "counting", "tabulation", "evoting")
    ]


@pytest.mark.parametrize(("form", "item", "problem", "asked_if"), conditional_problems())
def test_every_conditional_question_names_its_base_and_has_a_share_of_all(
    form, item, problem, asked_if
):
    parent, operator, value = asked_if.split()
    asked, not_asked = ("2", "0") if operator == ">" else (value, "no")
    result = run(forms(form, 2, **{parent: [asked, not_asked], item: [problem, "skipped"]}))
    of_asked = one(result, "problem", item=item, base="observations")
    assert part(of_asked) == (1, 1)
    assert of_asked.base.endswith("where the question arose")
    assert part(one(result, "problem_of_all", item=item)) == (1, 2)


# assessments


def test_negative_and_positive_assessments_with_every_grade():
    marks = {"1": 5, "2": 3, "3": 2, "4": 1, "dk": 1}
    result = run(forms("counting", 12, C47=marks))
    negative = one(result, "negative", item="C47", base="observations")
    assert part(negative) == (3, 11)
    assert part(one(result, "positive", item="C47", base="observations")) == (8, 11)
    grades = [part(one(result, "grade", item="C47", grade=str(grade))) for grade in range(1, 5)]
    assert grades == [(5, 11), (3, 11), (2, 11), (1, 11)]
    assert negative.excluded == {"not observed or not known": 1}


def test_positive_is_the_rest_of_unrounded_values():
    # 12.5 and 87.5 per cent: rounded one by one they would add up to 101.
    result = run(forms("counting", 8, C47=1))
    assert one(result, "positive", item="C47", base="observations").value == 0.875
    assert one(result, "negative", item="C47", base="observations").value == 0.125


def test_the_middle_of_five_grades_is_neither_good_nor_bad():
    four = forms("counting", 4, C47=["1", "3", "3", "5"])
    result = run(asked_otherwise(four, "C47", type="rating_five", problem="4;5"))
    assert part(one(result, "negative", item="C47", base="observations")) == (1, 4)
    assert part(one(result, "positive", item="C47", base="observations")) == (1, 4)


# numbers of cases


CASES = told(
    "voting",
    """
    team station V25 V25a
    a    s1      yes 4
    b    s1      yes 2
    a    s2      yes dk
    a    s3      no  skipped
    b    s4      yes 1
    b    s5      dk  skipped
    c    -       yes 5
    """,
)


def test_cases_stations_with_cases_median_and_largest():
    result = run(CASES)
    assert one(result, "cases", item="V25a").value == 4 + 2 + 1 + 5
    # Nobody was turned away at s3; s2 and s5 are not known.
    stations = one(result, "stations_with_cases", item="V25a")
    assert part(stations) == (2, 3)
    assert stations.excluded == {"no answer": 2}
    # 1, 2, 4, 5: what is not known enters no average.
    assert one(result, "median_cases", item="V25a").value == 3
    assert one(result, "largest_cases", item="V25a").value == 5
    excluded = {"not observed or not known": 1, "not asked": 2}
    assert one(result, "cases", item="V25a").excluded == excluded
    assert {f.name.rsplit(".", 1)[1] for f in result.figures if f.dimensions["item"] == "V25a"} == {
        "cases", "stations_with_cases", "median_cases", "largest_cases",
    }  # fmt: skip


def test_a_number_that_grows_over_the_day_counts_once_for_a_station():
    tables = told(
        "voting",
        """
        team station V26
        a    s1      3
        a    s1      5
        b    s1      4
        b    s2      2
        c    s3      0
        c    s4      dk
        """,
    )
    result = run(tables)
    assert one(result, "cases", item="V26").value == 5 + 2
    assert part(one(result, "stations_with_cases", item="V26")) == (2, 3)


def test_presence_is_of_forms_that_gave_a_number():
    figure = one(run(forms("voting", 5, V11a={"2": 1, "1": 1, "dk": 1, "0": 2})), "present")
    assert part(figure) == (2, 4)


# repeated visits and two teams


def test_a_station_has_a_problem_if_any_visit_saw_it():
    tables = told(
        "voting",
        """
        team station arrived V9
        a    s1      600     yes
        a    s1      900     no
        a    s2      700     no
        b    s2      800     dk
        b    s3      500     dk
        """,
    )
    result = run(tables)
    assert part(observed(tables, "V9")) == (1, 3)
    assert of_stations(result, "V9") == (1, 2)
    assert one(result, "problem", item="V9", base="stations").excluded == {"no answer": 1}
    covered = run(tables, coverage.coverage)
    assert one(covered, "repeats").value == 1
    assert one(covered, "shared").value == 1


def test_a_station_has_the_assessment_of_its_last_visit():
    # In time, not in the order of the rows; a visit without an assessment changes nothing.
    tables = told(
        "counting",
        """
        team station day        arrived C47
        a    s1      2024-05-12 900     1
        b    s1      2024-05-12 600     4
        a    s2      2024-05-12 600     4
        b    s2      2024-05-12 900     dk
        a    s3      2024-05-13 30      1
        b    s3      2024-05-12 1300    4
        c    s4      2024-05-12 600     1
        d    s4      -          -       4
        """,
    )
    assert of_stations(run(tables), "C47", "negative") == (1, 4)


def test_two_teams_at_one_station_are_two_observations_and_their_agreement_is_told():
    rows = ["team station C47"]
    for station, first, second in [("s1", 3, 4), ("s2", 1, 2), ("s3", 1, 1), ("s4", 4, 1)]:
        rows += [f"a {station} {first}", f"b {station} {second}"]
    tables = told("counting", "\n".join([*rows, "c s5 1"]))
    assert part(one(run(tables), "negative", item="C47", base="observations")) == (3, 9)
    result = run(tables, teams.teams)
    # Bad or not: three of four pairs agree; 3 of 8 answers are bad, so that chance agrees in
    # 34 of 64: kappa is (48 - 34) / (64 - 34).
    assert part(one(result, "agreement", item="C47")) == (3, 4)
    assert one(result, "kappa", item="C47").value == pytest.approx(14 / 30)


def test_agreement_looks_at_each_teams_last_visit_in_time():
    tables = told(
        "counting",
        """
        team station arrived C47
        a    s1      900     1
        a    s1      600     4
        b    s1      700     1
        """,
    )
    assert part(one(run(tables, teams.teams), "agreement", item="C47")) == (1, 1)


# observers


def test_observers_are_members_of_teams_that_reported_the_problem():
    tables = told(
        "counting",
        """
        team station C5
        a    s1      yes
        a    s2      no
        b    s3      no
        c    s4      dk
        d    s5      yes
        """,
        team="""
        team observers nationalities long_term
        a    3         AA            false
        b    2         AA            false
        c    2         AA            false
        d    -         AA            false
        """,
    )
    observers = one(run(tables), "problem", item="C5", base="observers")
    assert part(observers) == (3, 3 + 2)
    assert observers.base == "observers who followed a count"
    assert observers.excluded == {
        "teams: size of the team not known": 1,
        "observers of teams without an answer that counts": 2,
    }


# a count that was seen in part


def test_who_saw_only_a_part_does_not_judge_the_whole():
    tables = told(
        "counting",
        """
        team station seen  C18 C5  C38
        a    s1      start no  yes no
        b    s2      start yes no  no
        c    s3      part  no  yes no
        d    s4      -     no  no  yes
        """,
    )
    # C18 asks whether ballots were counted before sorting; who came later cannot know.
    order = observed(tables, "C18")
    assert part(order) == (1, 2)
    assert sum(order.excluded.values()) == 2
    assert order.excluded["not seen from the start"] >= 1
    assert part(observed(tables, "C5")) == (2, 4)
    assert part(observed(tables, "C38")) == (3, 4)


# formats


SHARES = (items, splits.splits, electronic.electronic, teams.teams, people.people, serious.serious)


@pytest.mark.parametrize("analysis", SHARES, ids=lambda a: a.__name__)
@pytest.mark.parametrize("format", ["limited", "assessment", "expert_team"])
def test_without_systematic_observation_shares_are_refused(analysis, format):
    result = run(forms("counting", 40, C47=9, C16=3, format=format), analysis)
    assert result.figures == ()
    assert result.notes == (REFUSED,)
    assert dict(result.evidence) == {}


def test_without_a_format_shares_are_refused():
    tables = forms("counting", 4, C47=1)
    result = run(changed(tables, mission=tables["mission"].clear()))
    assert (result.figures, result.notes) == ((), (NO_FORMAT,))


def test_a_citizens_network_has_shares():
    assert part(
        one(
            run(forms("counting", 4, C47=1, format="citizen_network")),
            "positive",
            base="observations",
        )
    ) == (
        3,
        4,
    )


# teams


def test_a_share_that_hangs_on_one_team_is_marked():
    # Nine teams saw nothing in ten forms each; one saw it in all of its ten: without it 0.
    calm = forms("voting", 90, per_team=10, V9=0)
    assert SENSITIVE not in observed(calm, "V9").limits
    one_team = forms("voting", 100, per_team=10, V9=10)
    assert SENSITIVE in observed(one_team, "V9").limits


def test_effective_teams_and_what_equal_teams_would_say():
    tables = together(
        told("counting", "team station C47\n" + "\n".join(f"a s{n} 4" for n in range(4))),
        told("counting", "observation team station C47\nx b s8 1\ny c s9 1"),
    )
    result = run(tables, teams.teams)
    # 4, 1 and 1 forms: 36 / 18; shares 1, 0 and 0.
    assert one(result, "effective_teams").value == pytest.approx(2)
    assert one(result, "equal_teams", item="C47").value == pytest.approx(1 / 3)
    assert part(one(result, "largest_team_share")) == (4, 6)
    effect = result.evidence["team effect"].row(0, named=True)
    assert effect["share"] == pytest.approx(4 / 6)
    assert (effect["lowest_without_one"], effect["highest_without_one"]) == (0, pytest.approx(0.8))
