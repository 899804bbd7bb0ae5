"""Sex as lists write it, in several languages."""

from typing import Final

MALE: Final = 1
FEMALE: Final = 2

_MALE_WORDS: Final = """
1 м муж муж. мужск мужской мужчина мужчины ч чол чоловік ер еркек е ер. m male man boy homme h
masculin masc masculino männlich mann erkek e er erkak kişi kisi ذكر ذ رجل მ მამრ მამრობითი კაცი
ա արական पुरुष mme mwanaume
"""
_FEMALE_WORDS: Final = """
2 ж жен жен. женск женский женщина женщины жін жінка әйел ә әй әйел. эйел аял f female woman girl
femme féminin feminin fem femenino w weiblich frau kadın kadin äiel äyel ayel áıel ayol qadın qadin
أنثى انثى أ ا امرأة ქ მდედრ მდედრობითი ქალი ի իգական महिला mke mwanamke
"""
_WORDS: Final = {
    **dict.fromkeys(_MALE_WORDS.split(), MALE),
    **dict.fromkeys(_FEMALE_WORDS.split(), FEMALE),
}


def sex(raw: str | None) -> int | None:
    """1 for male, 2 for female, None where the cell does not say or the word is not known.

    "0" and "k" are None: one means either sex and the other does so by country.
    """
    return None if raw is None else _WORDS.get(raw.strip().lower())
