"""Voter lists: nothing with a name leaves an audit but the case file, and nothing outlives it."""

import io
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import polars as pl
import pyrage
import pytest

from helpers import table
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import Engine, open_duck
from paragraph8.voterlist.privacy.canary import find_canaries
from paragraph8.voterlist.privacy.case_facts import CaseFacts
from paragraph8.voterlist.privacy.case_file import Cases, case_file
from paragraph8.voterlist.privacy.inputs import RecordedInput
from paragraph8.voterlist.privacy.pseudonyms import (
    KEY_FILE,
    linked_refs,
    person_ref,
    read_key,
    row_refs,
    write_key,
)
from paragraph8.voterlist.privacy.sealed import read_recipient, seal, write_sealed
from paragraph8.voterlist.privacy.tokens import match_tokens, normalised_names, tokens

KEY = bytes(range(32))
CANARY = "Хрусталёв-Пескоструев"
ROWS = f"row,surname\n1,{CANARY}\n"
IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
INPUTS = (RecordedInput("paper", "paper.csv", "a" * 64, 4, "Commission of Lumria"),)
FACTS = CaseFacts(
    mission="Observers of Lumria",
    purpose="Examination of the entries named here, and of nothing else",
    legal_basis="Electoral Act of Lumria, art. 12",
    recipient="Constitutional Court, registrar",
    delete_by="2024-12-31",
)
PAPER = """
row surname given birth_date serial
1   =1+1    Ana   1980-01-01 1
2   Берг    Ivo   1975-05-05 2
3   Lind    Mia   1990-09-09 3
4   Lind    Mia   1990-09-09 4
"""
ELECTRONIC = """
row surname given birth_date phone
1   =1+1    Anna  1980-01-01 +7
2   Orel    Jan   1966-06-06 -
"""
DECISIONS = """
paper_row electronic_row category           score fields
1         1              changed            21    given:spelling
2         -              only_paper         -     -
3         -              only_paper         -     -
4         -              duplicate_in_paper -     -
-         2              only_electronic    -     -
"""
DUPLICATES = "row_a row_b score\n3 4 30"


def code_of(call, *arguments, **named) -> str:
    with pytest.raises(Problem) as raised:
        call(*arguments, **named)
    assert CANARY not in str(raised.value)
    return raised.value.code


# References


def test_a_reference_is_what_openssl_computes():
    # Computed once with openssl dgst -sha256 -mac HMAC and base32, of person_ref NUL paper NUL 7.
    assert person_ref(KEY, "paper", 7) == "Z4QALQ63DFBK"
    assert row_refs(KEY, "paper", [6, 7])[1] == "Z4QALQ63DFBK"
    assert row_refs(KEY, "paper", []) == []


def test_another_key_list_or_row_gives_another_reference():
    references = row_refs(KEY, "paper", range(1, 20_001)) + row_refs(KEY, "electronic", [7])
    references.append(person_ref(KEY[::-1], "paper", 7))
    # A list whose name ends in a digit must not run into the row.
    references += [person_ref(KEY, "list1", 1), person_ref(KEY, "list", 11)]
    assert len(set(references)) == len(references)


def test_both_rows_of_a_linked_pair_are_one_person():
    assert linked_refs(KEY, [7, None], [9, 3]) == [
        person_ref(KEY, "paper", 7),
        person_ref(KEY, "electronic", 3),
    ]
    assert code_of(linked_refs, KEY, [1], [1, 2]) == "analysis.bad_parameter"
    assert code_of(linked_refs, KEY, [None], [None]) == "analysis.bad_parameter"


@pytest.mark.parametrize("key", [b"", b"short", bytes(32), KEY + b"0"])
def test_a_key_that_cannot_be_one_is_refused(key, tmp_path):
    assert code_of(person_ref, key, "paper", 1) == "voterlist.bad_key"
    assert code_of(write_key, tmp_path / KEY_FILE, key) == "voterlist.bad_key"
    assert not list(tmp_path.iterdir())


def test_the_key_file_is_its_owners_alone_and_never_overwritten(tmp_path):
    file = tmp_path / KEY_FILE
    write_key(file, KEY)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_key(file) == KEY
    assert code_of(write_key, file, KEY[::-1]) == "voterlist.key_exists"
    file.chmod(0o640)
    assert code_of(read_key, file) == "voterlist.key_open"
    file.write_text(CANARY, encoding="utf-8")
    assert code_of(read_key, file) == "voterlist.bad_key"
    assert code_of(read_key, tmp_path / "none") == "file.not_usable"


# Sealing


