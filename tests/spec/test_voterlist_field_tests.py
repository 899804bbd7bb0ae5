"""Field tests of a voter list against the literature: estimators, draws, and Cambodia 2013."""

from collections.abc import Mapping
from functools import cache
from math import inf, sqrt

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import table
from paragraph8.analysis.stats.dual_system import LIMITS as DUAL_LIMITS
from paragraph8.analysis.stats.dual_system import dual_system
from paragraph8.analysis.stats.intervals import wilson
from paragraph8.analysis.stats.survey import (
    Sample,
    intraclass_correlation,
    lone_clusters,
    sample_size,
    share_interval,
    weighted_ratio,
)
from paragraph8.analysis.voterlist.field_bases import (
    added,
    difference,
    field_share,
    figures_in_one_column,
    one_column,
)
from paragraph8.analysis.voterlist.field_tests import COMPLETE, LIMITS, LONE, NAME, field_tests
from paragraph8.kernel.figure import Figure, Interval, Kind
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.result import Result
from paragraph8.statement.wording.guard import check_text
from paragraph8.tables.contracts_voterlist import FIELD_TESTS, LIST_VISIT
from paragraph8.tables.tables import Tables
from paragraph8.voterlist.fieldwork.draw import StationPlan, draw_entries

# Households of a census tract: persons, males, persons who had seen a doctor in the last year.
# Cochran, Sampling Techniques (3rd ed., 1977), sec. 3.12, table 3.5.
PERSONS = [5, 6, 3, 3, 2, 3, 3, 3, 4, 4, 3, 2, 7, 4, 3, 5, 4, 4, 3, 3, 4, 3, 3, 1, 2, 4, 3, 4, 2, 4]
MALES = [1, 3, 1, 1, 1, 1, 1, 1, 2, 3, 2, 1, 3, 3, 2, 3, 3, 3, 2, 1, 1, 2, 2, 0, 1, 3, 1, 2, 1, 2]
SAW_DOCTOR = [
    5,
    0,
    2,
    3,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    4,
    1,
    2,
    0,
    0,
    1,
    3,
    2,
    0,
    0,
    0,
    2,
    2,
    0,
    2,
    0,
    1,
]
# Grade point averages in 5 of 100 suites of 4 students.
# Lohr, Sampling: Design and Analysis (2nd ed., 2010), example 5.2 and the table of sec. 5.2.2.
SUITES = """
    suite a    b    c    d
    1     3.08 2.60 3.44 3.04
    2     2.36 3.04 3.28 2.68
    3     2.00 2.56 2.52 1.88
    4     3.00 2.88 3.44 3.64
    5     2.68 1.92 3.28 3.20
    """


def by_person(of_household: list[int]) -> tuple[np.ndarray, list[str]]:
    """A row for each person: 1 for the first so many of the household; and the household."""
    marks = [int(n < k) for size, k in zip(PERSONS, of_household, strict=True) for n in range(size)]
    households = [str(h) for h, size in enumerate(PERSONS) for _ in range(size)]
    return np.array(marks, dtype=float), households


def one_stratum(clusters: list[str], frame: Mapping[str, int] | None = None) -> Sample:
    return Sample(["all"] * len(clusters), clusters, np.full(len(clusters), 20.0), frame or {})


def grades() -> tuple[np.ndarray, list[str]]:
    columns = table(SUITES)
    values = [float(columns[student][row]) for row in range(5) for student in "abcd"]
    return np.array(values), [str(suite) for suite in columns["suite"] for _ in range(4)]


# Estimators


