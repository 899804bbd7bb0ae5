"""National numbers: cleaned, and the Individual Identification Number of Kazakhstan checked."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from paragraph8.voterlist.normalise.empty import AROUND, EMPTY
from paragraph8.voterlist.normalise.letters import CYRILLIC, EASTERN_DIGITS

_LENGTH: Final = 12
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
# Cyrillic letters that look like Latin ones, as they are typed in series of documents; the rest of
# them, and eastern digits, by their sound and value.
_ASCII: Final = {
    **{chr(code).upper(): spelled.upper() for code, spelled in CYRILLIC.items() if code > 0x3FF},
    **{digit: str(at % 10) for at, digit in enumerate(EASTERN_DIGITS)},
    **dict(zip("АВЕКМНОРСТУХІ", "ABEKMHOPCTYXI", strict=True)),
}


def number(raw: str | None) -> str:
    """The letters and digits of a national number, [A-Z0-9]*; "" if there are none but zeros.

    Cyrillic letters that look like Latin ones are read as these, and the ".0" that a spreadsheet
    appends is cut off. Lost leading zeros are not given back: the length of the number is evidence.
    """
    cleaned: str = numbers([raw])[0]
    return cleaned


def numbers(values: Sequence[str | None] | pl.Series) -> pl.Series:
    """Many national numbers as `number` cleans them, a String Series in the order given."""
    raw = pl.Series("number", values, dtype=pl.String).fill_null("")
    is_word = raw.str.strip_chars(AROUND).str.to_lowercase().is_in(sorted(EMPTY))
    nothing = raw.str.contains(r"^[\s0.\-]*$") | is_word
    cleaned = (
        raw.str.strip_chars(AROUND)
        .str.replace(r"^(\d+)\.0+$", "$1")
        .str.to_uppercase()
        .str.replace_many(list(_ASCII), list(_ASCII.values()))
        .str.replace_all(r"[^A-Z0-9]", "")
    )
    return pl.select(pl.when(nothing).then(pl.lit("")).otherwise(cleaned).alias("number"))["number"]


def iin_checks(frame: pl.DataFrame) -> pl.DataFrame:
    """Check numbers as Individual Identification Numbers of Kazakhstan.

    frame, other columns are kept:
        number   String   cleaned, by `numbers`; "" or null if missing
        birth    Int32    yyyymmdd, null if unknown
        sex      Int8     1 male, 2 female, null if unknown
    Returns the frame with four columns, each null where it cannot be told:
        length_ok   Boolean   twelve digits; null without a number. If false, the rest is null
        date_ok     Boolean   digits 1 to 7 make a real date and it is `birth`, where that is known
        sex_ok      Boolean   digit 7 is odd for men and even for women; null if sex is unknown
        check_ok    Boolean   digit 12 is the check digit of the others

    Digits 1 to 6 are the date of birth yymmdd. Digit 7 holds century and sex: 1 and 2 for men and
    women born 18.., 3 and 4 for 19.., 5 and 6 for 20... The check digit is the sum of digits 1 to
    11 with weights 1 to 11, modulo 11; if that is 10, with weights 3 to 11, 1, 2; if it is 10
    again, the number is not given out.
    Assumes that THE RULE IS AS COMMONLY DESCRIBED; it was not checked against the regulation. A
    failed check shows a mistyped digit or an old document, not a false voter.

    Source: general knowledge, to be confirmed before it is quoted.
    """
    value, digit = pl.col("number"), [pl.col("number").str.slice(at, 1) for at in range(_LENGTH)]
    figures = [each.cast(pl.Int32, strict=False) for each in digit]
    is_given = value.is_not_null() & (value != "")
    is_full = value.str.contains(r"^[0-9]{12}$")
    century = 1800 + 100 * ((figures[6] - 1) // 2)
    written = century * 10_000 + value.str.slice(0, 6).cast(pl.Int32, strict=False)
    is_real = written.cast(pl.String).str.to_date("%Y%m%d", strict=False).is_not_null()
    is_date = is_real & figures[6].is_between(1, 6) & (written == pl.col("birth")).fill_null(True)
    is_sex = figures[6].is_between(1, 6) & (2 - figures[6] % 2 == pl.col("sex"))
    checks = {
        "length_ok": pl.when(is_given).then(is_full),
        "date_ok": pl.when(is_given & is_full).then(is_date),
        "sex_ok": pl.when(is_given & is_full).then(is_sex),
        "check_ok": pl.when(is_given & is_full).then(_check_digit(figures) == figures[11]),
    }
    return frame.with_columns(**checks)


def iin_problems(number: str, birth: int | None, sex: int | None) -> tuple[str, ...]:
    """Which of length, date, sex and check fail for one number; see `iin_checks`."""
    row = pl.DataFrame(
        {"number": [number], "birth": [birth], "sex": [sex]},
        schema={"number": pl.String, "birth": pl.Int32, "sex": pl.Int8},
    )
    checked = iin_checks(row).row(0, named=True)
    names = ("length", "date", "sex", "check")
    return tuple(name for name in names if checked[f"{name}_ok"] is False)


def _check_digit(figures: Sequence[pl.Expr]) -> pl.Expr:
    first, second = (
        pl.sum_horizontal(
            figure * weight for figure, weight in zip(figures[:11], weights, strict=True)
        )
        % 11
        for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS)
    )
    return pl.when(first < 10).then(first).otherwise(second)
