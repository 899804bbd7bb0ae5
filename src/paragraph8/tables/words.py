"""The closed lists of words that tables use. Their meanings stand in GLOSSARY.md."""

CHANNELS = ("all", "paper", "machine", "internet", "postal")

# Who saw a protocol, and how a sentence says it.
SOURCE_WORDS = {
    "published": "the published protocol",
    "hand_count": "the hand count",
    "machine_tally": "the machine's tally",
    "machine_memory": "the machine's memory",
    "station": "the station's own protocol",
    "district": "the district's table",
    "posted_copy": "the copy posted at the station",
    "observer_copy": "the observers' copy",
    "volunteers": "the copy typed by volunteers",
}
SOURCES = tuple(SOURCE_WORDS)

# Fields of a result protocol, in the order of a protocol: the list, those who came, the ballots,
# the box, the machine.
FIELDS = (
    "registered",
    "registered_before",
    "registered_postal",
    "added",
    "struck_out",
    "voted",
    "signatures",
    "supplementary",
    "mobile",
    "staff_allowance",
    "received",
    "unused",
    "spoiled",
    "destroyed",
    "issued",
    "lost",
    "unaccounted",
    "ballots_in_box",
    "ballots_in_mobile_box",
    "valid",
    "invalid",
    "none",
    "disputed",
    "zero_tape",
    "public_counter",
    "tape",
    "check_ins",
    "walk_aways",
    "trail_ballots",
    "trail_spoiled",
    "voted_by_noon",
    "voted_by_afternoon",
)

# Faults of a cell that holds no number a protocol can hold.
UNREADABLE_CELLS = ("fault.not_a_number", "fault.negative", "fault.too_large")

STATION_KINDS = ("ordinary", "mobile", "ship", "abroad", "postal", "special", "electronic")
STATION_CHANNELS = ("paper", "machine", "both", "unknown")
CONTESTANT_KINDS = ("list", "candidate", "none")
SETTINGS = ("urban", "small_town", "rural")

# Forms of the codebook, in the order of a mission; `own` is a form that a mission brought itself.
ELECTION_DAY_FORMS = ("opening", "voting", "mobile", "counting", "tabulation", "evoting")
LONG_TERM_FORMS = ("weekly", "spot", "rally", "session", "meeting", "list_visit")
FORMS = (*ELECTION_DAY_FORMS, "incident", *LONG_TERM_FORMS, "own")

# How an item is answered.
ITEM_TYPES = (
    "yes_no",
    "yes_no_na",
    "integer",
    "decimal",
    "rating",
    "rating_five",
    "one_of",
    "many_of",
    "time",
    "date",
    "text",
    "position",
    "photo",
    "station",
    "area",
    "team",
    "votes",
)

# What stands in an answer. Kept apart: "not observed" is not "no", and neither is "not asked".
ANSWER_STATES = ("given", "dk", "na", "missing", "skipped", "withheld", "unreadable")

SEEN = ("start", "part")
ENTRY_MODES = ("phone", "web", "sms", "paper", "call_centre", "import")
OBSERVER_TERMS = ("short_term", "long_term", "all")
MISSION_FORMATS = ("full", "limited", "assessment", "expert_team", "citizen_network")


def said(source: str) -> str:
    """How a sentence names a source."""
    return SOURCE_WORDS[source]
