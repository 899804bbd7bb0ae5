"""Accepted findings into a statement: HTML, PDF, DOCX, charts, tables and an open-data package."""
