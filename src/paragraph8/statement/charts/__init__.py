"""Charts: Altair specifications made static SVG, the same bytes every time."""
