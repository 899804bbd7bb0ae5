"""Paragraph 8: an election observation mission, from the first form to the final statement."""

__version__ = "0.1.0"
