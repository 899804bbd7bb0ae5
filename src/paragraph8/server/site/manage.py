"""python -m paragraph8.server.site.manage: Django's own commands, for who runs the server."""

import os
import sys

from django.core.management import execute_from_command_line


def main(arguments: list[str]) -> None:
    """Run one command. What it writes, only its owner reads, as with the server itself."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paragraph8.server.site.settings")
    execute_from_command_line(["p8 manage", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
