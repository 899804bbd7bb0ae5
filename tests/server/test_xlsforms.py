"""From the codebook and from uploaded workbooks to XForms that phones accept."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.nodes import (
    contestant_code,
    not_known_node,
    number_of_tick,
    votes_node,
)
from paragraph8.server.forms.generate.sheets import Workbook, read_sheets
from paragraph8.server.forms.generate.workbook import (
    Contestant,
    as_xlsx,
    other_station,
    workbook,
)
from paragraph8.server.forms.generate.xform import convert, question_names
from paragraph8.tables.codebook_conditions import read_condition
from paragraph8.tables.codebook_reader import (
    CODEBOOK_FORMS,
    Choice,
    Form,
    Item,
    Section,
    codebook_form,
)

LANGUAGES = ("en", "ru", "kk")
CONTESTANTS = (Contestant("p1", "Otan"), Contestant("list-7", "=Ak ${Zhol} <b>&"))
EN, RU = "label::English (en)", "label::Русский (ru)"


def item(id, type, **more):
    more = {k: read_condition(v) if k.endswith("_if") else v for k, v in more.items()}
    wording = {"en": f"Question {id}", "ru": f"Вопрос {id}"}
    return Item(id, "opening", "s", type, wording, **more)


WHO = (Choice("police", {"en": "Police"}), Choice("none", {"en": "Nobody"}))
ITEMS = (
    item("H2", "team"),
    item("H3", "area"),
    item("H4", "station"),
    item("H4x", "text", asked_if="H4 = other"),
    item("O1", "yes_no", problem=("no",)),
    item("O2", "yes_no_na", problem=("yes",), serious=True, asked_if="O1 = no"),
    item("O3", "integer", problem=("positive",), serious=True, asked_if="O1 != yes"),
    item("O4", "many_of", choices=WHO, problem=("any",), serious=True),
    item("O5", "one_of", choices=WHO, country=True, asked_if="O4 has police and O3 > 5"),
    item("O6", "rating", problem=("3", "4")),
    item("O7", "votes"),
    item("O8", "text", required_if="O6 >= 3 or serious"),
    item("O9", "time"),
    item("O10", "photo"),
    item("O11", "position"),
)
SMALL = Form(
    "opening",
    {"en": "Opening", "ru": "Открытие"},
    {},
    (Section("first", {"en": "First"}, ITEMS[:4]), Section("rest", {"en": "Rest"}, ITEMS[4:])),
)


def made(form=SMALL, languages=("en", "ru"), contestants=CONTESTANTS, title="The “Obs’ers” 'form'"):
    return workbook(
        form,
        languages=languages,
        version="2004-09-12",
        form_id=form.name,
        title=title,
        contestants=contestants,
    )


def rows(book):
    return {row["name"]: row for row in book.survey if "name" in row}


def odk_validate(folder, forms):
    """What ODK Validate says about each form, from one start of the machine."""
    if shutil.which("java") is None:
        pytest.skip("NOT RUN: ODK Validate needs java")
    for name, xml in forms.items():
        (folder / f"{name}.xml").write_bytes(xml)
    files = [str(folder / f"{name}.xml") for name in forms]
    command = ["java", "-Djava.awt.headless=true", "-jar", ODK_VALIDATE_PATH, *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


# The sheets


SHEET = """
H3     | select_one_from_file areas.csv    |                                |
H4     | select_one_from_file stations.csv |                                |
H4x    | text                              | ${H4} = 'other'                |
O1     | select_one yes_no                 |                                |
O2     | select_one yes_no_na              | ${O1} = 'no'                   |
O3     | integer                           | (${O1} != '' and ${O1} != 'yes') | . >= 0
O3_dk  | select_multiple dk                | ((${O1} != '' and ${O1} != 'yes')) and ${O3} = '' |
O4     | select_multiple of_O4             |                                |
O5     | select_one of_O4                  | selected(${O4}, 'police') and ${O3} > 5 |
O6     | select_one rating                 |                                |
O7_p1  | integer                           |                                | . >= 0
O7_list_2d_7 | integer                     |                                | . >= 0
O8     | text                              |                                |
O9     | time                              |                                |
O10    | image                             |                                |
O11    | geopoint                          |                                |
"""


def test_the_survey_asks_each_item_as_its_type_wants():
    asked = rows(made())
    for line in SHEET.strip().splitlines():
        name, kind, relevant, *constraint = [cell.strip() for cell in line.split("|")]
        row = asked.pop(name)
        assert (row["type"], row.get("relevant", "")) == (kind, relevant)
        if name != "H4x":
            assert row.get("constraint", "") == "".join(constraint)
    assert set(asked) == {"start", "end", "today", "s_first", "s_rest"}


def test_only_the_comment_is_demanded_and_serious_is_spelled_out():
    needed = {name: row["required"] for name, row in rows(made()).items() if "required" in row}
    assert needed == {
        "O8": "${O6} >= 3 or ${O2} = 'yes' or ${O3} > 0"
        " or (${O4} != '' and not(selected(${O4}, 'none')))"
    }


def test_labels_carry_the_number_and_the_signs_in_every_language():
    asked = rows(made())
    assert asked["O2"][EN] == "O2. Question O2 ‡"
    assert asked["O5"][RU] == "O5. Вопрос O5 †"
    assert asked["O7_list_2d_7"][RU] == "O7. Вопрос O7: =Ak $ {Zhol} <b>&"


def test_yes_no_and_not_known_stand_in_one_list_and_words_fall_back_to_english():
    choices = [(c["list_name"], c["name"], c[RU]) for c in made().choices]
    assert choices[:3] == [
        ("yes_no", "yes", "Да"),
        ("yes_no", "no", "Нет"),
        ("yes_no", "dk", "Не наблюдали / не знаем"),
    ]
    assert ("of_O4", "police", "Police") in choices
    assert [c for c in choices if c[0] == "of_O5"] == []


def test_a_station_outside_the_list_can_be_entered():
    row = rows(made())["H4x"]
    pattern = re.search(r"'(.*)'", row["constraint"])[1]
    assert re.fullmatch(pattern, "17/a-2_b.")
    assert not re.fullmatch(pattern, "a" * 21)
    assert "name = 'other'" in rows(made())["H4"]["choice_filter"]
    assert other_station(("en", "ru")) == ("other", "Not in the list / Нет в перечне", "")


def test_a_condition_on_what_is_not_asked_stops_the_build():
    form = Form("opening", {"en": "O"}, {}, (Section("s", {"en": "S"}, ITEMS[5:6]),))
    with pytest.raises(Problem, match="names O1, which this form does not ask") as caught:
        made(form)
    assert caught.value.code == "forms.condition_without_item"


@pytest.mark.parametrize("codes", [("a", "a"), ("",)])
def test_contestants_need_codes_of_their_own(codes):
    with pytest.raises(Problem) as caught:
        made(contestants=[Contestant(code, "N") for code in codes])
    assert caught.value.code == "forms.repeated_contestant"


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_a_contestants_code_can_be_read_back_from_its_node(code, other):
    node = votes_node("C41_votes", code)
    assert re.fullmatch(r"[A-Za-z0-9_]+", node)
    assert contestant_code("C41_votes", node) == code
    assert (node == votes_node("C41_votes", other)) == (code == other)


def test_nodes_of_other_items_are_no_contestants():
    assert contestant_code("C41_votes", "C41_valid") is None
    assert contestant_code("C41_votes", "C41_votes_a_zz") is None
    assert number_of_tick(not_known_node("H10")) == "H10"
    assert number_of_tick("H10") is None


# The workbook


def test_a_workbook_keeps_its_rows_and_its_bytes():
    book = made()
    content = as_xlsx(book)
    assert as_xlsx(made()) == content
    again = read_sheets("form.xlsx", content)
    assert list(again.survey) == list(book.survey)
    assert list(again.choices) == list(book.choices)
    assert again.settings == [dict(book.settings[0])]


def test_cells_that_look_like_formulas_stay_text():
    texts = ["=1+1", "+7 701", "-x", "@name", '=HYPERLINK("http://a")']
    content = as_xlsx(
        Workbook([{"type": "note", "name": f"n{i}", "label": t} for i, t in enumerate(texts)])
    )
    sheet = openpyxl.load_workbook(io.BytesIO(content))["survey"]
    cells = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert [(c.value, c.data_type, c.quotePrefix) for c in cells] == [(t, "s", True) for t in texts]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


# The XForm


def test_an_uploaded_workbook_gives_the_form_of_its_rows():
    direct = convert(made())
    assert convert(as_xlsx(made())).xml == direct.xml
    assert (direct.form_id, direct.version) == ("opening", "2004-09-12")
    assert direct.languages == ("English (en)", "Русский (ru)")
    assert direct.media == ("areas.csv", "stations.csv")
    assert direct.title == "The \"Obs'ers\" 'form'"
    assert question_names(direct.xml)[:6] == ["H3", "H4", "H4x", "O1", "O2", "O3"]


def test_the_same_form_gives_the_same_bytes_in_every_process():
    program = (
        "import hashlib\n"
        "from paragraph8.tables.codebook_reader import codebook_form\n"
        "from paragraph8.server.forms.generate.workbook import workbook, as_xlsx\n"
        "from paragraph8.server.forms.generate.xform import convert\n"
        "book = workbook(codebook_form('counting'), languages=('en', 'kk'), version='1',\n"
        "                form_id='c', title='T')\n"
        "print(hashlib.sha256(convert(book).xml + as_xlsx(book)).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert digests != {""}


def test_forms_without_an_identifier_or_a_version_take_the_given_ones():
    book = Workbook([{"type": "text", "name": "a", "label": "A"}], settings=[{"form id": "mine"}])
    made_of = convert(book, form_id="unused", version="7")
    assert (made_of.form_id, made_of.version) == ("mine", "7")
    assert b'id="mine" version="7"' in made_of.xml
    with pytest.raises(Problem) as caught:
        convert(book)
    assert caught.value.code == "forms.missing_setting"


ONE = {"type": "text", "name": "a", "label": "A"}
REFUSED = [
    # survey rows, settings, code, words in the sentence
    ([ONE, ONE], {}, "forms.not_an_xlsform", "row : 3"),
    ([{"type": "select_one x", "name": "a", "label": "A"}], {}, "forms.not_an_xlsform", "list"),
    ([{"type": "begin group", "name": "g", "label": "G"}], {}, "forms.not_an_xlsform", "g"),
    ([{**ONE, "name": "1 a"}], {}, "forms.not_an_xlsform", "row : 2"),
    ([{**ONE, "relevant": "${gone} = 1"}], {}, "forms.not_an_xlsform", "gone"),
    ([ONE, {"type": "begin group", "name": "g", "label": "G"}, ONE, {"type": "end group"}], {},
     "forms.repeated_name", "'a'"),
    ([ONE], {"form_id": "a b"}, "forms.bad_setting", "form_id"),
    ([ONE], {"form_id": "x" * 65}, "forms.bad_setting", "form_id"),
    ([ONE], {"version": "1" * 41}, "forms.bad_setting", "version"),
    ([ONE], {"form_title": "1" * 201}, "forms.bad_setting", "form_title"),
    ([ONE], {"omit_instanceID": "yes"}, "forms.bad_setting", "omit_instanceID"),
    ([ONE], {"submission_url": "https://elsewhere.test"}, "forms.sends_elsewhere", "elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("survey", "given_settings", "code", "words"), REFUSED)
def test_workbooks_that_are_no_usable_form_are_refused_with_their_row(
    survey, given_settings, code, words
):
    book = Workbook(survey, settings=[{"form_id": "f", "version": "1", **given_settings}])
    with pytest.raises(Problem) as caught:
        convert(as_xlsx(book), file="own.xlsx")
    assert caught.value.code == code
    assert words in str(caught.value)
    assert "own.xlsx" in str(caught.value)


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            target.writestr(name, "<a/>")
        target.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "intake.empty_file"),
        (b"type,name,label\ntext,a,A\n", "intake.damaged_file"),
        (b"x" * 5_000_001, "intake.file_too_large"),
        (bomb(), "intake.expands_too_far"),
        (as_xlsx(Workbook([], settings=[{"form_id": "x"}])), "forms.not_an_xlsform"),
    ],
    ids=["empty", "csv", "large", "bomb", "without survey"],
)
def test_files_are_counted_before_they_are_read(content, code):
    with pytest.raises(Problem) as caught:
        convert(content, version="1")
    assert caught.value.code == code


CELLS = """text|integer|select_one l|select_multiple l or_other|begin group|end group|begin repeat
end repeat|calculate|${a} = 1|${|yes|1|'|a|l|select_one_from_file x.csv|note|range|start=1|jr://x
geotrace|rank l|"""
COLUMNS = """type name label label::English|(en) relevant constraint default calculation hint ::
choice_filter parameters appearance repeat_count list_name media::image bind::x trigger save_to"""
TABLE = st.lists(
    st.dictionaries(
        st.sampled_from([column.replace("|", " ") for column in COLUMNS.split()]),
        st.sampled_from(CELLS.replace("\n", "|").split("|")),
        max_size=6,
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(TABLE, TABLE)
def test_any_sheets_give_a_form_or_a_problem(survey, choices):
    with contextlib.suppress(Problem):
        convert(Workbook(survey, choices), form_id="f", version="1")


# Accepted by the validator that phones' engine comes with


def test_every_form_of_the_codebook_is_valid_for_phones(tmp_path):
    forms = {name: convert(made(codebook_form(name), LANGUAGES)) for name in CODEBOOK_FORMS}
    assert {name: form.warnings for name, form in forms.items() if form.warnings} == {}
    code, said = odk_validate(tmp_path, {name: form.xml for name, form in forms.items()})
    assert said.count("Xform is valid") == len(CODEBOOK_FORMS) == 13, said
    assert code == 0, said


def test_questions_that_hide_each_other_would_be_refused_by_phones(tmp_path):
    """Why a number stays visible while "not known" is ticked."""
    book = made()
    number = rows(book)["O3"] | {"relevant": "not(selected(${O3_dk}, 'dk'))"}
    circular = [number if row.get("name") == "O3" else row for row in book.survey]
    forms = {
        "small": convert(book).xml,
        "circular": convert(Workbook(circular, book.choices, book.settings)).xml,
    }
    code, said = odk_validate(tmp_path, forms)
    assert code != 0
    assert said.count("Xform is valid") == 1, said
    assert "Cycle detected" in said


@pytest.mark.parametrize("name", CODEBOOK_FORMS)
def test_a_form_asks_all_items_in_order_and_refuses_no_contradiction(name):
    form = codebook_form(name)
    book = made(form, LANGUAGES)
    asked = [n for n in question_names(convert(book).xml) if number_of_tick(n) is None]
    wanted = []
    for one in form.items:
        if one.type == "votes":
            wanted += [votes_node(one.id, contestant.code) for contestant in CONTESTANTS]
        elif one.type != "team":
            wanted.append(one.id)
    assert asked == wanted
    constraints = {row["constraint"] for row in book.survey if "constraint" in row}
    assert {c for c in constraints if not c.startswith("regex(")} <= {". >= 0"}
    needed = {row["name"] for row in book.survey if "required" in row}
    assert needed <= {one.id for one in form.items if one.required_if}
