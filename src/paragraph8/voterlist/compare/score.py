"""Score: the evidence that two entries are one person, in hundredths of a bit.

Two other explanations are weighed, and the better one counts. Two strangers may agree by chance:
then rare names and dates say more than common ones. Two members of one family agree by nature in
surname, patronymic and address: then only given name and birth date can tell them apart, so that
brothers, sisters, twins and namesakes of two generations are not taken for one person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from paragraph8.voterlist.compare.levels import EXCHANGED, LEVELS, MISSING, TEXTS, level
from paragraph8.voterlist.compare.weights import (
    ONE_SLIP_BITS,
    TWO_SLIPS_BITS,
    FieldWeights,
    centibits,
)
from paragraph8.voterlist.records import CENTIBITS

RARE_BY_VALUE = ("surname", "given", "patronymic", "birth_place")
PLACES = {"street": ("same", "locality"), "house": ("same", "elsewhere"), "flat": ("same",)}


@dataclass(frozen=True, slots=True)
class Chances:
    """What stands against two entries being one person, before any field is looked at.

    strangers   logarithm of how many others a random entry might be taken for
    relatives   logarithm of how many relatives on the list an entry has
    places      "street.same", "house.same" … -> how often two strangers stand there, 0..1
    """

    strangers: float
    relatives: float
    places: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scoring:
    """What is needed to score pairs: columns in use, weights by field, chances."""

    has: frozenset[str]
    weights: Mapping[str, FieldWeights]
    chances: Chances

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields compared, in a fixed order."""
        return tuple(field for field in LEVELS if level(field, self.has) != "0")


def levels_select(scoring: Scoring, pairs: str, a: str, b: str) -> str:
    """SELECT row_a, row_b, the level of each field and the rarities that weights need.

    pairs   table with row_a and row_b;   a, b   wide tables, see `wide_select`
    """
    chosen = [f"{level(field, scoring.has)} AS {field}_level" for field in scoring.fields]
    for field in scoring.fields:
        if field in RARE_BY_VALUE:
            chosen += [
                f"least(a.{field}_bits, b.{field}_bits) AS {field}_bits",
                f"greatest(a.{field}_slip, b.{field}_slip) AS {field}_slip",
            ]
            if field != "birth_place":
                chosen.append(f"a.{field}_root_bits AS {field}_root_bits")
    if "birth" in scoring.fields:
        chosen.append("a.birth_bits AS birth_bits")
    return (
        f"SELECT p.row_a, p.row_b, {', '.join(chosen)} FROM {pairs} p"
        f" JOIN {a} a ON a.row = p.row_a JOIN {b} b ON b.row = p.row_b"
    )


def score_select(scoring: Scoring, compared: str) -> str:
    """SELECT everything of `compared` with random, relative and score, in hundredths of a bit."""
    random = " + ".join(against_random(scoring, field) for field in scoring.fields)
    relative = " + ".join(against_relative(scoring, field) for field in scoring.fields)
    strangers = round(CENTIBITS * scoring.chances.strangers)
    relatives = round(CENTIBITS * scoring.chances.relatives)
    return (
        f"SELECT *, least(random, relative) AS score FROM (SELECT *,"
        f" CAST({random} - {strangers} AS INTEGER) AS random,"
        f" CAST({relative} - {relatives} AS INTEGER) AS relative FROM {compared}) AS s"
    )


def against_random(scoring: Scoring, field: str) -> str:
    """SQL: evidence for one person rather than two strangers, from one field."""
    weights = scoring.weights[field]
    if field in RARE_BY_VALUE:
        return _cases(field, _name_weights(field, weights))
    if field == "birth":
        exact = f"birth_bits + {weights.how_often('exact')}"
        others = ("swapped", "digit", "parts", "year", "other")
        rest = {name: str(weights.against_random(name)) for name in others}
        return _cases(field, {"exact": exact, **rest})
    if field in PLACES:
        return _cases(field, _place_weights(field, weights, scoring.chances.places))
    return _cases(field, {name: str(weights.against_random(name)) for name in LEVELS[field]})


