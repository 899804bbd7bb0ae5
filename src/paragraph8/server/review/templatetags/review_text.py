"""Text from strangers, so that it cannot pretend to be something else on a page.

Django escapes it; what is left are signs that nobody sees and that turn the text around.
"""

import re

from django import template

register = template.Library()

LONGEST_SHOWN = 5_000
# Controls but tab and line feed; embeddings, overrides and isolates of direction; invisible signs
# that hide text. Marks of direction (U+200E, U+200F) and joiners belong to honest writing.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


@register.filter
def visible(text: object) -> str:
    """The text with its hidden signs written out as ⟨U+202E⟩, and cut where it is endless."""
    whole = str(text)
    shown = _UNSEEN.sub(lambda sign: f"⟨U+{ord(sign[0]):04X}⟩", whole[:LONGEST_SHOWN])
    return shown if len(whole) <= LONGEST_SHOWN else f"{shown} … ({len(whole):,})"
