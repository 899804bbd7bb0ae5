"""What teams report beyond stations: incidents of any hour, and the weeks before election day."""
