"""Filled-in forms: for each item of a form the answers of all its visits, in whole columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.asked import CERTAIN, can_be_unknown
from paragraph8.rehearsal.numbers import NUMBERS, WHOLE, Seen, Sheet, Texts, made_up_number
from paragraph8.rehearsal.planted import answer_chances, planted_answers
from paragraph8.tables.codebook_conditions import Clause
from paragraph8.tables.codebook_reader import Item, codebook_form
from paragraph8.tables.contracts import BY_NAME

PLACE_TYPES = ("team", "area", "station")  # they become columns of the observation, not answers
GIVEN, DK, NA = "given", "dk", "na"
MISSING, SKIPPED, WITHHELD = "missing", "skipped", "withheld"
WITHHELD_CHANCES = {"text": 0.25, "photo": 0.8, "position": 0.8}
# The copy of a protocol with its photographs, and numbers of the count: a team that could not note
# the figures has none of them to tell.
NOTED, COPY, OF_THE_COUNT = "C40", "C41_", ("C9", "C11a", "C11b", "C23a")


@dataclass(slots=True)
class Filled:
    """One form as its teams filled it in.

    states, values   item -> one text per visit; a value is "" unless the state is given
    problem          item -> whether the team reports the problem, for planted items
    """

    form: str
    observations: list[str]
    states: dict[str, Texts] = field(default_factory=dict)
    values: dict[str, Texts] = field(default_factory=dict)
    problem: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def put(self, item: str, states: Texts, values: Texts) -> None:
        """Set the column of an item; values stand only where the state is given."""
        self.states[item] = states
        self.values[item] = np.where(states == GIVEN, values, "")

    def change(self, item: str, places: Sequence[int], state: str, value: str = "") -> None:
        """Set an answer at these visits."""
        at = list(places)
        for column, text in ((self.states, state), (self.values, value)):
            # A column of shorter texts would cut a longer one off.
            wide = column[item].astype(f"<U{max(column[item].dtype.itemsize // 4, len(text))}")
            wide[at] = text
            column[item] = wide

    def given(self, item: str, answer: str) -> NDArray[np.bool_]:
        """Where the answer (or one of several) is this."""
        if item not in self.values:
            return np.zeros(len(self.observations), dtype=bool)
        values = self.values[item]
        found: NDArray[np.bool_] = values == answer
        if values.dtype.itemsize // 4 > len(answer) + 1:
            several = np.char.add(np.char.add(";", values), ";")
            found = np.char.find(several, f";{answer};") >= 0
        return found

    def skip_again(self, places: Sequence[int]) -> None:
        """After a change at these visits: what is not asked any more is skipped."""
        for item in codebook_form(self.form).items:
            if item.asked_if and item.id in self.states:
                asked = self.asked(item)
                self.change(item.id, [place for place in places if not asked[place]], SKIPPED)

    def asked(self, item: Item) -> NDArray[np.bool_]:
        """Where the answers given so far let the item be asked."""
        if item.asked_if is None:
            return np.ones(len(self.observations), dtype=bool)
        outcomes = [self._holds(clause) for clause in item.asked_if.clauses]
        join = np.logical_and if item.asked_if.every else np.logical_or
        together: NDArray[np.bool_] = join.reduce(outcomes)
        return together

    def _holds(self, clause: Clause) -> NDArray[np.bool_]:
        if clause.operator in ("=", "has"):
            return self.given(clause.item, clause.value)
        values = self.values[clause.item]
        numbers = np.where(values == "", "nan", values).astype(float)
        return COMPARE[clause.operator](numbers, float(clause.value))

    def frame(self) -> pl.DataFrame:
        """The table `answer` of these forms."""
        items = list(self.states)
        columns = {
            "observation": self.observations * len(items),
            "item": np.repeat(items, len(self.observations)),
            "state": np.concatenate([self.states[item] for item in items]),
            "value": np.concatenate([self.values[item] for item in items]),
        }
        frame = pl.DataFrame(columns, schema=BY_NAME["answer"].schema)
        return frame.with_columns(value=pl.when(pl.col("state") == GIVEN).then(pl.col("value")))

    def rows(self, place: int, observation: str) -> pl.DataFrame:
        """The answers of one visit as rows of the table `answer`, under another id."""
        given = [(item, str(self.states[item][place])) for item in self.states]
        rows = [
            (observation, item, state, str(self.values[item][place]) if state == GIVEN else None)
            for item, state in given
        ]
        return pl.DataFrame(rows, schema=BY_NAME["answer"].schema, orient="row")


COMPARE: Mapping[str, Callable[..., NDArray[np.bool_]]] = {
    ">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal,
}  # fmt: skip


def fill(
    form: str,
    observations: list[str],
    problem: Mapping[str, NDArray[np.bool_]],
    seen: Seen,
    rng: np.random.Generator,
) -> Filled:
    """All items of the form in the order asked, each with its condition, as its type is answered.

    problem   planted item -> whether the team reports the problem
    """
    filled = Filled(form, observations, problem=problem)
    sheet = Sheet(seen, filled.values, problem, rng)
    for item in codebook_form(form).items:
        if item.type in PLACE_TYPES:
            continue
        asked, states = filled.asked(item), _states(item, filled, rng)
        if item.type == "votes":
            for code, votes in seen.votes.items():
                filled.put(f"{item.id}-{code}", states, votes.astype(str))
            continue
        filled.put(item.id, np.where(asked, states, SKIPPED), _values(item, sheet))
    return filled


def _states(item: Item, filled: Filled, rng: np.random.Generator) -> Texts:
    """Why there is an answer or none, were the item asked."""
    n = len(filled.observations)
    draw = rng.random(n)
    if item.id.startswith(COPY):
        answered = np.where(draw < WITHHELD_CHANCES.get(item.type, 1.0), _answered(item), MISSING)
        return np.where(filled.problem[NOTED], MISSING, answered)
    if item.type in WITHHELD_CHANCES:
        return np.where(draw < WITHHELD_CHANCES[item.type], WITHHELD, MISSING)
    states = np.full(n, GIVEN, dtype="<U8")
    if item.id not in CERTAIN and item.type not in ("time", "date"):
        chances = answer_chances()
        edges = np.cumsum([chances[name] for name in ("missing", "unknown", "not_applicable")])
        if item.type == "yes_no_na":
            states[draw < edges[2]] = NA
        states[draw < edges[1]] = DK if can_be_unknown(item) else GIVEN
        states[draw < edges[0]] = MISSING
    if item.id in OF_THE_COUNT:
        states = np.where(filled.problem[NOTED], DK, states)
    if item.id in WHOLE:
        whole = filled.states[WHOLE[item.id]]
        states = np.where(whole == GIVEN, states, np.where(whole == DK, DK, MISSING))
    return states


def _answered(item: Item) -> str:
    return WITHHELD if item.type in WITHHELD_CHANCES else GIVEN


def _values(item: Item, sheet: Sheet) -> Texts:
    """The answers by the item's type; "" for free words, photographs and positions."""
    if item.id in sheet.seen.fixed:
        return sheet.seen.fixed[item.id]
    if item.id in sheet.problem:
        return _planted_values(item, sheet.problem[item.id], sheet.rng)
    if item.type in ("integer", "decimal"):
        make = NUMBERS.get(item.id)
        numbers = make(sheet) if make else made_up_number(item, sheet)
        return np.maximum(numbers, 0).astype(np.int64).astype(str)
    if item.type in ("yes_no", "yes_no_na"):
        return np.where(sheet.rng.random(sheet.visits) < 0.5, "yes", "no")
    if item.type in ("one_of", "many_of"):
        return _chosen(item, sheet.visits, sheet.rng)
    return np.full(sheet.visits, "")


