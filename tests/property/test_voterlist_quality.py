"""Invariants of the tests of one list: order, doubling, intervals, and chance as it falls."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.generate import NO_ERRORS, Blemishes, Settings, one_list
from paragraph8.voterlist.quality.chance import count_range, poisson_interval
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.order import misplaced
from paragraph8.voterlist.quality.registry import BY_ID
from paragraph8.voterlist.quality.rows import KEY, NOT_RUN
from paragraph8.voterlist.quality.run import list_tests
from paragraph8.voterlist.quality.suppress import suppress
from paragraph8.voterlist.records import make_records

DAY = date(2004, 9, 19)
# L17 tells the order of the list; serial numbers stand for nothing once rows are moved.
BY_ORDER = ("L17",)
CONTENT = tuple(test for test in BY_ID if test not in BY_ORDER)
few = settings(max_examples=5, deadline=None)
many = settings(max_examples=60, deadline=None)


def results(
    entries: pl.DataFrame, tests: tuple[str, ...] = CONTENT, extras: Extras | None = None
) -> pl.DataFrame:
    engine = open_duck(None)
    numbered = entries.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64))
    engine.put("list_raw", numbered)
    engine.put("spelling", make_records(engine, {"list": "dmy"}).spelling)
    context = Context(DAY, id_kind="iin", legal_max_station=200)
    return list_tests(engine, context, extras, tests=[BY_ID[test] for test in tests]).rows


def population(entries: pl.DataFrame) -> pl.DataFrame:
    areas = entries["area"].unique().drop_nulls().sort()
    return pl.DataFrame(
        [
            (area, sex, low, high, 90.0, 9.0)
            for area in areas
            for sex in ("male", "female")
            for low, high in ((18, 39), (40, 59), (60, None))
        ],
        ["area", "sex", "age_low", "age_high", "persons", "uncertainty"],
        orient="row",
    )


@st.composite
def lists(draw: st.DrawFn) -> pl.DataFrame:
    chosen = Settings(
        people=draw(st.integers(1, 300)),
        seed=draw(st.integers(0, 2**31)),
        stations=draw(st.integers(1, 4)),
        stock=draw(st.sampled_from(["rich", "poor"])),
    )
    blemishes = Blemishes(*[0.02] * 10, crowded_addresses=1, crowd=15, serial_gaps=2)
    return one_list(chosen, 0.05, blemishes).entries


def equal(one: pl.DataFrame, other: pl.DataFrame) -> None:
    one, other = one.drop("note"), other.drop("note")
    assert one.select(KEY).equals(other.select(KEY))
    numbers = pl.selectors.numeric()
    a, b = (frame.select(numbers).to_numpy().astype(float) for frame in (one, other))
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)


@few
@given(lists(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_only_what_tells_the_order(entries, random):
    extras = Extras(population=population(entries))
    moved = list(range(entries.height))
    random.shuffle(moved)
    equal(results(entries, extras=extras), results(entries[moved], extras=extras))


@few
@given(lists())
def test_a_list_entered_twice_has_every_entry_again(entries):
    once, twice = results(entries), results(pl.concat([entries, entries]))
    whole = {"area": "all", "station": "all", "group": "all"}

    def n(found: pl.DataFrame, test: str, measure: str) -> int:
        return found.filter(test=test, measure=measure, **whole)["n"].item()

    size = entries.height
    exact = n(once, "L01", "surplus")
    assert n(twice, "L01", "surplus") == exact + size
    numbers = entries["number"].drop_nulls()
    assert n(twice, "L02", "surplus") == 2 * len(numbers) - numbers.n_unique()
    # Of a group of m entries C(2m, 2) = 4 C(m, 2) + m.
    named = once.filter(test="L03", measure="rate_per_1000")["denominator"].item()
    assert n(twice, "L03", "pairs") == 4 * n(once, "L03", "pairs") + named
    shares = ("missing", "unusable", "no_such_date", "over_105", "bad_check_digit", "damaged")
    counts = [f.filter(pl.col("measure").is_in(shares)).sort(KEY) for f in (once, twice)]
    assert (counts[0]["n"] * 2).equals(counts[1]["n"])
    assert counts[0]["value"].to_list() == pytest.approx(counts[1]["value"].to_list())


@few
@given(lists())
def test_values_lie_in_their_intervals_and_counts_in_their_bases(entries):
    found = results(entries, tuple(BY_ID), Extras(population=population(entries)))
    assert (found["n"].drop_nulls() >= 0).all()
    known = found.drop_nulls(["value", "low", "high"])
    slack = 1e-9
    assert known.filter(pl.col("low") > pl.col("value") + slack).is_empty()
    assert known.filter(pl.col("high") < pl.col("value") - slack).is_empty()
    ranges = found.drop_nulls(["expected", "expected_low", "expected_high"])
    assert ranges.filter(pl.col("expected_low") > pl.col("expected_high")).is_empty()
    of_entries = found.filter(pl.col("unit").str.starts_with("per 1"))
    assert of_entries.filter(pl.col("n") > pl.col("denominator")).is_empty()
    assert found.select(KEY).is_duplicated().sum() == 0
    assert found.filter(pl.col("measure") != NOT_RUN)["unit"].null_count() == 0


@few
@given(lists())
def test_stations_add_up_to_areas_and_areas_to_the_list(entries):
    found = results(entries).filter(group="all").drop_nulls("n")
    # Pairs of two stations are in no station.
    found = found.filter(~pl.col("measure").str.contains("pairs|growth"))
    keys = ["test", "measure"]
    whole = found.filter(area="all", station="all")
    areas = found.filter(pl.col("area") != "all", pl.col("station") == "all")
    stations = found.filter(pl.col("station") != "all")
    for parts, total in ((areas, whole), (stations, areas)):
        by = keys if total is whole else [*keys, "area"]
        sums = parts.group_by(by).agg(pl.col("n", "denominator").sum())
        joined = sums.join(total.select(*by, "n", "denominator"), on=by, suffix="_all")
        assert joined.height == sums.height or total is areas
        assert (joined["n"] == joined["n_all"]).all()
        assert (joined["denominator"] == joined["denominator_all"]).all()


def test_as_many_namesakes_as_chance_says_nineteen_times_in_twenty():
    level, rounds = 0.95, 30
    inside, seen, expected, variance = 0, 0, 0.0, 0.0
    for seed in range(rounds):
        chosen = Settings(
            people=25_000, seed=seed, cultures={"kazakh": 1.0}, stock="poor",
            electronic_errors=NO_ERRORS,
        )  # fmt: skip
        entries = one_list(chosen, 0.0).entries
        pairs = results(entries, ("L03",)).filter(measure="pairs").row(0, named=True)
        inside += pairs["expected_low"] <= pairs["n"] <= pairs["expected_high"]
        seen, expected = seen + pairs["n"], expected + pairs["expected"]
        variance += pairs["expected"]
    # Counts are whole, so that the range covers a little more than it says.
    assert binom.cdf(inside, rounds, level) > 0.01, inside
    assert expected > 150
    assert abs(seen - expected) < 3 * variance**0.5, (seen, expected)


@many
@given(st.floats(0, 1e5), st.floats(0, 1e6), st.sampled_from([0.5, 0.95, 0.999]))
def test_a_range_of_counts_holds_its_mean_and_widens_with_the_level(mean, excess, level):
    low, high = count_range(mean, mean + excess, level)
    assert 0 <= low <= high
    assert low <= mean + 1 or excess > mean
    wider = count_range(mean, mean + excess, (1 + level) / 2)
    assert wider[0] <= low
    assert high <= wider[1]


@many
@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.95, 0.999]))
def test_an_exact_interval_holds_its_count(count, level):
    low, high = poisson_interval([count], level)
    assert low[0] <= count <= high[0]


@many
@given(st.lists(st.integers(0, 20), max_size=60))
def test_what_is_left_in_order_never_falls(keys):
    out = misplaced(pl.Series(keys, dtype=pl.Int64)).to_list()
    left = [key for key, gone in zip(keys, out, strict=True) if not gone]
    assert left == sorted(left)
    # No entry that was taken out could have stayed.
    for place, gone in enumerate(out):
        if gone:
            back = [k for at, k in enumerate(keys) if at == place or not out[at]]
            assert back != sorted(back)


@few
@given(lists(), st.integers(2, 12))
def test_no_hidden_count_is_had_by_subtraction(entries, k):
    found = results(entries, ("L01", "L06", "L08", "L10", "L21"))
    shown = suppress(found, k)
    assert shown.filter(pl.col("n").is_between(1, k - 1), pl.col("unit") != "stations").is_empty()
    counted = shown.join(found.select(*KEY, was="n"), on=KEY).drop_nulls("was")
    places = [
        (["area"], pl.col("station") == "all"),
        (["station"], pl.col("area") != "all"),
    ]
    for (column,), where in places:
        keys = [key for key in KEY if key != column]
        for _, rows in counted.filter(where).group_by(keys):
            parts = rows.filter(pl.col(column) != "all")
            if rows.height > parts.height > 0:
                assert rows["n"].null_count() != 1
