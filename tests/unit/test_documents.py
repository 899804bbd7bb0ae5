"""The document model and what is written from it: web pages, PDF, DOCX and the data package."""

import csv
import io
import json
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import docx
import frictionless
import polars as pl
import pymupdf
import pytest

from helpers import LUMRIA, lumria, mapped
from missions import LUMRIA_MISSION, accept_all, figure, lumria_material
from paragraph8.kernel.figure import Evidence, Interval
from paragraph8.kernel.result import Result
from paragraph8.statement.build import build_document, gather
from paragraph8.statement.documents import model
from paragraph8.statement.documents.docx import statement_docx
from paragraph8.statement.documents.html import evidence_page, evidence_page_name, statement_page
from paragraph8.statement.documents.pdf import statement_pdf
from paragraph8.statement.mission import read_mission
from paragraph8.statement.package import as_csv, data_package
from paragraph8.statement.publication import publish
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.snapshot import read_descriptor, write_snapshot

MM = 72 / 25.4
# The margins of a page hold the notice above and attribution and page number below.
TOP, BOTTOM = 24 * MM, 28 * MM


@pytest.fixture(scope="module")
def lumria_document() -> model.Document:
    material = lumria_material()
    return build_document(material, accept_all(material))


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lumria's publication, built in this process."""
    folder = tmp_path_factory.mktemp("lumria")
    tables = write_snapshot(lumria(), folder / "snapshot")
    material = gather(read_mission("mission.toml", LUMRIA_MISSION), tables, "mission.toml")
    decisions = accept_all(material)
    out = folder / "out"
    publish(material, decisions, LUMRIA_MISSION, folder / "snapshot", out, lambda _: None)
    return out


def document(*blocks: model.Block, **changes: object) -> model.Document:
    """A document by hand."""
    made = model.Document(
        title="Lumria",
        subtitle="Statement",
        lines=("Observers of Lumria", "North, 13 May 2024"),
        notice="Lumria is invented.",
        attribution="Invented",
        snapshot="a" * 64,
        language="en",
        direction="ltr",
        blocks=blocks,
    )
    return replace(made, **changes)


def finding(text: str, *figures: str, recommendation: model.Runs = ()) -> model.FindingBlock:
    return model.FindingBlock(
        id="ana.1",
        runs=(model.Text(text), *(model.FigureText(f"number of {f}", f) for f in figures)),
        strength="seen directly in the data",
        scope="",
        commitments=(),
        limits=((model.Text("It shows nothing else."),),),
        recommendation=recommendation,
    )


# The model


def test_figures_are_numbered_as_they_appear_and_once():
    table = model.Table(
        anchor="t",
        caption="",
        columns=(model.Column("n"),),
        rows=((model.Cell("1", "a.table"),), (model.Cell("2", "a.second"),), (model.Cell("3"),)),
    )
    made = document(
        table,
        model.Paragraph((model.FigureText("2", "a.second"),)),
        finding("At ", "a.third", "a.second"),
        finding("At ", recommendation=(model.FigureText("4", "a.fourth"),)),
        model.Paragraph((model.FigureText("1", "a.first"),)),
    )
    assert made.numbered() == ("a.second", "a.third", "a.fourth", "a.first")
    assert made.figures() == (*made.numbered(), "a.table")
    assert document().figures() == ()


# Web pages


