"""The annex of figures: what each small number in a printed statement stands for."""

from collections.abc import Iterable, Mapping

from paragraph8.kernel.figure import Figure, Interval
from paragraph8.statement.wording.numbers import number

KIND_WORDS = {
    "observation_share": "share of what was observed",
    "sample_estimate": "estimate from a probability sample",
    "official": "official figure",
    "own_measurement": "own measurement",
}


def value_in_words(figure: Figure) -> str:
    """ "368 of 12,916 protocols on which …", or the number with its unit."""
    if figure.numerator is not None and figure.denominator:
        return f"{number(figure.numerator)} of {number(figure.denominator)} {figure.base}"
    return f"{number(figure.value)} {figure.unit}; base: {figure.base}"


def interval_in_words(figure: Figure) -> str:
    """The interval, or why there is none."""
    if isinstance(figure.interval, Interval):
        low, high = (_end(figure, end) for end in (figure.interval.low, figure.interval.high))
        return f"{low} to {high} ({figure.interval.level:.0%}, {figure.interval.method})"
    return figure.interval


def _end(figure: Figure, end: float) -> str:
    """One end of an interval; shares in per cent with a decimal, as nobody quotes an interval."""
    return f"{100 * end:.1f} per cent" if "share" in figure.unit else number(end)


def excluded_in_words(figure: Figure) -> str:
    """Reasons and how many; "nothing" where nothing was."""
    parts = [f"{number(count)}: {reason}" for reason, count in figure.excluded.items()]
    return "; ".join(parts) or "nothing"


def annex_lines(ids: Iterable[str], figures: Mapping[str, Figure]) -> list[tuple[int, str, str]]:
    """(number, figure id, text) for each figure, in the document's order."""
    return [
        (
            place,
            figure_id,
            f"{value_in_words(figures[figure_id])} "
            f"({KIND_WORDS[figures[figure_id].kind.value]}; "
            f"excluded: {excluded_in_words(figures[figure_id])})",
        )
        for place, figure_id in enumerate(ids, start=1)
    ]
