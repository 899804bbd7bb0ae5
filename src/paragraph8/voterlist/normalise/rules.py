"""What was done to the cells, as sentences that a report can print."""

from dataclasses import dataclass
from typing import Final

# Keys of two versions must not be compared. It rises with every change that alters a key.
VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of the normalisation, in a sentence."""

    id: str
    sentence: str


_SENTENCES: Final = {
    "N01": "Cells are put in one Unicode form and in small letters, and spaces are tidied.",
    "N02": "Cells that say that there is nothing (a dash, нет, жоқ, n/a, null) count as missing.",
    "N03": "A letter of another alphabet that looks like the letters of its word is read as one.",
    "N04": "In names, a digit inside a word is read as the letter that it looks like.",
    "N05": "Kazakh letters are read as the Russian letters nearest to them, as documents do.",
    "N06": "All alphabets are written in Latin letters, one spelling for each sound.",
    "N07": "The Kazakh Latin alphabets of 2017, 2018 and 2021 are read as the Kazakh letters.",
    "N08": "Spellings of one sound are made one: kh and h, gh and g, q and k, w and v, zh and j,"
    " dzh and j, ts and c, y and i, iy and i, yu and iu, ya and ia, x and ks, ph and f.",
    "N09": "Signs of softness and apostrophes are left out, and double letters are written once.",
    "N10": "Е written ye at the start of a word or after a vowel, and ё written yo, are read as e.",
    "N11": "Parts of a name with a hyphen or a space between them are written as one word.",
    "N12": "The root of a surname is its first part, without endings of sex and origin.",
    "N13": "The root of a patronymic is the given name of the father.",
    "N14": "Kinds of street and place (ул., көшесі, street, г., ауылы) are left out of addresses.",
    "N15": "The root of a street is its words in alphabetical order, genitives as nominatives.",
    "N16": "Leading zeros of numbers are left out; house 12-А is 12a, and 12/1 is 12 1.",
    "N17": "Telephones are their digits, and a first 8 of eleven is read as 7.",
    "N18": "A date that no calendar has, or of a year before 1800 or after 2100, is no date.",
    "N19": "Hindi in Devanagari is written as it is spoken, without the vowels that are silent.",
    "N20": "Georgian typed on a Latin keyboard is read by a capital inside the word.",
    "N21": "The root of a frequent Turkish name without its letters is that of the full name.",
}
RULES: Final = tuple(Rule(id, sentence) for id, sentence in _SENTENCES.items())
