"""The sign test: do differences lean to one side more than chance would make them?"""

from dataclasses import dataclass

from scipy.special import bdtr

from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class SignTest:
    """Differences up and down, and how surprising so uneven a split would be."""

    higher: int  # stations where the second figure is higher
    lower: int  # stations where it is lower
    p_value: float  # two-sided, 0..1


def sign_test(higher: int, lower: int) -> SignTest:
    """Test whether a difference between two figures is as likely up as down.

        higher   int   stations where the second figure is higher, 0 or more
        lower    int   stations where it is lower, 0 or more
    Stations where both figures agree are left out by the caller: they say nothing of direction.

    Returns a SignTest. `p_value` is the exact chance, under "a difference is as likely up as
    down", of a split at least as uneven as this one, in either direction. It is 1.0 without any
    difference, and 0.0 when it is too small for a double (from 0 of about 1075). It measures
    neither the size of the differences nor why they arose.
    Assumes that STATIONS ERR INDEPENDENTLY. One data-entry clerk, one rounding rule or one
    instruction behind many stations breaks that, and then the p-value is too small.

    Problems: analysis.bad_parameter.
    Source: Siegel, Nonparametric Statistics for the Behavioral Sciences (1956), ch. 5, the sign
        test; first used by Arbuthnott, Phil. Trans. 27 (1710), 186-190.
    """
    _check_count("higher", higher)
    _check_count("lower", lower)
    # At p = 1/2 both tails are equal, so doubling one is the exact two-sided value; an even split
    # counts the middle twice and is capped.
    tail = float(bdtr(min(higher, lower), higher + lower, 0.5))
    return SignTest(higher, lower, min(1.0, 2 * tail))


def _check_count(parameter: str, value: int) -> None:
    if value < 0:
        raise Problem(
            "analysis.bad_parameter",
            parameter=parameter,
            value=value,
            expected="a number of stations, 0 or more",
        )
