"""Tables in, a Result out. One folder per question; `catalogue` lists them all."""
