"""What reviewers read, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from paragraph8.voterlist.review.answers import CANNOT_TELL, DIFFERENT, SAME


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    title: str
    question: str
    pair_of: str  # {place} of {total}
    lists: Mapping[str, str]  # paper, electronic, list
    first_of_one: str
    second_of_one: str
    role: str  # head of the column of roles
    roles: Mapping[str, str]
    absent: str
    differs: str
    answers: Mapping[str, str]
    back: str
    earlier: str  # {answer}
    keys: str  # of the page
    stop: str
    done: str  # {total}
    done_text: str
    keys_terminal: str


_ROLES_EN = {
    "surname": "Surname",
    "given": "Given name",
    "patronymic": "Patronymic",
    "birth_date": "Date of birth",
    "sex": "Sex",
    "number": "National number",
    "phone": "Telephone",
    "area": "Area",
    "station": "Station",
    "locality": "Locality",
    "street": "Street",
    "house": "House",
    "flat": "Flat",
    "postcode": "Postcode",
    "birth_place": "Place of birth",
    "address": "Address",
}
_ROLES_RU = {
    "surname": "Фамилия",
    "given": "Имя",
    "patronymic": "Отчество",
    "birth_date": "Дата рождения",
    "sex": "Пол",
    "number": "Личный номер",
    "phone": "Телефон",
    "area": "Район",
    "station": "Участок",
    "locality": "Населённый пункт",
    "street": "Улица",
    "house": "Дом",
    "flat": "Квартира",
    "postcode": "Индекс",
    "birth_place": "Место рождения",
    "address": "Адрес",
}

ENGLISH: Final = Words(
    language="en",
    title="Comparing entries",
    question="Are these two entries the same person?",
    pair_of="Pair {place} of {total}",
    lists={"paper": "Paper list", "electronic": "Electronic list"},
    first_of_one="One entry",
    second_of_one="Another entry",
    role="What",
    roles=_ROLES_EN,
    absent="not given",
    differs="differs",
    answers={SAME: "Same person", DIFFERENT: "Different people", CANNOT_TELL: "Cannot tell"},
    back="Back: correct the last one",
    earlier="You answered: {answer}. A new answer takes its place.",
    keys=(
        "Keys: Alt with 1, 2, 3, and 0 for back. In Firefox Alt and Shift, on a Mac Control and "
        "Option. Tab and Enter work too."
    ),
    stop="Each answer is stored at once. To stop, close this page; to go on, open it again.",
    done="All {total} pairs are answered",
    done_text="Close this page and tell the analyst. You can still correct the last answer.",
    keys_terminal="1 same person   2 different people   3 cannot tell   0 back   q stop",
)
RUSSIAN: Final = Words(
    language="ru",
    title="Сравнение записей",
    question="Это один и тот же человек?",
    pair_of="Пара {place} из {total}",
    lists={"paper": "Бумажный список", "electronic": "Электронный список"},
    first_of_one="Одна запись",
    second_of_one="Другая запись",
    role="Что",
    roles=_ROLES_RU,
    absent="не указано",
    differs="различается",
    answers={SAME: "Один человек", DIFFERENT: "Разные люди", CANNOT_TELL: "Нельзя сказать"},
    back="Назад: исправить последний ответ",
    earlier="Ваш ответ: {answer}. Новый ответ заменит его.",
    keys=(
        "Клавиши: Alt с 1, 2, 3 и 0 для возврата. В Firefox Alt и Shift, на Mac Control и Option. "
        "Можно и Tab с Enter."
    ),
    stop=(
        "Каждый ответ сохраняется сразу. Чтобы прерваться, закройте страницу; чтобы продолжить, "
        "откройте её снова."
    ),
    done="Все пары сравнены: {total}",
    done_text="Закройте страницу и скажите аналитику. Последний ответ ещё можно исправить.",
    keys_terminal="1 один человек   2 разные люди   3 нельзя сказать   0 назад   q прервать",
)
LANGUAGES: Final = MappingProxyType({words.language: words for words in (ENGLISH, RUSSIAN)})


def list_names(words: Words, lists: tuple[str, str]) -> tuple[str, str]:
    """Heads of the two entries."""
    if lists[0] == lists[1]:
        return words.first_of_one, words.second_of_one
    return words.lists[lists[0]], words.lists[lists[1]]
