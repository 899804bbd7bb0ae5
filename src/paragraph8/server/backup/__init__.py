"""Backups sealed for a key that the server does not have."""
