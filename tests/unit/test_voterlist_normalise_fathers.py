"""Families of patronymics with known fathers, and names that must keep roots of their own."""

import tomllib
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import pytest

from paragraph8.voterlist.normalise import keys

# Father: forms of his name in patronymics. Kazakh -ұлы and -қызы are written in one word with the
# name (code of Kazakhstan on marriage and family, no. 518-IV of 26 December 2011, article 194).
# Russian forms follow the general rules, for which see N. A. Petrovskij, Dictionary of Russian
# personal names (1966); they were written from knowledge and not copied from there: -ович after a
# hard consonant; -евич after a soft or hushing one; -ьевич or -иевич for -ий; -аевич and -еевич
# for -ай and -ей; -ич for some names in a vowel. Kazakh names in a vowel keep it before -евич.
FAMILIES = """
Зейнолла: Зейноллаұлы Зейноллақызы Зейноллаевич Зейноллаевна Зейнуллаевич Zeinollayevna
Абдолла: Абдоллаұлы Абдоллақызы Абдоллаевич Абдуллаевна Abdollaevich
Қабдолла: Қабдоллаұлы Кабдоллаевич Кабдуллаевна
Нұрлан: Нұрланұлы Нұрланқызы Нурланович Нурлановна Nurlanuly Nurlankyzy
Серік: Серікұлы Серікқызы Серикович Сериковна Serikkyzy
Қуандық: Қуандықұлы Қуандыққызы Куандыкович Куандыковна
Қуаныш: Қуанышұлы Қуанышқызы Куанышевич Куанышевна Куанышович
Сағынтай: Сағынтайұлы Сағынтайқызы Сагинтаевич Сагынтаевна
Жұмабай: Жұмабайұлы Жұмабайқызы Жумабаевич Zhumabayevich Jumabaıuly
Абылай: Абылайұлы Абылайқызы Абылаевич Абылаевна
Ғали: Ғалиұлы Ғалиқызы Галиевич Галиевна
Әли: Әлиұлы Әлиқызы Алиевич Алиевна Əliyeviç
Темірғали: Темірғалиұлы Темірғалиқызы Темиргалиевич Темиргалиевна
Сәду: Сәдуұлы Сәдуқызы Садуевич Садуевна Saduuly
Төлеу: Төлеуұлы Төлеуқызы Толеуевич Толеуевна
Мұса: Мұсаұлы Мұсақызы Мусаевич Мусаевна
Мұстафа: Мұстафаұлы Мұстафақызы Мустафаевич Мустафаевна
Хамза: Хамзаұлы Хамзақызы Хамзаевич Хамзаевна
Қайырбек: Қайырбекұлы Қайырбекқызы Кайырбекович Каирбековна
Болат: Болатұлы Болатқызы Болатович Болатовна
Әділ: Әділұлы Әділқызы Адилевич Адильевна Адилович
Шыңғыс: Шыңғысұлы Шыңғысқызы Шынгысович Шынгысовна
Жақсылық: Жақсылықұлы Жақсылыққызы Жаксылыкович Жаксылыковна
Оразбай: Оразбайұлы Оразбайқызы Оразбаевич Оразбаевна
Мәди: Мәдиұлы Мәдиқызы Мадиевич Мадиевна
Ахмади: Ахмадиұлы Ахмадиқызы Ахмадиевич Akhmadiyevna
Жексенбі: Жексенбіұлы Жексенбіқызы Жексенбиевич Жексенбиевна
Ерғазы: Ерғазыұлы Ерғазықызы Ергазиевич Ергазыевна
Тілеуберді: Тілеубердіұлы Тілеубердіқызы Тилеубердиевич
Амангелді: Амангелдіұлы Амангелдіқызы Амангельдиевич Амангельдыевна
Нұрәлі: Нұрәліұлы Нұрәліқызы Нуралиевич Нуралиевна
Дәулет: Дәулетұлы Дәулетқызы Даулетович Давлетовна
Николай: Николаевич Николаевна Nikolayevich Nikolaevna
Алексей: Алексеевич Алексеевна Alekseyevich Alekseevna
Ермолай: Ермолаевич Ермолаевна
Дмитрий: Дмитриевич Дмитриевна Dmitrievich
Юрий: Юрьевич Юрьевна Yuryevich Iurevich
Анатолий: Анатольевич Анатольевна Anatolyevich
Артемий: Артемьевич Артемьевна
Антоний: Антоньевич Антониевна
Дементий: Дементьевич Дементьевна
Захарий: Захарьевич Захарьевна
Игорь: Игоревич Игоревна
Лазарь: Лазаревич Лазаревна
Камиль: Камильевич Камилевна
Виль: Вильевич Вилевна
Илья: Ильич Ильинична
Самуил: Самойлович Самойловна Самуилович
Вячеслав: Вячеславович Вячеславна Вячеславич
Павел: Павлович Павловна
Лев: Львович Львовна
"""


