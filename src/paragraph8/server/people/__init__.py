"""Observers, teams, the tokens of their devices, and their plans for election day."""
