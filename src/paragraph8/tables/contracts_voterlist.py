"""The contracts of what an audit of voter lists found. No table holds a name or an address: lists
never enter a snapshot, only counts of them and opaque references.
"""

from paragraph8.tables.contract import Column, Contract
from paragraph8.tables.words import SETTINGS

# Two tests in the field with two populations: entries of a list, and people who should be on it.
LIST_TO_PEOPLE, PEOPLE_TO_LIST = "list_to_people", "people_to_list"
FIELD_TESTS = (LIST_TO_PEOPLE, PEOPLE_TO_LIST)
REFUSED, NOT_CONTACTED = "refused", "not_contacted"
# What became of an entry that was looked for. mostly_elsewhere: the person exists and belongs to
# the address, but lives somewhere else most of the time.
ENTRY_OUTCOMES = (
    "lives_there",
    "mostly_elsewhere",
    "moved_within",
    "moved_out",
    "moved_abroad",
    "dead",
    "unknown_at_address",
    "address_not_found",
    REFUSED,
    NOT_CONTACTED,
)
# What became of a person who was looked up.
RESIDENT_OUTCOMES = (
    "registered_here",
    "registered_elsewhere",
    "not_registered",
    "not_eligible",
    "cannot_tell",
    REFUSED,
    NOT_CONTACTED,
)
VISIT_OUTCOMES = (*ENTRY_OUTCOMES, *(o for o in RESIDENT_OUTCOMES if o not in ENTRY_OUTCOMES))
BELIEFS = ("yes", "no", "dk")
RIGHT_WORDS = ("yes", "no", "dk", "na")
SEXES = ("female", "male")
AGE_BANDS = ("under_18", "18-24", "25-34", "35-49", "50-64", "65_and_over")

LIST_VISIT = Contract(
    name="list_visit",
    row_is="one sampled reference of one field test of a voter list",
    key=("election", "test", "list", "reference"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("test", "string", "from the list to people, or back", one_of=FIELD_TESTS),
        Column("list", "string", "which list was tested, for instance paper"),
        Column("reference", "string", "opaque reference of the sample; whose, only its key tells"),
        Column("stratum", "string", "stratum of the draw"),
        Column("cluster", "string", "station or enumeration area that was drawn"),
        Column(
            "weight",
            "number",
            "one over the probability with which it was drawn",
            "entries or residents",
            minimum=1,
        ),
        Column("attempts", "integer", "visits made", "visits", minimum=0),
        Column("outcome", "string", "what became of it", one_of=VISIT_OUTCOMES),
        Column(
            "believes_registered",
            "string",
            "the resident thinks to be on the list",
            required=False,
            one_of=BELIEFS,
        ),
        Column("name_right", "string", "name as on the list", required=False, one_of=RIGHT_WORDS),
        Column("birth_right", "string", "birth date", required=False, one_of=RIGHT_WORDS),
        Column("address_right", "string", "address", required=False, one_of=RIGHT_WORDS),
        Column("sex", "string", "of the person", required=False, one_of=SEXES),
        Column("age_band", "string", "years on election day", required=False, one_of=AGE_BANDS),
        Column("setting", "string", "what it lies in", required=False, one_of=SETTINGS),
        Column("simulated", "boolean", "true if the visit is invented"),
    ),
    example={
        "election": "zz-2024-05-12",
        "test": "list_to_people",
        "list": "paper",
        "reference": "41703328",
        "stratum": "North",
        "cluster": "N-01",
        "weight": 310.0,
        "attempts": 2,
        "outcome": "lives_there",
        "believes_registered": None,
        "name_right": "yes",
        "birth_right": "yes",
        "address_right": "no",
        "sex": "female",
        "age_band": "35-49",
        "setting": "urban",
        "simulated": True,
    },
)
