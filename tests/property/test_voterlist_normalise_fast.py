"""Short ways through the normalisation give what the long ways give."""

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paragraph8.voterlist.normalise.empty import EMPTY, say_nothing, says_nothing
from paragraph8.voterlist.normalise.houses import _SIMPLE, _house
from paragraph8.voterlist.normalise.patronymics import _DAUGHTER, _MAYBE_CHILD, _SON
from paragraph8.voterlist.normalise.romanise import _script
from paragraph8.voterlist.normalise.scripts import script_of

cells = st.text(max_size=20) | st.text("абёқҚ҂Ѐabcñʻ№ª '-.12Å", max_size=12)


@settings(deadline=None)
@given(st.lists(st.none() | cells | st.sampled_from(sorted(EMPTY)).map(lambda word: f" {word}» ")))
@example(["НЕТ", "İ", "n/a", None, ""])
def test_cells_that_say_nothing_are_the_same_one_by_one_and_together(values):
    together = say_nothing(pl.Series(values, dtype=pl.String)).to_list()
    assert together == [value is None or says_nothing(value) for value in values]


@settings(deadline=None)
@given(cells)
@example("҂")
@example("12")
@example("г. Алматы, 5")
def test_one_look_at_a_cell_tells_the_script_that_counting_tells(cell):
    assert _script(cell) == script_of(cell)


@settings(deadline=None)
@given(st.from_regex(r"\A[1-9][0-9]{0,5}[a-z]?\Z"))
def test_a_simple_house_is_left_as_it_is(words):
    assert _SIMPLE.fullmatch(words)
    assert _house(words) == words


@settings(deadline=None)
@given(
    st.text("аоуУнқкрл", max_size=6),
    st.sampled_from(
        ["қызы", "ҚЫЗЫ", "кызы", "qyzy", "QYZY", "kızı", "ұлы", "улы", "uly", "ULY", "ov"]
    ),
    st.text(" -аn", max_size=2),
)
def test_the_cheap_look_misses_no_child(name, word, after):
    cell = name + word + after
    maybe = pl.Series([cell]).str.contains(_MAYBE_CHILD)[0]
    assert maybe or not (_DAUGHTER.search(cell) or _SON.search(cell))
