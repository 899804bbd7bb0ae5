"""The rehearsal mission under several seeds: its tables are what intake makes of such reports."""

from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers import rehearsal
from paragraph8.intake.observations.reports import Report, report_frames
from paragraph8.rehearsal.mission import rehearsal_tables, tables_of
from paragraph8.rehearsal.reports import reports
from paragraph8.tables.check import check_frames
from paragraph8.tables.codebook_reader import codebook_form
from paragraph8.tables.tables import Tables

# A mission takes a second to make; of these each is made once.
SEEDS = st.integers(0, 9)
# Smaller seeds are no simpler missions: nothing to shrink.
few = settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
INTEGERS = ("integer", "decimal", "votes")
REASONS = ("not_on_list", "other_station", "no_valid_id", "already_signed", "list_problem", "other")
FASTEST = 120 / 60  # kilometres a minute on empty roads


@cache
def undisturbed(seed: int) -> Tables:
    """Without planted faults."""
    _, truth, _ = rehearsal(seed)
    return tables_of(truth, reports(truth, seed, blemished=False))


def answers(tables: Tables, form: str, *items: str) -> pl.DataFrame:
    """The observations of a form with one column for each of these items, null if not given."""
    observations = tables["observation"].filter(pl.col("form") == form)
    given = tables["answer"].filter(pl.col("state") == "given", pl.col("item").is_in(items))
    for item in items:
        one = given.filter(pl.col("item") == item).select("observation", value_of(item))
        observations = observations.join(one, on="observation", how="left")
    return observations


def value_of(item: str) -> pl.Expr:
    return pl.col("value").alias(item)


def numbers(tables: Tables, form: str, *items: str) -> pl.DataFrame:
    """The same, as whole numbers, of observations that give all of them."""
    frame = answers(tables, form, *items).with_columns(pl.col(items).cast(pl.Int64))
    return frame.drop_nulls(items)


@few
@given(SEEDS)
def test_tables_keep_their_contracts(seed):
    assert check_frames(rehearsal(seed)[0].frames) == []
    assert check_frames(undisturbed(seed).frames) == []


# What the intake would make of it


def report(row: dict[str, object], line: int, cells: pl.DataFrame, types: dict[str, str]) -> Report:
    """A row of `observation` as the report that a phone would have sent."""
    texts = {}
    for item, state, value in cells.select("item", "state", "value").iter_rows():
        node = item.replace("C41_votes-", "C41_votes_")
        if state == "dk" and types.get(item) in INTEGERS:
            texts[f"{node}_dk"] = "dk"
        else:
            said = (value or "").replace(";", " ")
            texts[node] = {"dk": "dk", "na": "na", "withheld": "free words"}.get(state, said)
    incident = row["form"] == "incident"
    if row["station"]:
        texts["X3a" if incident else "H4"] = row["station"]
    if row["station_stated"]:
        texts |= {"H4": "other", "H4x": row["station_stated"]}
    if row["area"]:
        texts["X2a" if incident else "H3"] = row["area"]
    begun = texts.get("H7") or texts.get("T1b") or texts.get("X1b") or "12:00"
    texts["start"] = f"{row['day']}T{begun}:00.000+06:00"
    return Report(
        *(row[name] for name in ("observation", "form", "version", "team", "received", "entry")),
        row["late"], None, row["replaced_by"], texts, None, "reports", line, row["election"], "",
    )  # fmt: skip


