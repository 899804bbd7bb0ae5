"""Keyed tokens, so that two parties match lists without sending each other plain names.

Both make tokens with one key and one version of the normaliser, and compare tokens for equality.
The key is made for this exchange, is NOT the mission's key, and is destroyed with it. Tokens are
personal data: who holds the key can try every name of a public list against them, and who does not
hold it still sees which tokens are frequent. See docs/explanation/voter-lists-and-privacy.md.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.kernel.sql import query
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.privacy.keyed import keyed_codes

SIGNS = 20
SEPARATOR = "\x1f"
VERSION = "token 1"
KINDS: Mapping[str, tuple[str, ...]] = {
    "number": ("number",),
    "full": ("surname", "given", "patronymic", "birth"),
    "name_birth": ("surname_root", "given_root", "birth"),
    "given_patronymic_birth": ("given_root", "patronymic_root", "birth"),
    "roots_year": ("surname_root", "given_root", "patronymic_root", "birth_year"),
}
"""Kind -> what its tokens are made of. The third finds who changed the surname."""

WORDS = ("surname", "surname_root", "given", "given_root", "patronymic", "patronymic_root")
NUMBERS = ("birth", "birth_year", "number")


def normalised_names(engine: Engine, list_name: str) -> pl.DataFrame:
    """row and the normalised texts that tokens are made of, of one list of the audit's tables.

    Texts instead of the numbers of words: another party numbers its words otherwise.
    """
    chosen = [f"{column}_word.key AS {column}" for column in WORDS]
    chosen += [f"CAST(l.{column} AS VARCHAR) AS {column}" for column in NUMBERS]
    joins = [f"LEFT JOIN word {c}_word ON l.{c} = {c}_word.id" for c in WORDS]
    select = f"SELECT l.row, {', '.join(chosen)}\nFROM {list_name} l\n" + "\n".join(joins)
    return engine.frame(query({}, f"{select}\nORDER BY l.row"))


def tokens(key: bytes, names: pl.DataFrame) -> pl.DataFrame:
    """All tokens of a list.

    key     32 bytes that both parties hold, made for this exchange
    names   row, and any of surname, surname_root, given, given_root, patronymic, patronymic_root,
            birth (yyyymmdd), birth_year, number: normalised texts, null where missing

    Returns row, kind, token (20 signs, 100 bits), one line for each kind whose parts the row has,
    in the order of KINDS and rows. Assumes that BOTH PARTIES NORMALISE ALIKE; where they do not,
    equal people have other tokens and nothing tells so. Raises voterlist.bad_key and
    analysis.bad_parameter (no column `row`).
    """
    if "row" not in names.columns:
        expected = "a column row"
        raise Problem(
            "analysis.bad_parameter",
            parameter="names",
            value=", ".join(names.columns),
            expected=expected,
        )
    found = [
        _tokens_of(key, names, kind, parts)
        for kind, parts in KINDS.items()
        if set(parts) <= set(names.columns)
    ]
    empty = pl.DataFrame(schema={"row": pl.Int64, "kind": pl.String, "token": pl.String})
    return pl.concat([empty, *found])


def match_tokens(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of rows that share a token which nobody else has in either list.

    ours, theirs   row, kind, token

    Returns our_row, their_row, kinds (joined by commas, in the order of KINDS), sorted. A row may
    stand in several pairs, if its kinds disagree: those are for review. Equality forgives nothing
    but what the normaliser folds, so a share of people who stand on both lists is missed; a count
    of rows without a pair is NOT a count of missing people.
    """
    pairs = _unshared(ours).join(_unshared(theirs), on=["kind", "token"], suffix="_theirs")
    order = {kind: place for place, kind in enumerate(KINDS)}
    return (
        pairs.sort(pl.col("kind").replace_strict(order, return_dtype=pl.Int64))
        .group_by(our_row="row", their_row="row_theirs", maintain_order=True)
        .agg(kinds=pl.col("kind").str.join(","))
        .sort("our_row", "their_row")
    )


def _tokens_of(key: bytes, names: pl.DataFrame, kind: str, parts: Sequence[str]) -> pl.DataFrame:
    whole = names.drop_nulls(list(parts))
    # A separator that no normalised text holds: "ab" + "c" and "a" + "bc" are other people.
    materials = whole.select(pl.concat_str(list(parts), separator=SEPARATOR)).to_series()
    made = keyed_codes(key, f"{VERSION} {kind}", materials, SIGNS)
    return pl.DataFrame(
        {"row": whole["row"].cast(pl.Int64), "kind": [kind] * len(whole), "token": made},
        schema={"row": pl.Int64, "kind": pl.String, "token": pl.String},
    )


def _unshared(tokens: pl.DataFrame) -> pl.DataFrame:
    return tokens.filter(pl.len().over("kind", "token") == 1).select("row", "kind", "token")
