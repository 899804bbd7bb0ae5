"""Scope: the word for how far a finding reaches, by a profile's limits."""

from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Scope
from paragraph8.tables.profile import Profile


def scope_of(figure: Figure, profile: Profile, in_most_areas: bool) -> Scope:
    """The scope word for a count out of a base.

    in_most_areas   whether the share lies above the profile's `frequent_share` in most areas;
                    "widespread" is never said without it. NOT_SCALED where there is no case, or a
                    base smaller than the profile's `smallest_base`.
    """
    if not figure.numerator or (figure.denominator or 0) < profile.smallest_base:
        return Scope.NOT_SCALED
    share = figure.numerator / (figure.denominator or 1)
    if share <= profile.isolated_share and figure.numerator <= profile.isolated_cases:
        return Scope.ISOLATED
    if share <= profile.few_share:
        return Scope.FEW
    if share <= profile.some_share:
        return Scope.SOME
    if share <= profile.frequent_share or not in_most_areas:
        return Scope.FREQUENT
    return Scope.WIDESPREAD
