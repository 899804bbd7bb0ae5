"""Measure how often the matching errs on invented lists, and write the rates that are shipped.

    python tools/measure_error_rates.py

Takes a few minutes. The rates give the bounds of an audit that nobody reviewed; they are labelled
as simulated wherever they are shown. Run it again whenever keys, weights or matching change.
"""

import sys
from pathlib import Path

from paragraph8.voterlist.review.measured import (
    CASES,
    PEOPLE,
    SEEDS,
    measure_duplicates,
    measure_lists,
)
from paragraph8.voterlist.review.rates import RATES, ErrorRates, pooled, rates_text, versions
from paragraph8.voterlist.review.simulated import SimulatedRun

FILE = Path(__file__).resolve().parent.parent / "src/paragraph8/voterlist/review" / RATES


def main() -> None:
    lists: dict[str, SimulatedRun] = {}
    romanised: dict[str, SimulatedRun] = {}
    duplicates: dict[str, SimulatedRun] = {}
    for case in CASES:
        sys.stderr.write(f"{case.name}\n")
        every = [case.settings(seed) for seed in SEEDS]
        runs = pooled([measure_lists(settings) for settings in every])
        (romanised if case.romanised else lists)[case.name] = runs
        if not case.romanised:
            duplicates[case.name] = pooled([measure_duplicates(settings) for settings in every])
    rates = ErrorRates(*versions(), PEOPLE, SEEDS, lists, romanised, duplicates)
    FILE.write_text(rates_text(rates), encoding="utf-8")


if __name__ == "__main__":
    main()
