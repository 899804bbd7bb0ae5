"""Reading a voter list: a confirmed mapping, a file, and the raw table that both give."""