@pytest.mark.parametrize(
    ("of_household", "share", "variance", "binomial"),
    [(SAW_DOCTOR, 30 / 104, 0.00520, 0.00197), (MALES, 53 / 104, 0.00114, 0.00240)],
)
def test_share_in_clusters_of_unequal_size_by_cochran(of_household, share, variance, binomial):
    """Doctors are seen by households; every household has about as many males as females. The
    formula for independent persons is wrong in both directions."""
    marks, households = by_person(of_household)
    found = weighted_ratio(marks, np.ones(104), one_stratum(households))
    assert found.ratio == pytest.approx(share)
    assert found.standard_error**2 == pytest.approx(variance, abs=1e-5)
    assert share * (1 - share) / 104 == pytest.approx(binomial, abs=5e-6)
    assert found.design_effect == pytest.approx(variance / binomial, rel=0.02)
    assert (found.rows, found.clusters, found.degrees_of_freedom) == (104, 30, 29)


def test_mean_of_clusters_with_correction_by_lohr():
    values, suites = grades()
    found = weighted_ratio(values, np.ones(20), one_stratum(suites, {"all": 100}))
    assert found.ratio == pytest.approx(2.826)
    assert found.standard_error == pytest.approx(0.164, abs=5e-4)
    # Without the correction the error is larger by the root of 100 / 95.
    without = weighted_ratio(values, np.ones(20), one_stratum(suites))
    assert without.standard_error == pytest.approx(found.standard_error / sqrt(0.95))


def test_intraclass_correlation_from_the_analysis_of_variance_by_lohr():
    """Mean squares 0.56392 between and 0.18504 within suites of four."""
    values, suites = grades()
    by_hand = (0.56392 - 0.18504) / (0.56392 + 3 * 0.18504)
    assert intraclass_correlation(suites, values) == pytest.approx(by_hand, abs=1e-4)


def test_strata_by_hand():
    """Two strata of two clusters, weights 10 and 20: by hand as in Cochran, sec. 6.11.

    Weighted yes 10 * 3 + 20 * 1 = 50 of 10 * 4 + 20 * 4 = 120. Cluster sums of
    weight * (yes - share * rows): 10 * (2 - 5/6) = 11.667, 10 * (1 - 5/6) = 1.667,
    20 * (1 - 5/6) = 3.333, 20 * (0 - 5/6) = -16.667. Sums of squares about the stratum's mean,
    times n / (n - 1) = 2: 2 * 50 = 100 and 2 * 200 = 400.
    """
    rows = table("""
        stratum cluster weight yes
        a       1       10     1
        a       1       10     1
        a       2       10     1
        a       2       10     0
        b       1       20     1
        b       1       20     0
        b       2       20     0
        b       2       20     0
        """)
    sample = Sample(
        [str(s) for s in rows["stratum"]],
        [str(c) for c in rows["cluster"]],
        np.array(rows["weight"], dtype=float),
        {},
    )
    found = weighted_ratio(np.array(rows["yes"], dtype=float), np.ones(8), sample)
    assert found.ratio == pytest.approx(50 / 120)
    assert found.standard_error == pytest.approx(sqrt(500) / 120)
    assert (found.clusters, found.strata, found.degrees_of_freedom) == (4, 2, 2)


def test_a_subgroup_keeps_the_clusters_in_which_it_has_nobody():
    """Leaving its rows out would forget that such clusters could have been drawn."""
    marks, households = by_person(SAW_DOCTOR)
    in_group = np.array([int(h) < 20 for h in households], dtype=float)
    found = weighted_ratio(marks * in_group, in_group, one_stratum(households))
    some = in_group == 1
    forgetful = weighted_ratio(
        marks[some], np.ones(int(some.sum())), one_stratum([h for h in households if int(h) < 20])
    )
    assert found.ratio == pytest.approx(forgetful.ratio)
    # n / (n - 1) of 30 clusters against that of 20; the residuals are the same.
    expected = forgetful.standard_error * sqrt((30 / 29) / (20 / 19))
    assert found.standard_error == pytest.approx(expected)
    assert found.clusters == 30


