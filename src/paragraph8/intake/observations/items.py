"""Which questions a report was asked, by node name, from the codebook and a mission's own items."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import polars as pl

from paragraph8.tables.codebook_conditions import Condition, read_condition
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, HEADER, codebook_form

OWN = "own"
DK_SUFFIX = "_dk"
VOTES = "votes"
PLACE_TYPES = ("team", "station", "area")  # they become columns of the observation, not answers
_PLAIN = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Question:
    """One node that a report may answer.

    item        id in the table `answer`
    node        name in the form; differs for own forms (item FORM.NAME) and for votes
    contestant  code, for the votes of one contestant; "" for others
    """

    item: str
    node: str
    form: str
    type: str
    asked_if: Condition | None
    field: str
    channel: str
    contestant: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is a number of a protocol."""
        return bool(self.contestant or self.field)


class Items:
    """The questions of all forms, from a table `form_item`."""

    def __init__(self, frame: pl.DataFrame) -> None:
        rows = frame.sort("place", "item").iter_rows(named=True)
        self._by_item = {row["item"]: _question(row) for row in rows}

    @cached_property
    def _by_form(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self._by_item.values():
            found.setdefault(question.form, []).append(question)
        return found

    def of(
        self, form: str, form_id: str, contestants: Sequence[str]
    ) -> tuple[dict[str, Question], frozenset[str]]:
        """Node name -> question for every node that a report of this form may have, and the nodes
        that the form asks by the codebook. Votes are one node for each of the contestants."""
        if form == OWN:
            prefix = f"{form_id}."
            own = [
                replace(q, node=item.removeprefix(prefix))
                for item, q in self._by_item.items()
                if item.startswith(prefix)
            ]
            nodes = {q.node: q for q in (*self._by_form.get(HEADER, ()), *own)}
            return nodes, frozenset(q.node for q in own)
        header = header_ids(form)
        nodes = {q.node: q for q in self._expanded(contestants)}
        asked = {
            q.node
            for q in nodes.values()
            if q.form == form or (q.form == HEADER and q.node in header)
        }
        return nodes, frozenset(asked)

    def _expanded(self, contestants: Sequence[str]) -> Iterator[Question]:
        for question in self._by_item.values():
            if question.type != VOTES:
                yield question
            for code in contestants if question.type == VOTES else ():
                item = f"{question.item}-{code}"
                yield replace(
                    question, item=item, node=votes_node(question.item, code), contestant=code
                )


def votes_node(item: str, code: str) -> str:
    """The node for a contestant's votes: every character of the code but A-Z, a-z and 0-9 stands
    as its code point in hexadecimal between underscores, so that codes cannot clash."""
    return f"{item}_" + _PLAIN.sub(lambda match: f"_{ord(match[0]):x}_", code)


@cache
def header_ids(form: str) -> frozenset[str]:
    """The header items that a form of the codebook asks."""
    if form not in CODEBOOK_FORMS:
        return frozenset()
    return frozenset(item.id for item in codebook_form(form).items if item.form == HEADER)


@cache
def choices_of_items() -> Mapping[str, frozenset[str]]:
    """Item id -> values of its list, for the lists of the codebook."""
    return {
        item.id: frozenset(choice.value for choice in item.choices)
        for form in CODEBOOK_FORMS
        for item in codebook_form(form).items
        if item.choices
    }


@cache
def wordings_of(form: str) -> Mapping[str, str]:
    """The wording of an item of this form in any language, casefolded -> its id, where only one
    item of the form has it. Empty for forms outside the codebook."""
    found: dict[str, set[str]] = {}
    for item in codebook_form(form).items if form in CODEBOOK_FORMS else ():
        for words in item.wording.values():
            found.setdefault(words.casefold(), set()).add(item.id)
    return {words: next(iter(ids)) for words, ids in found.items() if len(ids) == 1}


def _question(row: Mapping[str, object]) -> Question:
    return Question(
        item=str(row["item"]),
        node=str(row["item"]),
        form=str(row["form"]),
        type=str(row["type"]),
        asked_if=read_condition(str(row["asked_if"] or "")),
        field=str(row["field"] or ""),
        channel=str(row["channel"] or "all"),
    )
