"""The contracts of an audit of voter lists: what was given, what two lists have in common, and what
tests of one list showed. Counts only; no name and no row of a list.
"""

from paragraph8.tables.contract import Column, Contract

EVERYWHERE = "all"
# In place of a test: how sure the counts of an audit are, by people's review or by invented lists.
REVIEWED, SIMULATED = "reviewed", "simulated"
ANY = "any"
SIDES = ("paper", "electronic")
MATCHED, CHANGED, MOVED = "matched", "changed", "moved"
PROBABLE, AMBIGUOUS, UNUSABLE = "probable", "ambiguous", "unusable"
ONLY_PAPER, ONLY_ELECTRONIC = "only_paper", "only_electronic"
DUPLICATE_IN_PAPER, DUPLICATE_IN_ELECTRONIC = "duplicate_in_paper", "duplicate_in_electronic"
PAIRED = (MATCHED, CHANGED, MOVED, PROBABLE, AMBIGUOUS)
CATEGORIES = (
    *PAIRED,
    ONLY_PAPER,
    ONLY_ELECTRONIC,
    DUPLICATE_IN_PAPER,
    DUPLICATE_IN_ELECTRONIC,
    UNUSABLE,
)
CHANGED_FIELDS = (
    "surname",
    "given",
    "patronymic",
    "birth",
    "sex",
    "number",
    "locality",
    "street",
    "house",
    "flat",
    "postcode",
    "birth_place",
    "area",
)
CHANGE_KINDS = ("missing", "form", "spelling", "exchanged", "digit", "other")
SHA256_LETTERS = "64 hexadecimal digits"

VOTER_LIST = Contract(
    name="voter_list",
    row_is="one voter list as it was given to the audit; the list itself enters no snapshot",
    key=("election", "list"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("list", "string", "which list, for instance paper"),
        Column("sha256", "string", f"hash of the file, {SHA256_LETTERS}"),
        Column("entries", "integer", "rows of the file", "entries", minimum=0),
        Column("supplier", "string", "who gave it", required=False),
        Column("legal_basis", "string", "by what right it is held", required=False),
        Column("received", "date", "when it was given", required=False),
        Column("mapping_sha256", "string", "hash of the mapping", required=False),
        Column("keys_version", "string", "rules by which names became keys", required=False),
        Column("simulated", "boolean", "true if the list is invented"),
    ),
    example={
        "election": "zz-2024-05-12",
        "list": "paper",
        "sha256": "0b0f8d2e7c5a49384f6d1f3a0b0f8d2e7c5a49384f6d1f3a0b0f8d2e7c5a4938",
        "entries": 1240,
        "supplier": "precinct commission N-01",
        "legal_basis": "article 24 of the election law",
        "received": "2024-05-10",
        "mapping_sha256": "7c5a49384f6d1f3a0b0f8d2e0b0f8d2e7c5a49384f6d1f3a0b0f8d2e7c5a4938",
        "keys_version": "1",
        "simulated": True,
    },
)

LIST_COMPARISON = Contract(
    name="list_comparison",
    row_is="entries of one station and side in one category (and one kind of change)",
    key=("election", "comparison", "area", "station", "side", "category", "field", "kind"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("comparison", "string", "which two lists, and when"),
        Column("area", "string", "area as the lists give it; - if they do not"),
        Column("station", "string", "station as the lists give it; - if they do not"),
        Column("side", "string", "whose entries are counted", one_of=SIDES),
        Column("category", "string", "what became of them", one_of=CATEGORIES),
        Column(
            "field",
            "string",
            "particular that differs; any in the row that counts the whole category",
            one_of=(ANY, *CHANGED_FIELDS),
        ),
        Column("kind", "string", "how it differs; any", one_of=(ANY, *CHANGE_KINDS)),
        Column("entries", "integer", "how many", "entries", minimum=0),
    ),
    example={
        "election": "zz-2024-05-12",
        "comparison": "paper and electronic, 2024-05-10",
        "area": "North",
        "station": "N-01",
        "side": "paper",
        "category": ONLY_PAPER,
        "field": ANY,
        "kind": ANY,
        "entries": 41,
    },
)

LIST_TEST = Contract(
    name="list_test",
    row_is="one measure of one test of a voter list, for one area, station and group",
    key=("election", "list", "test", "measure", "area", "station", "group"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("list", "string", "which list"),
        Column("test", "string", "test, L03; reviewed or simulated: how sure the counts are"),
        Column("measure", "string", "what is measured"),
        Column("area", "string", "area, or all"),
        Column("station", "string", "station, or all"),
        Column("group", "string", "age band, sex, week and the like, or all"),
        Column("n", "integer", "entries or pairs counted", required=False, minimum=0),
        Column("denominator", "integer", "of how many", required=False, minimum=0),
        Column("value", "number", "the measure", "what column unit says", required=False),
        Column("unit", "string", "unit of value and of the interval"),
        Column("expected", "number", "what chance alone would give", required=False),
        Column("expected_low", "number", "low end of that", required=False),
        Column("expected_high", "number", "high end of that", required=False),
        Column("low", "number", "low end of the interval of value", required=False),
        Column("high", "number", "high end of it", required=False),
        Column("note", "string", "why it was not run, or a caution", required=False),
    ),
    example={
        "election": "zz-2024-05-12",
        "list": "register",
        "test": "L03",
        "measure": "pairs",
        "area": EVERYWHERE,
        "station": EVERYWHERE,
        "group": EVERYWHERE,
        "n": 212,
        "denominator": 50000,
        "value": 212.0,
        "unit": "pairs",
        "expected": 196.4,
        "expected_low": 169.0,
        "expected_high": 225.0,
        "low": None,
        "high": None,
        "note": None,
    },
)
LIST_AUDIT_CONTRACTS = (VOTER_LIST, LIST_COMPARISON, LIST_TEST)