@few
@given(SEEDS)
def test_the_intake_makes_the_same_tables_of_such_reports(seed):
    tables, truth, told = rehearsal(seed)
    types = dict(tables["form_item"].select("item", "type").rows())
    cells = tables["answer"].partition_by("observation", as_dict=True)
    rows = tables["observation"].sort("received", "observation").to_dicts()
    sent = [report(row, n, cells[row["observation"],], types) for n, row in enumerate(rows, 1)]
    stray = told.drawn["voting"].filled.observations[:2]
    for one in sent:
        one.answers.update({"V199": "yes"} if one.observation in stray else {})
    made = report_frames(
        sent,
        stations=tables["station"],
        contestants=tables["contestant"],
        election=truth.facts.election,
        election_day=truth.facts.election_day,
    )
    copies = told.frames["protocol"].filter(pl.col("source") == "observer_copy")
    for name in ("observation", "answer", "incident", "fault"):
        assert made[name].equals(told.frames[name]), name
    assert made["protocol"].equals(copies)
    for name in ("protocol_figure", "protocol_vote"):
        own = told.frames[name].join(copies, on="protocol", how="semi")
        assert made[name].equals(own.sort(made[name].columns[:3])), name


@few
@given(SEEDS)
def test_every_answer_is_one_that_the_form_offers(seed):
    tables = rehearsal(seed)[0]
    forms = dict(tables["observation"].select("observation", "form").rows())
    kinds = tables["answer"].with_columns(
        form=pl.col("observation").replace_strict(forms),
        item=pl.col("item").str.replace("-.*", ""),
    )
    for form in kinds["form"].unique():
        of_form = kinds.filter(pl.col("form") == form)
        items = {item.id: item for item in codebook_form(form).items}
        assert set(of_form["item"]) == {
            i for i, item in items.items() if item.type not in ("team", "area", "station")
        }
        for item, state, value in of_form.select("item", "state", "value").unique().iter_rows():
            assert is_offered(items[item], state, value), (item, state, value)


def is_offered(item, state, value):
    choices = {choice.value for choice in item.choices}
    yes_no = item.type in ("yes_no", "yes_no_na")
    match state:
        case "skipped":
            return item.asked_if is not None
        case "withheld":
            return item.type in ("text", "photo", "position")
        case "dk":
            return yes_no or item.type in ("rating", *INTEGERS) or "dk" in choices
        case "na":
            return item.type == "yes_no_na"
        case "given" if yes_no:
            return value in ("yes", "no")
        case "given" if item.type == "rating":
            return value in ("1", "2", "3", "4")
        case "given" if item.type in INTEGERS:
            return value.isdecimal()
        case "given" if choices:
            words = value.split(";")
            return set(words) <= choices - {"dk"} and (item.type == "many_of" or len(words) == 1)
        case "given":
            return item.type in ("time", "date")
    return state == "missing"


# Numbers


@few
@given(SEEDS)
def test_numbers_on_the_forms_agree_with_each_other(seed):
    tables = undisturbed(seed)
    wholes = {
        "voting": [("H12b", "H12a"), ("H11a", "H11b"), ("V25c", "V25a")],
        "evoting": [("E1b", "E1a"), ("E11a", "E11b")],
        "tabulation": [("T20b", "T20a")],
        "weekly": [("W4d", "W4c"), ("W5c", "W5b"), ("W6b", "W6a"), ("W8c", "W8b"), ("W9d", "W9c")],
        "mobile": [("M4b", "M4a")],
    }
    for form, pairs in wholes.items():
        for part, whole in pairs:
            both = numbers(tables, form, part, whole)
            assert both.height > 5
            assert (both[part] <= both[whole]).all(), (part, whole)
    reasons = [f"V25b_{reason}" for reason in REASONS]
    turned_away = numbers(tables, "voting", "V25a", *reasons)
    assert turned_away.height > 100
    assert (turned_away.select(pl.sum_horizontal(reasons)).to_series() == turned_away["V25a"]).all()
    names = ("O22_main", "O22_electronic", "O23")
    lists = answers(tables, "opening", *names).drop_nulls(names)
    assert {*lists["O23"]} == {"yes", "no"}
    assert ((lists["O22_main"] == lists["O22_electronic"]) == (lists["O23"] == "yes")).all()
    count = numbers(tables, "counting", "C9", "C41_ballots_in_box", "C17a")
    assert (count["C41_ballots_in_box"] - count["C9"] == count["C17a"]).all()


