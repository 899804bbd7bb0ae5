"""What observers saw: shares of their reports, each with its base and with all it leaves out."""
