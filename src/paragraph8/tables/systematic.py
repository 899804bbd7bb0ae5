"""Whether a mission observes systematically, so that shares of its forms may be printed."""

from paragraph8.tables.tables import Tables

SYSTEMATIC = ("full", "citizen_network")
REFUSED = (
    "The mission's format has no systematic observation on election day: shares are refused, and "
    "what observers saw is for the narrative only."
)
NO_FORMAT = (
    "No table says which format the mission has: shares are refused until the table `mission` does."
)


def refusal(tables: Tables) -> str:
    """Why shares of observers' reports are refused for this mission; "" where they are not."""
    formats = set(tables["mission"]["format"])
    if not formats:
        return NO_FORMAT
    return "" if formats <= set(SYSTEMATIC) else REFUSED
