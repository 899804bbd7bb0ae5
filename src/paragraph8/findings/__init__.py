"""Figures joined to the commitments in force on election day; rules propose, people decide."""
