"""Audit of voter lists: lists with names go in, aggregates and a sealed case file come out."""
