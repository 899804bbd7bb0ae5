"""The closed lists of words that tables use. Their meanings stand in GLOSSARY.md."""

CHANNELS = ("all", "paper", "machine", "internet", "postal")

SOURCES = (
    "published",
    "hand_count",
    "machine_tally",
    "machine_memory",
    "station",
    "district",
    "posted_copy",
    "observer_copy",
    "volunteers",
)

# Fields of a result protocol, in the order of a protocol: the list, those who came, the ballots,
# the box, the machine.
FIELDS = (
    "registered",
    "registered_before",
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

STATION_KINDS = ("ordinary", "mobile", "ship", "abroad", "postal", "special", "electronic")
STATION_CHANNELS = ("paper", "machine", "both", "unknown")
CONTESTANT_KINDS = ("list", "candidate", "none")
