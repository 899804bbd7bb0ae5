"""Many tests at once: p-values adjusted so that few of those singled out are false alarms."""

from collections.abc import Sequence

from paragraph8.kernel.problem import Problem


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for the false discovery rate.

        p_values   float   one per test, 0..1; all tests that were run, not only the striking ones

    Returns the adjusted values, 0..1, in the order given; an empty list for no tests. Singling
    out every test whose adjusted value is at most q keeps the expected share of false alarms
    among those singled out at q or below. It does not say that any one of them is real.
    Assumes that the tests are INDEPENDENT OR POSITIVELY DEPENDENT, and that NONE WAS LEFT OUT: a
    list shortened to the small values gives adjusted values that are too small.

    Problems: analysis.bad_parameter.
    Source: Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995), 289-300; positive dependence:
        Benjamini & Yekutieli, Ann. Statist. 29 (2001), 1165-1188.
    """
    for p_value in p_values:
        _check_p_value(p_value)
    tests = len(p_values)
    adjusted = [0.0] * tests
    smallest = 1.0
    by_falling_p = sorted(range(tests), key=lambda test: p_values[test], reverse=True)
    for rank, test in zip(range(tests, 0, -1), by_falling_p, strict=True):
        # A smaller p-value is never adjusted to more than a larger one: the step-up procedure
        # rejects all tests up to the last that passes.
        smallest = min(smallest, float(p_values[test]) * tests / rank)
        adjusted[test] = smallest
    return adjusted


def _check_p_value(p_value: float) -> None:
    if not 0 <= p_value <= 1:  # written so that NaN fails too
        raise Problem(
            "analysis.bad_parameter",
            parameter="p_values",
            value=p_value,
            expected="a p-value from 0 to 1",
        )