def against_relative(scoring: Scoring, field: str) -> str:
    """SQL: evidence for one person rather than two of a family, from one field."""
    weights = scoring.weights[field]
    by_level = {
        name: str(weights.against_relative(name))
        for name in LEVELS[field]
        if name in weights.relative
    }
    if field == "given":
        # A relative's name is a name that others bear; a slip of the pen is a string nobody bears.
        for name, slip in (("near", ONE_SLIP_BITS), ("far", TWO_SLIPS_BITS)):
            shift = weights.how_often(name) - round(CENTIBITS * slip)
            high, low = weights.against_relative(name), weights.against_relative("other")
            most = max(high, round(CENTIBITS * 5.6) if name == "near" else 300)
            by_level[name] = _between(f"given_slip + {shift}", low, str(most))
    return _cases(field, by_level)


def _name_weights(field: str, weights: FieldWeights) -> dict[str, str]:
    bits = f"{field}_bits"
    other = weights.against_random("other")
    by_level = {"exact": f"{bits} + {weights.how_often('exact')}", "other": str(other)}
    if "root" in weights.same and field != "birth_place":
        by_level["root"] = f"{field}_root_bits + {weights.how_often('root')}"
    if "swapped" in weights.same:
        by_level["swapped"] = f"{bits} + {weights.how_often('swapped') // 2}"
    if "part" in weights.same:
        by_level["part"] = _between(f"{bits} + {weights.how_often('part')}", other, "300")
    for name, slip in (("near", ONE_SLIP_BITS), ("far", TWO_SLIPS_BITS)):
        often = weights.how_often(name)
        # As rare as the rarer of the two is, for that one would be the slip; and never more than
        # the commoner one says, for its neighbours in spelling are at least as common.
        by_level[name] = _between(
            f"{field}_slip + {often - round(CENTIBITS * slip)}", other, f"{bits} + {often}"
        )
    return by_level


def _between(value: str, low: int, high: str) -> str:
    return f"greatest({low}, least({value}, {high}))"


def _place_weights(
    field: str, weights: FieldWeights, chances: Mapping[str, float]
) -> dict[str, str]:
    by_level = {"other": str(weights.against_random("other"))}
    for name in PLACES[field]:
        chance = chances.get(f"{field}.{name}", 1.0)
        by_level[name] = str(max(centibits(weights.same[name] / chance), 0))
    return by_level


def _cases(field: str, by_level: Mapping[str, str]) -> str:
    whens = " ".join(
        f"WHEN {code} THEN {by_level[name]}"
        for name, code in LEVELS[field].items()
        if name in by_level
    )
    return f"(CASE {field}_level WHEN {MISSING} THEN 0 {whens} ELSE 0 END)"


def wide_select(has: frozenset[str], table: str, only: str = "", *, rarities: bool = True) -> str:
    """SELECT the entries of a table of records with texts to measure and rarities.

    only       table with a column `row`: those rows alone; "" for all
    rarities   False where nothing is scored
    """
    chosen, joins = ["r.*"], []
    for field in TEXTS:
        if field not in has:
            continue
        joins.append(f"LEFT JOIN word k_{field} ON k_{field}.id = r.{field}")
        chosen.append(f"k_{field}.key AS {field}_key")
        if field == "street":
            chosen.append("k_street.digits AS street_digits")
        if field in EXCHANGED:
            chosen.append(f"k_{field}.letters AS {field}_letters")
        if field not in RARE_BY_VALUE or not rarities:
            continue
        joins.append(f"LEFT JOIN bits_{field} b_{field} ON b_{field}.id = r.{field}")
        chosen += [
            f"b_{field}.bits AS {field}_bits",
            # A string that stands once or twice is what a slip of the pen looks like, however
            # short the list is.
            f"CASE WHEN b_{field}.entries <= 2 THEN 2000 ELSE b_{field}.bits END AS {field}_slip",
        ]
        if field != "birth_place":
            joins.append(f"LEFT JOIN bits_{field}_root c_{field} ON c_{field}.id = r.{field}_root")
            chosen.append(f"c_{field}.bits AS {field}_root_bits")
    if "birth" in has and rarities:
        joins.append("LEFT JOIN bits_birth b_birth ON b_birth.id = r.birth")
        chosen.append("b_birth.bits AS birth_bits")
    if only:
        joins.append(f"JOIN {only} o ON o.row = r.row")
    return f"SELECT {', '.join(chosen)} FROM {table} r {' '.join(joins)}"
