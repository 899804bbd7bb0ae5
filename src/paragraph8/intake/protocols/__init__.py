"""Result protocols: a base that does the work, and declarations of what differs.

`declarations/*.toml` hold the formats of commissions; a mapping file of a user has the same form.
"""
