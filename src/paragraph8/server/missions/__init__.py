"""Missions, the accounts of their people, roles, and who may see what."""