class Page(HTMLParser):
    """Tags, links and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def links(self) -> Iterator[str]:
        for _, attributes in self.tags:
            for name in ("href", "src", "xlink:href", "action", "poster", "srcset"):
                if name in attributes:
                    yield attributes[name]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


HOSTILE = '<script>alert("Ana")</script>'


@pytest.fixture(scope="module")
def hostile_pages() -> dict[str, str]:
    """Pages of Lumria where a contestant, a region and a station bear markup for a name."""
    mapping = (LUMRIA / "lumria.toml").read_text(encoding="utf-8")
    mapping = mapping.replace('river = "River List"', f"river = '{HOSTILE}'")
    mapping = mapping.replace("Invented for Paragraph 8", "<b>Invented</b> for Paragraph 8")
    files = {file.name: file.read_text(encoding="utf-8") for file in LUMRIA.glob("*.csv")}
    files["lumria_protocols.csv"] = files["lumria_protocols.csv"].replace("Coast", "<img src=x>")
    tables = mapped(mapping, files).tables
    material = gather(read_mission("mission.toml", LUMRIA_MISSION), tables, "mission.toml")
    made = build_document(material, accept_all(material))
    pages = {"index.html": statement_page(made, material.figures)}
    for figure_id in made.figures():
        shown = material.figures[figure_id]
        result = material.results[shown.name.rsplit(".", 1)[0]]
        pages[figure_id] = evidence_page(made, shown, result)
    for block in made.blocks:
        if isinstance(block, model.Chart):
            pages[block.anchor] = block.svg
    return pages


def test_text_from_the_data_never_becomes_markup(hostile_pages):
    index = hostile_pages["index.html"]
    assert "&lt;script&gt;alert" in index
    assert "&lt;b&gt;Invented&lt;/b&gt;" in index
    assert sum("&lt;img src=x&gt;" in page for page in hostile_pages.values()) > 1
    for name, text in hostile_pages.items():
        page = Page(text)
        assert page.all("img") == page.all("b") == [], name
        scripts = page.all("script")
        assert [s["src"].removeprefix("../") for s in scripts] in (["style/statement.js"], []), name


def test_titles_and_sentences_by_hand_are_escaped():
    made = document(
        model.Heading(1, HOSTILE, "x"),
        model.Paragraph((model.Text(HOSTILE),)),
        finding(HOSTILE, "a.b"),
        model.Table("t", HOSTILE, (model.Column(HOSTILE),), ((model.Cell(HOSTILE),),)),
        model.Chart("c", HOSTILE, "<svg></svg>", f'"{HOSTILE}', HOSTILE),
        title=HOSTILE,
        notice=HOSTILE,
        commitments=(model.Entry(1, "CPH-7.4", HOSTILE),),
    )
    text = statement_page(made, {"a.b": figure(name="a.b", base=HOSTILE)})
    assert len(Page(text).all("script")) == 1
    assert "alert(" in text


@pytest.fixture(scope="module")
def pages(publication: Path) -> dict[str, Page]:
    return {
        file.relative_to(publication).as_posix(): Page(file.read_text(encoding="utf-8"))
        for file in publication.rglob("*.html")
    }


def test_no_page_asks_another_host_for_anything(publication: Path, pages):
    for name, page in pages.items():
        for link in page.links():
            parts = urlsplit(link)
            assert parts.scheme in ("", "data"), f"{name}: {link}"
            assert parts.netloc == "", f"{name}: {link}"
    for file in (publication / "style").glob("*.css"):
        text = file.read_text(encoding="utf-8")
        assert "@import" not in text
        for target in re.findall(r"url\(([^)]+)\)", text):
            assert (publication / "style" / target.strip("\"'")).is_file(), target
    assert "http" not in (publication / "style" / "statement.js").read_text(encoding="utf-8")
    for file in (publication / "charts").glob("*.svg"):
        hosts = set(re.findall(r"https?://([^/\"]+)", file.read_text(encoding="utf-8")))
        assert hosts <= {"www.w3.org"}  # names of vocabularies, which nobody fetches


def test_every_page_forbids_what_it_does_not_need(pages):
    for name, page in pages.items():
        policies = [
            m["content"]
            for m in page.all("meta")
            if m.get("http-equiv", "").startswith("Content-S")
        ]
        assert len(policies) == 1, name
        assert "default-src 'none'" in policies[0]
        assert "script-src 'self';" in policies[0]
        assert "http" not in policies[0]
        assert not any(key.startswith("on") for _, tag in page.tags for key in tag), name


def test_every_link_leads_somewhere(publication: Path, pages):
    assert len(pages) > 50
    for name, page in pages.items():
        assert len(set(page.ids())) == len(page.ids()), name
        for link in page.links():
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            target = (publication / name).parent / unquote(parts.path) if parts.path else None
            assert target is None or target.is_file(), f"{name}: {link}"
            if parts.fragment and not target:
                assert parts.fragment in page.ids(), f"{name}: {link}"


def test_headings_go_down_one_level_at_a_time(pages):
    levels = [int(tag[1]) for tag, _ in pages["index.html"].tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    # Questions of the method page lie two below their chapter on purpose: they are notes.
    assert all(after - before <= 2 for before, after in pairwise(levels))


def test_an_evidence_page_shows_all_that_a_figure_is_made_of():
    rows = pl.DataFrame(
        {
            "station": ["N-01", "N-02", "C-01", "H-01"],
            "rule": ["A5", "A5", "A5", "A6"],
            "difference": [1, -12, 3, 99],
            "share": [0.5, None, 0.25, 1.0],
        }
    )
    result = Result("a", "s", (), (), evidence={"fails": rows})
    shown = figure(
        3,
        1180,
        name="a.fail",
        dimensions={"rule": "A5"},
        excluded={"numbers missing": 7, "cells that cannot be read": 1},
        interval=Interval(0.001, 0.006, 0.95, "Wilson"),
        limits=("It shows nothing else.",),
        query="SELECT count(*) FROM protocol WHERE valid < 5",
        evidence=Evidence("fails", {"rule": "A5"}, order_by="difference"),
    )
    text = evidence_page(document(), shown, result)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    for part in (
        "3 of 1,180 counts observed",
        "Numerator 3 counts",
        "Denominator 1,180 counts observed",
        "7: numbers missing; 1: cells that cannot be read",
        "share of what was observed",
        "(95%, Wilson)",
        "2024-05-14",
        "It shows nothing else.",
        "SELECT count(*) FROM protocol WHERE valid &lt; 5",
        "All 3 rows, largest difference first",
        "Lumria is invented.",
    ):
        assert part in plain, part
    stations = re.findall(r"<bdi>([NCH]-0\d)</bdi>", text)
    assert stations == ["N-02", "C-01", "N-01"]
    assert 'href="../data/evidence/a.fails.csv"' in text


def test_an_evidence_page_without_base_or_rows_says_so():
    text = evidence_page(document(), figure(None, None, name="a.median", value=2.5), None)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    assert "Denominator none; base: counts observed" in plain
    assert "Excluded nothing" in plain
    assert "Numerator" not in plain
    assert "<table" not in text


def test_names_of_evidence_pages_are_safe_and_unique():
    ids = ["a.b[c=1]", "a.b[c=2]", "a.b[c=1, d=../../x]", "a.b[c=Гора]", "a.b[c=Река]", "a" * 300]
    names = [evidence_page_name(i) for i in ids]
    assert len(set(names)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9.=-]{1,100}\.html", name) for name in names)


# DOCX


def sentences(made: model.Document) -> Iterator[model.Runs]:
    """Runs of every paragraph and finding."""
    for block in made.blocks:
        if isinstance(block, model.Paragraph):
            yield block.runs
        elif isinstance(block, model.FindingBlock):
            yield block.runs
            yield from block.limits


def as_printed(made: model.Document, runs: model.Runs) -> str:
    """What a printed document shows: a small number after each figure."""
    numbers = {figure_id: place for place, figure_id in enumerate(made.numbered(), start=1)}
    return "".join(
        f"{run.text}{numbers[run.figure]}" if isinstance(run, model.FigureText) else run.text
        for run in runs
    )


def test_the_docx_opens_and_holds_the_same_sentences_and_tables(lumria_document):
    figures = lumria_material().figures
    read = docx.Document(io.BytesIO(statement_docx(lumria_document, figures)))
    paragraphs = {paragraph.text for paragraph in read.paragraphs}
    for runs in sentences(lumria_document):
        assert as_printed(lumria_document, runs) in paragraphs
    for block in lumria_document.blocks:
        if isinstance(block, model.Heading):
            assert block.text in paragraphs
    wanted = [block for block in lumria_document.blocks if isinstance(block, model.Table)]
    assert len(wanted) > 3
    assert len(read.tables) == len(wanted)
    for table, block in zip(read.tables, wanted, strict=True):
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert cells[0] == [column.title for column in block.columns]
        assert cells[1:] == [[cell.text for cell in row] for row in block.rows]
        assert block.caption in paragraphs
    charts = [block for block in lumria_document.blocks if isinstance(block, model.Chart)]
    assert len(read.inline_shapes) == len(charts)
    assert [shape._inline.docPr.get("descr") for shape in read.inline_shapes] == [
        chart.alt for chart in charts
    ]


def test_the_docx_has_real_headings(lumria_document):
    read = docx.Document(
        io.BytesIO(statement_docx(lumria_document, lumria_material().figures)),
    )
    styles = [p.style.name for p in read.paragraphs if p.style.name.startswith("Heading")]
    assert styles[0] == "Heading 1"
    assert {"Heading 1", "Heading 2", "Heading 3"} <= set(styles)


# PDF


@pytest.fixture(scope="module")
def pdf(publication: Path) -> Iterator[pymupdf.Document]:
    with pymupdf.open(publication / "statement.pdf") as opened:
        yield opened


def squeezed(text: str) -> str:
    """Without blanks: lines of a page break where they must."""
    return re.sub(r"\s+", "", text)


def body_text(pdf: pymupdf.Document) -> str:
    """Text between header and footer of all pages, without blanks."""
    parts = []
    for page in pdf:
        inside = pymupdf.Rect(0, TOP - 6, page.rect.width, page.rect.height - BOTTOM + 2)
        parts.append(page.get_text(clip=inside))
    return squeezed("".join(parts))


def test_the_pdf_holds_every_sentence(pdf, lumria_document):
    text = body_text(pdf)
    for runs in sentences(lumria_document):
        assert squeezed(as_printed(lumria_document, runs)) in text
    for block in lumria_document.blocks:
        if isinstance(block, model.Heading):
            assert squeezed(block.text) in text
    for entry in lumria_document.commitments:
        assert squeezed(f"{entry.key} {entry.text}") in text


def test_every_page_has_notice_attribution_and_number(pdf):
    assert pdf.page_count > 3
    for number, page in enumerate(pdf, start=1):
        text = squeezed(page.get_text())
        assert squeezed("Lumria is invented: no such country, election or mission exists.") in text
        assert squeezed("Invented for Paragraph 8; no such country") in text
        assert squeezed(f"{number} / {pdf.page_count}") in text


def test_fonts_are_embedded_and_no_glyph_is_missing(pdf):
    assert_fonts_and_glyphs(pdf)


def assert_fonts_and_glyphs(pdf: pymupdf.Document) -> None:
    fonts = {font[0]: font[3] for page in pdf for font in page.get_fonts(full=True)}
    assert fonts
    for xref, name in fonts.items():
        assert pdf.extract_font(xref)[3], f"{name} is not embedded"
        assert "Noto" in name
    for page in pdf:
        for span in page.get_texttrace():
            missing = [chr(character[0]) for character in span["chars"] if character[1] == 0]
            assert not missing, f"page {page.number + 1}: no glyph for {missing}"


LANGUAGES = {
    "kk": "Бақылаушылар дауыс беру учаскелерінде әділ өткенін көрді: ӘҒҚҢӨҰҮҺІ әғқңөұүһі.",
    "ka": "დამკვირვებლებმა უბნებზე ხმის მიცემა ნახეს.",
    "hy": "Դիտորդները տեսան քվեարկությունը տեղամասերում։",
    "bg": "Наблюдателите видяха гласуването в секциите: Щъркел, ьо, ю, я.",
    "de": "Beobachterinnen sahen die Stimmabgabe; Öl, Süß, Ä.",
    "ar": "رأى المراقبون التصويت في مراكز الاقتراع",
    "fa": "ناظران رأی‌گیری را در شعبه‌ها دیدند؛ گ چ پ ژ ک ی",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_in_print(language):
    text = LANGUAGES[language]
    rows = ((model.Cell(text), model.Cell("12,916")),)
    made = document(
        model.Heading(1, text, "h"),
        finding(text),
        model.Table("t", text, (model.Column(text), model.Column("n", numeric=True)), rows),
        title=text,
        language=language,
        direction="rtl" if language in ("ar", "fa") else "ltr",
    )
    with pymupdf.open(stream=statement_pdf(made, {}), filetype="pdf") as pdf:
        assert_fonts_and_glyphs(pdf)
        found = "".join(page.get_text() for page in pdf)
        if made.direction == "ltr":
            # Title, heading, finding, caption, column, cell.
            assert squeezed(found).count(squeezed(text)) == 6
        else:
            # The words of a line stand from right to left, so letters are counted.
            assert letters_of_arabic(found) == letters_of_arabic(text * 6)
            lines = [b for b in pdf[0].get_text("blocks") if letters_of_arabic(b[4])]
            margin = pdf[0].rect.width - 25 * MM
            assert all(margin - 10 * MM < line[2] < margin + 2 for line in lines)


def letters_of_arabic(text: str) -> Counter[str]:
    return Counter(c for c in text if unicodedata.name(c, "").startswith("ARABIC LETTER"))


# The data package


@pytest.fixture
def package(publication: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(publication / "data", tmp_path / "data"))


def test_the_data_package_is_valid_frictionless(package: Path):
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:5]
    descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["profile"] == "tabular-data-package"
    assert [license["name"] for license in descriptor["licenses"]] == ["CC0-1.0"]
    for resource in descriptor["resources"]:
        rows = list(csv.DictReader((package / resource["path"]).open(encoding="utf-8")))
        assert len(rows) == resource["rows"]
        assert resource["schema"]["primaryKey"]


def test_a_total_that_belongs_to_no_contestant_is_valid(tmp_path: Path):
    # An empty text in its key would look like an absent value in CSV.
    example = {**BY_NAME["official_figure"].example, "contestant": "-", "field": "registered"}
    row = pl.DataFrame([example]).cast(dict(BY_NAME["official_figure"].schema))
    frames = {**lumria().frames, "official_figure": row}
    for path, content in data_package(replace(lumria(), frames=frames), {}, {}, "notice"):
        (tmp_path / path).write_bytes(content)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:5]


def test_a_broken_package_is_not_valid(package: Path):
    file = package / "protocol_vote.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",river,", ",,", 1), encoding="utf-8")
    assert not frictionless.validate(str(package / "datapackage.json")).valid


def test_the_package_says_what_it_is(publication: Path):
    readme = (publication / "data" / "README.md").read_text(encoding="utf-8")
    snapshot = read_descriptor(publication / "snapshot")["id"]
    assert "Lumria is invented" in readme
    assert snapshot in readme
    assert "| protocol.csv | 33 |" in readme
    assert "CC0-1.0" in (publication / "data" / "LICENCE.md").read_text(encoding="utf-8")


def test_evidence_tables_are_there_for_every_figure(publication: Path):
    names = {file.name for file in (publication / "data" / "evidence").iterdir()}
    for page in (publication / "evidence").iterdir():
        linked = re.findall(r'href="\.\./data/evidence/([^"]+)"', page.read_text(encoding="utf-8"))
        assert set(linked) <= names


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("River List", "River List"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_made_harmless(cell, written):
    content = as_csv(pl.DataFrame({"name": [cell], "votes": [-3], "share": [-0.5]}))
    row = next(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert row == {"name": written, "votes": "-3", "share": "-0.5"}


def test_a_formula_for_a_name_is_harmless_in_the_package():
    tables = lumria()
    named = tables["contestant"].with_columns(name=pl.lit("=cmd|' /C calc'!A0"))
    tables = replace(tables, frames={**tables.frames, "contestant": named})
    files = dict(data_package(tables, {}, {}, "notice"))
    assert b"'=cmd" in files["contestant.csv"]
    assert b",=cmd" not in files["contestant.csv"]


# Fonts


ALPHABETS = {
    "Kazakh": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "Georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "Armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Persian and Urdu": "پچژگکیےٹڈڑںھہ",
    "Uzbek and Turkmen": "oʻgʻüňýžşçä",
    "European": "áàâäãåæçčćđéèêëěğíïłñňóöøőřšșțúüůűýžþß",
    "signs": "“”„‘’–—…·§°½€№",
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_bundled_fonts_have_the_letters(alphabet):
    folder = resources.files("paragraph8.statement") / "fonts" / "ttf"
    fonts = [
        pymupdf.Font(fontbuffer=entry.read_bytes())
        for entry in folder.iterdir()
        if entry.name.endswith("Regular.ttf")
    ]
    letters = set(ALPHABETS[alphabet] + ALPHABETS[alphabet].upper())
    letters -= {letter for letter in letters if len(letter) > 1}
    assert not missing_letters(letters - set("ԵՒ"), fonts)


def missing_letters(letters: Iterable[str], fonts: list[pymupdf.Font]) -> list[str]:
    return [c for c in letters if not any(font.has_glyph(ord(c)) for font in fonts)]
