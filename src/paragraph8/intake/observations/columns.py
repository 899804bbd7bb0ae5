"""Which column of an export is which node of a form, and its cells as the form itself has them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from paragraph8.intake.observations.answers import TICKS
from paragraph8.intake.observations.declaration import FormFile, Vocabulary
from paragraph8.intake.observations.items import (
    DK_SUFFIX,
    Question,
    choices_of_items,
    wordings_of,
)
from paragraph8.intake.observations.values import NOT_APPLICABLE, NOT_KNOWN
from paragraph8.intake.observations.visits import DAY_NODES
from paragraph8.kernel.problem import Problem
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, codebook_form

# A label as generated forms write it: "V35. Did two or more voters …"
_NUMBERED = re.compile(r"(?P<node>\w+)[.:](?:\s|$)")
_BETWEEN = " \t\n;,"
# A position is split into four columns; any of them says that there was one.
_POSITION_PARTS = ("latitude", "longitude", "altitude", "accuracy", "precision")


@dataclass(slots=True)
class Columns:
    """Columns of one file.

    meta     word of META_COLUMNS -> the columns that hold it, best first
    single   node -> the column that holds its answer
    split    node -> (column, choice) of a list whose choices have a column each
    used     every column that is asked for
    """

    meta: dict[str, list[str]] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    split: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def nodes(self) -> frozenset[str]:
        """All nodes that have a column."""
        return frozenset({*self.single, *self.split})


def find_columns(
    file: str,
    headers: Sequence[str],
    form: FormFile,
    named: str,
    questions: Mapping[str, Question],
) -> Columns:
    """The columns of a file with these headers; `named` is the form that it holds.

    Raises Problem intake.missing_column for a column that the mapping names and the file lacks,
    mapping.bad_value for a mapped item that is none.
    """
    found = Columns()
    _add_meta(file, headers, form, found)
    _add_named(file, headers, form, questions, found)
    labels = wordings_of(named) if form.labels else {}
    for header in headers:
        if header in found.used:
            continue
        node, choice = _node(header, form, questions, labels)
        if node and not choice:
            # Where two columns claim a node, the first one stands and the other is unused.
            if found.single.setdefault(node, header) == header:
                found.used.add(header)
        elif node:
            found.split.setdefault(node, []).append((header, choice))
            found.used.add(header)
    return found


def read_cells(
    row: Mapping[str, str | None], columns: Columns, form: FormFile, words: "Words"
) -> dict[str, str]:
    """Node -> text of a row, as the form itself would have written it; empty cells are ""."""
    texts = {}
    for node, column in columns.single.items():
        texts[node] = words.value(node, row.get(column) or "")
    for node, choices in columns.split.items():
        if texts.get(node):
            continue
        filled = [(row.get(column) or "", choice) for column, choice in choices]
        texts[node] = " ".join(choice for text, choice in filled if text.lower() in TICKS)
    return texts


class Words:
    """What words in cells stand for: the mapping's words, and the codebook's own where labels were
    exported."""

    def __init__(self, form: FormFile, questions: Mapping[str, Question]) -> None:
        self._form = form
        self._questions = questions
        self._made: dict[str, Vocabulary] = {}

    def value(self, node: str, text: str) -> str:
        """The value that a cell stands for; the text itself if no word of the node fits."""
        vocabulary = self._of(node)
        text = text.strip()
        whole = vocabulary.get(text.casefold())
        if whole is not None or not text:
            return whole or ""
        question = self._questions.get(node)
        several = question is not None and question.type == "many_of"
        return _several(text, vocabulary) if several else text

    def _of(self, node: str) -> Vocabulary:
        if node not in self._made:
            self._made[node] = dict(self._vocabulary(node))
        return self._made[node]

    def _vocabulary(self, node: str) -> Iterator[tuple[str, str]]:
        question = self._questions.get(node)
        if _is_tick(node, self._questions):
            yield from ((word, v) for word, v in self._form.words.items() if v == NOT_KNOWN)
        if question is None or question.type in ("text", "photo", "position", "team", "area"):
            yield from self._form.answers.get(node, {}).items()
            return
        values = choices_of_items().get(question.item, frozenset())
        yield from self._general(question)
        yield from ((value.casefold(), value) for value in values)
        if self._form.labels:
            yield from _choice_wordings(question.item)
        yield from self._form.answers.get(node, {}).items()

    def _general(self, question: Question) -> Iterator[tuple[str, str]]:
        """Words for any item, as far as they are answers of its type."""
        allowed = {NOT_KNOWN, NOT_APPLICABLE, "other"}
        if question.type in ("yes_no", "yes_no_na"):
            allowed |= {"yes", "no"}
        elif question.type == "rating":
            allowed |= {"1", "2", "3", "4"}
        elif question.type in ("one_of", "many_of"):
            allowed |= choices_of_items().get(question.item, frozenset())
        yield from ((word, v) for word, v in self._form.words.items() if v in allowed)


def first_filled(row: Mapping[str, str | None], columns: Sequence[str]) -> str:
    """The first text that is not empty in these columns of a row."""
    return next((text for column in columns if (text := (row.get(column) or "").strip())), "")


def _add_meta(file: str, headers: Sequence[str], form: FormFile, found: Columns) -> None:
    for key, choice in form.columns.items():
        there = [h for name in choice.columns for h in headers if _is(h, name, form.separator)]
        if choice.must_be_there and not there:
            _missing(file, choice.columns, headers)
        found.meta[key] = there
        # The end of filling in serves as a time of receipt, and is still an answer's column.
        found.used.update(there)
    if form.exclusion and form.exclusion.column in headers:
        found.used.add(form.exclusion.column)


def _add_named(
    file: str,
    headers: Sequence[str],
    form: FormFile,
    questions: Mapping[str, Question],
    found: Columns,
) -> None:
    for node in (*form.items, *form.answers):
        if not (node in questions or node in DAY_NODES or _is_tick(node, questions)):
            raise Problem(
                "mapping.bad_value",
                file=file,
                where="an item of the mapping",
                value=node,
                expected="the id of an item of the codebook or of the mission",
            )
    missing = [column for column in form.items.values() if column not in headers]
    if missing:
        _missing(file, missing, headers)
    found.single.update(form.items)
    found.used.update(form.items.values())


def _missing(file: str, names: Sequence[str], headers: Sequence[str]) -> None:
    raise Problem(
        "intake.missing_column", file=file, missing=", ".join(names), found=", ".join(headers)
    )


def _is(header: str, name: str, separator: str) -> bool:
    return header == name or header.endswith(separator + name)


def _is_tick(node: str, questions: Mapping[str, Question]) -> bool:
    return node.endswith(DK_SUFFIX) and node.removesuffix(DK_SUFFIX) in questions


def _node(
    header: str,
    form: FormFile,
    questions: Mapping[str, Question],
    labels: Mapping[str, str],
) -> tuple[str, str]:
    """The node of a column and, for a column of one choice, the choice; ("", "") for no node."""
    node = _plain_node(header, form, questions, labels)
    if node:
        return node, ""
    before, between, choice = header.rpartition(form.split)
    node = _plain_node(before, form, questions, labels) if between else ""
    if node and _is_tick(node, questions):
        return node, NOT_KNOWN
    if node and questions[node].type == "many_of":
        return node, Words(form, questions).value(node, choice)
    before, _, part = header.rpartition(form.separator)
    if part.lower() in _POSITION_PARTS:
        node = _plain_node(before, form, questions, labels)
        if node in questions and questions[node].type == "position":
            return node, ""
    return "", ""


def _plain_node(
    header: str,
    form: FormFile,
    questions: Mapping[str, Question],
    labels: Mapping[str, str],
) -> str:
    parts = header.split(form.separator)
    for begin in range(len(parts)):
        name = form.separator.join(parts[begin:])
        if name in questions or name in DAY_NODES or _is_tick(name, questions):
            return name
    if not form.labels:
        return ""
    numbered = _NUMBERED.match(header)
    if numbered and numbered["node"] in questions:
        tick = header == f"{numbered['node']}:"
        return numbered["node"] + (DK_SUFFIX if tick else "")
    node = labels.get(header.strip().casefold(), "")
    return node if node in questions else ""


def _choice_wordings(item: str) -> Iterator[tuple[str, str]]:
    """The words of an item's list in every language -> value."""
    for name in CODEBOOK_FORMS:
        for asked in codebook_form(name).items:
            if asked.id == item:
                for choice in asked.choices:
                    yield from ((w.casefold(), choice.value) for w in choice.wording.values())
                return


def _several(text: str, vocabulary: Vocabulary) -> str:
    """Values of several words written one after the other; the text itself if one is unknown."""
    left, values = text.casefold().strip(_BETWEEN), []
    by_length = sorted(vocabulary, key=len, reverse=True)
    while left:
        word = next((w for w in by_length if w and _begins(left, w)), None)
        if word is None:
            return text
        values.append(vocabulary[word])
        left = left[len(word) :].strip(_BETWEEN)
    return " ".join(dict.fromkeys(values))


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) and (len(text) == len(word) or text[len(word)] in _BETWEEN)
