"""L07, L08: birth dates that are none, and entries below the voting age."""

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, Audit, quoted
from paragraph8.voterlist.quality.rows import together
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, share_rows, tally


def impossible(audit: Audit) -> pl.DataFrame:
    """L07. Birth dates that no calendar has, cannot be read, give a year only, or come too late."""
    source = (
        f"(SELECT e.*, d.problem, coalesce(d.problem <> 'missing', FALSE) AS written"
        f" FROM {ENTRY} AS e JOIN {quoted(audit.raw)} AS r USING (row)"
        f" LEFT JOIN {quoted(f'dates_{audit.context.table}')} AS d ON d.raw = r.birth_date)"
    )
    shares = {
        "no_such_date": Share("problem = 'impossible'", "written"),
        "unreadable": Share("problem IN ('two_digit_year', 'unreadable')", "written"),
        "year_only": Share("problem = '' AND birth IS NULL", "written"),
        "after_election_day": Share(f"birth > {audit.context.day}", "written"),
    }
    counts = tally(audit, shares, source)
    whole = pl.col("measure") != "year_only"
    return together(
        [
            share_rows(counts.filter(whole), audit.limits, PER_THOUSAND, 0.0),
            share_rows(counts.filter(~whole), audit.limits, PER_THOUSAND),
        ]
    )


def under_age(audit: Audit) -> pl.DataFrame:
    """L08. Entries of people who are too young to vote on election day.

    Who was born on 29 February comes of age on 1 March where the year has no such day.
    """
    counts = tally(
        audit, {"entries": Share(f"age < {audit.context.voting_age}", "age IS NOT NULL")}
    )
    return share_rows(counts, audit.limits, PER_THOUSAND, 0.0)
