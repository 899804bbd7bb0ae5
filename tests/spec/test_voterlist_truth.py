"""Invented lists with known truth: reconciliation and duplicates as they ship, nothing set.

Aims: an F1 of 0.999 of the links; every category that truth knows within 3 % of its number, or
within three times its square root if that is more; for duplicates, without labels, an F1 of 0.95
and an estimated number within 10 % of the truth. National numbers are held back: the paper lists
of the founding case had none. Lists of a million are measured by benchmarks/lists.
"""

from collections.abc import Sequence
from functools import cache
from math import sqrt

import pytest

from paragraph8.voterlist.generate import CULTURES, Settings, TwoLists, one_list, two_lists
from voterlist_runs import Accuracy, Linked, link_invented, repeated_invented, true_counts

STATION, TOWN, REGION = 2_000, 20_000, 50_000
STATION_SEEDS = (1, 2, 3)
# One seed for each stock of names, and the cultures that the default mixture has not.
REGIONS = (("rich", 11), ("ordinary", 12), ("poor", 13))
OTHERS = sorted(set(CULTURES) - {"kazakh", "russian"})
LINKED, REPEATED, ESTIMATE = 0.999, 0.95, 0.1
BELOW_THE_AIM = 0.998


def far_off(linked: Linked, made: TwoLists) -> list[str]:
    """Categories whose number is further from the truth than the aim allows."""
    return [
        f"{name}: {category} {linked.counts[name].get(category, 0)}, true {true}"
        for name, counts in true_counts(made).items()
        for category, true in sorted(counts.items())
        if abs(linked.counts[name].get(category, 0) - true) > max(0.03 * true, 3 * sqrt(true))
    ]


def together(parts: Sequence[Accuracy]) -> Accuracy:
    return Accuracy(
        sum(part.found for part in parts),
        sum(part.true for part in parts),
        sum(part.both for part in parts),
    )


@cache
def region(stock: str, seed: int) -> tuple[TwoLists, Linked]:
    made = two_lists(Settings(people=REGION, seed=seed, stock=stock))
    return made, link_invented(made)


@pytest.mark.parametrize("stock", ["rich", "ordinary", "poor"])
def test_lists_of_one_station(stock):
    # Two wrong links in 1,880 are below the aim already: it is asked of three stations together.
    parts = []
    for seed in STATION_SEEDS:
        made = two_lists(Settings(people=STATION, seed=seed, stock=stock))
        linked = link_invented(made)
        assert far_off(linked, made) == []
        parts.append(linked.accuracy)
    found = together(parts)
    assert found.true > 5_500
    assert found.f1 >= LINKED


@pytest.mark.parametrize(("stock", "seed"), REGIONS)
def test_lists_of_a_region(stock, seed):
    made, linked = region(stock, seed)
    assert linked.accuracy.true > 46_000
    assert linked.accuracy.f1 >= LINKED
    assert far_off(linked, made) == []


@pytest.mark.parametrize("culture", OTHERS)
def test_lists_of_other_cultures(culture):
    made = two_lists(Settings(people=TOWN, seed=7, cultures={culture: 1.0}))
    linked = link_invented(made)
    if culture == "turkish":
        # Its lists lack patronymics, and names typed without ş, ç, ğ count as changed: below the
        # aim, and said so in docs/method/voterlist-reconciliation.md.
        assert LINKED > linked.accuracy.f1 >= BELOW_THE_AIM
        assert all("changed" in line or "matched" in line for line in far_off(linked, made))
    else:
        assert linked.accuracy.f1 >= LINKED
        assert far_off(linked, made) == []


@pytest.mark.parametrize(("stock", "seed"), REGIONS)
def test_duplicates_of_a_region_without_labels(stock, seed):
    found = repeated_invented(one_list(Settings(people=REGION, seed=seed, stock=stock)))
    assert found.accuracy.true > 400
    assert found.accuracy.f1 >= REPEATED
    assert found.estimated == pytest.approx(found.accuracy.true, rel=ESTIMATE)


def test_duplicates_where_the_list_states_national_numbers():
    # Such a number begins with the birth date: two born on one day share half of it.
    made = one_list(Settings(people=TOWN, seed=9))
    found = repeated_invented(made, without=("serial",))
    assert found.accuracy.f1 >= REPEATED
    assert found.estimated == pytest.approx(found.accuracy.true, rel=ESTIMATE)


def test_every_entry_is_counted_once():
    made, linked = region(*REGIONS[0])
    assert sum(linked.counts["paper"].values()) == made.paper.height
    assert sum(linked.counts["electronic"].values()) == made.electronic.height


def test_the_aims_can_be_missed():
    # Two lists of different people, held against the truth of lists of the same people.
    made = two_lists(Settings(people=STATION, seed=1))
    strangers = two_lists(Settings(people=STATION, seed=2)).electronic
    linked = link_invented(TwoLists(made.paper, strangers, made.truth))
    assert linked.accuracy.f1 < 0.1
    assert any("matched" in line for line in far_off(linked, made))
