"""The mission server: Django, and the only part of Paragraph 8 that knows it."""
