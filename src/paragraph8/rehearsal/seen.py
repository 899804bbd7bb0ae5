"""What the visits of a form find at their places."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.numbers import Seen, Texts
from paragraph8.rehearsal.protocols import votes_shown
from paragraph8.rehearsal.truth import Truth, counted_station

OWN_COPY = "observer_copy"
MINUTES_OF_DAY = 24 * 60


def seen_at(truth: Truth, form: str) -> Seen:
    """What the visits of this form find: true numbers, votes as counted there, and what is fixed
    by place and time."""
    visits = truth.visits[form]
    # Without a station the numbers of the first one stand in; no item of such a form uses them.
    station = visits["station"].clip(0).to_numpy()
    results = truth.country.results.drop("station")
    counted = votes_shown(OWN_COPY, truth.country.paper_votes, truth.changes)[station]
    codes = truth.facts.contestants
    return Seen(
        arrived=visits["arrived"].to_numpy(),
        departed=visits["departed"].to_numpy(),
        result={name: results[name].to_numpy()[station].astype(float) for name in results.columns},
        votes={code: counted[:, place] for place, code in enumerate(codes)},
        fixed=_fixed(truth, form, visits),
    )


def hours(minutes: NDArray[np.int64]) -> Texts:
    """Times of day such as 08:05, of minutes after midnight of any day."""
    day = minutes % MINUTES_OF_DAY
    return np.array([f"{m // 60:02}:{m % 60:02}" for m in day.tolist()], dtype=np.str_)


def _fixed(truth: Truth, form: str, visits: pl.DataFrame) -> dict[str, Texts]:
    electronic = truth.where[form].electronic
    setting = truth.country.station["setting"].to_numpy()[visits["station"].clip(0).to_numpy()]
    arrived, departed = (hours(visits[name].to_numpy()) for name in ("arrived", "departed"))
    fixed = {
        "H5": setting.astype(np.str_),
        "H6": np.where(electronic, "regular;electronic", "regular"),
        "H7": arrived,
        "H8": departed,
        "H9": visits["seen"].fill_null("start").to_numpy().astype(np.str_),
        "H13": np.where(visits["repeat"].to_numpy(), "yes", "no"),
        "H15": np.full(visits.height, "yes"),
        "E0": visits["stage"].to_numpy().astype(np.str_),
        "O22": np.where(electronic, "main;electronic", "main"),
        "T1a": np.full(visits.height, "district"),
        "T1b": arrived,
        "T1c": departed,
    }
    return fixed | _compared(truth) if form == "tabulation" else fixed


def _compared(truth: Truth) -> dict[str, Texts]:
    """The station whose count the team saw: it has the same figures at the district, or others."""
    changed = [change.station for change in truth.changes if change.before == "district"]
    other = counted_station(truth.visits).is_in(changed).to_numpy()
    return {"T22a": np.where(other, "0", "1"), "T22b": np.where(other, "1", "0")}