def _planted_values(item: Item, problem: NDArray[np.bool_], rng: np.random.Generator) -> Texts:
    n = len(problem)
    if item.type == "rating":
        bad = np.where(rng.random(n) < 0.78, "3", "4")
        good = np.where(rng.random(n) < 0.4, "1", "2")
        return np.where(problem, bad, good)
    if item.choices:
        clean = [c.value for c in item.choices if c.value not in (*item.problem, DK)]
        return np.where(problem, rng.choice(item.problem, n), rng.choice(clean, n))
    wrong = item.problem[0] if item.problem else "yes"
    return np.where(problem, wrong, "no" if wrong == "yes" else "yes")


def _chosen(item: Item, n: int, rng: np.random.Generator) -> Texts:
    """One of the list, the quiet answer or the first being the likeliest; of several, now and then
    a second one too."""
    choices = [choice.value for choice in item.choices if choice.value != DK]
    quiet = [c for c in choices if c in ("none", "on_time", "never")] or choices[:1]
    weights = 1.0 / np.arange(1, len(choices) + 1)
    weights[choices.index(quiet[0])] *= 4
    if named := planted_answers(item.id):
        weights = np.array([named[choice] for choice in choices])
    first = rng.choice(choices, n, p=weights / weights.sum())
    if item.type == "one_of" or quiet[0] == "none":
        return first
    second = rng.choice(choices, n)
    both = np.char.add(np.char.add(first, ";"), second)
    return np.where((rng.random(n) < 0.2) & (first != second), both, first)
