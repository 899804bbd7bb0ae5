"""Comparison of two entries: which pairs are compared, at which level each field agrees, and what
that says. Reconciliation of two lists and the search for duplicates both rest on it."""
