"""Words of `form_item` as pages show them."""

from django.utils.translation import gettext, gettext_lazy

TYPES = {
    "yes_no": gettext_lazy("yes / no / not known"),
    "yes_no_na": gettext_lazy("yes / no / not known / not applicable"),
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("number"),
    "rating": gettext_lazy("rating 1–4"),
    "one_of": gettext_lazy("one of a list"),
    "many_of": gettext_lazy("several of a list"),
    "time": gettext_lazy("time"),
    "date": gettext_lazy("date"),
    "text": gettext_lazy("free words"),
    "position": gettext_lazy("position"),
    "photo": gettext_lazy("photo"),
    "station": gettext_lazy("station"),
    "area": gettext_lazy("area"),
    "team": gettext_lazy("team, known from the phone"),
    "votes": gettext_lazy("votes for each contestant"),
}
ANSWERS = {
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "any": gettext_lazy("any choice"),
    "positive": gettext_lazy("above 0"),
    "1": gettext_lazy("1 (very good)"),
    "2": gettext_lazy("2 (good)"),
    "3": gettext_lazy("3 (bad)"),
    "4": gettext_lazy("4 (very bad)"),
}
COLUMNS = {
    "type": gettext_lazy("type"),
    "problem": gettext_lazy("problem answer"),
    "serious": gettext_lazy("serious"),
}


def type_in_words(kind: object) -> str:
    """How an item of this type is answered."""
    return str(TYPES.get(str(kind), kind))


def problem_in_words(problem: object) -> str:
    """The answers that are a problem; "" for a neutral item."""
    answers = str(problem).split(";") if problem else []
    return ", ".join(str(ANSWERS.get(answer, answer)) for answer in answers)


def value_in_words(column: str, value: object) -> str:
    """One value of a column that carries the meaning of an item."""
    if column == "type":
        return type_in_words(value)
    if column == "problem":
        return problem_in_words(value) or gettext("none (neutral)")
    return gettext("yes") if value else gettext("no")
