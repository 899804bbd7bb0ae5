"""Figures in words, the guard of statement text, and references."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions import figure
from paragraph8.kernel.problem import Problem
from paragraph8.statement.documents.model import CommitmentText, FigureText, Text
from paragraph8.statement.wording.guard import _words, check_text
from paragraph8.statement.wording.numbers import number, put_into_words, whole_per_cent
from paragraph8.statement.wording.references import References, say_date
from paragraph8.tables.profile import find_profile

PROFILE = find_profile("paragraph8-2026")
# A publisher that prints per cent of a hundred and eighty counts, and of fewer.
PER_CENT = replace(PROFILE, name="per cent", counts_below_base=2)
ELECTION_DAY = date(2004, 9, 19)


# Numbers


@pytest.mark.parametrize(
    ("numerator", "denominator", "form", "says"),
    [
        (246, 265, "of", "246 of the 265 counts observed"),
        (246, 265, "count", "246 counts"),
        (246, 265, "number", "246"),
        (246, 265, "denominator", "265 counts observed"),
        (246, 265, "share", "93 per cent of counts observed"),
        (1, 180, "of", "1 of the 180 counts observed"),
        (1920, 2021, "of", "1,920 of the 2,021 counts observed"),
        # None and all are never shares.
        (0, 180, "of", "none of the 180 counts observed"),
        (0, 180, "share", "none of the 180 counts observed"),
        (180, 180, "of", "all 180 counts observed"),
        (180, 180, "share", "all 180 counts observed"),
        # What is not nought is never 0 per cent; what is not all never 100.
        (4, 1000, "share", "less than 1 per cent of counts observed"),
        (5, 1000, "share", "1 per cent of counts observed"),
        (1, 1_000_000, "share", "less than 1 per cent of counts observed"),
        (994, 1000, "share", "99 per cent of counts observed"),
        (997, 1000, "share", "more than 99 per cent of counts observed"),
        (999_999, 1_000_000, "share", "more than 99 per cent of counts observed"),
        # Halves go up: Python's own rounding would give 24 and 2.
        (49, 200, "share", "25 per cent of counts observed"),
        (5, 200, "share", "3 per cent of counts observed"),
        (47, 200, "share", "24 per cent of counts observed"),
        # The profile prints counts where the base is below a hundred.
        (33, 99, "share", "33 of the 99 counts observed"),
        (33, 100, "share", "33 per cent of counts observed"),
    ],
)
def test_a_figure_in_words(numerator, denominator, form, says):
    assert put_into_words(figure(numerator, denominator), form, PROFILE) == says


# Georgia, 5 January 2008: the count was observed at 180 stations (methodology I.2, 1).
@pytest.mark.parametrize(
    ("what", "cases", "per_cent"),
    [
        ("bad or very bad", (41, 42), 23),
        ("adherence to procedures", (30, 31), 17),
        ("understanding", (32, 33), 18),
        ("performance", (30, 31), 17),
        ("tampering", (14, 15), 8),
        ("significant errors or omissions", (37, 38), 21),
        ("steps out of order", (63,), 35),
    ],
)
def test_georgia_2008(what, cases, per_cent):
    for k in cases:
        said = put_into_words(figure(k, 180), "share", PER_CENT)
        assert said == f"{per_cent} per cent of counts observed", what


# Ukraine 2019, both rounds, and Uzbekistan 2019 (methodology I.2, 2, 3 and 5).
@pytest.mark.parametrize(
    ("numerator", "denominator", "form", "says"),
    [
        (246, 265, "of", "246 of the 265"),
        (26, 265, "of", "26 of the 265"),
        (10, 265, "of", "10 of the 265"),
        (179, 182, "of", "all but 3 of the 182"),
        (56, 133, "share", "42 per cent of"),
        # Promo-LEX, Moldova 2016 (6): 2,021 stations.
        (1920, 2021, "share", "95 per cent of"),
        (101, 2021, "share", "5 per cent of"),
        (1293, 2021, "share", "64 per cent of"),
        (728, 2021, "share", "36 per cent of"),
        (1354, 2021, "share", "67 per cent of"),
        (667, 2021, "share", "33 per cent of"),
    ],
)
def test_published_counts_and_shares(numerator, denominator, form, says):
    assert put_into_words(figure(numerator, denominator), form, PROFILE).startswith(says)


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [
        (1, "votes", "1 vote"),
        (2, "votes", "2 votes"),
        (0, "votes", "0 votes"),
        (1, "ballots or voters", "1 ballot or voter"),
        (12916, "protocols", "12,916 protocols"),
        (78.5, "votes", "78.5 votes"),
        (0.6711, "share", "67 per cent"),
        # Halves go up and nothing becomes nought here too.
        (0.245, "share", "25 per cent"),
        (0.285, "share", "29 per cent"),
        (0.004, "share", "less than 1 per cent"),
        (0.997, "share", "more than 99 per cent"),
    ],
)
def test_a_number_with_its_unit(value, unit, says):
    whole = figure(None, None, value=value, unit=unit)
    assert put_into_words(whole, "count", PROFILE) == says


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (2.0, "2"),
        (2.5, "2.5"),
        (2.25, "2.25"),
        (1.999, "2"),
        (1e-34, "less than 0.01"),
        (0.006, "0.01"),
        (-3, "-3"),
        (-3.5, "-3.5"),
    ],
)
def test_a_bare_number_for_a_table(value, says):
    assert number(value) == says


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_shares_are_never_nought_or_all_by_rounding(numerator, denominator):
    said = whole_per_cent(min(numerator, denominator), denominator)
    assert said != "0 per cent"
    assert (said == "100 per cent") == (numerator >= denominator)


@pytest.mark.parametrize("form", ["percent", "Share", ""])
def test_a_form_that_no_figure_has_names_those_it_has(form):
    with pytest.raises(Problem) as caught:
        put_into_words(figure(), form, PROFILE)
    assert caught.value.code == "statement.unknown_reference"
    assert "count, number, of, share, denominator" in str(caught.value)


@pytest.mark.parametrize("form", ["of", "share", "denominator"])
def test_a_figure_without_a_base_is_no_share(form):
    with pytest.raises(Problem, match=r"can be written as count, number\."):
        put_into_words(figure(3, None), form, PROFILE)


# The guard


@pytest.mark.parametrize(
    ("text", "language", "token"),
    [
        ("Seen at 3 stations.", "en", "3"),
        ("Seen at 3,000 stations.", "en", "3,000"),
        ("In section B2 of the form.", "en", "B2"),
        ("٣ محطات", "ar", "٣"),
        ("۳ ایستگاه", "fa", "۳"),
        ("३ मतदान केंद्र", "hi", "३"),
        ("At ½ of stations.", "en", "½"),
        ("Article Ⅳ.", "en", "Ⅳ."),
        ("Seen².", "en", "Seen²."),
        ("Seen at ３ stations.", "en", "３"),
        ("Point ① applies.", "en", "①"),
        ("At half of the stations.", "en", "half"),
        ("At HALF of the stations.", "en", "HALF"),
        ("At two thirds of them.", "en", "two"),
        ("At a two-thirds majority.", "en", "two-thirds"),
        ("The one-third rule.", "en", "one-third"),
        ("A two’s complement.", "en", "two’s"),
        ("Dozens of stations.", "en", "Dozens"),
        ("Двое наблюдателей.", "ru", "Двое"),
        ("Половина участков.", "ru", "Половина"),
        ("Вдвое больше.", "ru", "Вдвое"),
        ("Учаскелердің жартысы.", "kk", "жартысы"),
        ("Екі учаске.", "kk", "Екі"),
        # English is typed in by accident in every language.
        ("Наблюдали half участков.", "ru", "half"),
    ],
)
def test_a_number_is_found(text, language, token):
    with pytest.raises(Problem) as caught:
        check_text(text, "finding ana.1", language)
    assert caught.value.code == "statement.bare_number"
    assert caught.value.facts["token"] == token
    assert str(caught.value).startswith("finding ana.1, line 1: ")
    assert "{{fig:ID|count}}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [("All was well.\nAt 3 stations.", 2), ("a\n\n\nb half", 4), ("{{fig:a\nb}} x\ny 2", 3)],
)
def test_the_line_is_named(text, line):
    with pytest.raises(Problem) as caught:
        check_text(text, "section media", "en")
    assert caught.value.facts["line"] == line


@pytest.mark.parametrize(
    "text",
    [
        "At {{fig:protocols.arithmetic.fail[election=zz-2024-05-12, rule=protocol.A5]|of}} it was.",
        "On {{date:election}} voters elected {{name:assembly2}}; see {{std:COE-R(2004)11}}.",
        "Tent poles, a weighty sentence, a threefold-less text and one of them.",
        "At one station no one came; anyone could.",
        "",
    ],
)
def test_references_and_ordinary_words_pass(text):
    check_text(text, "here", "en")


@pytest.mark.parametrize(
    ("text", "language", "words", "line"),
    [
        ("There was fraud.", "en", "fraud", 1),
        ("Electoral-FRAUD was seen.", "en", "fraud", 1),
        ("The election was free and fair.", "en", "free and fair", 1),
        ("It was Free  and\nfair.", "en", "free and fair", 1),
        ("Well.\nIt was rigged.", "en", "rigged", 2),
        ("Это фальсификация.", "ru", "фальсификация", 1),
        ("Это fraud.", "ru", "fraud", 1),
    ],
)
def test_words_never_written(text, language, words, line):
    with pytest.raises(Problem) as caught:
        check_text(text, "section voting", language)
    assert caught.value.code == "statement.forbidden_words"
    assert (caught.value.facts["token"], caught.value.facts["line"]) == (words, line)
    assert caught.value.facts["remedy"] in str(caught.value)


def test_a_longer_word_is_another_word():
    check_text("Defrauding is a word of the penal code, and so is unstolen.", "law", "en")


@pytest.mark.parametrize(
    "text",
    [
        "{{ date:election }}",
        "{{date:election",
        "date:election}}",
        "{{fig:a|Count}}",
        "{{x}}",
        "{{}}",
    ],
)
def test_braces_that_are_no_reference_are_not_printed(text):
    with pytest.raises(Problem) as caught:
        check_text(f"On {text} it rained.", "section voting", "en")
    assert caught.value.code == "statement.unknown_reference"
    assert "{{kind:name}}" in str(caught.value)


# Letters of the scripts of states that are observed; none of them is a number.
LETTERS = st.characters(
    categories=["L", "M", "P", "Zs"],
    exclude_characters="{}",
    max_codepoint=0x1FFF,
)
NUMBERS = st.characters(categories=["N"])
LISTED = {
    word
    for words in _words()["number_words"].values()
    for word in words
} | {words for entries in _words()["forbidden"].values() for words, _ in entries}  # fmt: skip


@given(st.text(LETTERS, max_size=60), NUMBERS, st.data())
def test_without_numbers_the_guard_is_silent_and_with_one_it_is_not(text, digit, data):
    if any(word in text.casefold() for word in LISTED):
        return
    for language in ("en", "ru", "kk", "ar"):
        check_text(text, "here", language)
    at = data.draw(st.integers(0, len(text)))
    assert unicodedata.category(digit).startswith("N")
    with pytest.raises(Problem, match="is typed in"):
        check_text(text[:at] + digit + text[at:], "here", "en")


# References


REFERENCES = References(
    figures={"observation.count": figure(63, 180)},
    dates={"election": ELECTION_DAY},
    names={"assembly": "the Mäjilis", "slips_year": "2003"},
    rules={"protocol.A5": "Ballots in the box equal valid and invalid ballots"},
    election_day=ELECTION_DAY,
    profile=PROFILE,
    language="en",
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("At {{fig:observation.count|of}}.", "At 63 of the 180 counts observed."),
        ("It was {{fig:observation.count}}.", "It was 63 counts."),
        ("On {{date:election}} for {{name:assembly}}.", "On 19 September 2004 for the Mäjilis."),
        ("“{{rule:protocol.A5}}”", "“Ballots in the box equal valid and invalid ballots”"),
        ("It is {{source:hand_count}}.", "It is the hand count."),
        ("{{std:CPH-7.4}}", "paragraph 7.4 of the 1990 Copenhagen Document"),
    ],
)
def test_references_become_words(text, says):
    assert REFERENCES.plain(text, "here") == says


def test_runs_keep_where_a_figure_and_a_commitment_lead():
    runs = REFERENCES.resolve("At {{fig:observation.count|of}}, by {{std:CPH-7.4}}.", "here")
    assert runs == (
        Text("At "),
        FigureText("63 of the 180 counts observed", "observation.count"),
        Text(", by "),
        CommitmentText("paragraph 7.4 of the 1990 Copenhagen Document", "CPH-7.4"),
        Text("."),
    )


@pytest.mark.parametrize(
    ("reference", "code", "remedy"),
    [
        ("fig:observation.cuont|of", "statement.unknown_reference", "p8 analyse"),
        ("fig:observation.count|half", "statement.unknown_reference", "count, number, of, share"),
        ("date:runoff", "statement.unknown_reference", "There are election."),
        ("name:senate", "statement.unknown_reference", "There are assembly, slips_year."),
        ("rule:protocol.Z9", "statement.unknown_reference", "There are protocol.A5."),
        ("source:rumour", "statement.unknown_reference", "published, hand_count"),
        ("table:station", "statement.unknown_reference", "fig, std, date, name, rule, source"),
        ("std:CPH-99", "standard.unknown", "no commitment 'CPH-99'"),
        # Adopted on 30 September 2004, eleven days after the vote; Rec(2017)5 is younger still.
        (
            "std:COE-R(2004)11",
            "standard.not_in_force",
            "commitment on the same theme that was in force",
        ),
        ("std:REC17-9", "standard.not_in_force", "2017-06-14"),
    ],
)
def test_references_that_do_not_hold(reference, code, remedy):
    with pytest.raises(Problem) as caught:
        REFERENCES.resolve(f"Well.\nAt {{{{{reference}}}}}.", "section voting")
    assert caught.value.code == code
    assert remedy in str(caught.value)
    if code == "statement.unknown_reference":
        assert str(caught.value).startswith("section voting, line 2: ")


def test_a_reference_is_not_looked_into_by_the_guard():
    # A year in a name or an id is no typed-in number: it leads to where it comes from.
    assert REFERENCES.plain("Since {{name:slips_year}} it is so.", "here") == "Since 2003 it is so."


def test_days():
    assert say_date(date(2023, 4, 2)) == "2 April 2023"
