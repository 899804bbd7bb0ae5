"""Ways to write the same letters: Kazakh letters in Russian type, and romanisations."""

from collections.abc import Callable, Mapping

import polars as pl

FOLDED = dict(zip("әғқңөұүһі", "агкноуухи", strict=True))
# As passports of Kazakhstan and Russia write (ICAO Doc 9303 for Russian letters).
PASSPORT = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)),
    "ё": "e",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "iu",
    "я": "ia",
    "і": "i",
    "һ": "h",
    **dict(zip("әғқңөұү", "agknouu", strict=True)),
}
BGN = {**PASSPORT, "й": "y", "ё": "yo", "ю": "yu", "я": "ya"}
LATIN_2021 = {
    **PASSPORT,
    "ә": "ä",
    "ғ": "ğ",
    "қ": "q",
    "ң": "ñ",
    "ө": "ö",
    "ұ": "ū",
    "ү": "ü",
    "ж": "j",
    "х": "h",
    "ш": "ş",
}
LATIN_2018 = {
    **PASSPORT,
    "ә": "á",
    "ғ": "ǵ",
    "қ": "q",
    "ң": "ń",
    "ө": "ó",
    "ұ": "u",
    "ү": "ú",
    "ж": "j",
    "у": "ý",
    "х": "h",
}
# The national system of Georgia (2002), without its apostrophes, as lists are typed.
GEORGIAN = {
    **dict(zip("აბგდევზთიკლმნოპრსტუფქყჯჰ", "abgdevztiklmnoprstupkqjh", strict=True)),
    "ჟ": "zh",
    "ღ": "gh",
    "შ": "sh",
    "ჩ": "ch",
    "ც": "ts",
    "ძ": "dz",
    "წ": "ts",
    "ჭ": "ch",
    "ხ": "kh",
}
GEORGIAN_TYPED = {**GEORGIAN, "ხ": "x", "ღ": "g", "ც": "c", "წ": "w"}
TURKISH_ASCII = dict(zip("çğıöşüâ", "cgiosua", strict=True)) | {"İ": "I"}
LOOK_ALIKES = dict(zip("аеосрхАЕОСРХ", "aeocpxAEOCPX", strict=True))

CONSONANTS = {
    **dict(zip("कगचजटडणतदनपबमयरलवसह", "kgcjtdntdnpbmyrlvsh", strict=True)),
    "ख": "kh",
    "घ": "gh",
    "च": "ch",
    "छ": "chh",
    "झ": "jh",
    "ठ": "th",
    "ढ": "dh",
    "थ": "th",
    "ध": "dh",
    "फ": "ph",
    "भ": "bh",
    "श": "sh",
    "ष": "sh",
}
VOWEL_SIGNS = dict(zip("ािीुूेो", "aiiuueo", strict=True)) | {"ृ": "ri", "ै": "ai", "ौ": "au"}
VOWELS = dict(zip("अआइईउऊएओ", "aaiiuueo", strict=True)) | {"ऋ": "ri", "ऐ": "ai", "औ": "au"}
VIRAMA = "्"
OTHER_SIGNS = {"ं": "n", "ँ": "n", "ः": "h", VIRAMA: ""}


def devanagari_in_latin(text: str) -> str:
    """A name in Latin letters: a vowel that is not written is an a, silent at the end of a word."""
    return " ".join(_word(word) for word in text.replace("़", "").split(" "))


def _word(word: str) -> str:
    letters = []
    for before, here, after in zip(" " + word, word, word[1:] + " ", strict=False):
        if here in CONSONANTS:
            last = after == " " and before != VIRAMA
            silent = last or after == VIRAMA or after in VOWEL_SIGNS
            letters.append(CONSONANTS[here] + ("" if silent else "a"))
        else:
            letters.append({**VOWEL_SIGNS, **VOWELS, **OTHER_SIGNS}.get(here, here))
    made = "".join(letters)
    return made[:1].upper() + made[1:]


CONVENTIONS: Mapping[str, Mapping[str, str]] = {
    "russian_letters": FOLDED,
    "without_yo": {"ё": "е"},
    "passport": PASSPORT,
    "bgn": BGN,
    "latin_2018": LATIN_2018,
    "latin_2021": LATIN_2021,
    "georgian": GEORGIAN,
    "georgian_typed": GEORGIAN_TYPED,
    "turkish_ascii": TURKISH_ASCII,
    "as_it_is": {},
}
BY_WORD: Mapping[str, Callable[[str], str]] = {"devanagari": devanagari_in_latin}
# Scripts without capitals get them in Latin.
WITHOUT_CAPITALS = ("georgian", "georgian_typed")


def written(cells: pl.Series, convention: str) -> pl.Series:
    """Text in another convention; what it does not know stays."""
    if convention in BY_WORD:
        return pl.Series([BY_WORD[convention](text) for text in cells], dtype=pl.String)
    letters = CONVENTIONS[convention]
    if not letters:
        return cells
    made = replaced(cells, letters)
    return made.str.to_titlecase() if convention in WITHOUT_CAPITALS else made


def replaced(cells: pl.Series, letters: Mapping[str, str]) -> pl.Series:
    """Each small letter of the table replaced, and its capital by a capital."""
    both = {a.upper(): b[:1].upper() + b[1:] for a, b in letters.items() if a.upper() != a}
    # The letter itself wins: the capital of ı is I, and so is that of i.
    both = {a: b for a, b in both.items() if a.isalpha() and not a.isascii()} | dict(letters)
    return cells.str.replace_many(list(both), list(both.values()))


def folded(cells: pl.Series) -> pl.Series:
    """What two cells share that differ in case, Kazakh letters or romanisation only."""
    small = cells.str.to_lowercase().str.replace_all("\u0307", "", literal=True)
    for table in (FOLDED, PASSPORT, GEORGIAN, TURKISH_ASCII):
        small = small.str.replace_many(list(table), list(table.values()))
    return small
