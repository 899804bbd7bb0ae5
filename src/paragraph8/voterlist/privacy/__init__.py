"""What keeps names inside: pseudonyms, the sealed case file, the working folder and its end."""
