"""Letters of each alphabet in ASCII: our own tables first, the package anyascii for the rest."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from anyascii import anyascii

# Stands for a letter that no table knows, until it has been counted.
UNKNOWN: Final = "\x01"

_CYRILLIC_PAIRS: Final = """
а a ә a ӑ a ӓ a б b в v г g ғ g ґ g ѓ g ҕ g д d ђ dj е e ё e ѐ e є e ӗ e ж j җ j ӝ j з z ҙ z ѕ dz
и i ѝ i і i ї i й i ј i ӣ i ӥ i к k қ k ҡ k ҝ g ќ k ӄ k л l љ l м m н n ң n ҥ n ӈ n њ n о o ө o
ӧ o ө o п p р r с s ҫ s т t ћ ch у u ұ u ү u ў u ӯ u ӱ u ӳ u ф f х h һ h ҳ h ц ts ч ch ҷ j ҹ j
ӵ ch џ j ш sh щ sh ъ ' ь ' ы i ӹ i э e ә a ю iu я ia
"""

# Latin letters beyond a to z. Kazakh comes first: of 2018 with acutes (ý is У, ı is И or Й), of
# 2021 with two dots (ı is І); then Turkish, Azeri, Czech, Polish, Baltic, German, Scandinavian.
_LATIN_PAIRS: Final = """
á a ä a ă a ǵ g ğ g ı i í i ń n ñ n ó o ö o ú u ü u ū u ŭ u ý u ş sh ș sh š sh ŝ sh ç ch č ch ć ch
ŧ t ţ ts ț ts ž zh ż zh ź z đ dj ə a ø o œ o æ a å a ß ss þ t ð d ł l é e ë e ė e ē e ĥ h ŋ n
ʒ zh ǰ j
"""

_GEORGIAN_PAIRS: Final = """
ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ g ყ k
შ sh ჩ ch ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h ჲ y ჱ e ჳ v ჴ k ჵ o ჶ f
"""

_ARMENIAN_PAIRS: Final = """
ա a բ b գ g դ d ե e զ z է e ը i թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ g ճ ch մ m յ y ն n շ sh
ո o չ ch պ p ջ j ռ r ս s վ v տ t ր r ց ts ւ u փ p ք k օ o ֆ f և ev
"""

# Arabic leaves short vowels out, so these keys meet no Latin ones; ع is e to stay apart from ا.
_ARABIC_PAIRS: Final = """
ا a أ a إ a آ a ٱ a ب b پ p ت t ث th ج j چ ch ح h خ kh د d ذ z ر r ز z ژ zh س s ش sh ص s ض d ط t ظ z
ع e غ gh ف f ق q ك k ک k گ g ل l م m ن n ه h ھ h ة h و w ؤ w ي y ی y ى y ئ y
"""

# Arabic, Persian and Hindi digits, ten each.
EASTERN_DIGITS: Final = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९"

APOSTROPHES: Final = "'’‘ʼʻ`´ʹʺ′ˈ＇“”\""
HYPHENS: Final = "-‐‑‒–—―−_ー"
_SEPARATORS: Final = ".,;:/\\|()[]{}<>«»&+*!?=~^%$#@№…·•\t\r\v\f\xa0\u202f\u2009\u3000"
_INVISIBLE: Final = "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u0307"


def as_pairs(text: str) -> dict[str, str]:
    """A table written as a letter and its spelling in turn."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _pairs(text: str) -> dict[int, str]:
    return {ord(letter): spelled for letter, spelled in as_pairs(text).items()}


def _fallback(code: int) -> str:
    letter = chr(code)
    spelled = anyascii(letter).lower()
    if unicodedata.category(letter)[0] not in "LMN":
        return " "
    kept = "".join(sign for sign in spelled if sign.isalnum() and sign.isascii())
    # A mark or a silent letter may rightly vanish; a letter that anyascii has never met may not.
    return kept or (UNKNOWN if unicodedata.category(letter)[0] == "L" and not spelled else "")


class _Table(dict[int, str]):
    """A table for `str.translate` that asks anyascii for what it lacks, once per letter."""

    def __missing__(self, code: int) -> str:
        self[code] = _fallback(code)
        return self[code]


def _marks() -> dict[int, str]:
    table = dict.fromkeys(map(ord, HYPHENS + _SEPARATORS), " ")
    table.update(dict.fromkeys(map(ord, APOSTROPHES), "'"))
    table.update(dict.fromkeys(map(ord, _INVISIBLE), ""))
    return table


def _identity(letters: Iterable[str]) -> dict[int, str]:
    return {ord(letter): letter for letter in letters}


# Marks alone: for text whose letters are to stay as they are.
MARKS: Final = _marks()

_ASCII: Final = _identity("abcdefghijklmnopqrstuvwxyz0123456789 \n")

# For lower-case Cyrillic, Kazakh and its neighbours included; ъ and ь leave an apostrophe.
CYRILLIC: Final = _Table(_ASCII | MARKS | _pairs(_CYRILLIC_PAIRS))

# For lower-case text of any other script: what comes out is Latin spelling, read by Latin rules.
LATIN: Final = _Table(
    _ASCII
    | MARKS
    | _pairs(_LATIN_PAIRS)
    | _pairs(_GEORGIAN_PAIRS)
    | _pairs(_ARMENIAN_PAIRS)
    | _pairs(_ARABIC_PAIRS)
    | dict.fromkeys(map(ord, "ءـ"), "")
)
