"""A server without the internet: its certificates, its addresses, and how phones trust it."""
