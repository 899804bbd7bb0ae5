"""Blocks: which pairs are worth comparing. Two entries meet if they agree in one of these keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import Engine

Key = tuple[str, ...]

# Together they miss a pair only if it differs in at least two of date, names and address.
NARROW: tuple[Key, ...] = (
    ("number",),
    ("birth", "given_root"),
    ("birth", "surname_root"),
    ("birth", "patronymic_root"),
    ("birth", "station"),
    ("birth", "street_root"),
    ("birth", "postcode"),
    ("surname_root", "given_root", "station"),
    ("surname_root", "given_root", "locality_root"),
    ("surname_root", "given_root", "patronymic_root"),
    ("surname_root", "given_root", "birth_year"),
    ("surname_root", "given_root", "postcode"),
    ("surname_root", "patronymic_root", "birth_year"),
    ("given_root", "street_root", "house"),
    ("given_root", "patronymic_root", "birth_year"),
)
# For what is left over: fewer entries, so that looser keys can be afforded.
WIDE: tuple[Key, ...] = (
    ("birth",),
    ("surname_root", "given_root"),
    ("surname_root", "birth_year"),
    ("given_root", "birth_year", "station"),
    ("given_root", "patronymic_root"),
    ("street_root", "house"),
    ("house", "postcode"),
    ("surname_root", "postcode"),
    ("given_root", "postcode"),
    ("surname_root", "locality_root"),
    ("patronymic_root", "birth_year"),
    ("surname_root", "street_root"),
    ("given_root", "street_root"),
    ("surname_root", "station"),
)
# Inside one list: a family meets in surname and address, so that given name or date must agree.
DUPLICATES: tuple[Key, ...] = (
    ("number",),
    ("birth", "given_root"),
    ("birth", "surname_root"),
    ("birth", "patronymic_root"),
    ("birth", "street_root"),
    ("birth", "postcode"),
    ("surname_root", "given_root", "patronymic_root"),
    ("surname_root", "given_root", "birth_year"),
    ("given_root", "street_root", "house"),
    ("given_root", "patronymic_root", "birth_year"),
)
# Used where they stay cheap: in lists without patronymics or addresses little else is left.
IF_CHEAP: tuple[Key, ...] = (
    ("surname_root", "given_root"),
    ("surname_root", "postcode"),
    ("given_root", "postcode"),
    ("surname_root", "birth_year"),
    ("surname_root", "birth_place"),
    ("given_root", "birth_year", "birth_place"),
    ("house", "postcode"),
    ("birth",),
)
CHEAP_PAIRS_PER_ENTRY = 10
# A surname written where the given name should stand, and the other way round.
CROSSED: Key = ("surname", "given")
MOST_PAIRS_OF_A_KEY = 20_000
# So few that every entry is compared with every other, whatever they agree in.
ALL_PAIRS, ALL_PAIRS_OF_THE_REST = 20_000, 250_000
MOST_PAIRS = 50_000_000
FEW_PAIRS = 200_000


@dataclass(frozen=True, slots=True)
class Block:
    """One key with what it cost: pairs it offers, and pairs of keys too common to be compared."""

    key: Key
    pairs: int
    left_out: int


def usable(keys: Sequence[Key], has: frozenset[str]) -> tuple[Key, ...]:
    """Keys all of whose columns hold values in both lists."""

    def held(column: str) -> bool:
        return column.removesuffix("_root") in has or (column == "birth_year" and "birth" in has)

    return tuple(key for key in keys if all(held(column) for column in key))


def candidates(
    engine: Engine,
    keys: Sequence[Key],
    a: str,
    b: str,
    into: str,
    *,
    within: bool = False,
    if_cheap: Sequence[Key] = (),
    agreeing: int = 0,
    all_pairs: int = ALL_PAIRS,
) -> list[Block]:
    """Make the table `into` (row_a, row_b): each pair once that agrees in at least one key.

    keys     columns that must be equal, and not missing
    a, b     tables of records
    within   a and b hold entries of one list: no entry meets itself, and no pair comes twice
    if_cheap   keys that are used only if they offer few pairs per entry
    agreeing   of five particulars so many must agree, or be missing, for a pair to be taken; a
               list so short that this saves nothing is spared it
    all_pairs  up to so many possible pairs, all are taken
    Keys that would offer more than MOST_PAIRS_OF_A_KEY pairs for one value are left out, and
    counted: such a value (one surname for all) tells nobody apart.
    """
    blocks: list[Block] = []
    entries, others = (int(engine.row(f"SELECT count(*) FROM {t}")[0]) for t in (a, b))
    if entries * others <= all_pairs:
        engine.table(into, _pairs(Block((), 0, 0), a, b, within, 0))
        return [Block((), entries * others, 0)]
    cheap = CHEAP_PAIRS_PER_ENTRY * entries
    for key in (*keys, *if_cheap):
        block = _count(engine, key, a, b)
        if key in if_cheap and block.pairs + block.left_out > cheap:
            continue
        blocks.append(block)
    total = sum(block.pairs for block in blocks)
    if total > MOST_PAIRS:
        largest = max(blocks, key=lambda block: block.pairs)
        raise Problem(
            "voterlist.too_many_pairs",
            pairs=total,
            limit=MOST_PAIRS,
            columns=", ".join(largest.key),
            offered=largest.pairs,
        )
    agreeing = agreeing if total > FEW_PAIRS else 0
    parts = [_pairs(block, a, b, within, agreeing) for block in blocks if block.pairs]
    nothing = "SELECT CAST(0 AS BIGINT) AS row_a, CAST(0 AS BIGINT) AS row_b WHERE 1 = 0"
    engine.table(into, " UNION ".join(parts) if parts else nothing)
    return blocks


def _count(engine: Engine, key: Key, a: str, b: str) -> Block:
    most = MOST_PAIRS_OF_A_KEY
    pairs, left_out = engine.row(
        f"SELECT coalesce(sum(CASE WHEN pairs <= {most} THEN pairs ELSE 0 END), 0),"
        f" coalesce(sum(CASE WHEN pairs > {most} THEN pairs ELSE 0 END), 0)"
        f" FROM ({_sizes(key, a, b)}) AS s"
    )
    return Block(key, int(pairs), int(left_out))


def _sizes(key: Key, a: str, b: str) -> str:
    columns = ", ".join(key)

    def side(table: str) -> str:
        known = " AND ".join(f"{column} IS NOT NULL" for column in key)
        return f"(SELECT {columns}, count(*) AS n FROM {table} WHERE {known} GROUP BY {columns})"

    if a == b:
        return f"SELECT {columns}, n * (n - 1) / 2 AS pairs FROM {side(a)} AS x WHERE n > 1"
    chosen = ", ".join(f"x.{column}" for column in key)
    on = " AND ".join(f"x.{column} = y.{column}" for column in key)
    # Only the first table is grouped before it meets the second, which may be the whole list.
    return (
        f"SELECT {chosen}, x.n * count(*) AS pairs FROM {side(a)} x JOIN {b} y ON {on}"
        f" GROUP BY {chosen}, x.n"
    )


def _pairs(block: Block, a: str, b: str, within: bool, agreeing: int) -> str:
    key = block.key
    on = " AND ".join(f"a.{column} = b.{column}" for column in key) or "1 = 1"
    first, second = "a.row", "b.row"
    if a == b:
        on += " AND a.row < b.row"
    elif within:
        on += " AND a.row <> b.row"
        first, second = "least(a.row, b.row)", "greatest(a.row, b.row)"
    if agreeing:
        on += f" AND {_alike()} >= {agreeing}"
    capped = ""
    if block.left_out:
        same = " AND ".join(f"s.{column} = a.{column}" for column in key)
        capped = (
            f" JOIN (SELECT {', '.join(key)} FROM ({_sizes(key, a, b)}) AS z"
            f" WHERE pairs <= {MOST_PAIRS_OF_A_KEY}) AS s ON {same}"
        )
    return f"SELECT {first} AS row_a, {second} AS row_b FROM {a} a JOIN {b} b ON {on}{capped}"


# Of these, two entries of one person agree in most; a missing value is no disagreement.
PARTICULARS = (
    ("surname_root",), ("given_root",), ("patronymic_root",), ("birth",), ("street_root", "house"),
)  # fmt: skip


def _alike() -> str:
    """SQL: how many particulars agree."""
    agree = []
    for columns in PARTICULARS:
        equal = " AND ".join(f"a.{column} = b.{column}" for column in columns)
        first = columns[0]
        agree.append(
            f"CASE WHEN a.{first} IS NULL OR b.{first} IS NULL OR ({equal}) THEN 1 ELSE 0 END"
        )
    return " + ".join(agree)


def crossed_pairs(a: str, b: str) -> str:
    """SELECT pairs whose surname and given name stand in each other's place."""
    return (
        f"SELECT a.row AS row_a, b.row AS row_b FROM {a} a JOIN {b} b"
        " ON a.surname = b.given AND a.given = b.surname AND a.surname <> a.given"
        " AND (a.birth_year = b.birth_year OR a.birth IS NULL OR b.birth IS NULL)"
    )
