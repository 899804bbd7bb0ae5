"""The server as a whole: settings, addresses, safety at the start, and how it is run."""
