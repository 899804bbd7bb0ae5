"""How numbers, sources and reach are put into words; which words are never written."""
