"""Raw cells of a voter list to ASCII keys in which two spellings of one name meet."""

from paragraph8.voterlist.normalise.addresses import Address, split_address, split_addresses
from paragraph8.voterlist.normalise.dates import (
    ORDERS,
    BirthDate,
    birth_date,
    birth_dates,
    date_orders,
)
from paragraph8.voterlist.normalise.full_names import FullName, split_full_name, split_full_names
from paragraph8.voterlist.normalise.keys import KINDS, keys
from paragraph8.voterlist.normalise.numbers import iin_checks, iin_problems, number, numbers
from paragraph8.voterlist.normalise.rules import RULES, VERSION, Rule
from paragraph8.voterlist.normalise.scripts import SCRIPTS
from paragraph8.voterlist.normalise.sexes import sex

__all__ = [
    "KINDS",
    "ORDERS",
    "RULES",
    "SCRIPTS",
    "VERSION",
    "Address",
    "BirthDate",
    "FullName",
    "Rule",
    "birth_date",
    "birth_dates",
    "date_orders",
    "iin_checks",
    "iin_problems",
    "keys",
    "number",
    "numbers",
    "sex",
    "split_address",
    "split_addresses",
    "split_full_name",
    "split_full_names",
]
