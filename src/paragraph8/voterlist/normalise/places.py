"""Places of an address: kinds of street and of settlement go, names and numbers stay."""

import re
from collections.abc import Sequence
from typing import Final

from paragraph8.voterlist.normalise.romanise import CODES, PLACES, Keyed, Style, romanise


def spelled_words(text: str, style: Style = PLACES) -> frozenset[str]:
    """A list of words as they look after `romanise`."""
    return frozenset(" ".join(romanise(text.split(), style).words).split())


def _phrases(text: str) -> re.Pattern[str]:
    spelled = romanise(text.split(), PLACES).words
    return re.compile(rf"\b(?:{'|'.join(sorted(spelled, key=len, reverse=True))})\b")


_STREET_KINDS: Final = spelled_words(
    """ул улица улицы көше көшесі көш кошеси street str st strasse пр просп проспект проспекті
    даңғыл даңғылы даң пер переулок тұйық тұйығы бульвар бульвары бул шоссе трасса тас жолы площадь
    алаңы пл набережная наб жағалауы проезд тупик аллея avenue ave road rd lane ln boulevard blvd
    drive square sq мкр мкрн микрорайон ықшамаудан ықшамауданы мөлтек ауданы аудан mkr microdistrict
    квартал жилмассив имени им атындағы"""
)
_PLACE_KINDS: Final = spelled_words(
    """г гор город қ қала қаласы с село ауыл ауылы а аул п пос поселок посёлок кент кенті кт пгт ст
    станция станциясы разъезд д дер деревня х хутор район ауданы аудан обл область облысы облыс
    округ округі ауылдық сельский республика республикасы city town village district region oblast
    raion rayon mkr мкр мкрн микрорайон мөлтек ықшамауданы"""
)
_STATION_WORDS: Final = spelled_words(
    """уик участок участковая избирательный избирательная избирательного участка комиссия сайлау
    учаскесі учаске учаскелік no n polling station precinct номер нөмірі нөмір""",
    CODES,
)
# Signs with a hyphen or a stroke, which falls to two words.
_SHORT_SIGNS: Final = _phrases("пр-т пр-кт б-р к-сі д-лы р-н р-он а-ны с/о а/о с-з қ-сы а-лы т-й")
_AREA_KINDS: Final = {
    **dict.fromkeys(spelled_words("обл область облысы облыс oblast region"), "oblis"),
    **dict.fromkeys(spelled_words("район ауданы аудан district raion rayon"), "audan"),
    **dict.fromkeys(spelled_words("г гор город қаласы қала city"), "kala"),
}
_AREA_SIGN: Final = re.compile(r"\b(?:r n|r on|a ni)\b")
# 1-я, 2-ой, 3-ші, 4th: the sound after the number says only that it is an ordinal.
_ORDINAL: Final = re.compile(r"(\d)(?: ?(?:i|ii|oi|ai|aia|ia|ogo|shi|inshi|t|nd|rd|st)\b)+")
_DIGIT: Final = re.compile(r"\d")
_NUMBER_AT_END: Final = re.compile(r"(?<=[a-z])(?=\d)")


def place_keys(values: Sequence[str]) -> Keyed:
    """Keys of localities and birth places: the words in order; root: the words sorted."""
    read = romanise(values, PLACES)
    key = _without(read.words, _PLACE_KINDS)
    return key, [_in_order(words) for words in key], read


def street_keys(values: Sequence[str]) -> Keyed:
    """Keys of streets: the words in order; root: the words sorted, genitives as nominatives."""
    read = romanise(values, PLACES)
    key = _without(read.words, _STREET_KINDS)
    return key, [_street_root(words) for words in key], read


def area_keys(values: Sequence[str]) -> Keyed:
    """Keys of areas: the kind of area stays, in one word for all languages; root: words sorted."""
    read = romanise(values, PLACES)
    named = [_AREA_SIGN.sub("audan", words) for words in _evenly(read.words)]
    key = [" ".join([_AREA_KINDS.get(word, word) for word in cell.split(" ")]) for cell in named]
    return key, [_in_order(words) for words in key], read


def station_keys(values: Sequence[str]) -> Keyed:
    """Keys of polling stations: without words for a station; root is the key."""
    read = romanise(values, CODES)
    key = _without(read.words, _STATION_WORDS)
    return key, key, read


def _without(words: Sequence[str], kinds: frozenset[str]) -> list[str]:
    even = _evenly(words)
    shorter = _SHORT_SIGNS.sub("", "\n".join(even)).split("\n")
    # A place may be called Село: what would leave nothing is left as it is.
    return [
        " ".join([part for part in short.split() if part not in kinds]) or cell
        if " " in cell
        else cell
        for cell, short in zip(even, shorter, strict=bool(words))
    ]


def _evenly(words: Sequence[str]) -> list[str]:
    """Numbers apart from names, without leading zeros and endings of ordinals."""
    if not _DIGIT.search("\n".join(words)):
        return list(words)
    return [_even(cell) if _DIGIT.search(cell) else cell for cell in words]


def _even(cell: str) -> str:
    cell = _ORDINAL.sub(r"\1", _NUMBER_AT_END.sub(" ", cell))
    return " ".join([number(part) for part in cell.split()])


def number(word: str) -> str:
    """A number without leading zeros; any other word as it is."""
    return word.lstrip("0") or "0" if word.isdigit() else word


def _in_order(words: str) -> str:
    return " ".join(sorted(words.split(" "))) if " " in words else words


def _street_root(words: str) -> str:
    parts = [_nominative(part) for part in words.split(" ") if len(part) > 1 or part.isdigit()]
    return " ".join(sorted(parts)) or words


def _nominative(word: str) -> str:
    # Абая, Гоголя, Ленина, Жамбыла: of Абай, Гоголь, Ленин, Жамбыл.
    if len(word) > 4 and word.endswith("ia"):
        return word[:-1] if word[-3] in "aeou" else word[:-2]
    if len(word) > 3 and word.endswith("a") and word[-2] not in "aeiou":
        return word[:-1]
    return word
