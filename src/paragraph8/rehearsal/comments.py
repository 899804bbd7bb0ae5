"""Comments of the rehearsal, in three languages. They enter no table; their themes do."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from paragraph8.rehearsal.drawn import COMMENT, Drawn
from paragraph8.rehearsal.filled import WITHHELD
from paragraph8.tables.codebook_reader import codebook_form
from paragraph8.tables.contracts import BY_NAME

# theme -> one comment in English, Russian and Kazakh. Invented, and without any name.
COMMENTS = {
    "strangers": (
        "A man without any badge stood by the table and told members what to write.",
        "У стола стоял человек без удостоверения и говорил членам комиссии, что писать.",
        "Үстел жанында куәлігі жоқ адам тұрып, комиссия мүшелеріне не жазу керегін айтып тұрды.",
    ),
    "protocol": (
        "The protocol was taken away at once; nothing was posted on the wall.",
        "Протокол сразу увезли, на стене ничего не вывесили.",
        "Хаттаманы бірден алып кетті, қабырғаға ештеңе ілінбеді.",
    ),
    "secrecy": (
        "Families went into the booth together and nobody objected.",
        "Семьи заходили в кабину вместе, никто не возражал.",
        "Отбасылар кабинаға бірге кірді, ешкім қарсы болмады.",
    ),
    "lists": (
        "Some voters were not on the list and were sent away without an explanation.",
        "Некоторых избирателей не было в списке, их отправили без объяснений.",
        "Кейбір сайлаушылар тізімде болмады, оларды түсіндірмей қайтарып жіберді.",
    ),
    "electronic": (
        "Nobody knew until the morning that paper would be used as well.",
        "До утра никто не знал, что будут голосовать и на бумаге.",
        "Таңға дейін қағазбен де дауыс берілетінін ешкім білмеді.",
    ),
    "agents": (
        "Citizen observers had to sit in a corner from where they saw nothing.",
        "Общественных наблюдателей посадили в угол, откуда ничего не видно.",
        "Қоғамдық байқаушыларды ештеңе көрінбейтін бұрышқа отырғызды.",
    ),
    "procedures": (
        "Steps of the count were taken in another order than the law asks.",
        "Подсчёт вели не в том порядке, которого требует закон.",
        "Дауыс санау заң талап еткен ретпен жүргізілмеді.",
    ),
}
LANGUAGES = ("en", "ru", "kk")
MOST_THEMES, WITHOUT_PROBLEM = 2, "procedures"
SPOKEN = {"observation": pl.String, "item": pl.String, "language": pl.String, "text": pl.String}


def make_comments(
    drawn: Mapping[str, Drawn], rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table `comment_theme`, coded by the problems that a form reports; and the words of the
    comments, which stay out of all tables: observation, item, language, text."""
    coded, spoken = [], []
    for form, item in COMMENT.items():
        filled = drawn[form].filled
        items = [i for i in codebook_form(form).items if i.supports in COMMENTS and i.problem]
        for place in np.flatnonzero(filled.states[item] == WITHHELD):
            found = [i.supports for i in items if filled.values[i.id][place] in i.problem]
            themes = list(dict.fromkeys(found))[:MOST_THEMES] or [WITHOUT_PROBLEM]
            language, name = str(rng.choice(LANGUAGES)), filled.observations[place]
            coded += [(name, item, theme, language) for theme in themes]
            words = [COMMENTS[theme][LANGUAGES.index(language)] for theme in themes]
            spoken.append((name, item, language, " ".join(words)))
    return (
        pl.DataFrame(coded, schema=BY_NAME["comment_theme"].schema, orient="row"),
        pl.DataFrame(spoken, schema=SPOKEN, orient="row"),
    )
