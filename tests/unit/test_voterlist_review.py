"""The clerical review of voter lists: drawing, storing, showing and answering."""

import csv
import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import numpy as np
import polars as pl
import pytest

from paragraph8.cli.voterlist_review_page import ReviewServer, serve_review
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.review.agreement import final_answers, to_adjudicate
from paragraph8.voterlist.review.answers import AnswerFile, answer_path, read_answers
from paragraph8.voterlist.review.apart import KEYS, KINDS, Apart
from paragraph8.voterlist.review.estimates import correct_duplicates, correct_lists, judged
from paragraph8.voterlist.review.pages import policy, review_page, style
from paragraph8.voterlist.review.pairs import make_pair, read_pairs
from paragraph8.voterlist.review.sample import decisions_hash, draw_duplicates, draw_sample
from paragraph8.voterlist.review.session import Review
from paragraph8.voterlist.review.stored import read_sample, write_sample
from paragraph8.voterlist.review.strata import Design
from paragraph8.voterlist.review.terminal import pair_text, review_in_terminal
from paragraph8.voterlist.review.totals import Precision
from paragraph8.voterlist.review.words import ENGLISH, LANGUAGES, RUSSIAN

LISTS = ("paper", "electronic")
CANARY = "Канарейкин"

# Ana's station: rows 1 to 4 are paired, the others are left.
PAPER = """
row surname_root given_root patronymic_root birth
1   hill         ana        ivo             19700101
2   river        ben        jan             19710203
3   lake         eva        -               19720304
4   wood         ivo        -               19730405
5   moor         jan        ben             19740506
6   hill         leo        -               19700101
7   moor         -          leo             -
"""
ELECTRONIC = """
row surname_root given_root patronymic_root birth
1   hill         ana        ivo             19700101
2   river        ben        jan             19710203
3   lake         eva        -               19720304
4   wood         ivo        -               19730405
5   moor         jan        -               19740605
6   stone        leo        -               19700101
7   moor         -          -               19740506
8   -            -          -               -
9   lea          -          ben             -
10  lea          jan        leo             -
"""
DECISIONS = """
paper_row electronic_row category        score
1         1              matched         30
2         2              matched         25
3         3              changed         12
4         4              probable        5
5         -              only_paper      -
6         -              only_paper      -
7         -              only_paper      -
-         5              only_electronic -
-         6              only_electronic -
-         7              only_electronic -
-         8              unusable        -
-         9              only_electronic -
-         10             only_electronic -
"""


