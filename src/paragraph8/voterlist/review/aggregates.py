"""How sure the counts of an audit are, as rows of the table `list_test`: what leaves the audit."""

from collections.abc import Iterable, Iterator

import polars as pl

from paragraph8.tables.contracts_list_audit import EVERYWHERE, LIST_TEST, REVIEWED, SIMULATED
from paragraph8.voterlist.review.estimates import CorrectedDuplicates, CorrectedLists
from paragraph8.voterlist.review.totals import Estimate

Corrected = CorrectedLists | CorrectedDuplicates
Number = tuple[str, str, Estimate]  # measure, category of pairs or "all", estimate
ROWS, SHARE = "entries", "share"
COUNTED = (
    "on_both_lists", "only_on_paper", "only_on_electronic", "matches_missed",
    "pairs_of_one_person", "pairs_missed",
)  # fmt: skip
COLUMNS = (
    "election", "list", "test", "measure", "area", "station", "group", "n", "value", "unit",
    "low", "high", "note",
)  # fmt: skip
PRECISION, FOUND = "share_that_is_one_person", "share_of_matches_found"


def corrected_numbers(corrected: Corrected) -> Iterator[Number]:
    """Each corrected number."""
    if isinstance(corrected, CorrectedLists):
        yield "on_both_lists", EVERYWHERE, corrected.both
        yield "only_on_paper", EVERYWHERE, corrected.only_paper
        yield "only_on_electronic", EVERYWHERE, corrected.only_electronic
        yield "matches_missed", EVERYWHERE, corrected.missed
        if corrected.found_share is not None:
            yield FOUND, EVERYWHERE, corrected.found_share
    else:
        yield "pairs_of_one_person", EVERYWHERE, corrected.pairs
        yield "pairs_missed", EVERYWHERE, corrected.missed
    for category, share in sorted(corrected.precision.items()):
        yield PRECISION, category, share


def corrected_rows(
    corrected: Corrected, election: str, name: str, more: Iterable[Number] = ()
) -> pl.DataFrame:
    """Rows for the table `list_test`; the test is "reviewed", or "simulated" where nobody looked.

    name   of the comparison, or of the list
    more   numbers beside the corrected ones, such as how far two reviewers agree
    n is the number of pairs reviewed. value is the estimate, empty where pairs that nobody could
    tell leave a range; the note then gives it.
    """
    rows = [
        {
            "election": election,
            "list": name,
            "test": SIMULATED if corrected.simulated else REVIEWED,
            "measure": measure,
            "area": EVERYWHERE,
            "station": EVERYWHERE,
            "group": category,
            "n": corrected.reviewed,
            "value": estimate.if_fewest if estimate.if_fewest == estimate.if_most else None,
            "unit": ROWS if measure in COUNTED else SHARE,
            "low": estimate.low,
            "high": estimate.high,
            "note": _range(estimate),
        }
        for measure, category, estimate in (*more, *corrected_numbers(corrected))
    ]
    schema = {name: LIST_TEST.schema[name] for name in COLUMNS}
    return pl.DataFrame(rows, schema, orient="row")


def _range(estimate: Estimate) -> str | None:
    if estimate.if_fewest == estimate.if_most:
        return None
    ends = (f"{end:,.4g}" for end in (estimate.if_fewest, estimate.if_most))
    return f"Between {' and '.join(ends)}, as pairs that nobody could tell are read."
