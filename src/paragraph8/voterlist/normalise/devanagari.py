"""Names in Devanagari in the Latin spelling that Hindi speakers give them: राजेश is Rajesh.

A consonant without a vowel sign is spoken with a short a (schwa), but Hindi drops it at the end of
a word and, between a vowel and a consonant with a vowel, inside it: राम is Ram, राजकुमार Rajkumar.
"""

import re
from dataclasses import dataclass
from typing import Final

from paragraph8.voterlist.normalise.letters import as_pairs

_CONSONANTS: Final = as_pairs("""
क k ख kh ग g घ gh ङ n च ch छ ch ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n प p फ ph
ब b भ bh म m य y र r ल l ळ l व v श sh ष sh स s ह h
""")
_WITH_DOT: Final = as_pairs("क q ख kh ग g ज z ड r ढ r फ f य y र r न n ळ l")
_CLUSTERS: Final = (("ज्ञ", "gy"), ("क्ष", "ksh"))
_VOWELS: Final = as_pairs("अ a आ a इ i ई i उ u ऊ u ऋ ri ए e ऐ ai ओ o औ au ऑ o ऍ e")
_SIGNS: Final = as_pairs("ा a ि i ी i ु u ू u ृ ri े e ै ai ो o ौ au ॉ o ॅ e")
_JOINED: Final = "\u094d"
_DOT: Final = "\u093c"
_NASAL: Final = "[\u0901\u0902]"
_LETTER: Final = f"[\u0915-\u0939]{_DOT}?"
_ONE: Final = (
    f"(?P<onset>(?:{_LETTER}{_JOINED})*{_LETTER})(?P<joined>{_JOINED}?)(?P<sign>[\u093e-\u094c]?)"
    f"(?P<nasal>{_NASAL}?)\u0903?|(?P<vowel>[\u0905-\u0914])(?P<nasal_after>{_NASAL}?)\u0903?"
)
_SYLLABLE: Final = re.compile(_ONE)
_WORD: Final = re.compile("(?:" + re.sub(r"\(\?P<\w+>", "(?:", _ONE) + ")+")
_DOTTED: Final = re.compile(f"(.){_DOT}")

_SCHWA: Final = "ə"
# Spoken after these at the end, for what stands before would be hard to speak: Mahendra, Krishna.
_HARD_TO_END: Final = re.compile("[^rn](?:r|y|v|n|m|l)$")


@dataclass(slots=True)
class _Syllable:
    onset: str
    vowel: str  # "" if silent
    nasal: bool
    cluster: bool


def in_latin(text: str) -> str:
    """Write every Devanagari word of a text in Latin letters, and leave what else stands there.

    Source: schwa deletion after M. Ohala, Aspects of Hindi Phonology (1983), pp. 139-140,
    applied from the left; letters after the Hunterian system without its marks.
    """
    return _WORD.sub(lambda word: _spell(word.group()), text)


def _spell(word: str) -> str:
    syllables = [_syllable(found) for found in _SYLLABLE.finditer(word)]
    _silence(syllables)
    return "".join(
        each.onset + each.vowel.replace(_SCHWA, "a") + _nasal(each, after)
        for each, after in zip(syllables, [*syllables[1:], None], strict=True)
    )


def _syllable(found: re.Match[str]) -> _Syllable:
    if found["vowel"]:
        return _Syllable("", _VOWELS.get(found["vowel"], ""), bool(found["nasal_after"]), False)
    written = found["onset"]
    onset = written
    for cluster, instead in _CLUSTERS:
        onset = onset.replace(cluster, instead)
    onset = _DOTTED.sub(lambda dotted: _WITH_DOT.get(dotted[1], dotted[1]), onset)
    onset = "".join(_CONSONANTS.get(sign, sign) for sign in onset if sign != _JOINED)
    sign = _SIGNS.get(found["sign"], "")
    vowel = sign if sign or found["joined"] else _SCHWA
    return _Syllable(onset, vowel, bool(found["nasal"]), _JOINED in written)


def _silence(syllables: list[_Syllable]) -> None:
    if len(syllables) < 2:
        return
    last = syllables[-1]
    if last.vowel == _SCHWA and not last.nasal and not _must_sound(last):
        last.vowel = ""
    for before, here, after in zip(syllables, syllables[1:], syllables[2:], strict=False):
        if (
            here.vowel == _SCHWA
            and not (here.cluster or here.nasal or after.cluster or before.nasal)
            and (before.vowel and after.vowel and after.onset)
        ):
            here.vowel = ""


def _must_sound(last: _Syllable) -> bool:
    return last.cluster and bool(_HARD_TO_END.search(last.onset))


def _nasal(syllable: _Syllable, after: _Syllable | None) -> str:
    if not syllable.nasal:
        return ""
    if after is None:
        return "n"
    # सिंह is Singh, चंपा Champa.
    return {"h": "ng", "p": "m", "b": "m", "m": "m"}.get(after.onset[:1], "n")
