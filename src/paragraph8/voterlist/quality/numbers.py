"""L10, L20: numbers that contradict themselves or their entry, and numbers near each other."""

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, MOST_DIGITS, Audit
from paragraph8.voterlist.quality.chance import count_range
from paragraph8.voterlist.quality.rows import frame_of, not_run
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, share_rows, tally

NUMBER = "quality_number"
DENSE = 0.5
NOTE_DENSE = "Numbers were given out nearly without gaps: most have a near one."
NO_KIND = "the context does not say which kind of number the list has."


def contradicting(audit: Audit) -> pl.DataFrame:
    """L10. Numbers of a wrong form, with a wrong check digit, with another birth date or sex."""
    kind = audit.id_kind
    if kind is None:
        return not_run(NO_KIND)
    source = (
        f"(SELECT *, digits IS NOT NULL AND length(number) = {kind.length} AS formed,"
        f" ({kind.check}) = digits % 10 AS checks, {kind.birth} AS stated, {kind.male} AS man"
        f" FROM {ENTRY} WHERE number IS NOT NULL)"
    )
    shares = {
        "bad_form": Share("NOT formed"),
        "bad_check_digit": Share("NOT checks", "formed"),
        "other_birth_date": Share("stated IS DISTINCT FROM birth", "formed AND birth IS NOT NULL"),
        "other_sex": Share("man <> (sex = 1)", "formed AND sex IS NOT NULL"),
    }
    if not audit.has("sex"):
        del shares["other_sex"]
    if not audit.has("birth_date"):
        del shares["other_birth_date"]
    return share_rows(tally(audit, shares, source), audit.limits, PER_THOUSAND, 0.0)


def near(audit: Audit) -> pl.DataFrame:
    """L20. Pairs of numbers one digit apart, or with two neighbouring digits swapped."""
    kind = audit.id_kind
    valid = f"length(number) = {kind.length} AND ({kind.check}) = digits % 10" if kind else "TRUE"
    # A one in front of the first digit keeps numbers of different lengths apart.
    powers = " ".join(f"WHEN {n} THEN {10**n}" for n in range(1, MOST_DIGITS + 1))
    audit.make(
        NUMBER,
        f"SELECT DISTINCT digits + CASE length(number) {powers} END AS code,"
        " coalesce(surname_root, -1) AS surname, coalesce(given_root, -1) AS given,"
        f" {_block(audit)} AS block,"
        f" {valid} AS valid FROM {ENTRY} WHERE digits IS NOT NULL",
    )
    numbers, highest = audit.ask(
        f"SELECT count(*) AS n, coalesce(max(code), 0) AS highest FROM {NUMBER}"
    ).row(0)
    longest = len(str(highest)) - 1
    counts = [_one_digit(audit, place) for place in range(longest)]
    swaps = [_swapped(audit, place) for place in range(longest - 1)]
    total = {name: sum(part[name] for part in counts) for name in ("pairs", "same", "valid")}
    return frame_of(_rows(audit, total, sum(swaps), numbers))


def _one_digit(audit: Audit, place: int) -> dict[str, int]:
    """Pairs that differ in the digit at a place (0 is the last) and in nothing else."""
    power = 10**place
    longer = f"code >= {10 * power}"
    masked = f"code - code // {power} % 10 * {power}"

    def pairs(where: str, keys: str) -> str:
        return (
            "SELECT CAST(coalesce(sum((n * n - squares) // 2), 0) AS BIGINT) AS n"
            f" FROM (SELECT sum(n) AS n, sum(n * n) AS squares FROM (SELECT {keys}, count(*) AS n"
            f" FROM near WHERE {where} GROUP BY {keys}, code) AS d GROUP BY {keys}) AS g"
        )

    found = audit.ask(
        f"WITH several AS (SELECT {masked} AS masked FROM {NUMBER} WHERE {longer}"
        " GROUP BY 1 HAVING min(code) < max(code)),"
        f" near AS (SELECT n.*, s.masked FROM {NUMBER} AS n JOIN several AS s"
        f" ON s.masked = {masked.replace('code', 'n.code')} WHERE {longer})"
        f" SELECT a.n AS pairs, b.n AS same, c.n AS valid FROM ({pairs('TRUE', 'masked')}) AS a,"
        f" ({pairs('TRUE', 'masked, surname, given')}) AS b, ({pairs('valid', 'masked')}) AS c"
    )
    return {name: int(n) for name, n in found.row(0, named=True).items()}


def _swapped(audit: Audit, place: int) -> int:
    """Pairs that differ by two neighbouring digits changing places, and whose names differ."""
    power = 10**place
    low, high = f"(code // {power} % 10)", f"(code // {10 * power} % 10)"
    return int(
        audit.ask(
            "SELECT count(*) AS n FROM (SELECT surname, given,"
            f" code + ({low} - {high}) * {9 * power} AS code FROM {NUMBER}"
            f" WHERE {low} > {high} AND code >= {100 * power}) AS a JOIN {NUMBER} AS b"
            " ON a.code = b.code WHERE a.surname <> b.surname OR a.given <> b.given"
        ).item()
    )


def _rows(audit: Audit, total: dict[str, int], swaps: int, numbers: int) -> list[dict[str, object]]:
    other = total["pairs"] - total["same"]
    namesakes = _chance_of_one_name(audit)
    mean = total["pairs"] * namesakes
    low, high = count_range(mean, mean, audit.limits.level)
    dense = numbers > 0 and 2 * total["pairs"] > DENSE * numbers
    common = {"denominator": numbers, "unit": "pairs", "note": NOTE_DENSE if dense else None}
    rows: list[dict[str, object]] = [
        {**common, "measure": "pairs_other_name", "n": other, "value": float(other)},
        {**common, "measure": "pairs_same_name", "n": total["same"], "value": float(total["same"]),
         "expected": mean, "expected_low": low, "expected_high": high},
        {**common, "measure": "swapped_other_name", "n": swaps, "value": float(swaps)},
    ]  # fmt: skip
    if audit.id_kind:
        n = total["pairs"] - total["valid"]
        rows.append({**common, "measure": "pairs_with_bad_check_digit", "n": n, "value": float(n)})
    return rows


def _block(audit: Audit) -> str:
    """SQL: what numbers that are near each other mostly have in common.

    Where a number states birth date and sex, near numbers are of people of one age and sex, whose
    names are more alike than those of any two.
    """
    return "coalesce(birth_year, 0) * 10 + coalesce(sex, 0)" if audit.id_kind else "0"


def _chance_of_one_name(audit: Audit) -> float:
    """The chance that two numbers of one block stand beside one name."""
    same, pairs = audit.ask(
        "WITH names AS (SELECT block, CAST(count(*) AS DOUBLE) AS n"
        f" FROM {NUMBER} GROUP BY block, surname, given),"
        " blocks AS (SELECT sum(n) AS n, sum(n * (n - 1) / 2) AS same FROM names GROUP BY block)"
        " SELECT coalesce(sum(same), 0.0) AS same, coalesce(sum(n * (n - 1) / 2), 0.0) AS pairs"
        " FROM blocks"
    ).row(0)
    return float(same / pairs) if pairs else 0.0
