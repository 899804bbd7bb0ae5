"""Run the tests of list quality: one table of results, and the SQL that gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.quality.audit import Audit, open_audit
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.limits import Limits, limits_of
from paragraph8.voterlist.quality.list_test import ListTest
from paragraph8.voterlist.quality.registry import TESTS
from paragraph8.voterlist.quality.rows import KEY, not_run, together

EXTRA_WORDS: Final = {
    "pairs": "no pairs of probable duplicates were given",
    "population": "no table of the people who may vote was given",
}


@dataclass(frozen=True, slots=True)
class ListResults:
    """What the tests found.

    rows   the contract table `list_test`: counts by test, measure, area, station and group; codes,
           never a name. NOT FIT FOR PUBLICATION before `suppress`: small cells stand in it
    sql    test -> the statements it put to the list, in order
    """

    rows: pl.DataFrame
    sql: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def list_tests(
    engine: Engine,
    context: Context,
    extras: Extras | None = None,
    limits: Limits | None = None,
    tests: Sequence[ListTest] = TESTS,
) -> ListResults:
    """Run the tests on one list.

        engine    holds the tables `<table>`, `<table>_raw` (rows of the list, as whole numbers and
                  as written), `dates_<table>` (raw, birth, birth_year, problem), `word` (id, key)
                  and `spelling` (kind, raw, word, root, script, mixed, unknown), as
                  `make_records` makes them
        context   the election, and what the list says of itself
        extras    tables from elsewhere
        tests     those to run; all by default
    A test that cannot run gives one row, measure `not_run`, that says why. Working tables are
    dropped at the end. Results are descriptive: what they cannot show stands in each test.
    Assumes that one row of the list is one entry; struck-out entries are the caller's to leave out.

    Problems: analysis.bad_parameter.
    """
    audit = open_audit(engine, context, extras or Extras(), limits or limits_of({}))
    parts, sql = [], {}
    prepared = tuple(audit.asked)
    try:
        for test in tests:
            audit.asked.clear()
            rows = _run(test, audit)
            parts.append(rows.with_columns(test=pl.lit(test.id)))
            sql[test.id] = (*prepared, *audit.asked)
    finally:
        audit.forget()
    return ListResults(together(parts).sort(KEY, maintain_order=True), sql)


def _run(test: ListTest, audit: Audit) -> pl.DataFrame:
    if not audit.entries:
        return not_run("the list has no entries.")
    lacking = [c for c in test.columns if not any(audit.has(role) for role in c.split("|"))]
    if lacking:
        named = " and ".join(column.replace("|", " or ") for column in lacking)
        return not_run(f"the list has no column {named}.")
    for name in test.extras:
        if getattr(audit.extras, name) is None:
            return not_run(f"{EXTRA_WORDS[name]}.")
    return test.run(audit)
