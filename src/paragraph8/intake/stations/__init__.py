"""Lists of areas, polling stations and contestants, from any file with one row for each."""
