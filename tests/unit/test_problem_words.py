"""The clauses that say what a problem answer means, held against the codebook."""

import tomllib
from importlib import resources

import pytest

from paragraph8.statement.wording.guard import check_text
from paragraph8.tables.codebook_reader import codebook_form

FORMS = ("opening", "voting", "mobile", "counting", "tabulation", "evoting")
MOST_WORDS = 12
YES_NO = ("yes_no", "yes_no_na")

FILE = resources.files("paragraph8.findings.rules") / "problem_words.toml"
CLAUSES = tomllib.loads(FILE.read_text(encoding="utf-8"))
EACH = [(item, clause) for form in CLAUSES.values() for item, clause in form.items()]

each_clause = pytest.mark.parametrize(("item", "clause"), EACH, ids=[item for item, _ in EACH])


def own_items(form: str) -> list:
    """Those of the form itself: the header asks nothing that is a problem."""
    return [item for item in codebook_form(form).items if item.form == form]


def test_there_is_a_table_for_each_form_and_no_other():
    assert tuple(CLAUSES) == FORMS


@pytest.mark.parametrize("form", FORMS)
def test_every_item_with_a_problem_has_a_clause(form):
    with_problem = {item.id for item in own_items(form) if item.problem}
    assert len(with_problem) >= 10
    assert with_problem <= set(CLAUSES[form])


@pytest.mark.parametrize("form", FORMS)
def test_every_neutral_question_of_yes_or_no_has_a_clause(form):
    neutral = {item.id for item in own_items(form) if item.type in YES_NO and not item.problem}
    assert neutral <= set(CLAUSES[form])


@pytest.mark.parametrize("form", FORMS)
def test_no_clause_is_without_an_item(form):
    wanted = {item.id for item in own_items(form) if item.problem or item.type in YES_NO}
    assert set(CLAUSES[form]) <= wanted


@pytest.mark.parametrize("form", FORMS)
def test_clauses_stand_in_the_order_of_the_form(form):
    order = [item.id for item in own_items(form) if item.id in CLAUSES[form]]
    assert list(CLAUSES[form]) == order


@pytest.mark.parametrize("form", FORMS)
def test_the_header_of_a_form_asks_nothing_that_is_a_problem(form):
    assert not [i.id for i in codebook_form(form).items if i.form != form and i.problem]


@each_clause
def test_every_clause_passes_the_guard(item, clause):
    check_text(clause, item, "en")


@each_clause
def test_a_clause_fits_behind_mainly_because(item, clause):
    assert clause == clause.strip()
    assert clause[0].islower()
    assert not set(clause) & set(".!?;")
    assert len(clause.split()) <= MOST_WORDS


@pytest.mark.parametrize("form", FORMS)
def test_clauses_of_a_form_are_distinct(form):
    clauses = [clause.casefold() for clause in CLAUSES[form].values()]
    assert len(set(clauses)) == len(clauses)
