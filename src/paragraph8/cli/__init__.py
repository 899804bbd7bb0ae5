"""The command p8: thin. It reads files, calls the line, prints, and maps problems to exit codes."""

from paragraph8.cli.app import main

__all__ = ["main"]
