"""Load on the intake of reports, and what is left after the server, its database or power is cut.

    python -m benchmarks.intake.bench    figures beside their aims (part of make bench)
    python -m benchmarks.intake.soak     the long runs (make soak)

Everything runs on loopback, in temporary folders, with servers that the run itself starts.
"""
