"""The catalogue of election commitments, and the date filter that every link must pass."""
