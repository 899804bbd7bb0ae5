"""Quality of one list: registered tests, each with its definition, denominator and null."""
