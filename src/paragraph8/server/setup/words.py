"""Words for what a list holds, what can be wrong in it, and what to do about it."""

from django.utils.translation import gettext_lazy

FIELDS = {
    "area": gettext_lazy("Area"),
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "channels": gettext_lazy("Voting by"),
    "registered": gettext_lazy("Voters on the list"),
    "longitude": gettext_lazy("Longitude"),
    "latitude": gettext_lazy("Latitude"),
    "parent": gettext_lazy("Lies in"),
    "level": gettext_lazy("Level"),
    "place": gettext_lazy("Place on the ballot"),
    "withdrawn": gettext_lazy("In use"),
}

VALUES = {
    "kind": {
        "ordinary": gettext_lazy("ordinary"),
        "mobile": gettext_lazy("mobile"),
        "ship": gettext_lazy("on a ship"),
        "abroad": gettext_lazy("abroad"),
        "postal": gettext_lazy("postal"),
        "special": gettext_lazy("special"),
        "electronic": gettext_lazy("electronic"),
        "list": gettext_lazy("list"),
        "candidate": gettext_lazy("candidate"),
        "none": gettext_lazy("none of them"),
    },
    "channels": {
        "paper": gettext_lazy("paper"),
        "machine": gettext_lazy("machine"),
        "both": gettext_lazy("paper and machine"),
        "unknown": gettext_lazy("not known"),
    },
}

KINDS = {
    "areas": gettext_lazy("Areas"),
    "stations": gettext_lazy("Stations"),
    "contests": gettext_lazy("Contests"),
    "contestants": gettext_lazy("Contestants"),
}

# code of a fault -> what is wrong, what to do
FAULTS = {
    "fault.not_a_number": (
        gettext_lazy("is not a whole number"),
        gettext_lazy("Correct the cell. What was known stays."),
    ),
    "fault.negative": (
        gettext_lazy("is below zero"),
        gettext_lazy("Correct the cell. What was known stays."),
    ),
    "fault.too_large": (
        gettext_lazy("is more than any station can have"),
        gettext_lazy("Correct the cell. What was known stays."),
    ),
    "fault.not_a_position": (
        gettext_lazy("is not a position in degrees"),
        gettext_lazy("Write degrees with a point, as 43.238. What was known stays."),
    ),
    "list.unknown_word": (
        gettext_lazy("is none of the words of this column"),
        gettext_lazy("Use one of the words, or say in a mapping what it means."),
    ),
    "list.too_long": (
        gettext_lazy("is longer than can be kept"),
        gettext_lazy("Shorten it."),
    ),
    "fault.ragged_row": (
        gettext_lazy("The row has another number of cells than the header; it is not used."),
        gettext_lazy("Look for a missing or an extra separator."),
    ),
    "fault.no_station": (
        gettext_lazy("The code of the station is missing; the row is not used."),
        gettext_lazy("Add the code."),
    ),
    "list.repeated_station": (
        gettext_lazy("An earlier row has the same code; that one is used."),
        gettext_lazy("Remove one of the two."),
    ),
    "list.no_contestant": (
        gettext_lazy("The code of the contestant is missing; the row is not used."),
        gettext_lazy("Add the code."),
    ),
    "list.repeated_contestant": (
        gettext_lazy("An earlier row has the same code; that one is used."),
        gettext_lazy("Remove one of the two, or give it a code of its own."),
    ),
    "list.not_a_place": (
        gettext_lazy("is no place on a ballot"),
        gettext_lazy("Give a whole number from 1 on."),
    ),
    "list.repeated_place": (
        gettext_lazy("is the place of another contestant of this ballot too; both are used"),
        gettext_lazy("Correct one of the two."),
    ),
}