def table(text):
    """A text table as a frame; - is missing, and a column of numbers is one."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    cells = {
        name: [None if row[at] == "-" else row[at] for row in rows] for at, name in enumerate(head)
    }
    numbers = {"row", "birth", "paper_row", "electronic_row", "row_a", "row_b"}
    kinds = dict.fromkeys(numbers, pl.Int64) | {"score": pl.Float64}
    return pl.DataFrame(cells).with_columns(
        pl.col(name).cast(kinds[name]) for name in cells if name in kinds
    )


def lists():
    return table(DECISIONS), table(PAPER), table(ELECTRONIC)


def drawn(seed=8, size=100, minimum=1, **design):
    return draw_sample(*lists(), Design(seed, size, minimum, **design))


def code_of(call, *arguments, **named):
    with pytest.raises(Problem) as caught:
        call(*arguments, **named)
    return caught.value.code


# Pairs left apart


def by_hand(first, second, paired=()):
    """Every pair of two small lists, looked at one by one."""
    found = {kind: set() for kind in KINDS}
    for one in first.to_dicts():
        for other in (first if second is None else second).to_dicts():
            pair = one["row"], other["row"]
            if second is None and (pair[0] >= pair[1] or pair in paired):
                continue
            for kind, keys in KINDS.items():
                if all(one[key] is not None and one[key] == other[key] for key in keys):
                    found[kind].add(pair)
                    break
    return found


def invented(rows, seed, surnames=8, given=5, patronymics=6, births=9):
    rng = np.random.default_rng(seed)
    columns = {
        name: [None if rng.random() < 0.1 else int(rng.integers(many)) for _ in range(rows)]
        for name, many in zip(KEYS, (surnames, given, patronymics, births), strict=True)
    }
    return pl.DataFrame({"row": range(1, rows + 1), **columns})


@pytest.mark.parametrize("seed", range(3))
def test_pairs_left_apart_of_two_lists_are_those_found_by_looking_at_each(seed):
    first, second = invented(60, seed), invented(45, seed + 100)
    apart, expected = Apart(first, second), by_hand(first, second)
    assert apart.sizes == {kind: len(pairs) for kind, pairs in expected.items()}
    for kind, pairs in expected.items():
        rows = apart.draw(kind, len(pairs), np.random.default_rng(1))
        assert set(zip(*(side.tolist() for side in rows), strict=True)) == pairs


@pytest.mark.parametrize("seed", range(3))
def test_pairs_of_one_list_leave_out_those_already_paired(seed):
    first = invented(60, seed)
    every = by_hand(first, None)
    taken = {pair for pairs in every.values() for pair in sorted(pairs)[::4]} | {(1, 60)}
    frame = pl.DataFrame(sorted(taken), schema=["row_a", "row_b"], orient="row")
    apart, expected = Apart(first, None, frame), by_hand(first, None, taken)
    assert apart.sizes == {kind: len(pairs) for kind, pairs in expected.items()}
    for kind, pairs in expected.items():
        rows = apart.draw(kind, len(pairs), np.random.default_rng(1))
        assert set(zip(*(side.tolist() for side in rows), strict=True)) == pairs


@pytest.mark.parametrize("block", [1 << 20, 64], ids=["all looked at", "tried"])
def test_each_pair_left_apart_is_drawn_equally_often(monkeypatch, block):
    monkeypatch.setattr("paragraph8.voterlist.review.apart.BLOCK", block)
    first = invented(30, 1, surnames=3, births=40, given=30, patronymics=30)
    apart = Apart(first, None)
    pairs, rng = apart.sizes["surname"], np.random.default_rng(2)
    times, number = np.zeros((31, 31)), 3000
    for _ in range(number):
        np.add.at(times, apart.draw("surname", 5, rng), 1)
    hit = times[times > 0]
    assert len(hit) == pairs
    # The chi-square statistic of the counts, a little smaller for draws without replacement.
    expected = 5 * number / pairs
    assert ((hit - expected) ** 2 / expected).sum() < pairs + 5 * (2 * pairs) ** 0.5


def test_a_rare_kind_in_large_groups_is_found(monkeypatch):
    monkeypatch.setattr("paragraph8.voterlist.review.apart.RAREST", 10)
    monkeypatch.setattr("paragraph8.voterlist.review.apart.BLOCK", 64)
    # One date of birth for all, and one surname and given name, but for the first of either list.
    same = {"given_root": [1] * 40, "patronymic_root": [None] * 40, "birth": [5] * 40}
    one = pl.DataFrame({"row": range(1, 41), "surname_root": [1, *[7] * 39], **same})
    two = pl.DataFrame({"row": range(1, 41), "surname_root": [2, *[7] * 39], **same})
    two = two.with_columns(given_root=pl.when(pl.col("row") == 1).then(2).otherwise("given_root"))
    apart = Apart(one, two)
    assert apart.sizes["birth"] == 40
    left, right = apart.draw("birth", 40, np.random.default_rng(1))
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [
        (row, 1) for row in range(1, 41)
    ]


# The sample


def test_a_sample_of_everything_holds_every_pair_and_every_kind_left_apart():
    sample = drawn()
    found = sorted(sample.frame.select("stratum", "paper_row", "electronic_row").rows())
    assert found == [
        ("apart:given", 5, 10),
        ("apart:given+birth", 6, 6),
        ("apart:patronymic", 5, 9),
        ("apart:patronymic", 7, 10),
        ("apart:surname", 7, 5),
        ("apart:surname", 7, 7),
        ("apart:surname+birth", 5, 7),
        ("apart:surname+given", 5, 5),
        ("changed:7 or more", 3, 3),
        ("matched:7 or more", 1, 1),
        ("matched:7 or more", 2, 2),
        ("probable:4 to 7", 4, 4),
    ]
    assert sorted(sample.frame["item"]) == list(range(1, 13))
    assert (sample.frame["sampled"] == sample.frame["stratum_size"]).all()
    assert sample.counts["electronic"] == {
        "changed": 1,
        "matched": 2,
        "only_electronic": 5,
        "probable": 1,
        "unusable": 1,
    }


def test_the_same_seed_draws_the_same_and_another_seed_another():
    decisions, paper, electronic = lists()
    shuffled = [frame.reverse() for frame in (decisions, paper, electronic)]
    sample = drawn(size=10)
    again = draw_sample(*shuffled, Design(8, 10, 1))
    assert again.frame.equals(sample.frame)
    assert again.decisions == sample.decisions
    assert any(not drawn(seed, size=10).frame.equals(sample.frame) for seed in range(5))


def test_a_sample_holds_no_name_and_orders_items_at_random():
    sample = drawn()
    assert sample.frame.columns == [
        "item",
        "stratum",
        "stratum_size",
        "sampled",
        "paper_row",
        "electronic_row",
    ]
    # In the order of items the strata are mixed.
    assert sample.frame["stratum"].to_list() != sorted(sample.frame["stratum"])


def test_scores_at_a_cut_are_of_the_upper_band_and_none_has_its_own():
    decisions = pl.DataFrame(
        {
            "paper_row": [1, 2, 3, 4],
            "electronic_row": [1, 2, 3, 4],
            "category": "matched",
            "score": [3.9, 4.0, 7.0, None],
        }
    )
    records = table(PAPER).head(4)
    sample = draw_sample(decisions, records, records, Design(1, 4, 1))
    by_row = dict(sample.frame.select("paper_row", "stratum").rows())
    assert by_row == {
        1: "matched:under 4",
        2: "matched:4 to 7",
        3: "matched:7 or more",
        4: "matched:no score",
    }
    whole = draw_sample(decisions, records, records, Design(1, 4, 1, cuts=()))
    assert set(whole.frame["stratum"]) == {"matched:any score", "matched:no score"}


def test_duplicates_are_drawn_with_pairs_that_were_not_reported():
    reported = table("""
