"""Weekly reports of the long-term observers: what they say of each region, and leave out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from paragraph8.rehearsal.events import verified
from paragraph8.rehearsal.filled import GIVEN, MISSING, PLACE_TYPES, WITHHELD, WITHHELD_CHANCES
from paragraph8.rehearsal.names import observation_name
from paragraph8.rehearsal.truth import Truth
from paragraph8.tables.codebook_reader import Item, Section, codebook_form
from paragraph8.tables.contracts import BY_NAME

WEEKS, DAYS_BEFORE_ELECTION = 5, 2
# Themes on which these regions stay silent all the time (place of the region, section).
SILENT = ((3, "media"), (7, "media"), (11, "candidates"), (14, "lists"))
LEFT_EMPTY = 0.05
# Sections that every report fills in.
ALWAYS_FILLED = ("visit_place", "summary", "visit_end")
EVIDENCE, VERIFICATION = "seen_both", "corroborated"
# Item -> the item whose number it is a part of.
PARTS = {"W4d": "W4c", "W5c": "W5b", "W6b": "W6a", "W8b": "W8a", "W8c": "W8b", "W9d": "W9c"}

Answer = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Weekly:
    """reports: observation, team (number), area, week (1..), day; answers: as the table `answer`;
    silent: area and section of the form that were planted silent."""

    reports: pl.DataFrame
    answers: pl.DataFrame
    silent: tuple[tuple[str, str], ...]


def make_weekly(truth: Truth, seed: int) -> Weekly:
    """One report a week for each region, by the team that covers it."""
    rng = np.random.default_rng([seed, truth.seed, 3])
    teams = truth.observers.team.with_row_index("number").filter("long_term")["number"]
    regions = [region.name for region in truth.facts.regions]
    silent = tuple((regions[place], section) for place, section in SILENT)
    reports, answers = [], []
    for week in range(1, WEEKS + 1):
        day = truth.facts.election_day - timedelta(7 * (WEEKS - week) + DAYS_BEFORE_ELECTION)
        for place, region in enumerate(regions):
            name = observation_name(seed, "weekly", week * 100 + place)
            reports.append((name, teams[place // 2], region, week, day))
            quiet = {section for area, section in silent if area == region}
            for section in codebook_form("weekly").sections:
                quiet |= {section.id} if rng.random() < LEFT_EMPTY else set()
                answers += [(name, *row) for row in _section(section, quiet, day, rng)]
    schema = {"observation": pl.String, "team": pl.UInt32, "area": pl.String,
              "week": pl.Int64, "day": pl.Date}  # fmt: skip
    return Weekly(
        pl.DataFrame(reports, schema=schema, orient="row"),
        pl.DataFrame(answers, schema=BY_NAME["answer"].schema, orient="row"),
        silent,
    )


def _section(
    section: Section, quiet: set[str], day: date, rng: np.random.Generator
) -> list[tuple[str, str, str | None]]:
    asked = [item for item in section.items if item.type not in PLACE_TYPES]
    if section.id in quiet and section.id not in ALWAYS_FILLED:
        return [(item.id, MISSING, None) for item in asked]
    week = {"W1a": day - timedelta(6), "W1b": day}
    evidence = dict(zip((VERIFICATION, EVIDENCE), verified(rng), strict=True))
    answers: dict[str, Answer] = {}
    for item in asked:
        if item.type in WITHHELD_CHANCES:
            answers[item.id] = (WITHHELD, None)
        elif item.type == "date":
            answers[item.id] = (GIVEN, week[item.id].isoformat())
        else:
            answers[item.id] = (GIVEN, _given(item, evidence, answers, rng))
    return [(item, state, value) for item, (state, value) in answers.items()]


def _given(
    item: Item,
    evidence: Mapping[str, str],
    answers: Mapping[str, Answer],
    rng: np.random.Generator,
) -> str:
    choices = [choice.value for choice in item.choices if choice.value != "dk"]
    for mark, word in evidence.items():
        if mark in choices:
            return word
    if choices:
        return str(rng.choice(choices))
    if item.type == "rating":
        return str(rng.choice(["1", "2", "3", "4"], p=(0.2, 0.5, 0.25, 0.05)))
    if item.type in ("yes_no", "yes_no_na"):
        return "yes" if item.id == "H15" or rng.random() < 0.8 else "no"
    if item.id in PARTS:
        whole = int(answers[PARTS[item.id]][1] or 0)
        return str(int(rng.binomial(whole, 0.7)))
    return str(int(rng.poisson(0.4 if item.problem else 3)))
