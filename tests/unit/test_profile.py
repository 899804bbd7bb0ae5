"""The words isolated … widespread, at the edges of their shares."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions import figure
from paragraph8.findings.scope import scope_of
from paragraph8.kernel.finding import Scope
from paragraph8.kernel.problem import Problem
from paragraph8.tables.profile import find_profile, profiles

PROFILE = find_profile("paragraph8-2026")
SMALLEST = PROFILE.smallest_base


@pytest.mark.parametrize(
    ("numerator", "denominator", "in_most_areas", "scope"),
    [
        # Isolated: at most 2 per cent AND at most 10 cases.
        (1, 50, False, Scope.ISOLATED),
        (10, 500, False, Scope.ISOLATED),
        (11, 550, False, Scope.FEW),
        (10, 499, False, Scope.FEW),
        (11, 1_000_000, False, Scope.FEW),
        # Few: to 5 per cent; some: to 10; frequent: to 25. The edge belongs to the weaker word.
        (5, 100, False, Scope.FEW),
        (501, 10_000, False, Scope.SOME),
        (10, 100, False, Scope.SOME),
        (1001, 10_000, False, Scope.FREQUENT),
        (25, 100, True, Scope.FREQUENT),
        # Widespread: above 25 per cent, and only with most areas.
        (2501, 10_000, True, Scope.WIDESPREAD),
        (2501, 10_000, False, Scope.FREQUENT),
        (100, 100, True, Scope.WIDESPREAD),
        (100, 100, False, Scope.FREQUENT),
        # Most areas alone never make it widespread.
        (3, 100, True, Scope.FEW),
    ],
)
def test_words_at_their_edges(numerator, denominator, in_most_areas, scope):
    assert scope_of(figure(numerator, denominator), PROFILE, in_most_areas) is scope


@pytest.mark.parametrize(
    ("numerator", "denominator"),
    [(0, 1000), (None, None), (3, None), (0, 0), (1, SMALLEST - 1), (SMALLEST - 1, SMALLEST - 1)],
)
def test_no_word_without_a_case_or_on_a_small_base(numerator, denominator):
    assert scope_of(figure(numerator, denominator), PROFILE, True) is Scope.NOT_SCALED


def test_the_smallest_base_is_large_enough():
    assert scope_of(figure(SMALLEST, SMALLEST), PROFILE, True) is Scope.WIDESPREAD


@given(st.integers(SMALLEST, 20_000), st.data(), st.booleans())
def test_more_cases_never_give_a_weaker_word(base, data, in_most_areas):
    fewer = data.draw(st.integers(1, base))
    more = data.draw(st.integers(fewer, base))
    order = list(Scope)
    words = [scope_of(figure(k, base), PROFILE, in_most_areas) for k in (fewer, more)]
    assert order.index(words[0]) <= order.index(words[1])
    assert in_most_areas or Scope.WIDESPREAD not in words


def test_thresholds_are_the_profiles_own():
    strict = replace(PROFILE, frequent_share=0.5)
    assert scope_of(figure(40, 100), strict, True) is Scope.FREQUENT
    assert scope_of(figure(51, 100), strict, True) is Scope.WIDESPREAD


def test_profiles_are_named_with_publisher_and_date():
    for name, profile in profiles().items():
        assert profile.name == name
        assert profile.publisher
        assert profile.published_on
        shares = (profile.isolated_share, profile.few_share, profile.some_share)
        assert list(shares) == sorted(shares)
        assert profile.some_share <= profile.frequent_share < 1


def test_an_unknown_profile_names_those_there_are():
    with pytest.raises(Problem, match="one of paragraph8-2026") as caught:
        find_profile("odihr-1899")
    assert caught.value.code == "analysis.bad_parameter"
