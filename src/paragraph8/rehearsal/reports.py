"""reports(truth, seed): what observers told, as contract tables; truth and faults kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.rehearsal.blemishes import blemish
from paragraph8.rehearsal.comments import make_comments
from paragraph8.rehearsal.drawn import Drawn, draw_forms
from paragraph8.rehearsal.events import Incidents, incident_answers, make_incidents
from paragraph8.rehearsal.noted import noted_faults
from paragraph8.rehearsal.observations import Sent, observation_rows
from paragraph8.rehearsal.planters import Blemished
from paragraph8.rehearsal.protocols import protocol_frames
from paragraph8.rehearsal.received import attachments, copied_protocols, sources_seen
from paragraph8.rehearsal.truth import Truth
from paragraph8.rehearsal.weekly import Weekly, make_weekly
from paragraph8.tables.contracts import BY_NAME


@dataclass(frozen=True)
class Reports:
    """What the mission received, as contract tables, and beside it what no table may hold.

    frames      observation, answer, incident, attachment, comment_theme, protocol,
                protocol_figure, protocol_vote, reporting, fault
    comments    observation, item, language, text: for clients that send reports, never for tables
    blemishes   observation, kind: planted faults of forms
    incidents, weekly   which reports speak of one event; which region is silent on what
    drawn       form -> visits and answers, before they became rows
    """

    frames: Mapping[str, pl.DataFrame]
    comments: pl.DataFrame
    blemishes: pl.DataFrame
    incidents: Incidents
    weekly: Weekly
    drawn: Mapping[str, Drawn]


def reports(truth: Truth, seed: int, *, blemished: bool = True) -> Reports:
    """What observers report of this truth. The same truth and seed give the same reports.

    blemished   false leaves out the planted faults of forms, late phones, corrections, photographs
                sent twice and answers to unknown questions
    """
    rng = np.random.default_rng([seed, truth.seed, 4])
    drawn = draw_forms(truth, seed)
    faults = blemish(truth, drawn, seed) if blemished else Blemished()
    incidents, weekly = make_incidents(truth, seed), make_weekly(truth, seed)
    sent = Sent(drawn, faults, incidents, weekly)
    observation = observation_rows(truth, sent, rng, slow_phones=blemished)
    order = observation.sort("received", "observation")["observation"]
    lines = {name: line for line, name in enumerate(order, start=1)}
    count = drawn["counting"]
    own = copied_protocols(truth, count, observation, lines)
    sources = sources_seen(truth, count, rng)
    others = protocol_frames(truth.facts, truth.country, sources, truth.changes)
    themes, comments = make_comments(drawn, rng)
    frames = {
        "observation": observation,
        "answer": _answers(truth, sent),
        "incident": incidents.reports.rename({"observation": "incident", "category": "categories"}),
        "attachment": attachments(count, seed, sent_twice=blemished),
        "comment_theme": themes,
        "reporting": _reporting(truth, observation),
        "fault": noted_faults(drawn["voting"], faults, lines, stray=blemished),
        **{name: pl.concat([own[name], others[name]]) for name in own},
    }
    shaped = {name: BY_NAME[name].shape(frame) for name, frame in frames.items()}
    return Reports(shaped, comments, faults.table(), incidents, weekly, drawn)


def _answers(truth: Truth, sent: Sent) -> pl.DataFrame:
    voting = sent.drawn["voting"].filled
    parts = [one.filled.frame() for one in sent.drawn.values()]
    for second in sent.faults.seconds:
        other = pl.when(pl.col("value") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes"))
        changed = pl.when(pl.col("item") == second.item).then(other).otherwise(pl.col("value"))
        rows = voting.rows(second.place, second.observation)
        parts.append(rows.with_columns(value=changed))
    parts += [
        incident_answers(sent.incidents, truth.facts.election_day.isoformat()),
        sent.weekly.answers,
    ]
    return pl.concat(parts)


def _reporting(truth: Truth, observation: pl.DataFrame) -> pl.DataFrame:
    """Expected by the plan, and received; a report that a correction replaced is not counted."""
    planned = truth.observers.deployment.group_by("form").agg(expected=pl.len())
    kept = observation.filter(pl.col("replaced_by").is_null())
    counted = kept.group_by("form").agg(received=(~pl.col("late")).sum(), late=pl.col("late").sum())
    return counted.join(planned, on="form", how="left").with_columns(
        election=pl.lit(truth.facts.election),
        expected=pl.col("expected").fill_null(0),
        pending=pl.lit(0),
        excluded=pl.lit(0),
    )
