"""What observers report: filled-in forms, from the field or from other tools, into tables."""
