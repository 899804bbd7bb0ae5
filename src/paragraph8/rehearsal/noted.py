"""The table `fault` of the rehearsal: what the intake notes of reports that it cannot place."""

from collections.abc import Mapping

import polars as pl

from paragraph8.rehearsal.drawn import Drawn
from paragraph8.rehearsal.planters import Blemished
from paragraph8.rehearsal.received import SOURCE_FILE
from paragraph8.tables.contracts import BY_NAME

# A question of an old form, which no codebook has.
STRAY_ITEM, STRAY_ANSWERS = "V199", 2


def noted_faults(
    voting: Drawn, faults: Blemished, lines: Mapping[str, int], *, stray: bool
) -> pl.DataFrame:
    """Stations that the register does not have, departures before arrivals, unknown questions.

    lines   observation -> its line among all reports
    stray   two phones still had an old form
    """
    rows: list[tuple[int, str, str, str | None]] = [
        (lines[name], "H4", "observation.unknown_station", stated)
        for name, stated in faults.stated.items()
    ]
    for place, name in enumerate(voting.filled.observations):
        if faults.kinds.get(name) == "departure_before_arrival":
            typed = str(voting.filled.values["H8"][place])
            rows.append((lines[name], "H8", "observation.departed_before_arrived", typed))
    rows += [
        (lines[name], STRAY_ITEM, "observation.unknown_item", None)
        for name in voting.filled.observations[: STRAY_ANSWERS if stray else 0]
    ]
    contract = BY_NAME["fault"]
    columns = ("source_row", "column", "code", "raw")
    schema = {name: contract.schema[name] for name in columns}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return contract.shape(frame.with_columns(source_file=pl.lit(SOURCE_FILE)))
