"""What the modules that look at the database from inside share: Django on the place's home."""

import os
from typing import Any

MISSION = "lumria-2024"


def connect() -> Any:
    """Bring the database up to date; returns Django's connection."""
    os.umask(0o077)
    from paragraph8.server.site.serve import prepare

    prepare()
    from django.db import connection

    return connection
