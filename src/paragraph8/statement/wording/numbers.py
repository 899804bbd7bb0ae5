"""Figures in words: counts, "k of the n", whole per cent with their base.

Rules: a percentage names its base; whole per cent, spelled "per cent", from unrounded values; a
share that is not nought is never "0 per cent" and one that is not all never "100 per cent"; below
a base of the profile's size counts are printed instead; nearly all of many are "all but k of the
n", and some publishers print per cent in brackets behind the count. All that is the profile's.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from paragraph8.kernel.figure import Figure
from paragraph8.kernel.problem import Problem
from paragraph8.tables.profile import Profile

SINGULAR = {
    "protocols": "protocol",
    "stations": "station",
    "votes": "vote",
    "voters": "voter",
    "names": "name",
    "persons": "person",
    "ballots": "ballot",
    "seats": "seat",
    "contestants": "contestant",
    "observations": "observation",
    "observers": "observer",
    "states": "state",
    "teams": "team",
    "forms": "form",
    "comments": "comment",
    "cases": "case",
    "complaints": "complaint",
    "malfunctions": "malfunction",
    "incidents": "incident",
    "events": "event",
    "reports": "report",
    "minutes": "minute",
    "ballots or voters": "ballot or voter",
    "voters or ballots": "voter or ballot",
}


def put_into_words(figure: Figure, form: str, profile: Profile) -> str:
    """A figure in one of the forms: count, number, of, share, denominator, rest.

    Raises Problem statement.unknown_reference for another form, or one the figure cannot take.
    """
    make = FORMS.get(form)
    needs_base = form in ("of", "share", "denominator", "rest")
    if make is None or (needs_base and not figure.denominator):
        forms = ", ".join(FORMS if figure.denominator else ("count", "number"))
        raise Problem(
            "statement.unknown_reference",
            where="figure",
            line=1,
            reference=f"{figure.id}|{form}",
            remedy=f"This figure can be written as {forms}.",
        )
    return make(figure, profile)


def number(value: float) -> str:
    """Whole numbers with thousands separated; others with at most two digits after the point, but
    what is not nought is never "0"."""
    if float(value).is_integer():
        return f"{int(value):,}"
    if abs(value) < 0.005:
        return "less than 0.01" if value > 0 else "just below 0"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def whole_per_cent(numerator: float, denominator: int) -> str:
    """ "25 per cent"; "less than 1 per cent" and "more than 99 per cent" near the ends."""
    share = 100 * Decimal(str(numerator)) / Decimal(denominator)
    rounded = int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if rounded == 0 and numerator:
        return "less than 1 per cent"
    if rounded == 100 and numerator < denominator:
        return "more than 99 per cent"
    return f"{rounded} per cent"


def _count(figure: Figure, _: Profile) -> str:
    unit = SINGULAR.get(figure.unit, figure.unit) if figure.value == 1 else figure.unit
    if figure.unit == "share":
        return whole_per_cent(figure.value, 1)
    return f"{number(figure.value)} {unit}"


def _number(figure: Figure, _: Profile) -> str:
    return number(figure.value)


def _of(figure: Figure, profile: Profile) -> str:
    numerator, denominator = figure.numerator or 0, figure.denominator or 0
    base = f"{number(denominator)} {figure.base}"
    if numerator == 0:
        return f"none of the {base}"
    if numerator == denominator:
        return f"all {base}"
    others = denominator - numerator
    # "All but" is for nearly all of many: of a handful it would be a riddle.
    if 0 < others <= min(profile.all_but_at_most, profile.few_share * denominator):
        return f"all but {number(others)} of the {base}"
    said = f"{number(numerator)} of the {base}"
    if profile.count_with_per_cent and denominator >= profile.counts_below_base:
        said += f" ({whole_per_cent(numerator, denominator)})"
    return said


def _share(figure: Figure, profile: Profile) -> str:
    numerator, denominator = figure.numerator or 0, figure.denominator or 0
    small = denominator < profile.counts_below_base
    if small or profile.count_with_per_cent or numerator in (0, denominator):
        return _of(figure, profile)
    return f"{whole_per_cent(numerator, denominator)} of {figure.base}"


def _rest(figure: Figure, profile: Profile) -> str:
    """The others: those of the base without what the figure counts, from unrounded numbers."""
    others = (figure.denominator or 0) - (figure.numerator or 0)
    return _share(replace(figure, numerator=others), profile)


def _denominator(figure: Figure, _: Profile) -> str:
    return f"{number(figure.denominator or 0)} {figure.base}"


FORMS: dict[str, Callable[[Figure, Profile], str]] = {
    "count": _count,
    "number": _number,
    "of": _of,
    "share": _share,
    "denominator": _denominator,
    "rest": _rest,
}