def test_sample_size_for_three_points():
    """2,135 at a design effect of 2, as practice has it; 1,068 alone (Cochran, sec. 4.4)."""
    assert sample_size(0.03) == 2135
    assert sample_size(0.03, design_effect=1) == 1068
    # 1,200 interviews at a design effect of 2 give 4 points, not 2.8.
    assert sample_size(0.04) == 1201
    assert sample_size(0.0283, design_effect=1) == pytest.approx(1200, abs=1)


def test_interval_of_a_share_by_hand():
    """t of 29 degrees of freedom 2.0452; log odds -0.9029, half 2.0452 * 0.0721 / 0.2053."""
    marks, households = by_person(SAW_DOCTOR)
    low, high = share_interval(weighted_ratio(marks, np.ones(104), one_stratum(households)))
    assert (low, high) == pytest.approx((0.1650, 0.4540), abs=2e-4)
    assert high - 30 / 104 > 30 / 104 - low  # longer on the side of the half


# Degenerate


def test_a_census_has_no_sampling_error():
    marks, households = by_person(SAW_DOCTOR)
    found = weighted_ratio(marks, np.ones(104), one_stratum(households, {"all": 30}))
    assert (found.standard_error, found.complete) == (0.0, True)
    assert share_interval(found) == (found.ratio, found.ratio)
    all_yes = weighted_ratio(np.ones(104), np.ones(104), one_stratum(households, {"all": 30}))
    assert share_interval(all_yes) == (1.0, 1.0)


def test_one_cluster_is_refused():
    with pytest.raises(Problem, match="one cluster in stratum all") as caught:
        weighted_ratio(np.ones(3), np.ones(3), one_stratum(["1"] * 3))
    assert caught.value.code == "analysis.bad_parameter"
    assert lone_clusters(one_stratum(["1"] * 3)) == ["all"]
    assert lone_clusters(one_stratum(["1"] * 3, {"all": 1})) == []


def test_no_spread_is_not_certainty():
    """Nobody of 104: the score interval for 52 independent rows with t."""
    _, households = by_person(SAW_DOCTOR)
    none = weighted_ratio(np.zeros(104), np.ones(104), one_stratum(households))
    low, high = share_interval(none)
    assert low == 0.0
    assert high == pytest.approx(2.0452**2 / (52 + 2.0452**2), abs=1e-4)
    assert high > wilson(0, 104)[1]
    assert none.design_effect is None


# Two lists of one population


def test_chapman_by_hand():
    """Marked 10, caught 15, 5 of them marked: 11 * 16 / 6 - 1, and Seber's variance
    11 * 16 * 5 * 10 / (36 * 7). Formulas as in Chapman (1951) and Seber (1970)."""
    found = dual_system(10, 15, 5)
    assert found.lincoln_petersen == 30
    assert found.persons == pytest.approx(28 + 1 / 3)
    assert found.standard_error**2 == pytest.approx(8800 / 252)
    assert 20 < found.low < found.persons < found.high


def test_chapman_has_no_bias_over_all_samples():
    """Over every possible overlap of samples of 12 and 15 among 25, weighted by its chance, the
    mean is 25 exactly: Chapman's condition, first + second at least the population. That of
    Lincoln and Petersen is not."""
    from scipy.stats import hypergeom

    overlaps = range(2, 13)
    chances = hypergeom.pmf(overlaps, 25, 12, 15)
    assert chances.sum() == pytest.approx(1)
    made = [dual_system(12, 15, both) for both in overlaps]
    assert chances @ [one.persons for one in made] == pytest.approx(25)
    assert chances @ [one.lincoln_petersen for one in made] > 25.3
    variance = chances @ [(one.persons - 25) ** 2 for one in made]
    assert chances @ [one.standard_error**2 for one in made] == pytest.approx(variance)


def test_complete_lists_and_lists_without_overlap():
    everybody = dual_system(40, 40, 40)
    assert (everybody.persons, everybody.standard_error) == (40, 0)
    assert (everybody.low, everybody.high) == (40, 40)
    nobody = dual_system(4, 6, 0)
    assert nobody.lincoln_petersen is None
    assert nobody.persons == 34
    assert nobody.high < inf


