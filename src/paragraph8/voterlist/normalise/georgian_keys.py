"""Georgian typed on a Latin keyboard: gelaSvili is Gelashvili, WavWavaZe is Chavchavadze.

Georgian has no capitals, so its keyboard has a letter under Shift as well. Such a word is known by
a capital inside it that is one of these. Without one, nothing tells it from other Latin, and it
is read as such: w in wereteli stays a v.
"""

import re
from typing import Final

from paragraph8.voterlist.normalise.letters import as_pairs

# Letter of the keyboard, then by the national system of 2002.
_KEYS: Final = str.maketrans(
    as_pairs("""
T t J zh S sh C ch Z dz W ch R gh c ts w ts x kh q k y k f p j j
""")
)
# Each small letter once, then a capital of the keyboard: deSouza and McDonald are other words.
_TYPED: Final = re.compile(
    r"\b(?!(?:de|van|von|di|le|la|mac)[A-Z])[TJSCZWR]?[a-z]+[TJSCZWR][a-zTJSCZWR]*\b"
)


def in_latin(text: str) -> str:
    """Write words of a Georgian keyboard in Georgian romanisation, and leave all others."""
    return _TYPED.sub(lambda word: word.group().translate(_KEYS), text)