row_a row_b kind     score
1     6     probable 9
""")
    sample = draw_duplicates(reported, table(PAPER), Design(3, 50, 1))
    assert sample.rows == ("row_a", "row_b")
    found = set(sample.frame.select("stratum", "row_a", "row_b").rows())
    # 5 and 7 share the surname; 1 and 6 surname and date, but they were reported.
    assert found == {("probable:7 or more", 1, 6), ("apart:surname", 5, 7)}
    result = correct_duplicates(sample, dict.fromkeys((1, 2), "same"), Precision(1, 100))
    assert (result.reported, result.pairs.low, result.pairs.high) == (1, 2, 2)
    assert result.missed.if_most == 1
    assert code_of(correct_lists, sample, {1: "same", 2: "same"}, Precision(1)) == (
        "analysis.bad_parameter"
    )


def test_what_cannot_be_drawn_is_refused():
    decisions, paper, electronic = lists()
    assert code_of(draw_sample, decisions, paper.head(6), electronic, Design(1)) == (
        "voterlist.review_row_missing"
    )
    assert code_of(draw_sample, decisions.drop("score"), paper, electronic, Design(1)) == (
        "analysis.bad_parameter"
    )
    assert code_of(draw_sample, decisions, paper, electronic, Design(1, size=3)) == (
        "analysis.bad_parameter"
    )
    nothing = decisions.filter(pl.col("category") == "unusable")
    assert code_of(draw_sample, nothing, paper, electronic, Design(1)) == (
        "voterlist.review_nothing_to_draw"
    )


def test_rows_and_pairs_given_twice_are_refused():
    decisions, paper, electronic = lists()
    design = Design(1)
    twice = pl.concat([decisions, decisions.head(1)])
    assert code_of(draw_sample, twice, paper, electronic, design) == "analysis.bad_parameter"
    twice = pl.concat([paper, paper.head(1)])
    assert code_of(draw_sample, decisions, twice, electronic, design) == "analysis.bad_parameter"
    pair = pl.DataFrame({"row_a": [1], "row_b": [6], "kind": ["exact"], "score": [9.0]})
    twice, turned = pl.concat([pair, pair]), pair.with_columns(row_a=6, row_b=1)
    for wrong in (twice, turned):
        assert code_of(draw_duplicates, wrong, paper, design) == "analysis.bad_parameter"


# The sample on disk


def test_a_sample_is_written_once_with_seed_and_hash_beside_it(tmp_path):
    sample = drawn(size=10, cuts=(8.0,))
    write_sample(tmp_path, sample)
    about = json.loads((tmp_path / "review-sample.json").read_text())
    assert (about["seed"], about["decisions_sha256"]) == (8, decisions_hash(table(DECISIONS)))
    found = read_sample(tmp_path, sample.decisions)
    assert found.frame.equals(sample.frame)
    assert found.frame.schema == sample.frame.schema
    assert (found.design, found.counts) == (sample.design, sample.counts)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    assert code_of(write_sample, tmp_path, sample) == "voterlist.review_sample_exists"


def test_a_sample_that_was_changed_or_is_of_other_decisions_is_refused(tmp_path):
    assert code_of(read_sample, tmp_path) == "voterlist.review_no_sample"
    write_sample(tmp_path, drawn())
    other = decisions_hash(table(DECISIONS).with_columns(score=pl.lit(1.0)))
    assert code_of(read_sample, tmp_path, other) == "voterlist.review_other_decisions"
    file = tmp_path / "review-sample.csv"
    file.write_text(file.read_text().replace("probable", "matched"))
    assert code_of(read_sample, tmp_path) == "voterlist.review_sample_changed"


# Answers


def test_answers_survive_a_stop_and_the_last_one_counts(tmp_path):
    with AnswerFile(tmp_path, "a") as answers:
        answers.append(1, "same")
        answers.append(2, "different")
    file = answer_path(tmp_path, "a")
    with file.open("a") as torn:
        torn.write("3,sa")  # the power went
    assert read_answers(file) == {1: "same", 2: "different"}
    with AnswerFile(tmp_path, "a") as answers:
        assert Review([1, 2, 3], answers).item == 3
        answers.append(1, "cannot_tell")
    assert read_answers(file) == {1: "cannot_tell", 2: "different"}
    rows = list(csv.reader(file.open()))
    assert rows == [
        ["item", "answer", "order"],
        ["1", "same", "1"],
        ["2", "different", "2"],
        ["1", "cannot_tell", "3"],
    ]
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_torn_in_its_first_line_begins_anew(tmp_path):
    answer_path(tmp_path, "a").write_text("item,ans")
    with AnswerFile(tmp_path, "a") as answers:
        answers.append(4, "same")
    assert read_answers(answer_path(tmp_path, "a")) == {4: "same"}


def test_two_reviewers_write_at_once_but_not_into_one_file(tmp_path):
    with AnswerFile(tmp_path, "a") as first, AnswerFile(tmp_path, "b") as second:
        first.append(1, "same")
        second.append(1, "different")
        assert code_of(AnswerFile, tmp_path, "a") == "voterlist.review_in_use"
    with AnswerFile(tmp_path, "a") as again:
        assert again.answers == {1: "same"}


@pytest.mark.parametrize(
    "line", ["1,maybe,1", "x,same,1", "1,same", "1,same,2", f"{CANARY},same,1", "-1,same,1"]
)
def test_a_spoilt_answer_file_is_refused_without_repeating_it(tmp_path, line):
    file = answer_path(tmp_path, "a")
    file.write_text(f"item,answer,order\n{line}\n")
    with pytest.raises(Problem, match="line 2") as caught:
        read_answers(file)
    assert caught.value.code == "voterlist.review_bad_answers"
    assert CANARY not in str(caught.value)
    assert code_of(AnswerFile, tmp_path, "a") == "voterlist.review_bad_answers"
    file.write_text("item,answer,order\n")
    AnswerFile(tmp_path, "a").close()  # the lock was not kept


def test_what_is_no_answer_and_no_label_is_refused(tmp_path):
    for label in ("", "A", "../a", "a/b", "x" * 13):
        assert code_of(answer_path, tmp_path, label) == "analysis.bad_parameter"
    with AnswerFile(tmp_path, "a") as answers:
        assert code_of(answers.append, 1, "perhaps") == "analysis.bad_parameter"
    assert code_of(read_answers, answer_path(tmp_path, "b")) == "voterlist.review_no_answers"
    answer_path(tmp_path, "b").write_text("item,answer\n")
    assert code_of(read_answers, answer_path(tmp_path, "b")) == "voterlist.review_bad_answers"


# One reviewer's way


def test_items_come_in_order_and_back_corrects(tmp_path):
    with AnswerFile(tmp_path, "a") as answers:
        review = Review([5, 2, 9], answers)
        assert (review.item, review.place, review.may_go_back) == (2, 0, False)
        review.back()
        assert review.item == 2
        review.answer(2, "same")
        review.answer(2, "different")  # a double click
        assert (review.item, review.answered) == (5, 1)
        review.back()
        assert (review.item, review.earlier_answer) == (2, "same")
        review.answer(2, "different")
        review.answer(5, "same")
        review.answer(9, "same")
        assert (review.item, review.place, review.earlier_answer) == (None, None, None)
        review.back()
        review.back()
        assert review.item == 5
        review.answer(5, "cannot_tell")
        assert review.item is None
    found = read_answers(answer_path(tmp_path, "a"))
    assert found == {2: "different", 5: "cannot_tell", 9: "same"}


def test_a_review_without_items_is_done(tmp_path):
    with AnswerFile(tmp_path, "a") as answers:
        review = Review([], answers)
        assert (review.item, review.may_go_back) == (None, False)
        review.back()
        assert "All 0 pairs" in review_page(review, None, ENGLISH)


def test_a_third_person_gets_what_two_did_not_agree_on():
    first = {1: "same", 2: "same", 3: "cannot_tell", 4: "same"}
    second = {1: "same", 2: "different", 3: "cannot_tell"}
    assert to_adjudicate(first, second) == (2,)
    assert final_answers(first, second) == {1: "same", 2: "cannot_tell", 3: "cannot_tell"}
    third = {2: "different", 1: "different"}
    assert final_answers(first, second, third) == {1: "same", 2: "different", 3: "cannot_tell"}


def test_answers_of_another_sample_and_strata_without_answers_are_refused():
    sample = drawn()
    answers = dict.fromkeys(range(1, 13), "same")
    assert code_of(judged, sample, answers | {13: "same"}) == "voterlist.review_other_items"
    assert code_of(judged, sample, {1: "same"}) == "voterlist.review_stratum_unreviewed"


# Pairs, pages and the terminal


def a_pair(**changes):
    first = {"surname": CANARY, "given": "Ана", "birth_date": "03.04.1985", "house": "5"}
    second = {"surname": f" {CANARY.upper()} ", "given": "Анна", "birth_date": None, "house": "5"}
    return make_pair(first, second | changes, LISTS)


def test_capitals_blanks_and_absence_are_no_difference():
    fields = {field.role: field for field in a_pair(flat="7", serial="12").fields}
    assert list(fields) == ["surname", "given", "birth_date", "house", "flat"]
    assert [role for role, field in fields.items() if field.differs] == ["given"]


def test_signs_that_steer_a_terminal_or_turn_a_line_are_made_visible():
    pair = a_pair(given="\x1b[31mА\u202eнна\u200d\n")
    assert pair.fields[1].second == "\ufffd[31mА\ufffdнна\u200d"


def test_entries_are_read_by_row_number_with_the_columns_of_each_list():
    engine = open_duck(None)
    names = [f"{CANARY}-{row}" for row in range(1, 11)]
    engine.put("paper_raw", pl.DataFrame({"row": range(1, 8), "surname": names[:7], "page": "3"}))
    engine.put("electronic_raw", pl.DataFrame({"row": range(1, 11), "surname": names, "flat": "2"}))
    sample = drawn()
    pairs = read_pairs(engine, sample, [1, 2, 3])
    rows = {item: pair for item, *pair in sample.frame.select("item", *sample.rows).iter_rows()}
    assert sorted(pairs) == [1, 2, 3]
    for item, pair in pairs.items():
        assert [field.role for field in pair.fields] == ["surname", "flat"]
        shown = pair.fields[0].first, pair.fields[0].second
        assert shown == tuple(names[row - 1] for row in rows[item])
    engine.table("paper_raw", "SELECT * FROM paper_raw WHERE row < 0")
    assert code_of(read_pairs, engine, sample, [1]) == "voterlist.review_row_missing"


@contextmanager
def reviewing(folder, items=(1, 2), label="a") -> Iterator[Review]:
    with AnswerFile(folder, label) as answers:
        yield Review(items, answers)


def test_the_page_shows_both_entries_and_what_differs_but_no_verdict(tmp_path):
    with reviewing(tmp_path) as review:
        page = review_page(review, a_pair(given="<script>x</script>"), ENGLISH)
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page
    assert page.count('class="differs"') == 1
    assert page.count("not given") == 1
    assert re.findall(r'value="(\w+)" accesskey="(\d)"', page) == [
        ("same", "1"),
        ("different", "2"),
        ("cannot_tell", "3"),
    ]
    for word in ("matched", "probable", "score", "stratum", "bits"):
        assert word not in page.lower().replace(style(), "")


def test_the_page_after_an_answer_offers_the_way_back(tmp_path):
    with reviewing(tmp_path) as review:
        review.answer(1, "same")
        assert 'accesskey="0"' in review_page(review, a_pair(), ENGLISH)
        review.back()
        assert "You answered: Same person." in review_page(review, a_pair(), ENGLISH)
        assert 'accesskey="0"' not in review_page(review, a_pair(), ENGLISH)


def test_the_policy_allows_this_style_sheet_and_nothing_else():
    assert policy().startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy()
    assert "http" not in style()


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
def test_each_language_has_words_for_all_that_is_shown(tmp_path, words):
    roles = dict.fromkeys(ENGLISH.roles, "x")
    with reviewing(tmp_path) as review:
        page = review_page(review, make_pair(roles, roles, LISTS), words)
        text = pair_text(review, make_pair(roles, roles, ("list", "list")), words)
    assert set(words.roles) == set(ENGLISH.roles)
    for shown in words.roles.values():
        assert shown in page
        assert shown in text
    assert words.first_of_one in text


def test_the_review_in_a_terminal(tmp_path):
    keys, shown = iter(["x", "1", "0", "2", "q"]), []
    pairs = {1: a_pair(), 2: a_pair(), 3: a_pair()}
    with reviewing(tmp_path, (1, 2, 3)) as review:
        review_in_terminal(review, pairs, RUSSIAN, lambda: next(keys), shown.append)
    assert read_answers(answer_path(tmp_path, "a")) == {1: "different"}
    assert "Имя  ≠ различается" in shown[0]
    assert "    Бумажный список     \u2068Ана\u2069" in shown[0]
    assert "Ваш ответ: Один человек." in shown[2]
    keys = iter(["1", "3"])
    with reviewing(tmp_path, (1, 2, 3)) as review:
        review_in_terminal(review, pairs, RUSSIAN, lambda: next(keys, ""), shown.append)
    assert "Все пары сравнены: 3" in shown[-1]
    with reviewing(tmp_path, (1, 2, 3), label="b") as review:
        review_in_terminal(review, pairs, RUSSIAN, lambda: "", shown.append)
    assert read_answers(answer_path(tmp_path, "b")) == {}


# The page of this machine


@contextmanager
def served(folder) -> Iterator[ReviewServer]:
    with reviewing(folder) as review:
        server = ReviewServer(review, {1: a_pair(), 2: a_pair()}, ENGLISH)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            server.server_close()


def ask(server, method="GET", path=None, form=None, **headers):
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=5)
    body = urlencode(form) if form else None
    connection.request(method, path or server.path, body, headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer, content


def test_the_page_is_on_the_loopback_interface_and_tells_browsers_to_keep_nothing(tmp_path):
    with served(tmp_path) as server:
        assert server.server_address[0] == "127.0.0.1"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", server.address)
        answer, content = ask(server)
    assert answer.status == 200
    assert CANARY in content
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == policy()
    assert "Python" not in answer.headers["Server"]


def test_answers_by_the_page_are_stored_before_the_next_pair_is_shown(tmp_path):
    origin = {}
    with served(tmp_path) as server:
        origin["Origin"] = f"http://{server.host}"
        for form in (
            {"item": 1, "answer": "same"},
            {"item": 1, "answer": "same"},  # a double click
            {"item": 2, "answer": "back"},
            {"item": 2, "answer": "back"},  # another
            {"item": 1, "answer": "different"},
            {"item": 2, "answer": "cannot_tell"},
        ):
            answer, _ = ask(server, "POST", form=form, **origin)
            assert (answer.status, answer.headers["Location"]) == (303, server.path)
        assert "All 2 pairs" in ask(server)[1]
        ask(server, "POST", form={"item": 0, "answer": "back"}, **origin)
        assert "Pair 2 of 2" in ask(server)[1]
    file = answer_path(tmp_path, "a")
    assert file.read_text().split() == [
        "item,answer,order",
        "1,same,1",
        "1,different,2",
        "2,cannot_tell,3",
    ]
    assert not any(CANARY in path.read_text() for path in tmp_path.iterdir())


def test_who_does_not_know_the_address_sees_nothing_and_answers_nothing(tmp_path):
    form = {"item": 1, "answer": "same"}
    with served(tmp_path) as server:
        refused = [
            (ask(server, path="/"), 404),
            (ask(server, path=server.path + "x"), 404),
            (ask(server, Host="review.example"), 404),
            (ask(server, "POST", "/", form), 404),
            (ask(server, "POST", None, form, Host="review.example"), 404),
            (ask(server, "POST", None, form, Origin="http://review.example"), 403),
            (ask(server, "POST", None, form, Origin="null"), 403),
            (ask(server, "POST", None, {"item": "1", "answer": "maybe"}), 400),
            (ask(server, "POST", None, {"item": "-1", "answer": "same"}), 400),
            (ask(server, "POST", None, form | {"more": "x" * 2000}), 400),
            (ask(server, "DELETE"), 501),
        ]
    for (answer, content), status in refused:
        assert answer.status == status
        assert CANARY not in content
    assert read_answers(answer_path(tmp_path, "a")) == {}


def test_a_full_disk_is_told_and_the_pair_stays(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with served(tmp_path) as server:
        with monkeypatch.context() as patched:
            patched.setattr(AnswerFile, "_add", full)
            answer, _ = ask(server, "POST", form={"item": 1, "answer": "same"})
        assert answer.status == 507
        assert "Pair 1 of 2" in ask(server)[1]


def test_a_fault_of_ours_is_told_by_its_kind_only(tmp_path, capsys):
    with served(tmp_path) as server:
        server._pairs = {}
        with pytest.raises(http.client.RemoteDisconnected):
            ask(server)
    told = capsys.readouterr().err
    assert "KeyError" in told
    assert server.path not in told


def test_serving_tells_the_address_and_ends_when_interrupted(tmp_path, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(ReviewServer, "serve_forever", interrupted)
    told = []
    with reviewing(tmp_path) as review:
        serve_review(review, {1: a_pair(), 2: a_pair()}, ENGLISH, told.append)
    assert told[0].startswith("http://127.0.0.1:")