def test_what_a_dual_system_estimate_cannot_show_passes_the_guard():
    for sentence in DUAL_LIMITS:
        check_text(sentence, "dual_system", "en")


@given(st.integers(0, 500), st.integers(0, 500), st.data())
def test_never_fewer_than_were_seen(first, second, data):
    both = data.draw(st.integers(0, min(first, second)))
    found = dual_system(first, second, both)
    seen = first + second - both
    assert seen - 1e-9 <= found.low <= found.persons + 1e-9
    assert found.persons <= found.high + 1e-9
    assert found.persons == pytest.approx(dual_system(second, first, both).persons)


# Invariants


@st.composite
def samples(draw):
    rows = draw(st.integers(4, 40))
    strata = draw(st.lists(st.sampled_from("ab"), min_size=rows, max_size=rows))
    # The first rows make sure that no stratum has one cluster only.
    strata[:4] = ["a", "a", "b", "b"]
    clusters = draw(st.lists(st.sampled_from("123"), min_size=rows, max_size=rows))
    clusters[:4] = ["1", "2", "1", "2"]
    weights = draw(st.lists(st.integers(1, 50), min_size=rows, max_size=rows))
    marks = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    sample = Sample(strata, clusters, np.array(weights, dtype=float), {})
    return np.array(marks, dtype=float), sample


@given(samples(), st.randoms(use_true_random=False))
def test_shares_do_not_depend_on_order_names_or_scale_of_weights(drawn, chance):
    marks, sample = drawn
    found = weighted_ratio(marks, np.ones(len(marks)), sample)
    order = list(range(len(marks)))
    chance.shuffle(order)
    again = weighted_ratio(
        marks[order],
        np.ones(len(marks)),
        Sample(
            [f"s{sample.stratum[n]}" for n in order],
            [f"c{sample.cluster[n]}" for n in order],
            sample.weight[order] * 7,
            {},
        ),
    )
    assert again.ratio == pytest.approx(found.ratio)
    assert again.standard_error == pytest.approx(found.standard_error, abs=1e-9)
    others = weighted_ratio(1 - marks, np.ones(len(marks)), sample)
    assert others.ratio == pytest.approx(1 - found.ratio)
    assert others.standard_error == pytest.approx(found.standard_error, abs=1e-9)
    low, high = share_interval(found)
    assert 0 <= low <= found.ratio + 1e-9
    assert found.ratio - 1e-9 <= high <= 1


# The draw and the estimate together


