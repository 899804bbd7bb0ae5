"""Freezing a mission into tables, and the snapshots made so far."""
