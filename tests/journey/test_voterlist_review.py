"""The review of an audit as people do it: two on their pages, a third in the terminal, a result."""

import http.client
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import polars as pl
import pytest
from playwright.sync_api import sync_playwright

from journey.test_browser import ARGUMENTS, CHROMIUM, DESK, OVERFLOW, PHONE
from missions import Run, command, environment, p8
from paragraph8.tables.snapshot import read_snapshot

SETTLED = {
    "supplier": '"invented"',
    "legal_basis": '"none needed"',
    "received": "2004-09-10",
    "id_kind": '"none"',
}
PAIRS_DRAWN = 60
ANSWERS = ("same", "different", "cannot_tell")

Answer = Callable[[int], str]


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> Path:
    """lists, truth, mapping.toml and the audit of two invented lists."""
    home = tmp_path_factory.mktemp("audited")
    runs = [p8("voterlist", "generate", home / "made", "--people", "600", "--seed", "11")]
    mapping = []
    for name in ("paper", "electronic"):
        file = home / f"made/lists/simulated_{name}.parquet"
        runs.append(p8("voterlist", "suggest", file, "--name", name))
        mapping.append(runs[-1].out)
    text = "\n".join(mapping)
    for key, value in SETTLED.items():
        text = re.sub(rf'^{key} = "[?\w]+"', f"{key} = {value}", text, flags=re.MULTILINE)
    (home / "mapping.toml").write_text(text, encoding="utf-8")
    runs.append(reconciled(home, home / "audit"))
    assert [run.code for run in runs] == [0] * 4, runs
    return home


def reconciled(home: Path, out: Path) -> Run:
    lists = [home / f"made/lists/simulated_{name}.parquet" for name in ("paper", "electronic")]
    options = ("--mapping", home / "mapping.toml", "--out", out, "--election", "kz-2004-09-19")
    return p8("voterlist", "reconcile", *lists, *options, "--simulated")


def truth(home: Path) -> tuple[dict[int, int], dict[int, int]]:
    """Row -> person, for either list."""
    told = pl.read_parquet(home / "made/truth/simulated_truth.parquet")
    paper, electronic = (
        dict(told.filter(list=name).select("row", "person").iter_rows())
        for name in ("paper", "electronic")
    )
    return paper, electronic


def who_knows(home: Path) -> Answer:
    """A reviewer who knows the truth."""
    paper, electronic = truth(home)
    sample = pl.read_csv(home / "audit/review-sample.csv")
    rows = {item: rows for item, *rows in sample.select("item", r"^.*_row$").iter_rows()}
    return lambda item: "same" if paper[rows[item][0]] == electronic[rows[item][1]] else "different"


