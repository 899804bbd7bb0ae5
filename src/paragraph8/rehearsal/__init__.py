"""An invented truth and reports of it, as contract tables: for demonstration, tests and load alike.

`truth(seed)` makes what happened, `reports(truth, seed)` what observers told of it. All of it is
simulated; published facts of 19 September 2004 stand in `facts.toml`, each with its source.
"""
