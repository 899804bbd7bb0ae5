"""Small counts that together make a total: hidden, with one more where it would give them away."""

from collections.abc import Mapping


def shown_counts(counts: Mapping[str, int], least: int) -> dict[str, int]:
    """The counts that may be shown beside their total.

        counts   name -> a count, whose sum is shown or could be known
        least    counts from 1 to least - 1 are hidden
    Where one count alone is hidden, the smallest other one that is not nought is hidden with it.
    Source: Cox, J. Am. Statist. Assoc. 75 (1980), 377-385.
    """
    hidden = {name for name, n in counts.items() if 0 < n < least}
    if len(hidden) == 1:
        others = [(n, name) for name, n in counts.items() if name not in hidden and n]
        hidden |= {min(others)[1]} if others else set()
    return {name: n for name, n in counts.items() if name not in hidden}
