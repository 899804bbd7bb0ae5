"""Whatever stands in reports: every one is accounted for, the tables keep their contracts, no free
words get into them, and never an exception. Whatever bytes: an envelope or a Problem."""

import datetime as dt
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import frame
from paragraph8.intake.observations.definition import read_definition
from paragraph8.intake.observations.envelope import answers_of, read_envelope
from paragraph8.intake.observations.reports import Report, report_frames, safety_count
from paragraph8.intake.xml_guard import parse_xml
from paragraph8.kernel.problem import Problem
from paragraph8.tables.check import check_frames
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.words import FORMS

E = "zz-2024-05-12"
TEXTS = {
    "election": f"election country title election_day round simulated\n{E} ZZ A 2024-05-12 1 true",
    "contest": f"election contest\n{E} list",
    "contestant": f"election contest contestant ballot_order name kind\n{E} list 1 1 A list",
    "station": f"election station kind channels\n{E} N-01 ordinary paper",
    "team": "team observers nationalities long_term\nt-1 2 DE false",
}
AROUND = {name: BY_NAME[name].shape(frame(name, text)) for name, text in TEXTS.items()}
AROUND["form_item"] = form_items()
WITHHELD = frozenset(
    form_items().filter(form_items()["type"].is_in(["text", "photo"]))["item"].to_list()
) - {"H4x", "X3b"}
SECRET = "Mr Oak of the school"

NAMES = st.one_of(
    st.sampled_from(form_items()["item"].to_list()),
    st.sampled_from(["H4", "H4x", "H7", "H8", "H13", "X19", "start", "H_day", "H10_dk", "V35#2"]),
    st.sampled_from(["C41_votes_1", "C41_valid", "C41_registered"]),
    st.text(max_size=12),
)
VALUES = st.one_of(
    st.sampled_from(["yes", "no", "dk", "na", "", "1", "412", "-3", "N-01", "other", "police"]),
    st.sampled_from(["08:05", "23:59:00.000+05:00", "2024-05-12", "0001-01-01T00:00", "9" * 5000]),
    st.text(max_size=30),
)
ANSWERS = st.dictionaries(NAMES, VALUES, max_size=25).map(
    lambda answers: {n: SECRET if n in WITHHELD and t else t for n, t in answers.items()}
)
REPORTS = st.lists(
    st.builds(
        Report,
        observation=st.sampled_from(["o-1", "o-2", "o-3", "o-4", ""]),
        form=st.sampled_from([*FORMS, "counting", "counting", "tea"]),
        version=st.text(max_size=5),
        team=st.sampled_from(["t-1", "t-1", "t-1", ""]),
        received=st.sampled_from(["2024-05-12T10:00:00Z", "2024-05-12T22:00:00Z"]),
        entry=st.sampled_from(["phone", "import", "pigeon"]),
        late=st.booleans(),
        excluded=st.sampled_from([None, "training"]),
        replaced_by=st.sampled_from([None, "o-9"]),
        answers=ANSWERS,
        asked=st.one_of(st.none(), st.frozensets(NAMES, max_size=10)),
        file=st.sampled_from(["journal", "a.csv"]),
        row=st.integers(0, 5),
        election=st.just(""),
        contest=st.sampled_from(["", "list"]),
        form_id=st.sampled_from(["", "queue"]),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(REPORTS)
def test_reports_in_are_reports_accounted_for(reports):
    frames = report_frames(
        reports,
        stations=AROUND["station"],
        contestants=AROUND["contestant"],
        election=E,
        election_day=dt.date(2024, 5, 12),
    )
    assert check_frames({**AROUND, **frames}) == []
    whole = [
        (column, code)
        for column, code in frames["fault"].select("column", "code").rows()
        if code in ("observation.unusable", "observation.duplicate")
    ]
    assert all(column.startswith("*") for column, _ in whole)
    assert len(reports) == frames["observation"].height + len(whole) + safety_count(reports)
    assert SECRET not in str([table.to_dicts() for table in frames.values()])


PIECES = st.lists(
    st.sampled_from(
        ["<data id='v'>", "<data xmlns='u:x'>", "</data>", "<meta>", "</meta>", "<V35>", "</V35>",
         "<instanceID>", "</instanceID>", "no", "&amp;", "&x;", "<!DOCTYPE d>", "<!--", "-->",
         "<![CDATA[", "]]>", "<?x ?>", "<?xml version='1.0'?>", "\x00", "\ufeff", "é", "<h:html>",
         "<model><instance>", "<entity a='b'/>", "<a:b/>", " "]
    ),
    max_size=14,
).map(lambda pieces: "".join(pieces).encode())  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(PIECES, st.binary(max_size=60)))
def test_any_bytes_are_an_envelope_or_a_problem(content):
    with suppress(Problem):
        envelope = read_envelope(content)
        assert envelope.form_id
        answers_of(parse_xml(content, "x"))
        read_definition(content)
