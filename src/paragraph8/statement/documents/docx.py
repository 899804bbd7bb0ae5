"""The statement as DOCX that a word processor can edit: real headings, lists and tables."""

from collections.abc import Mapping
from io import BytesIO

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Length, Pt
from docx.text.paragraph import Paragraph

from paragraph8.kernel.figure import Figure
from paragraph8.statement.charts.render import render_png
from paragraph8.statement.documents import model
from paragraph8.statement.documents.annex import annex_lines

TEXT_WIDTH = Cm(16)


def statement_docx(document: model.Document, figures: Mapping[str, Figure]) -> bytes:
    """The DOCX's bytes. Text and tables are equal in two builds; the file's bytes may differ."""
    return _Writer(document, figures).write()


class _Writer:
    """Holds the python-docx document while blocks are added to it."""

    def __init__(self, document: model.Document, figures: Mapping[str, Figure]) -> None:
        self._source = document
        self._figures = figures
        self._numbers = {f: place for place, f in enumerate(document.numbered(), start=1)}
        self._docx = new_document()
        self._set_styles()

    def write(self) -> bytes:
        """Title block, blocks, annexes; header and footer on every page."""
        source = self._source
        for line in source.lines:
            self._docx.add_paragraph(line)
        self._docx.add_heading(source.title, level=0)
        self._docx.add_paragraph(source.subtitle).runs[0].italic = True
        for block in source.blocks:
            self._block(block)
        self._docx.add_heading("Commitments cited", level=1)
        for entry in source.commitments:
            paragraph = self._docx.add_paragraph()
            paragraph.add_run(f"{entry.key} ").bold = True
            paragraph.add_run(entry.text)
        self._docx.add_heading("Annex: the figures and their bases", level=1)
        for place, figure_id, text in annex_lines(source.numbered(), self._figures):
            self._docx.add_paragraph(f"{place}  {text} [{figure_id}]")
        self._running_texts()
        stream = BytesIO()
        self._docx.save(stream)
        return stream.getvalue()

    def _set_styles(self) -> None:
        normal = self._docx.styles["Normal"]
        normal.font.name = "Noto Serif"
        normal.font.size = Pt(10.5)
        if self._source.direction == "rtl":
            for style in self._docx.styles:
                if style.type is WD_STYLE_TYPE.PARAGRAPH:
                    style.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
        section = self._docx.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        self._docx.core_properties.title = self._source.title
        self._docx.core_properties.author = self._source.lines[0]
        self._docx.core_properties.language = self._source.language

    def _running_texts(self) -> None:
        section = self._docx.sections[0]
        section.header.paragraphs[0].text = self._source.notice
        footer = f"{self._source.attribution}. Snapshot {self._source.snapshot}"
        section.footer.paragraphs[0].text = footer
        for paragraph in (*section.header.paragraphs, *section.footer.paragraphs):
            for run in paragraph.runs:
                run.font.size = Pt(7.5)

    def _block(self, block: model.Block) -> None:
        match block:
            case model.Heading():
                self._docx.add_heading(block.text, level=min(block.level, 4))
            case model.Paragraph():
                self._runs(self._docx.add_paragraph(), block.runs)
            case model.FindingBlock():
                self._finding(block)
            case model.Table():
                self._table(block)
            case model.Chart():
                title = self._docx.add_paragraph()
                title.add_run(block.title).bold = True
                title.paragraph_format.keep_with_next = True
                self._docx.add_picture(BytesIO(render_png(block.svg)), width=TEXT_WIDTH)
                # What a screen reader says of the picture.
                shape = self._docx.inline_shapes[-1]._inline.docPr
                shape.set("descr", block.alt)
                self._small(self._docx.add_paragraph(block.note))

    def _finding(self, block: model.FindingBlock) -> None:
        self._runs(self._docx.add_paragraph(), block.runs)
        scope = f" Scope: {block.scope}." if block.scope else ""
        law = f" Law: {block.law}." if block.law else ""
        known = self._docx.add_paragraph(f"Known: {block.strength}.{scope}{law}")
        if block.commitments:
            known.add_run(" Commitments and guidance: ")
            self._runs(known, block.commitments)
            known.add_run(".")
        self._small(known)
        if block.recommendation:
            paragraph = self._docx.add_paragraph()
            paragraph.add_run("Recommendation: ").bold = True
            self._runs(paragraph, block.recommendation)
        self._small(self._docx.add_paragraph("What this cannot show"))
        for limit in block.limits:
            item = self._docx.add_paragraph(style="List Bullet")
            self._runs(item, limit)
            self._small(item)

    def _table(self, block: model.Table) -> None:
        self._small(self._docx.add_paragraph(block.caption))
        table = self._docx.add_table(rows=1, cols=len(block.columns))
        table.style = "Table Grid"
        table.autofit = False
        for cell, heading in zip(table.rows[0].cells, block.columns, strict=True):
            cell.paragraphs[0].add_run(heading.title).bold = True
        for row in block.rows:
            cells = table.add_row().cells
            for cell, content, heading in zip(cells, row, block.columns, strict=True):
                cell.paragraphs[0].add_run(content.text).bold = content.heading or None
                if heading.numeric:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        widths = _widths(block)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row_cells in table.rows:
            for cell, width in zip(row_cells.cells, widths, strict=True):
                cell.width = width
                self._small(cell.paragraphs[0])
        # The header row stands again on every page.
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self._docx.add_paragraph()

    def _runs(self, paragraph: Paragraph, runs: model.Runs) -> None:
        for run in runs:
            paragraph.add_run(run.text)
            if isinstance(run, model.FigureText):
                number = str(self._numbers[run.figure])
                paragraph.add_run(number).font.superscript = True

    @staticmethod
    def _small(paragraph: Paragraph) -> None:
        for run in paragraph.runs:
            run.font.size = Pt(8.5)
            run.font.name = "Noto Sans"


def _widths(table: model.Table) -> list[Length]:
    """The text width shared out by the longest text of each column, within bounds."""
    longest = [
        min(max([len(column.title) // 2, *(len(row[place].text) for row in table.rows), 9]), 30)
        for place, column in enumerate(table.columns)
    ]
    return [Length(TEXT_WIDTH * weight // sum(longest)) for weight in longest]
