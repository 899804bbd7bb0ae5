"""Forms on paper: the same items, in the same order, with the same numbers as on the phone."""

import re
import shutil
import subprocess

import pymupdf
import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.nodes import contestant_code, number_of_tick
from paragraph8.server.forms.generate.paper import paper_pdf
from paragraph8.server.forms.generate.paper_model import paper_of_codebook
from paragraph8.server.forms.generate.paper_xlsform import languages_of, paper_of_xlsform
from paragraph8.server.forms.generate.sheets import Workbook, read_sheets
from paragraph8.server.forms.generate.words import ANSWERS, Voice, direction
from paragraph8.server.forms.generate.workbook import Contestant, as_xlsx, workbook
from paragraph8.server.forms.generate.xform import convert, question_names
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, codebook_form

MM = 72 / 25.4
MARGIN = 15 * MM
CONTESTANTS = (Contestant("Z1", "Otan"), Contestant("Z-2", "Ak Zhol #1 *[x]* $y$"))
ITEM_ID = re.compile(r"[A-Z]\d+\w*|Z-2")

AR = "label::العربية (ar)"
ARABIC = Workbook(
    survey=[
        {"type": "start", "name": "start"},
        {"type": "begin_group", "name": "g1", AR: "الوصول"},
        {"type": "text", "name": "station", AR: "رقم مركز الاقتراع"},
        {"type": "time", "name": "arrival", AR: "وقت الوصول"},
        {"type": "select_one yn", "name": "let_in", AR: "هل سُمح لكم بالدخول دون تأخير؟"},
        {"type": "text", "name": "why", AR: "ما السبب؟", "relevant": "${let_in} = 'no'"},
        {"type": "integer", "name": "registered", AR: "عدد الناخبين المسجلين (2024/05)"},
        {"type": "end_group"},
        {"type": "begin_group", "name": "g2", AR: "داخل المركز"},
        {"type": "select_multiple who", "name": "present", AR: "من كان حاضرًا؟"},
        {
            "type": "text",
            "name": "police",
            AR: "ماذا فعلت الشرطة؟",
            "relevant": "selected(${present}, 'police') and ${let_in} != 'dk'",
        },
        {"type": "select_one overall", "name": "overall", AR: "التقييم العام"},
        {"type": "geopoint", "name": "spot", AR: "الموقع"},
        {"type": "date", "name": "day", AR: "التاريخ"},
        {"type": "image", "name": "picture", AR: "صورة المحضر"},
        {"type": "calculate", "name": "sum", "calculation": "1 + 1"},
        {"type": "note", "name": "thanks", AR: "شكرًا لكم"},
        {"type": "end_group"},
    ],
    choices=[
        {"list_name": "yn", "name": "yes", AR: "نعم"},
        {"list_name": "yn", "name": "no", AR: "لا"},
        {"list_name": "yn", "name": "dk", AR: "لا نعلم"},
        {"list_name": "who", "name": "police", AR: "الشرطة"},
        {"list_name": "who", "name": "agents", AR: "وكلاء المرشحين"},
        {"list_name": "overall", "name": "1", AR: "جيد"},
        {"list_name": "overall", "name": "2", AR: "سيئ"},
    ],
    settings=[{"form_title": "استمارة الافتتاح", "form_id": "opening_ar", "version": "3"}],
)


def pdf(name, language, contestants=CONTESTANTS):
    return paper_pdf(
        codebook_form(name),
        language=language,
        mission_title="Mission of 2004",
        version="v-17",
        contestants=contestants,
    )


def words_at_the_start(content, rightward=False):
    """Words that stand at the edge where lines begin, page by page from the top."""
    found = []
    for page in pymupdf.open(stream=content):
        edge = page.rect.width - MARGIN - 2 * MM if rightward else MARGIN + 2 * MM
        for x0, y0, x1, _, word, *_ in page.get_text("words"):
            if (x1 > edge) if rightward else (x0 < edge):
                found.append((page.number, round(y0, 1), word))
    return [word for *_, word in sorted(found)]


def text(content):
    said = "\n".join(page.get_text() for page in pymupdf.open(stream=content))
    return " ".join(said.split())


def on_the_phone(name):
    """Ids of the XForm as paper shows them: no ticks of numbers, contestants by their code."""
    form = codebook_form(name)
    book = workbook(
        form, languages=("en",), version="1", form_id=name, title="T", contestants=CONTESTANTS
    )
    votes = next((item.id for item in form.items if item.type == "votes"), "")
    ids = []
    for node in question_names(convert(book).xml):
        code = contestant_code(votes, node) if votes else None
        if code is not None:
            ids += [votes, code] if votes not in ids else [code]
        elif number_of_tick(node) is None:
            ids.append(node)
    return ids


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("name", CODEBOOK_FORMS)
def test_paper_and_phone_ask_the_same_in_the_same_order(name, language):
    printed = words_at_the_start(pdf(name, language))
    assert [word for word in printed if ITEM_ID.fullmatch(word)] == on_the_phone(name)


