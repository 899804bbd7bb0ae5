"""Samples for the field: from the list to people, from people to the list, and what came back."""
