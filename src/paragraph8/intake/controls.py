"""Control characters: replaced where a text travels on, so that they hide nothing."""

import re

REPLACEMENT = "\ufffd"
# Tabs and line breaks stay: they occur in cells, and hide nothing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_controls(text: str) -> str:
    """The text with U+FFFD for each control character but tab and line feed.

    A NUL or an escape sequence in a station's name would otherwise travel into pages and PDFs.
    """
    return _CONTROL.sub(REPLACEMENT, text)
