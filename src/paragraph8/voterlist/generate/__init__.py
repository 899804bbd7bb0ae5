"""Invented voter lists with known truth, from a seed. Nobody on them exists."""

from paragraph8.voterlist.generate.blemishes import NO_BLEMISHES, Blemishes
from paragraph8.voterlist.generate.cultures import CULTURES
from paragraph8.voterlist.generate.lists import COLUMNS, OneList, TwoLists, one_list, two_lists
from paragraph8.voterlist.generate.settings import NO_ERRORS, Errors, Settings
from paragraph8.voterlist.generate.side import FLAGS
from paragraph8.voterlist.generate.write import write

__all__ = [
    "COLUMNS",
    "CULTURES",
    "FLAGS",
    "NO_BLEMISHES",
    "NO_ERRORS",
    "Blemishes",
    "Errors",
    "OneList",
    "Settings",
    "TwoLists",
    "one_list",
    "two_lists",
    "write",
]
