"""Roles of the columns of a voter list, and what the audit makes of them."""

from typing import Final

NUMBER, BIRTH, SEX = "number", "birth_date", "sex"

# Roles whose values become keys: one dictionary per kind.
NAMES: Final = ("surname", "given", "patronymic")
PLACES: Final = (
    "area",
    "station",
    "locality",
    "street",
    "house",
    "flat",
    "postcode",
    "birth_place",
)
KINDS: Final = (*NAMES, *PLACES)

# Nearly every entry has its own: cleaned in SQL, for a dictionary would be as long as the list.
NUMBERS: Final = (NUMBER, "phone")

# Roles kept as they stand: read by the tests of list quality, never by matching.
KEPT: Final = ("serial", "page", "entered", "status")
ROLES: Final = (*NUMBERS, *NAMES, BIRTH, SEX, *PLACES, "address", *KEPT)

# Kinds with a second key that is coarser than the first (gender endings, order of words).
ROOTED: Final = ("surname", "given", "patronymic", "locality", "street")

# The two lists of a reconciliation, and the one list of everything else.
PAPER, ELECTRONIC, LIST = "paper", "electronic", "list"
# What the one list may be put beside: an earlier version of it, and a register of deaths.
EARLIER, DEATHS = "earlier", "deaths"
