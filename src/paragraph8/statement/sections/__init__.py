"""The sections of a statement: what stands in each beside the accepted findings."""
