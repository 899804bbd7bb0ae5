"""The audit of voter lists, measured beside DuckDB's join and beside Splink, and on a soak."""