def stations_with_bad_addresses(seed: int) -> tuple[pl.DataFrame, np.ndarray]:
    """60 stations of 40 to 400 entries; whether an entry is current depends on its station too."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(40, 400, 60)
    rates = np.clip(chance.normal(0.8, 0.15, 60), 0, 1)
    station = np.repeat(np.arange(60), sizes)
    entries = pl.DataFrame(
        {
            "row": np.arange(1, len(station) + 1),
            "stratum": np.where(station < 30, "north", "south"),
            "station": [f"s{n:02d}" for n in station],
            "category": chance.choice(["", "only_paper"], len(station), p=[0.9, 0.1]),
            "sex": pl.Series([None] * len(station), dtype=pl.String),
            "age_band": pl.Series([None] * len(station), dtype=pl.String),
        }
    )
    return entries, chance.random(len(station)) < rates[station]


@cache
def repeated_draws() -> list[tuple[float, float, float, float, bool, bool]]:
    """Of each of 300 draws: weights in all, estimate, its standard error, its design effect, and
    whether the interval, and a naive one, covers the truth."""
    entries, current = stations_with_bad_addresses(2)
    truth, found = current.mean(), []
    plan = StationPlan(16, 15, {"only_paper": 3})
    for seed in range(300):
        drawn = draw_entries(
            entries, plan, list_name="paper", series=1, seed=seed, key=bytes(range(32))
        )
        rows = drawn.rows.join(drawn.design, on="reference", maintain_order="left")
        marks = current[rows["row"].to_numpy() - 1].astype(float)
        sample = Sample(
            rows["stratum"].to_list(), rows["cluster"].to_list(), rows["weight"].to_numpy(), {}
        )
        estimate = weighted_ratio(marks, np.ones(len(marks)), sample)
        low, high = share_interval(estimate)
        naive_low, naive_high = wilson(marks.sum(), len(marks))
        found.append(
            (
                float(sample.weight.sum()),
                estimate.ratio - truth,
                estimate.standard_error,
                estimate.design_effect,
                bool(low <= truth <= high),
                bool(naive_low <= truth <= naive_high),
            )
        )
    return found


def test_weights_add_up_to_the_list():
    totals = np.array([row[0] for row in repeated_draws()])
    entries, _ = stations_with_bad_addresses(2)
    error = totals.std(ddof=1) / sqrt(len(totals))
    assert abs(totals.mean() - entries.height) < 4 * error + 1e-6
    assert totals.std() < 0.02 * entries.height


def test_estimates_have_no_bias_and_the_stated_error():
    differences = np.array([row[1] for row in repeated_draws()])
    stated = np.array([row[2] for row in repeated_draws()])
    assert abs(differences.mean()) < 4 * differences.std(ddof=1) / sqrt(300)
    # Drawn without replacement and in order: the stated error may be too large, not too small.
    assert 0.9 < stated.mean() / differences.std(ddof=1) < 1.4


def test_the_interval_covers_and_a_naive_one_does_not():
    covered = np.mean([row[4] for row in repeated_draws()])
    naive = np.mean([row[5] for row in repeated_draws()])
    assert covered >= 0.92
    assert naive < 0.85
    assert np.mean([row[3] for row in repeated_draws()]) > 1.5


# Cambodia 2013


CAMBODIA_ENTRIES = {
    "lives_there": 636,
    "mostly_elsewhere": 171,
    "moved_out": 74,
    "unknown_at_address": 104,
    "dead": 15,
}
CAMBODIA_RESIDENTS = {"registered_here": 829, "not_registered": 171}


def visited(test: str, outcomes: Mapping[str, int], **columns: object) -> pl.DataFrame:
    """Rows of list_visit with these outcomes, dealt over 50 areas of two strata."""
    chance = np.random.default_rng(2013)
    said = chance.permutation([o for o, n in outcomes.items() for _ in range(n)])
    areas = np.arange(len(said)) % 50
    frame = pl.DataFrame(
        {
            "election": "kh-2013-07-28",
            "test": test,
            "list": "list",
            "reference": [f"{test}-{n}" for n in range(len(said))],
            "stratum": np.where(areas < 25, "a", "b"),
            "cluster": [f"c{n}" for n in areas],
            "weight": 9000.0,
            "attempts": 1,
            "outcome": said,
            "simulated": True,
        }
    ).with_columns(**columns)
    return LIST_VISIT.shape(frame)


def result_of(*frames: pl.DataFrame, **parameters: object) -> Result:
    visits = LIST_VISIT.shape(pl.concat(frames))
    return field_tests(Tables({"list_visit": visits}, "2024-05-14"), parameters)


@cache
def cambodia() -> Result:
    """Published shares as a thousand visits each: NDI, Report on the Voter Registry Audit (VRA) in
    Cambodia 2013; the commission's reply in NICFEC, NDI Response to NEC Press Release, 29 March
    2013. Invented visits; the rest of the entries stands as dead."""
    return result_of(
        visited("list_to_people", CAMBODIA_ENTRIES), visited("people_to_list", CAMBODIA_RESIDENTS)
    )


def figure(result: Result, name: str, **where: str) -> Figure:
    (found,) = (
        f
        for f in result.figures
        if f.name == f"{NAME}.{name}" and where.items() <= dict(f.dimensions).items()
    )
    return found


def printed(result: Result, name: str, scenario: str = "missing_at_random") -> str:
    """As `p8 analyse` prints a share."""
    return f"{100 * figure(result, name, scenario=scenario).value:.1f} %"


def test_cambodia_prints_its_published_shares_in_two_columns():
    names = ("currency", "mostly_elsewhere", "relocated", "unknown")
    assert [printed(cambodia(), n) for n in names] == ["63.6 %", "17.1 %", "7.4 %", "10.4 %"]
    assert printed(cambodia(), "completeness") == "82.9 %"
    assert printed(cambodia(), "not_registered") == "17.1 %"
    currency, completeness = (
        figure(cambodia(), n, scenario="best") for n in (names[0], "completeness")
    )
    assert currency.base == "entries of the voter list"
    assert completeness.base == "residents entitled to vote"
    assert currency.kind == completeness.kind == Kind.SAMPLE_ESTIMATE


def entry_shares() -> list:
    names = ("currency", "mostly_elsewhere", "relocated", "unknown")
    return [field_share(figure(cambodia(), name, scenario="missing_at_random")) for name in names]


def test_the_four_shares_of_entries_leave_room_for_other_outcomes():
    column = one_column(entry_shares())
    assert added("all four", column).value == pytest.approx(0.985)


def test_the_commissions_sum_of_about_90_per_cent_is_no_share_of_voters():
    """It added lives there, mostly elsewhere and relocated, and held "around 90 %" against 82.9."""
    complete = field_share(figure(cambodia(), "completeness", scenario="missing_at_random"))
    about_90 = added("registered, by the commission", entry_shares()[:3])
    assert about_90.value == pytest.approx(0.881)
    for refused in (
        lambda: one_column([about_90, complete]),
        lambda: difference(about_90, complete),
        lambda: added("registered", [*entry_shares(), complete]),
        lambda: figures_in_one_column(
            figure(cambodia(), name, scenario="worst") for name in ("completeness", "currency")
        ),
    ):
        with pytest.raises(Problem) as caught:
            refused()
        assert caught.value.code == "voterlist.two_populations"
        assert "completeness" in caught.value.facts["residents"]


def test_the_two_tests_share_no_table_of_evidence():
    tables = cambodia().evidence
    assert set(tables) == set(FIELD_TESTS)
    shared = set(tables["list_to_people"].columns) & set(tables["people_to_list"].columns)
    identity = {"election", "list", "stratum", "cluster", "references", "weights"}
    assert shared == identity | {"refused", "not_contacted"}
    for one in cambodia().figures:
        assert one.evidence.table == one.dimensions["test"]


# Those not met


def not_met() -> Result:
    """100 entries: 60 current, 20 moved, 20 nobody met. 100 residents: 60 registered, 10 not, of
    these 4 believe they are, 3 do not and 3 were not asked; 20 refused; 10 not entitled."""
    entries = visited(
        "list_to_people", {"lives_there": 60, "moved_out": 20, "not_contacted": 15, "refused": 5}
    )
    residents = visited(
        "people_to_list",
        {"registered_here": 60, "not_registered": 10, "refused": 20, "not_eligible": 10},
    )
    missing = residents.with_row_index("n").filter(pl.col("outcome") == "not_registered")["n"]
    belief = dict(zip(missing.to_list(), ["yes"] * 4 + ["no"] * 2 + ["dk"], strict=False))
    residents = residents.with_columns(
        believes_registered=pl.Series([belief.get(n) for n in range(100)], dtype=pl.String)
    )
    return result_of(entries, residents)


@pytest.mark.parametrize(
    ("name", "at_random", "best", "worst"),
    [
        ("currency", 60 / 80, 80 / 100, 60 / 100),
        ("obsolete", 20 / 80, 20 / 100, 40 / 100),
        ("dead", 0 / 80, 0, 20 / 100),
        ("completeness", 60 / 70, 80 / 90, 60 / 90),
        ("not_registered", 10 / 70, 10 / 90, 30 / 90),
        ("believes_but_is_not", 4 / 67, 4 / 90, 27 / 90),
    ],
)
def test_three_scenarios_are_shown(name, at_random, best, worst):
    result = not_met()
    found = {
        f.dimensions["scenario"]: f.value for f in result.figures if f.name == f"{NAME}.{name}"
    }
    assert found == pytest.approx({"missing_at_random": at_random, "best": best, "worst": worst})
    excluded = figure(result, name, scenario="missing_at_random").excluded
    assert excluded["refused to answer"] in (5, 20)
    outside = {"not entitled to vote": 10} if "registered" in name else {}
    assert outside.items() <= figure(result, name, scenario="best").excluded.items()


def test_only_those_found_are_asked_about_particulars():
    """Of 60 met 40 names are right, 10 wrong, 4 not known, 6 not on this list; nobody else counts,
    though rows say so."""
    rows = visited("list_to_people", {"lives_there": 60, "moved_out": 40})
    met = rows.with_row_index("n").filter(pl.col("outcome") == "lives_there")["n"].to_list()
    said = ["yes"] * 40 + ["no"] * 10 + ["dk"] * 4 + ["na"] * 6
    names = dict(zip(met, said, strict=True))
    result = result_of(
        rows.with_columns(
            name_right=pl.Series([names.get(n, "no") for n in range(100)], dtype=pl.String),
            birth_right=pl.lit("na"),
            address_right=pl.lit("yes"),
        )
    )
    shares = {
        f.dimensions["particular"]: round(f.value, 9)
        for f in result.figures
        if f.name == f"{NAME}.accuracy" and f.dimensions["scenario"] == "missing_at_random"
    }
    assert shares == {"name": 40 / 50, "address": 1.0, "all": round(46 / 56, 9)}
    best = figure(result, "accuracy", particular="name", scenario="best").value
    assert best == pytest.approx(44 / 54)
    assert figure(result, "accuracy", particular="name", scenario="worst").excluded == {}
    assert (
        "whose person was found"
        in figure(result, "accuracy", particular="name", scenario="best").base
    )


# Figures


@cache
def full_rows() -> pl.DataFrame:
    """Both tests of two lists, with groups and weights that differ."""
    chance = np.random.default_rng(5)
    frames = []
    for tested in ("paper", "electronic"):
        for test, outcomes in (
            ("list_to_people", {**CAMBODIA_ENTRIES, "refused": 30, "not_contacted": 40}),
            ("people_to_list", {**CAMBODIA_RESIDENTS, "cannot_tell": 20, "not_eligible": 9}),
        ):
            frame = visited(test, outcomes)
            height = frame.height
            frames.append(
                frame.with_columns(
                    list=pl.lit(tested),
                    weight=pl.Series(chance.uniform(50, 500, height)),
                    sex=pl.Series(chance.choice(["female", "male"], height)),
                    age_band=pl.Series(chance.choice(["18-24", "65_and_over"], height)),
                    setting=pl.Series(["rural"] * 29 + ["urban"] * (height - 29)),
                    believes_registered=pl.Series(chance.choice(["yes", "no", "dk"], height)),
                    name_right=pl.Series(chance.choice(["yes", "no", "dk", "na"], height)),
                    birth_right=pl.Series(chance.choice(["yes", "no"], height)),
                    address_right=pl.lit("yes"),
                )
            )
    return LIST_VISIT.shape(pl.concat(frames))


@cache
def full() -> Result:
    return result_of(full_rows())


def test_every_figure_can_be_computed_in_sql():
    """Two implementations: NumPy on the rows, DuckDB on the table."""
    connection = duckdb.connect()
    connection.register("list_visit", full_rows().to_arrow())
    assert len(full().figures) > 150
    for one in full().figures:
        ((value,),) = connection.execute(one.query).fetchall()
        assert float(value) == pytest.approx(one.value, abs=1e-9), one.id
        assert one.query_gives == "figure"


def test_figures_are_sound():
    result = full()
    ids = [one.id for one in result.figures]
    assert len(ids) == len(set(ids))
    for one in result.figures:
        if one.unit == "share":
            assert one.kind == Kind.SAMPLE_ESTIMATE
            assert isinstance(one.interval, Interval)
            assert one.interval.low <= one.value <= one.interval.high
            assert (one.numerator, one.denominator) == (None, None)
        assert one.limits == LIMITS
        rows = result.evidence[one.evidence.table]
        for column, value in one.evidence.where.items():
            assert value in rows[column].unique()
    assert not any(
        "setting" in f.dimensions and f.dimensions["setting"] == "rural" for f in result.figures
    )
    for sentence in LIMITS:
        check_text(sentence, NAME, "en")


def test_outcomes_of_a_scenario_add_up():
    """Whoever was settled lives there, mostly elsewhere, is obsolete, or unknown."""
    parts = ("currency", "mostly_elsewhere", "obsolete", "unknown")
    for tested in ("paper", "electronic"):
        for scenario in ("missing_at_random", "best"):
            at = {"list": tested, "scenario": scenario, "test": "list_to_people"}
            main = [f for f in full().figures if at.items() <= dict(f.dimensions).items()]
            shares = [
                f.value
                for f in main
                if f.name.removeprefix(f"{NAME}.") in parts
                and not {"sex", "age_band", "setting"} & set(f.dimensions)
            ]
            assert len(shares) == 4
            assert sum(shares) == pytest.approx(1)


def test_a_complete_count_has_no_margin_of_error():
    result = result_of(visited("list_to_people", CAMBODIA_ENTRIES, weight=pl.lit(1.0)))
    for one in result.figures:
        if one.unit == "share":
            assert one.interval == COMPLETE
        if one.name.endswith("design_effect"):
            assert one.value == 0


def test_one_cluster_in_a_stratum_gives_no_margin_of_error():
    rows = visited("list_to_people", CAMBODIA_ENTRIES)
    alone = rows.with_columns(
        cluster=pl.when(pl.col("stratum") == "a").then(pl.lit("c1")).otherwise("cluster")
    )
    result = result_of(alone)
    assert printed(result, "currency") == "63.6 %"
    assert figure(result, "currency", scenario="best").interval == LONE
    assert not [f for f in result.figures if f.name.endswith("design_effect")]
    assert any("no margin of error" in note for note in result.notes)


def test_outcomes_of_the_other_test_are_noted_and_count_nowhere():
    result = result_of(visited("list_to_people", {"lives_there": 80, "registered_here": 20}))
    assert figure(result, "currency", scenario="worst").value == 1
    assert any("that this test does not have" in note for note in result.notes)


def test_nothing_settled_gives_no_share():
    result = result_of(visited("people_to_list", {"not_eligible": 10}))
    assert {f.unit for f in result.figures} == {"references", "clusters"}
    assert result_of(visited("people_to_list", {})).figures == ()


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("lives_there", "moved_out", "dead", "refused", "not_contacted")),
        st.integers(1, 60),
        min_size=1,
    )
)
def test_the_worst_and_the_best_are_the_ends(outcomes):
    result = result_of(visited("list_to_people", {"lives_there": 60, **outcomes}))
    for name in ("currency", "obsolete", "unknown"):
        of_name = {
            f.dimensions["scenario"]: f.value for f in result.figures if f.name == f"{NAME}.{name}"
        }
        ends = sorted((of_name["best"], of_name["worst"]))
        assert ends[0] - 1e-12 <= of_name["missing_at_random"] <= ends[1] + 1e-12
        assert (of_name["best"] >= of_name["worst"]) == (name == "currency") or ends[0] == ends[1]
