"""What the pages of this application say for the words that are stored."""

from django.utils.translation import gettext_lazy

KIND_WORDS = {
    "short_term": gettext_lazy("short-term"),
    "long_term": gettext_lazy("long-term"),
    "parliamentary": gettext_lazy("parliamentary"),
}
# Spellings of a kind that lists of sending institutions use.
KIND_SPELLINGS = {
    "": "short_term",
    "short_term": "short_term",
    "sto": "short_term",
    "long_term": "long_term",
    "lto": "long_term",
    "parliamentary": "parliamentary",
    "mp": "parliamentary",
}

# Stages that a route holds, in the order of the day.
STAGES = ("opening", "voting", "counting", "tabulation")
STAGE_WORDS = {
    "opening": gettext_lazy("opening"),
    "voting": gettext_lazy("voting"),
    "counting": gettext_lazy("counting"),
    "tabulation": gettext_lazy("tabulation"),
}

# Why a phone's access ends. A closed list: free text would carry names into the journal.
REVOKE_REASONS = {
    "lost": gettext_lazy("phone lost or stolen"),
    "replaced": gettext_lazy("replaced by another phone"),
    "left": gettext_lazy("observer left"),
    "sheet": gettext_lazy("enrolment sheet lost or seen by others"),
    "other": gettext_lazy("other reason"),
}
