"""What a case file says of itself: why names are handed over, and how to read it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.privacy.inputs import RecordedInput

RECORDS = "records.csv"
README = """\
CASE FILE OF A VOTER-LIST AUDIT

This file holds personal data. It was sealed for its recipient, who answers for it from here on.

Handed over by: {mission}
Recipient:      {recipient}
Purpose:        {purpose}
Legal basis:    {legal_basis}
Delete by:      {delete_by}

WHAT IT IS NOT
It is not a list of offences and not a list of people to strike off. A line says that two entries
differ, that an entry was found on one list only, or that two entries look like one person. Each of
these has innocent causes: typing, another alphabet, marriage, a move, relatives in one household,
people of one name born on one day. Nobody may lose the right to vote because of a line here. Look
at the original, and hear the person first.

INPUTS
{inputs}

CASES
{counts}

RECORDS
{records}: {lines} lines, SHA-256 {sha256}
Comma-separated, UTF-8 with a byte-order mark. Entries of one case have the same case_number.
  case_number  number of the case in this file
  reference    stands for the person in the mission's reports; a linked pair has one
  list_name    paper, electronic or list
  row          data row of the input, from 1
  category     what the audit found
  fields       what differs in a linked pair, as the audit typed it (field:kind)
  differs      columns whose raw cells differ between the two entries
  score        evidence that two entries are one person, in bits; empty where none was needed
  others       cells as the input has them
A cell that a spreadsheet would run as a formula, or that begins with an apostrophe, has one
apostrophe put in front.
"""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Why names are handed over. Nothing may be left out.

    mission      who hands over
    purpose      what the recipient may use the file for
    legal_basis  the provision that allows it
    recipient    the office and, where there is one, the person
    delete_by    day or event by which the recipient must have deleted it
    """

    mission: str
    purpose: str
    legal_basis: str
    recipient: str
    delete_by: str


def check_facts(facts: CaseFacts) -> None:
    """Raises voterlist.case_incomplete for what was left blank."""
    missing = [f.name for f in fields(facts) if not str(getattr(facts, f.name)).strip()]
    if missing:
        raise Problem("voterlist.case_incomplete", missing=", ".join(missing))


def readme(
    facts: CaseFacts, inputs: Sequence[RecordedInput], entries: pl.DataFrame, sha256: str
) -> str:
    """README.txt. `entries` as `cases.case_entries` gives them; `sha256` of records.csv."""
    counted = (
        entries.group_by("category", maintain_order=True)
        .agg(cases=pl.col("case_number").n_unique(), lines=pl.len())
        .iter_rows()
    )
    counts = [
        f"{category}: {cases:,} cases, {lines:,} entries" for category, cases, lines in counted
    ]
    given = [
        f"{i.name}: {i.file}, from {i.supplier}, {i.rows:,} rows, SHA-256 {i.sha256}"
        for i in inputs
    ]
    return README.format(
        **{f.name: getattr(facts, f.name).strip() for f in fields(facts)},
        inputs="\n".join(given) or "none recorded",
        counts="\n".join(counts) or "none",
        records=RECORDS,
        lines=len(entries),
        sha256=sha256,
    )
