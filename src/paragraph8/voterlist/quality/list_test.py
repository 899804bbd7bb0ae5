"""One test of the quality of a list, as it is registered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.voterlist.quality.audit import Audit

# What a result calls for, never what it proves.
SEVERITIES: Final = {
    "impossible": "cannot be true of a person as it stands; the entry wants correcting",
    "unlikely": "more than chance brings about; entries want looking into",
    "uneven": "differs between places or groups; the reason wants finding",
    "context": "describes the list; says nothing by itself",
}


@dataclass(frozen=True, slots=True)
class ListTest:
    """One test.

    definition    what is counted, in plain words
    denominator   what it is divided by, in words
    expectation   what would be there if nothing were wrong, and how that is computed
    interval      what the interval of the value says
    severity      key of SEVERITIES
    innocent      known innocent causes
    cannot_say    what the result cannot show
    columns       roles that the list must be mapped to; "street|address" is either
    extras        names of tables of `Extras` without which it does not run
    run           the rows of `list_test`, without the column `test`
    """

    id: str
    title: str
    definition: str
    denominator: str
    expectation: str
    interval: str
    severity: str
    innocent: tuple[str, ...]
    cannot_say: tuple[str, ...]
    columns: tuple[str, ...]
    extras: tuple[str, ...]
    run: Callable[[Audit], pl.DataFrame]
