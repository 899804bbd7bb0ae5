"""Which answers say that the safety of the mission is at stake."""

SAFETY_ITEM = "X19"
NO_SAFETY = ("", "no", "dk", "na")