def test_only_the_recipient_opens_what_was_sealed(tmp_path):
    sealed = seal(CANARY.encode(), f" {RECIPIENT}\n")
    assert pyrage.decrypt(sealed, [IDENTITY]) == CANARY.encode()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])
    write_sealed(tmp_path / "case.age", sealed)
    assert (tmp_path / "case.age").stat().st_mode & 0o777 == 0o600
    assert code_of(write_sealed, tmp_path / "case.age", sealed) == "file.not_usable"


@pytest.mark.parametrize(
    "text",
    ["", "age1", RECIPIENT[:-1], "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"],
    ids=["empty", "start", "cut", "other"],  # the same for every process that collects tests
)
def test_what_is_no_public_key_is_refused(text):
    assert code_of(read_recipient, text) == "voterlist.bad_recipient"


def test_a_secret_key_is_refused_and_not_repeated():
    with pytest.raises(Problem, match="secret key") as raised:
        seal(b"", str(IDENTITY).lower())
    assert raised.value.code == "voterlist.secret_key_given"
    assert str(IDENTITY)[20:30].lower() not in str(raised.value).lower()


# The case file


def audit(tmp_path: Path | None = None) -> Engine:
    """An engine with the two raw tables; one surname is the canary."""
    engine = open_duck(tmp_path)
    for name, text in (("paper", PAPER), ("electronic", ELECTRONIC)):
        raw = text_frame(text).with_columns(pl.exclude("row").cast(pl.String))
        engine.put(f"{name}_raw", raw.with_columns(pl.col("surname").replace("Берг", CANARY)))
    return engine


def text_frame(text: str) -> pl.DataFrame:
    return pl.DataFrame(table(text))


CASES = Cases(text_frame(DECISIONS), {"paper": text_frame(DUPLICATES)})


def sealed_case(engine: Engine, cases: Cases = CASES, facts: CaseFacts = FACTS, **changes) -> bytes:
    arguments = {"key": KEY, "recipient": RECIPIENT, **changes}
    return case_file(engine, cases, facts, INPUTS, **arguments)


def opened(sealed: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [IDENTITY]))) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_the_recipient_reads_both_entries_of_every_case():
    pair, alone = linked_refs(KEY, [1, 2, 3], [1, None, None]), person_ref(KEY, "electronic", 2)
    twice = row_refs(KEY, "paper", [3, 4])
    assert opened(sealed_case(audit()))["records.csv"].splitlines() == [
        "case_number,reference,list_name,row,category,fields,differs,score,"
        "surname,given,birth_date,phone,serial",
        f"1,{pair[0]},paper,1,changed,given:spelling,given,21.0,'=1+1,Ana,1980-01-01,,1",
        f"1,{pair[0]},electronic,1,changed,given:spelling,given,21.0,'=1+1,Anna,1980-01-01,'+7,",
        f"2,{pair[1]},paper,2,only_paper,,,,{CANARY},Ivo,1975-05-05,,2",
        f"3,{pair[2]},paper,3,only_paper,,,,Lind,Mia,1990-09-09,,3",
        f"4,{alone},electronic,2,only_electronic,,,,Orel,Jan,1966-06-06,,",
        f"5,{twice[0]},paper,3,duplicate_in_paper,,,30.0,Lind,Mia,1990-09-09,,3",
        f"5,{twice[1]},paper,4,duplicate_in_paper,,,30.0,Lind,Mia,1990-09-09,,4",
    ]


def test_the_readme_says_why_for_whom_until_when_and_of_what():
    members = opened(sealed_case(audit()))
    for said in (*(getattr(FACTS, name) for name in FACTS.__slots__), "a" * 64, "paper.csv"):
        assert said in members["README.txt"]
    assert "only_paper: 2 cases, 2 entries" in members["README.txt"]
    assert (
        sha256("\ufeff".encode() + members["records.csv"].encode()).hexdigest()
        in (members["README.txt"])
    )


def test_fewer_categories_hand_over_fewer_people():
    members = opened(sealed_case(audit(), categories=["changed"]))
    assert CANARY not in members["records.csv"]
    assert len(members["records.csv"].splitlines()) == 3
    unknown = {"categories": ["matched"]}
    assert code_of(sealed_case, audit(), **unknown) == "analysis.bad_parameter"


def test_one_list_alone_and_cases_in_several_parts(monkeypatch):
    monkeypatch.setattr("paragraph8.voterlist.privacy.case_file.CASES_AT_ONCE", 2)
    engine = audit()
    engine.put("list_raw", engine.frame("SELECT * FROM paper_raw"))
    pairs = text_frame("row_a row_b\n1 2\n1 3\n2 3\n2 4\n3 4")
    records = opened(sealed_case(engine, Cases(None, {"list": pairs})))["records.csv"]
    lines = records.splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("case_number")
    assert [line.split(",")[0] for line in lines[1:]] == list("1122334455")