@contextmanager
def reviewing(
    audit: Path, reviewer: str, *options: object, end: int = signal.SIGINT
) -> Iterator[str]:
    """The command at work; gives the address of its page."""
    arguments = ("voterlist", "review", audit, "--reviewer", reviewer, *options)
    process = subprocess.Popen(
        command(*arguments),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield address
    finally:
        process.send_signal(end)
        out, err = process.communicate(timeout=20)
    assert "Traceback" not in err
    assert end == signal.SIGKILL or "pairs answered" in out


def ask(
    address: str, method: str = "GET", form: dict[str, object] | None = None, **headers: str
) -> tuple[int, str]:
    """Status and body, as a client without a browser gets them."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request(method, parts.path, urlencode(form) if form else None, headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def shown(page: str) -> int:
    return int(re.search(r'name="item" value="(\d+)"', page)[1])


def answer_all(address: str, knows: Answer, most: int = 10**6) -> int:
    """Answer pair after pair; how many were."""
    for number in range(most):
        item = shown(ask(address)[1])
        if item == 0:
            return number
        assert ask(address, "POST", {"item": item, "answer": knows(item)})[0] == 303
    return most


def test_before_a_review_there_are_bounds_labelled_as_simulated(audited):
    told = p8("voterlist", "review", audited / "audit")
    assert told.code == 0, told
    assert told.out.startswith("SIMULATED")
    assert len(re.findall(r"^simulated: .* are only on the", told.out, re.MULTILINE)) == 2
    kept = read_snapshot(audited / "audit/aggregates/snapshot")["list_test"]
    assert set(kept["test"]) == {"simulated"}


@pytest.fixture(scope="module")
def reviewed(audited) -> Path:
    """Reviewer a and b at work at the same time; b is killed once, and errs in two pairs."""
    audit = audited / "audit"
    options = ("--size", PAIRS_DRAWN, "--seed", 5)
    with reviewing(audit, "a", *options) as first:
        knows = who_knows(audited)
        wrong = {3, 8}

        def errs(item: int) -> str:
            return ANSWERS[1 - ANSWERS.index(knows(item))] if item in wrong else knows(item)

        with reviewing(audit, "b", end=signal.SIGKILL) as second:
            assert answer_all(second, errs, 5) == 5
            again = p8("voterlist", "review", audit, "--reviewer", "b")
            assert (again.code, again.err.split(":")[0].split()[-1]) == (
                2,
                "voterlist.review_in_use",
            )
        with reviewing(audit, "b") as second:
            assert shown(ask(second)[1]) == 6
            answer_all(second, errs)
        answer_all(first, knows)
    return audit


def test_who_was_killed_goes_on_where_they_were(reviewed):
    lines = (reviewed / "review-b.csv").read_text().splitlines()
    assert [int(line.split(",")[0]) for line in lines[1:]] == list(range(1, PAIRS_DRAWN + 1))


def test_two_reviewers_a_third_and_the_result(audited, reviewed):
    waiting = p8("voterlist", "review", reviewed)
    assert f"{PAIRS_DRAWN - 2} of {PAIRS_DRAWN} pairs answered alike; kappa" in waiting.out
    assert "2 pairs wait for the third person" in waiting.out
    knows = who_knows(audited)
    keys = "".join(str(1 + ANSWERS.index(knows(item))) for item in (3, 8))
    third = subprocess.run(
        command("voterlist", "review", reviewed, "--reviewer", "third", "--terminal"),
        env=environment(),
        input=keys,
        capture_output=True,
        encoding="utf-8",
    )
    assert third.returncode == 0, third.stderr
    assert "2 of 2 pairs answered" in third.stdout
    told = p8("voterlist", "review", reviewed)
    assert "wait for the third" not in told.out
    assert told.out.count(" are only on the ") >= 2
    result = read_snapshot(reviewed / "aggregates/snapshot")["list_test"]
    assert set(result["test"]) == {"reviewed"}
    on_both = len(set(truth(audited)[0].values()) & set(truth(audited)[1].values()))
    both = result.row(by_predicate=pl.col("measure") == "on_both_lists", named=True)
    assert both["low"] <= on_both <= both["high"]
    assert (both["note"], both["n"]) == (None, PAIRS_DRAWN)


def test_no_name_leaves_the_lists(audited, reviewed):
    paper = pl.read_parquet(audited / "made/lists/simulated_paper.parquet")
    names = [name for name in paper["surname"].unique() if len(name) >= 6]
    kept = [path for path in reviewed.rglob("*") if path.is_file()]
    for path in kept:
        content = path.read_bytes().decode("utf-8", "replace")
        assert not [name for name in names if name in content], path
    assert all(path.stat().st_mode & 0o077 == 0 for path in reviewed.glob("review-*"))


def test_the_page_answers_only_whom_it_was_told_to(reviewed):
    before = (reviewed / "review-a.csv").read_bytes()
    with reviewing(reviewed, "a") as address:
        whole = urlsplit(address)
        root = f"http://{whole.netloc}/"
        form = {"item": "0", "answer": "back"}
        refused = [
            ask(root)[0],
            ask(address, Host="review.example")[0],
            ask(address, "POST", form, Host=f"localhost:{whole.port}")[0],
            ask(address, "POST", form, Origin="http://review.example")[0],
            ask(address, "PUT")[0],
        ]
        assert refused == [404, 404, 404, 403, 501]
        assert ask(address)[0] == 200
    assert (reviewed / "review-a.csv").read_bytes() == before


def test_a_list_that_was_changed_is_refused(audited, reviewed):
    paper = audited / "made/lists/simulated_paper.parquet"
    audited_bytes = paper.read_bytes()
    try:
        pl.read_parquet(paper).reverse().write_parquet(paper)
        told = p8("voterlist", "review", reviewed, "--reviewer", "a")
    finally:
        paper.write_bytes(audited_bytes)
    assert told.code == 2
    assert "voterlist.list_changed" in told.err


def test_decisions_that_were_changed_are_refused(reviewed):
    file = reviewed / "decisions.parquet"
    decided = file.read_bytes()
    try:
        changed = pl.read_parquet(file).with_columns(pl.col("score") + 1)
        changed.write_parquet(file)
        told = p8("voterlist", "review", reviewed)
    finally:
        file.write_bytes(decided)
    assert (told.code, "voterlist.review_other_decisions" in told.err) == (2, True)


@pytest.mark.skipif(
    not CHROMIUM, reason="NOT RUN: needs Chromium (P8_CHROMIUM, or chromium on PATH)"
)
def test_a_reviewer_in_a_browser(audited, tmp_path):
    audit = tmp_path / "audit"
    assert reconciled(audited, audit).code == 0
    with (
        reviewing(audit, "a", "--language", "ru", "--size", PAIRS_DRAWN, "--seed", 6) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        complaints, asked = [], []
        for screen in (PHONE, DESK):
            context = browser.new_context(viewport=screen)
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(address)
            assert page.evaluate(OVERFLOW) == 0
            for button in page.locator(".answers button").all():
                assert button.is_visible()
                assert button.bounding_box()["height"] >= 44
            context.close()
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.get_by_role("button", name="Один человек").click()
        assert "Пара 2 из 60" in page.content()
        page.get_by_role("button", name="Назад").click()
        assert "Ваш ответ: Один человек" in page.content()
        # Without a window a browser has no access keys; Enter on a button needs none.
        page.get_by_role("button", name="Разные люди").press("Enter")
        page.get_by_text("Пара 2 из 60").wait_for()
        for _ in range(PAIRS_DRAWN - 1):
            page.get_by_role("button", name="Нельзя сказать").click()
        assert "Все пары сравнены: 60" in page.content()
        browser.close()
    assert complaints == []
    assert set(asked) == {address}
    answers = (audit / "review-a.csv").read_text().splitlines()
    assert answers[1:3] == ["1,same,1", "1,different,2"]
    assert len(answers) == 1 + PAIRS_DRAWN + 1