@few
@given(SEEDS)
def test_numbers_on_the_forms_agree_with_the_true_result(seed):
    tables, truth, _ = rehearsal(seed)
    true = truth.country.results.join(tables["station"].select("station"), on="station")
    voters = true["registered"] + true["added"]
    assert (true["voted"] <= voters).all()
    assert (true["issued"] + true["unused"] + true["spoiled"] == true["received"]).all()
    assert (true["unused"] >= 0).all()
    voting = numbers(undisturbed(seed), "voting", "H10", "H11b", "V26").join(true, on="station")
    assert (voting["H11b"] <= voting["voted"]).all()
    assert (voting["V26"] <= voting["added"]).all()
    assert (voting["H10"] == voting["registered"]).all()


# Places and times


@few
@given(SEEDS)
def test_nobody_is_in_two_places(seed):
    tables = undisturbed(seed)
    visits = (
        tables["observation"]
        .filter(pl.col("form").is_in(["opening", "voting", "counting"]))
        .join(tables["station"].select("station", "longitude", "latitude"), on="station")
        .sort("team", "arrived")
    )
    assert visits.height > 1500
    assert (visits["departed"] > visits["arrived"]).all()
    legs = visits.with_columns(
        pl.col("departed", "longitude", "latitude").shift(1).over("team").name.prefix("before_")
    ).drop_nulls("before_departed")
    minutes = (legs["arrived"] - legs["before_departed"]).to_numpy()
    north = 111.2 * (legs["latitude"] - legs["before_latitude"]).to_numpy()
    shrink = np.cos(np.radians(legs["latitude"].to_numpy()))
    east = 111.2 * shrink * (legs["longitude"] - legs["before_longitude"]).to_numpy()
    assert (minutes >= 0).all()
    assert (np.hypot(north, east) <= FASTEST * minutes).all()


@few
@given(SEEDS)
def test_counts_pass_midnight_and_reports_come_after_the_visit(seed):
    tables = rehearsal(seed)[0]
    observations = tables["observation"].with_columns(
        came=pl.col("received").str.to_datetime("%Y-%m-%dT%H:%M:%SZ"),
        left=pl.col("day").cast(pl.Datetime)
        + pl.duration(minutes=pl.max_horizontal("arrived", "departed"))
        - pl.duration(hours=6),
    )
    assert (observations["came"] >= observations["left"]).drop_nulls().all()
    counts = observations.filter(pl.col("form") == "counting")
    assert (counts["departed"] > 24 * 60).sum() > 10
    assert (counts["departed"] - counts["arrived"] < 12 * 60).all()
    # Ten in the morning in Astana.
    assert (observations["late"] == (observations["received"] >= "2004-09-20T04:01:00Z")).all()
    assert observations["late"].any()


@few
@given(SEEDS)
def test_an_add_on_belongs_to_a_form_of_the_same_team_place_and_hour(seed):
    tables = rehearsal(seed)[0]
    stages = answers(tables, "evoting", "E0").join(
        tables["station"].select("station", "channels"), on="station"
    )
    assert stages.height > 250
    assert set(stages["channels"]) == {"both"}
    key = ["team", "station", "arrived"]
    alone = stages.join(
        tables["observation"], left_on=[*key, "E0"], right_on=[*key, "form"], how="anti"
    )
    assert alone.is_empty()


@pytest.mark.parametrize("seed", [2004, 7])
def test_a_seed_gives_the_same_tables_and_another_gives_others(seed):
    again, other = rehearsal_tables(seed)[0], rehearsal(seed + 1)[0]
    for name, frame in rehearsal(seed)[0].frames.items():
        assert frame.equals(again[name]), name
    for name in ("station", "team", "observation", "answer", "protocol_vote"):
        assert not again[name].equals(other[name]), name
