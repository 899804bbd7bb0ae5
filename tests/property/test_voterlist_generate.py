"""Invented voter lists under many settings: truth is complete, and adds up."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from paragraph8.voterlist.generate import CULTURES, Settings, TwoLists, one_list, two_lists
from paragraph8.voterlist.generate.scripts import folded, written
from paragraph8.voterlist.generate.text import Text, with_typo

PAIRS = ("matched", "changed", "moved")
few = settings(max_examples=25, deadline=None)
WORDS = st.lists(st.text("абвгд", min_size=1, max_size=9), min_size=1, max_size=20)


@st.composite
def some_settings(draw: st.DrawFn) -> Settings:
    first, second = draw(st.permutations(CULTURES))[:2]
    share = draw(st.sampled_from([0.3, 0.5, 1.0]))
    cultures = {first: share, second: 1 - share} if share < 1 else {first: 1.0}
    return Settings(
        people=draw(st.integers(1, 400)),
        seed=draw(st.integers(0, 2**31)),
        cultures=cultures,
        stock=draw(st.sampled_from(["rich", "ordinary", "poor"])),
        stations=draw(st.integers(1, 5)),
        lacking=draw(st.sampled_from([0.0, 0.03, 0.5])),
        second_entries=draw(st.sampled_from([0.0, 0.2])),
        paper_order=draw(st.sampled_from(["surname", "address", "shuffled"])),
        paper_numbers=draw(st.booleans()),
        electronic_script=draw(st.sampled_from(["native", "latin"])),
    )


def counts(lists: TwoLists, name: str) -> dict[str, int]:
    return dict(lists.truth.filter(list=name)["category"].value_counts().iter_rows())


@few
@given(some_settings())
def test_every_entry_has_one_category_and_pairs_have_two_ends(chosen):
    lists = two_lists(chosen)
    truth = lists.truth
    for name, frame in (("paper", lists.paper), ("electronic", lists.electronic)):
        rows = truth.filter(list=name)["row"].to_list()
        assert rows == list(range(1, frame.height + 1))
        allowed = {*PAIRS, f"only_{name}", f"duplicate_in_{name}"}
        assert set(counts(lists, name)) <= allowed
    for category in PAIRS:
        assert counts(lists, "paper").get(category) == counts(lists, "electronic").get(category)
    entries = truth.filter(~pl.col("category").str.starts_with("duplicate"))
    assert entries.group_by("list", "person").len()["len"].max() in (None, 1)
    paired = entries.filter(pl.col("category").is_in(PAIRS))
    said = paired.group_by("person").agg(pl.len(), pl.col("category", "differs").n_unique())
    assert set(said.select("len", "category", "differs").rows()) <= {(2, 1, 1)}


@few
@given(some_settings())
def test_a_difference_without_a_move_makes_a_change(chosen):
    pairs = two_lists(chosen).truth.filter(pl.col("category").is_in(PAIRS))
    assert pairs.filter(pl.col("category") == "matched")["differs"].null_count() == (
        pairs.filter(pl.col("category") == "matched").height
    )
    assert pairs.filter(pl.col("category") == "changed")["differs"].null_count() == 0
    assert not pairs.filter(pl.col("category") != "changed")["only_missing"].any()


@few
@given(some_settings(), st.sampled_from([0.0, 0.1, 1.0]))
def test_one_list_holds_everyone_and_says_who_is_there_twice(chosen, share):
    made = one_list(chosen, share)
    truth = made.truth
    assert set(truth["person"]) == set(range(chosen.people))
    assert truth.filter(~pl.col("second")).height == chosen.people
    assert share or not truth["second"].any()
    assert share < 1 or truth["second"].sum() == chosen.people


def distance(a: str, b: str) -> int:
    """Edits, an exchange of neighbours counted as one."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        rows.append([i])
        for j, y in enumerate(b, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (x != y))
            if i > 1 and j > 1 and (x, a[i - 2]) == (b[j - 2], y):
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]


@given(WORDS, st.integers(0, 1000))
def test_a_typing_error_is_one_edit(words, seed):
    alphabet = np.array([ord(letter) for letter in "абвгд"], dtype=np.uint32)
    typed = with_typo(pl.Series(words), alphabet, np.random.default_rng(seed))
    assert [distance(a, b) for a, b in zip(words, typed, strict=True)] == [1] * len(words)
    assert all(typed)


@given(WORDS, st.data())
def test_text_keeps_what_is_not_touched(words, data):
    cells = pl.Series(words)
    text = Text(pl.Series(sorted(set(words))), cells.rank("dense").to_numpy().astype(np.int32) - 1)
    assert text.cells().to_list() == words
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, len(words) - 1)))), dtype=np.int64)
    text.change(rows, lambda c: c.str.to_uppercase())
    touched = set(rows.tolist())
    assert text.cells().to_list() == [
        word.upper() if place in touched else word for place, word in enumerate(words)
    ]
    text.put(rows, pl.Series([None] * len(rows), dtype=pl.String))
    assert {place for place, cell in enumerate(text.cells()) if cell is None} == touched


@given(st.lists(st.text("абәқұүіңшщжйьА", min_size=1), min_size=1))
def test_conventions_of_a_script_fold_alike(words):
    cells = pl.Series(words)
    assert folded(written(cells, "russian_letters")).to_list() == folded(cells).to_list()
    assert folded(written(cells, "passport")).to_list() == folded(cells).to_list()
    assert folded(cells.str.to_uppercase()).to_list() == folded(cells).to_list()