def test_nothing_readable_is_written_on_the_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_sealed(Path("case.age"), sealed_case(audit()))
    assert [path.name for path in tmp_path.iterdir()] == ["case.age"]
    assert find_canaries(tmp_path, [CANARY]) == ()


@pytest.mark.parametrize("missing", FACTS.__slots__)
def test_names_are_not_handed_over_without_reason(missing):
    facts = replace(FACTS, **{missing: " "})
    assert code_of(sealed_case, audit(), facts=facts) == "voterlist.case_incomplete"


def test_case_files_that_cannot_be_made():
    engine = audit()
    assert code_of(sealed_case, engine, recipient="age1") == "voterlist.bad_recipient"
    assert code_of(sealed_case, engine, most_bytes=200) == "voterlist.case_too_large"
    assert code_of(sealed_case, engine, categories=["moved"]) == "voterlist.case_empty"
    other = Cases(text_frame(DECISIONS.replace("only_paper", "moved")), {})
    engine.table("paper_raw", "SELECT * FROM paper_raw WHERE row <> 2")
    assert code_of(sealed_case, engine, other) == "voterlist.case_mismatch"
    assert code_of(sealed_case, engine, Cases(pl.DataFrame(), {})) == "analysis.bad_parameter"
    assert engine.columns("case_entry") == ()


# Tokens

NAMES = """
row surname surname_root given given_root patronymic_root birth    birth_year number
1   berga   berg         ana   ana        ivo             19800101 1980       -
2   orel    orel         jan   jan        -               19660606 1966       77
3   lind    lind         mia   mia        -               19900909 1990       -
4   lind    lind         mia   mia        -               19900909 1990       -
5   -       -            mia   mia        -               -        -          -
"""
THEIRS = """
row surname surname_root given given_root patronymic_root birth    birth_year number
8   novaka  novak        ana   ana        ivo             19800101 1980       -
9   orel    orel         jan   jan        -               19660607 1966       77
7   lind    lind         mia   mia        -               19900909 1990       -
"""


def test_two_parties_match_on_tokens_alone():
    ours, theirs = (tokens(KEY, text_frame(text)) for text in (NAMES, THEIRS))
    # The third row has a namesake born on the same day: nobody can say which of them it is.
    assert match_tokens(ours, theirs).rows() == [
        (1, 8, "given_patronymic_birth"),
        (2, 9, "number"),
    ]
    assert "berg" not in ours.write_csv()
    assert set(ours["token"].str.len_chars()) == {20}
    assert ours.filter(pl.col("row") == 5).is_empty()


def test_tokens_of_another_key_or_kind_are_others():
    ours = tokens(KEY, text_frame(NAMES))
    assert match_tokens(ours, tokens(KEY[::-1], text_frame(NAMES))).is_empty()
    by_kind = ours.filter(pl.col("row") == 1)
    assert len(set(by_kind["token"])) == len(by_kind) == 3
    # Nor can a token be compared with a reference, should the key be the same by mistake.
    assert person_ref(KEY, "paper", 1) not in set(ours["token"].str.head(12))
    assert tokens(KEY, pl.DataFrame({"row": []})).is_empty()
    assert code_of(tokens, KEY, pl.DataFrame()) == "analysis.bad_parameter"
    assert code_of(tokens, b"short", text_frame(NAMES)) == "voterlist.bad_key"


def test_parts_of_a_token_do_not_run_into_each_other():
    names = {"row": [1, 2], "surname_root": ["ab", "a"], "given_root": ["c", "bc"]}
    made = tokens(KEY, pl.DataFrame({**names, "birth": [19800101, 19800101]}))
    assert made["token"].n_unique() == 2


def test_tokens_are_made_of_words_not_of_their_numbers():
    engine = open_duck(None)
    engine.put("word", pl.DataFrame({"id": [5, 6], "key": ["berg", "ana"]}))
    words = {"surname": [5, None], "surname_root": [5, None], "given": [6, 6], "given_root": [6, 6]}
    empty = pl.Series([None, None], dtype=pl.Int32)
    engine.put(
        "paper",
        pl.DataFrame(
            {"row": [2, 1], **words, "birth": [19800101, None], "birth_year": [1980, None]}
        ).with_columns(patronymic=empty, patronymic_root=empty, number=pl.lit("77")),
    )
    names = normalised_names(engine, "paper")
    assert names.select("row", "surname", "given_root", "birth", "number").rows() == [
        (1, None, "ana", None, "77"),
        (2, "berg", "ana", "19800101", "77"),
    ]
    assert tokens(KEY, names)["kind"].to_list() == ["number", "number", "name_birth"]
