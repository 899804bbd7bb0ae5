"""Who took part: turnout as protocols record it."""