@pytest.mark.parametrize("family", FAMILIES.strip().splitlines(), ids=lambda row: row.split(":")[0])
def test_all_patronymics_of_one_father_have_the_root_of_his_name(family):
    father, _, forms = family.partition(":")
    root = keys("given", [father])["root"][0]
    found = keys("patronymic", forms.split())
    assert dict(found.select("raw", "root").iter_rows()) == dict.fromkeys(forms.split(), root)


def test_the_families_are_as_many_as_the_page_says():
    page = (Path(__file__).parents[2] / "docs/explanation/names-and-keys.md").read_text("utf-8")
    assert f"{len(FAMILIES.strip().splitlines())} families" in page


def test_fathers_of_different_names_keep_different_roots():
    fathers = [row.split(":")[0] for row in FAMILIES.strip().splitlines()]
    assert keys("given", fathers)["root"].is_unique().all()


# What the invented lists draw from, and what their names come to. One name in two spellings,
# or of two languages, but for no other.
ONE_NAME = [
    {"Гүлнар", "Гүлнәр"},
    {"Hadija", "Khadija"},
    {"Musa", "Mussa"},
]


def stock(language: str) -> dict[str, list[str]]:
    file = files("paragraph8.voterlist.generate") / "stocks" / f"{language}.toml"
    drawn = tomllib.loads(file.read_text("utf-8"))
    given = {name for sex in ("male", "female") for name in _given(drawn[sex])}
    return {"given": sorted(given), "surname": drawn["surname"].get("names", "").split()}


def _given(drawn: dict[str, str]) -> list[str]:
    names = [name for part in ("old", "middle", "young") for name in drawn[part].split()]
    first, second = drawn.get("first", "").split(), drawn.get("second", "").split()
    return names + [one + other for one in first for other in second]


@pytest.mark.parametrize("kind", ["given", "surname"])
@pytest.mark.parametrize(
    "language", ["georgian", "hindi", "kazakh", "russian", "swahili", "turkish"]
)
def test_frequent_names_of_a_stock_keep_roots_of_their_own(language, kind):
    of_root = defaultdict(set)
    for raw, root in keys(kind, stock(language)[kind]).select("raw", "root").iter_rows():
        of_root[root].add(raw)
    merged = [names for names in of_root.values() if len(names) > 1]
    assert [names for names in merged if names not in ONE_NAME] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ахмет", "Мамет"),
        ("Сакен", "Шакен"),
        ("Лана", "Лиана"),
        ("Can", "Kaan"),
        ("Ercan", "Erkan"),
        ("Raj", "Rai"),
        ("राज", "राय"),
        ("Нұрлан", "Нұржан"),
        ("Ерлан", "Ержан"),
        ("Серік", "Берік"),
        ("Данил", "Даниал"),
    ],
)
def test_names_that_are_a_letter_apart_keep_roots_of_their_own(one, other):
    found = keys("given", [one, other])["root"]
    assert found.is_unique().all()
