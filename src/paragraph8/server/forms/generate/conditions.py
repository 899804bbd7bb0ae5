"""Conditions of the codebook as XPath for the phone and in words for the paper."""

import re
from collections.abc import Iterator, Mapping

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.nodes import not_known_node
from paragraph8.server.forms.generate.words import ANSWERS, Voice
from paragraph8.tables.codebook_conditions import Clause, Condition
from paragraph8.tables.codebook_reader import Form, Item

NUMBERS = ("integer", "decimal")
_SIGNS = {"=": "=", "!=": "≠", ">": ">", ">=": "≥", "<": "<", "<=": "≤"}


def check_conditions(form: Form) -> None:
    """Whether every condition names items that the form asks and that a condition can weigh.

    Problems: forms.condition_without_item.
    """
    known = askable(form)
    for item in form.items:
        for condition in (item.asked_if, item.required_if):
            for clause in condition.clauses if condition else ():
                if clause.item not in known:
                    raise Problem(
                        "forms.condition_without_item",
                        form=form.name,
                        item=item.id,
                        condition=condition.text if condition else "",
                        missing=clause.item,
                    )


def askable(form: Form) -> Mapping[str, Item]:
    """Items that have one node of their own; the team is known from the device."""
    return {item.id: item for item in form.items if item.type not in ("team", "votes")}


def as_xpath(condition: Condition, form: Form) -> str:
    """The condition as XLSForms write it, `serious` spelled out as the form's serious items.

    An item without an answer fulfils no clause, as in the codebook. "" if nothing is left to hold.
    """
    items = askable(form)
    parts = [_clause(clause, items[clause.item]) for clause in condition.clauses]
    if condition.serious:
        parts += [part for item in items.values() if item.serious for part in _problems(item)]
    return (" and " if condition.every else " or ").join(parts)


def literal(text: str) -> str:
    """An XPath string. XPath has no escapes and pyxform straightens quotation marks, so an
    apostrophe is written as the letter that looks like one."""
    return "'" + re.sub("['‘’]", "\u02bc", text) + "'"


def in_words(condition: Condition, form: Form, voice: Voice) -> str:
    """The condition for a reader of the paper form: "O4 = Yes"."""
    items = askable(form)
    parts = [_said(clause, items[clause.item], voice) for clause in condition.clauses]
    if condition.serious:
        parts.append(voice.word("any_serious"))
    return f" {voice.word('and' if condition.every else 'or')} ".join(parts)


def answer_words(item: Item, value: str, voice: Voice) -> str:
    """How an answer of this item is worded; the value itself for numbers and free answers."""
    if item.type == "rating" and value.isdigit():
        return value
    for answer, key in ANSWERS.get(item.type, ()):
        if answer == value:
            return voice.word("dk_short" if key == "dk" else key)
    for choice in item.choices:
        if choice.value == value:
            return voice.of(choice.wording)
    if item.type == "station" and value == "other":
        return voice.word("not_listed")
    return voice.word("dk_short") if value == "dk" else value


def _clause(clause: Clause, item: Item) -> str:
    node = f"${{{item.id}}}"
    if item.type in NUMBERS and clause.value == "dk":
        return f"selected(${{{not_known_node(item.id)}}}, 'dk')"
    if clause.operator == "has":
        return f"selected({node}, {literal(clause.value)})"
    value = clause.value if _is_number(item, clause.value) else literal(clause.value)
    comparison = f"{node} {clause.operator} {value}"
    return f"({node} != '' and {comparison})" if clause.operator == "!=" else comparison


def _is_number(item: Item, value: str) -> bool:
    """Whether the phone compares numbers; a date or a choice of digits stays text."""
    return item.type in (*NUMBERS, "rating") and value.removeprefix("-").isdecimal()


def _problems(item: Item) -> Iterator[str]:
    node = f"${{{item.id}}}"
    for answer in item.problem:
        if answer == "positive":
            yield f"{node} > 0"
        elif answer == "any":
            harmless = (choice.value for choice in item.choices if choice.value in ("none", "dk"))
            spared = "".join(f" and not(selected({node}, '{value}'))" for value in harmless)
            yield f"({node} != ''{spared})"
        elif item.type == "many_of":
            yield f"selected({node}, {literal(answer)})"
        else:
            yield f"{node} = {literal(answer)}"


def _said(clause: Clause, item: Item, voice: Voice) -> str:
    value = answer_words(item, clause.value, voice)
    if clause.operator == "has":
        return voice.word("has", item=item.id, value=value)
    return f"{item.id} {_SIGNS[clause.operator]} {value}"
