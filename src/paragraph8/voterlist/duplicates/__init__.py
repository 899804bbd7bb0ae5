"""Second entries of one person inside one list, told apart from families and from chance."""