def test_an_uploaded_form_has_the_same_items_on_paper_from_right_to_left():
    book = read_sheets("own.xlsx", as_xlsx(ARABIC))
    content = paper_pdf(book, language="ar", mission_title="بعثة", version="3")
    printed = words_at_the_start(content, rightward=True)
    names = question_names(convert(book).xml)
    assert len(names) == 12
    assert [word for word in printed if re.fullmatch("[a-z_]+", word)] == names


def test_every_page_names_form_version_and_page():
    document = pymupdf.open(stream=pdf("opening", "ru"))
    title = codebook_form("opening").title["ru"]
    assert document.page_count > 1
    for page in document:
        said = page.get_text()
        assert title in said
        assert "Версия формы: v-17" in said
        assert f"Страница {page.number + 1} из {document.page_count}" in said


def test_only_conditions_signs_and_ticks_are_explained():
    said = text(pdf("opening", "en"))
    assert "Only if O4 = Yes" in said
    assert "‡ Serious: report it at once" in said
    assert "† Adapted to this country." in said
    assert "Words without a translation" not in said
    assert "any item marked ‡ shows a problem" in said


def test_words_without_a_translation_are_english_and_the_footer_says_so():
    said = text(pdf("opening", "uk"))
    assert "Words without a translation stand in English." in said
    arabic = Voice("ar")
    assert (arabic.word("yes"), arabic.fell_back) == ("نعم", False)
    assert (arabic.of({"en": "only so"}), arabic.fell_back) == ("only so", True)


def test_the_same_form_gives_the_same_bytes():
    assert pdf("counting", "kk") == pdf("counting", "kk")


@pytest.mark.parametrize("language", ["en", "ru", "kk", "ar"])
def test_every_character_has_a_glyph(language):
    """A missing glyph is drawn as glyph 0; nothing here may need one."""
    document = pymupdf.open(stream=pdf("counting", language))
    for page in document:
        for trace in page.get_texttrace():
            assert [chr(c[0]) for c in trace["chars"] if c[1] == 0] == []


def test_ticks_only_stand_for_lists_of_yes_and_no():
    paper = paper_of_xlsform(ARABIC, Voice("ar"))
    kinds = {row.id: row for section in paper.sections for row in section.rows}
    assert kinds["let_in"].columns == (True, True, True, False)
    assert kinds["overall"].kind == "options"
    assert kinds["overall"].options == ("جيد", "سيئ")
    assert kinds["why"].notes == ("فقط إذا let_in = لا",)
    assert kinds["police"].notes == ("فقط إذا present يتضمن «الشرطة» و let_in ≠ لا نعلم",)
    assert [section.title for section in paper.sections] == ["الوصول", "داخل المركز"]


def test_an_expression_beyond_words_is_printed_as_it_is():
    survey = [
        {"type": "text", "name": "a", "label": "A"},
        {"type": "text", "name": "b", "label": "About ${a}", "relevant": "string-length(${a}) > 3"},
        {"type": "text", "name": "c", "label": "C", "relevant": "selected(${a}, 'x')"},
    ]
    paper = paper_of_xlsform(Workbook(survey), Voice("en"))
    assert paper.sections[0].rows[1].notes == ("Only if string-length(a) > 3",)
    assert paper.sections[0].rows[1].text == "About [a]"
    assert paper.sections[0].rows[2].notes == ("Only if a includes “x”",)


def test_a_language_that_the_form_lacks_is_refused():
    assert languages_of(ARABIC) == ["ar"]
    with pytest.raises(Problem) as caught:
        paper_pdf(ARABIC, language="fr", mission_title="M", version="1")
    assert caught.value.code == "forms.no_such_language"
    assert "it has ar" in str(caught.value)


def test_without_contestants_no_votes_are_asked():
    paper = paper_of_codebook(codebook_form("counting"), Voice("en"))
    ids = [row.id for section in paper.sections for row in section.rows]
    assert "C41_valid" in ids
    assert "C41_votes" not in ids


def test_right_to_left_and_fixed_words():
    assert [direction(code) for code in ("ar", "fa", "he", "ur", "kk", "ar-EG")] == [
        "rtl", "rtl", "rtl", "rtl", "ltr", "rtl"
    ]  # fmt: skip
    for answers in ANSWERS.values():
        for language in ("en", "ru", "kk", "ar"):
            voice = Voice(language)
            words = [voice.word(key) for _, key in answers]
            assert len(set(words)) == len(answers)
            assert not voice.fell_back


def test_the_pages_can_be_drawn(tmp_path):
    if shutil.which("pdftoppm") is None:
        pytest.skip("NOT RUN: drawing the pages needs pdftoppm")
    (tmp_path / "form.pdf").write_bytes(pdf("counting", "ru"))
    command = ["pdftoppm", "-r", "20", "-png", "form.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert list(tmp_path.glob("page-*.png"))
