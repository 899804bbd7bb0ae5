"""Clerical review: people compare a sample of pairs, blind, and the counts are corrected by it."""
