"""SQLite as Django's database backend, with one writer at a time."""
