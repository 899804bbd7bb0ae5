"""Names of nodes in a form, for what is not an item of its own: contestants, "not known" ticks.

A contestant's votes stand in `ITEM_CODE`. In CODE every character but A-Z, a-z and 0-9 is written
as its code point in hexadecimal between underscores: `list-7` gives `C41_votes_list_2d_7`. So the
code can be read back from the node, and no code clashes with another.
"""

import re
from dataclasses import dataclass

NOT_KNOWN = "_dk"
_PLAIN = re.compile(r"[^A-Za-z0-9]")
_ESCAPED = re.compile(r"_([0-9a-f]+)_")
_READABLE = re.compile(r"(?:[A-Za-z0-9]|_[0-9a-f]+_)+")


@dataclass(frozen=True, slots=True)
class Contestant:
    """One line of the ballot: the code that results use, and the name as on the ballot."""

    code: str
    name: str


def votes_node(item: str, code: str) -> str:
    """The node for this contestant's votes in the item of type `votes`."""
    return f"{item}_" + _PLAIN.sub(lambda match: f"_{ord(match[0]):x}_", code)


def contestant_code(item: str, node: str) -> str | None:
    """The contestant's code in a node that `votes_node` named; None for any other node."""
    written = node.removeprefix(f"{item}_")
    if written == node or _READABLE.fullmatch(written) is None:
        return None
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), written)


def not_known_node(item: str) -> str:
    """The node whose tick says that a number was not observed or is not known."""
    return f"{item}{NOT_KNOWN}"


def number_of_tick(node: str) -> str | None:
    """The item that a "not known" tick belongs to; None if the node is none by its name."""
    item = node.removesuffix(NOT_KNOWN)
    return item if item != node and item else None
