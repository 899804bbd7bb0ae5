"""Logs hold no token: a device's own path is masked before a line is written."""

import logging
import re

TOKEN = re.compile(r"(/[oa]/)[A-Za-z0-9_-]{8,}")


class Masked(logging.Filter):
    """Replaces the token in `/o/TOKEN/…` and `/a/TOKEN/…` by stars, in message and arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line through, masked."""
        record.msg = mask(record.getMessage())
        record.args = ()
        return True


def mask(text: str) -> str:
    """`text` without tokens of devices."""
    return TOKEN.sub(r"\1***", text)
