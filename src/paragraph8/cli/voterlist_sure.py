"""How sure the counts of an audit are before anybody compared pairs: bounds from invented lists."""

import polars as pl

from paragraph8.cli.voterlist_audit import Election, Loaded
from paragraph8.tables.profile import DEFAULT_PROFILE, find_profile
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.quality.suppress import suppress
from paragraph8.voterlist.review.aggregates import corrected_rows
from paragraph8.voterlist.review.rates import duplicates_without_review, lists_without_review

# A list is in Latin letters if nearly all its surnames are, and in others if hardly any is.
NEARLY_ALL, HARDLY_ANY = 0.9, 0.1


def bounds_of_lists(
    loaded: Loaded, decided: pl.DataFrame, election: Election, comparison: str
) -> pl.DataFrame:
    """Rows for `list_test`: what a reconciliation's counts would be at the shipped error rates."""
    corrected = lists_without_review(decided, romanised=_one_is_romanised(loaded.engine))
    return corrected_rows(corrected, election.id, comparison)


def tests_with_bounds(
    loaded: Loaded, tests: pl.DataFrame, found: pl.DataFrame, election: Election
) -> pl.DataFrame:
    """Results of list tests without small cells, and bounds of the number of second entries."""
    corrected = duplicates_without_review(found, loaded.records.rows[LIST])
    bounds = corrected_rows(corrected, election.id, LIST)
    shown = suppress(tests, find_profile(DEFAULT_PROFILE).least_observations)
    return pl.concat([shown, bounds], how="diagonal_relaxed")


def _one_is_romanised(engine: Engine) -> bool:
    """One list is in Latin letters throughout, the other in its own."""
    shares = []
    for name in (PAPER, ELECTRONIC):
        if "surname" not in engine.columns(f"{name}_raw"):
            return False
        latin = "CASE WHEN regexp_matches(surname, '[A-Za-z]') THEN 1.0 ELSE 0.0 END"
        (share,) = engine.row(f"SELECT coalesce(avg({latin}), 0) FROM {name}_raw")
        shares.append(float(share))
    return min(shares) < HARDLY_ANY and max(shares) > NEARLY_ALL
