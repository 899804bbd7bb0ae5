"""What is kept for good: the journal of what people did, the hash chains, the bytes of files."""
