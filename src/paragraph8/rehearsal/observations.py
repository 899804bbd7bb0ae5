"""The table `observation` of the rehearsal: who sent what from where, and when it was received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

import numpy as np
import polars as pl

from paragraph8.rehearsal.drawn import Drawn
from paragraph8.rehearsal.events import Incidents
from paragraph8.rehearsal.planters import Blemished
from paragraph8.rehearsal.routes import CLOSING
from paragraph8.rehearsal.seen import MINUTES_OF_DAY
from paragraph8.rehearsal.truth import Truth
from paragraph8.rehearsal.weekly import Weekly
from paragraph8.tables.codebook_reader import codebook_form
from paragraph8.tables.contracts import BY_NAME

ZONE = timezone(timedelta(hours=6))
# The statement counts what was there at ten in the morning after election day.
FREEZE_MINUTES = 10 * 60
LATE_PHONES, TYPICAL_DELAY_MINUTES, LATE_DELAY_MINUTES = 0.025, 18, 1100
# What a form gives only if it asks these items.
GIVEN_BY = {"arrived": "H7", "departed": "H8", "seen": "H9", "setting": "H5", "repeat": "H13"}
SCHEMA = {
    **{name: dtype for name, dtype in BY_NAME["observation"].schema.items()
       if name not in ("received", "late", "excluded")},
    # Minutes after midnight of election day; the report that this one repeats or corrects.
    "sent": pl.Int64, "follows": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """What the teams sent: forms of election day with the faults in them, incidents, weeks."""

    drawn: Mapping[str, Drawn]
    faults: Blemished
    incidents: Incidents
    weekly: Weekly


def observation_rows(
    truth: Truth, sent: Sent, rng: np.random.Generator, *, slow_phones: bool
) -> pl.DataFrame:
    """The table `observation`. slow_phones: some reports come a day later."""
    forms = {form: _of_form(truth, form, one, sent.faults) for form, one in sent.drawn.items()}
    rows = pl.concat(
        [
            *forms.values(),
            _seconds(forms["voting"], sent.faults),
            _of_incidents(truth, sent.incidents),
            _of_weeks(truth, sent.weekly),
        ]
    )
    corrected = {
        sent.drawn["voting"].filled.observations[second.place]: second.observation
        for second in sent.faults.seconds
        if second.corrects
    }
    by = pl.col("observation").replace_strict(corrected, default=None, return_dtype=pl.String)
    rows = _received(truth, rows, rng, slow_phones=slow_phones).with_columns(replaced_by=by)
    return BY_NAME["observation"].shape(rows)


def _shaped(
    truth: Truth, form: str, visits: pl.DataFrame, **columns: pl.Expr | pl.Series
) -> pl.DataFrame:
    """Rows with the columns of SCHEMA; those not given are null."""
    common: dict[str, pl.Expr | pl.Series] = {
        "election": pl.lit(truth.facts.election),
        "form": pl.lit(form),
        "version": pl.lit("1"),
        "entry": pl.lit("phone"),
        "team": truth.observers.team["team"].gather(visits["team"]),
    }
    made = visits.with_columns(**common, **columns)
    return made.select(
        (pl.col(name) if name in made.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in SCHEMA.items()
    )


def _of_form(truth: Truth, form: str, one: Drawn, faults: Blemished) -> pl.DataFrame:
    visits = one.visits
    register = truth.country.station[visits["station"].clip(0).to_list()]
    stated = pl.Series(
        [faults.stated.get(name) for name in one.filled.observations], dtype=pl.String
    )
    named = (visits["station"] >= 0) & stated.is_null()
    asks = {item.id for item in codebook_form(form).items}
    unasked = [column for column, item in GIVEN_BY.items() if item not in asks]
    day = pl.lit(truth.facts.election_day) + pl.duration(days=pl.col("arrived") // MINUTES_OF_DAY)
    return _shaped(
        truth,
        form,
        visits,
        station=pl.when(named).then(register["station"]),
        station_stated=stated,
        area=pl.when(~named).then(pl.col("area")),
        setting=register["setting"],
        day=day,
        sent=pl.max_horizontal("arrived", "departed"),
    ).with_columns(pl.lit(None, dtype=SCHEMA[column]).alias(column) for column in unasked)


def _seconds(voting: pl.DataFrame, faults: Blemished) -> pl.DataFrame:
    """Reports that came once more: of the call centre, or as the team's own correction."""
    rows = voting[[second.place for second in faults.seconds]]
    corrects = pl.Series([second.corrects for second in faults.seconds], dtype=pl.Boolean)
    names = pl.Series([second.observation for second in faults.seconds], dtype=pl.String)
    return rows.with_columns(
        follows=pl.col("observation"),
        observation=names,
        entry=pl.when(corrects).then(pl.lit("phone")).otherwise(pl.lit("call_centre")),
    )


def _of_incidents(truth: Truth, incidents: Incidents) -> pl.DataFrame:
    reported = incidents.reports
    codes = truth.country.station["station"].gather(reported["station"].clip(0))
    there = pl.col("station") >= 0
    return _shaped(
        truth,
        "incident",
        reported,
        station=pl.when(there).then(codes),
        area=pl.when(~there).then(pl.col("area")),
        day=pl.lit(truth.facts.election_day),
        sent=pl.col("minute"),
    )


def _of_weeks(truth: Truth, weekly: Weekly) -> pl.DataFrame:
    days = (pl.col("day") - pl.lit(truth.facts.election_day)).dt.total_days()
    return _shaped(truth, "weekly", weekly.reports, sent=days * MINUTES_OF_DAY + CLOSING)


def _received(
    truth: Truth, rows: pl.DataFrame, rng: np.random.Generator, *, slow_phones: bool
) -> pl.DataFrame:
    """Adds received and late. A report comes soon after the visit, from a slow phone a day later,
    and what follows another report after that one."""
    n = rows.height
    delay = rng.exponential(TYPICAL_DELAY_MINUTES, n)
    if slow_phones:
        slow = rng.random(n) < LATE_PHONES
        delay = np.where(slow, LATE_DELAY_MINUTES + rng.exponential(200, n), delay)
    rows = rows.with_columns(
        minutes=pl.col("sent") + pl.Series(delay).cast(pl.Int64),
        again=pl.Series(rng.integers(10, 90, n)),
    )
    first = rows.select(follows="observation", first="minutes")
    rows = rows.join(first, on="follows", how="left", maintain_order="left")
    came = pl.coalesce(pl.col("first") + pl.col("again"), "minutes")
    midnight = datetime.combine(truth.facts.election_day, time(), ZONE).astimezone(UTC)
    stamp = pl.lit(midnight.replace(tzinfo=None)) + pl.duration(minutes=came)
    return rows.with_columns(
        received=stamp.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        late=came > MINUTES_OF_DAY + FREEZE_MINUTES,
    )
