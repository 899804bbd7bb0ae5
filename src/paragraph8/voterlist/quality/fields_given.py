"""L06, L21: what is not given, and names that are damaged as they are written."""

import polars as pl

from paragraph8.voterlist.fields import BIRTH, NAMES, ROLES, SEX
from paragraph8.voterlist.quality.audit import ENTRY, Audit, quoted
from paragraph8.voterlist.quality.rows import frame_of, together
from paragraph8.voterlist.quality.tally import (
    PER_THOUSAND,
    Share,
    any_of,
    share_rows,
    tally,
)

# Without one of these nobody can be found on a list or told from others.
CORE = ("surname", "given", BIRTH)
# What is read as it stands in the cell; everything else has a key, or is nothing.
AS_WRITTEN = frozenset({SEX, "address", "serial", "page", "entered", "status", "phone"})
WRITTEN = "quality_written"
# Digits and signs that stand in a name only where it was misread; the last is a lost letter.
NO_NAME_HAS = "[0-9@#%&*_=+<>?!|~{}\ufffd]"
# What stands for nothing where a cell is not left empty.
BLANKS = " -–—.?_"


def missing(audit: Audit) -> pl.DataFrame:
    """L06. Entries without a value, by field; and without one of surname, given name and birth."""
    fields = [role for role in ROLES if audit.has(role)]
    table = audit.context.table
    source = f"(SELECT e.*, {_written(fields)} FROM {ENTRY} AS e JOIN {quoted(audit.raw)} AS r"
    source += f" USING (row) JOIN {quoted(table)} AS l USING (row)"
    if audit.has(BIRTH):
        source += f" LEFT JOIN {quoted(f'dates_{table}')} AS d ON d.raw = r.{BIRTH}"
    source += ")"
    counts = tally(audit, {role: Share(f"NOT has_{role}") for role in fields}, source)
    by_field = counts.with_columns(group=pl.col("measure"), measure=pl.lit("missing"))
    lacking = any_of(f"NOT has_{role}" for role in CORE if audit.has(role))
    core = tally(audit, {"unusable": Share(lacking)}, source)
    return together(share_rows(rows, audit.limits, PER_THOUSAND) for rows in (by_field, core))


def _written(fields: list[str]) -> str:
    """SQL: for each field whether the entry has it. A cell without a letter or digit has not."""
    return ", ".join(
        f"coalesce(d.problem <> 'missing', FALSE) AS has_{role}"
        if role == BIRTH
        else f"coalesce(trim(r.{role}, '{BLANKS}') <> '', FALSE) AS has_{role}"
        if role in AS_WRITTEN
        else f"l.{role} IS NOT NULL AS has_{role}"
        for role in fields
    )


def damaged(audit: Audit) -> pl.DataFrame:
    """L21. Entries with a name in mixed scripts, or with signs that no name has; scripts in use."""
    names = [role for role in NAMES if audit.has(role)]
    joined = " ".join(
        f"LEFT JOIN spelling AS s_{role} ON s_{role}.kind = '{role}' AND s_{role}.raw = r.{role}"
        for role in names
    )
    mixed = any_of(f"coalesce(s_{role}.mixed, FALSE)" for role in names)
    unknown = any_of(
        f"coalesce(s_{role}.unknown, 0) > 0"
        f" OR coalesce(regexp_matches(r.{role}, '{NO_NAME_HAS}'), FALSE)"
        for role in names
    )
    known = any_of(f"s_{role}.word IS NOT NULL" for role in names)
    audit.make(
        WRITTEN,
        f"SELECT e.area, e.station, {mixed} AS mixed, {unknown} AS unknown, {known} AS known,"
        f" coalesce(s_{names[0]}.script, 'none') AS script FROM {quoted(audit.raw)} AS r"
        f" JOIN {ENTRY} AS e USING (row) {joined}",
    )
    shares = {
        "damaged": Share("mixed OR unknown", "known"),
        "mixed_script": Share("mixed", "known"),
        "unknown_signs": Share("unknown", "known"),
    }
    rows = share_rows(tally(audit, shares, WRITTEN), audit.limits, PER_THOUSAND)
    return together([rows, _scripts(audit, names[0])])


def _scripts(audit: Audit, role: str) -> pl.DataFrame:
    """In which scripts the first of the name columns is written."""
    counts = audit.ask(
        f"SELECT script, count(*) AS n FROM {WRITTEN} WHERE known GROUP BY script ORDER BY script"
    )
    of = counts["n"].sum()
    return frame_of(
        {"measure": f"{role}_script", "group": script, "n": n, "denominator": of,
         "value": n / of, "unit": "share"}
        for script, n in counts.iter_rows()
    )  # fmt: skip
