"""A Document as Word in the layout of GB/T 9704-2012: 公文 fonts by name, number, date and seal left blank.

Fonts are named, not embedded: an office PC has 仿宋_GB2312 and 方正小标宋简体, a server need not.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from zhiheng.files.document import (
    Block,
    Definitions,
    Document,
    Figure,
    Finding,
    Heading,
    KeyNumbers,
    Kind,
    NumberedList,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
    number_headings,
)
from zhiheng.files.docx_table import add_table
from zhiheng.files.docx_text import (
    LATIN,
    add_field,
    element,
    off_grid,
    set_borders,
    set_font,
    set_indent,
    set_language,
    set_lines,
)
from zhiheng.standards.loader import load

_PROPERTY_LIMIT = 255
_CENTRE, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes of one kind of document; the 公文 layout comes from standards/official_document.yaml."""

    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    footer_mm: float
    pitch_pt: float
    body_pt: float
    title_pt: float
    table_pt: float
    figure_share: float  # of the page's width, at most

    @property
    def width_pt(self) -> float:
        return (210 - self.left_mm - self.right_mm) * 72 / 25.4


_BRIEF = _Layout(14, 16, 20, 20, 8, 14, 10, 18, 9.5, 0.54)
_DENSE_BRIEF = _Layout(12, 14, 18, 18, 7, 12.5, 9, 16, 8.5, 0.44)
_BRIEF_ROWS = 10
"""A brief of more table rows is set smaller: Word cannot shrink a page to fit, and a leader reads one."""


def _layout(document: Document) -> _Layout:
    if document.kind is Kind.BRIEF:
        return _BRIEF if sum(len(table.rows) for table in document.tables()) <= _BRIEF_ROWS else _DENSE_BRIEF
    page, fonts = load("official_document")["page"], load("official_document")["fonts"]
    return _Layout(
        page["top_mm"],
        page["bottom_mm"],
        page["left_mm"],
        page["right_mm"],
        page["footer_mm"],
        page["line_pitch_pt"],
        fonts["body"]["size_pt"],
        fonts["title"]["size_pt"],
        12,
        1.0,
    )


class _Writer:
    """Appends blocks to one Word document."""

    def __init__(self, document: Document) -> None:
        self.layout = _layout(document)
        self.fonts = load("official_document")["fonts"]
        self.docx = docx.Document()
        normal = self.docx.styles["Normal"]
        normal.font.name = LATIN
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), self.fonts["body"]["name"])
        set_language(normal)

    def line(
        self,
        text: str | tuple[Run, ...],
        font: str = "body",
        size_pt: float | None = None,
        *,
        bold: bool = False,
    ) -> Any:
        """Append one paragraph in a font of the standard and return it."""
        added = self.docx.add_paragraph()
        runs = (Run(text, bold),) if isinstance(text, str) else text
        for run in runs:
            set_font(
                added.add_run(run.text),
                self.fonts[font]["name"],
                size_pt or self.layout.body_pt,
                bold=run.bold,
            )
        # Exact pitch would cut type larger than the body.
        pitch = self.layout.pitch_pt if (size_pt or 0) <= self.layout.body_pt else None
        set_lines(added, pitch)
        return added

    def small(self, text: str, align: Any) -> Any:
        """Append a caption or note in smaller type, single-spaced."""
        added = self.line(text, size_pt=self.layout.body_pt * 0.72)
        added.alignment = align
        off_grid(added)
        set_lines(added, self.layout.body_pt * 0.95, before_pt=2, after_pt=6)
        return added

    def label(self, text: str) -> None:
        """Append the name of a table or figure, kept with what follows."""
        added = self.line(text, "heading_1", self.layout.table_pt + 0.5)
        added.alignment = _CENTRE
        added.paragraph_format.keep_with_next = True
        set_lines(added, None, before_pt=6, after_pt=3)

    def heading(self, block: Heading, number: str) -> None:
        added = self.line(number + block.text, f"heading_{block.level}", bold=block.level == 3)
        set_indent(added, 2 if self.layout.body_pt > 12 else 0, self.layout.body_pt)
        added.paragraph_format.keep_with_next = True
        added._p.get_or_add_pPr().append(element("w:outlineLvl", val=str(block.level - 1)))
        if self.layout.body_pt <= 12:
            set_lines(added, self.layout.pitch_pt, before_pt=6, after_pt=2)

    def paragraph(self, block: Paragraph) -> None:
        added = self.line(block.runs)
        added.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        added.paragraph_format.keep_with_next = block.leads
        if block.indent:
            set_indent(added, 2, self.layout.body_pt)

    def finding(self, block: Finding) -> None:
        added = self.line(block.text, "heading_1")
        set_borders(added, left=(28, 8))
        added.paragraph_format.left_indent = Pt(12)
        set_lines(added, self.layout.pitch_pt, before_pt=6, after_pt=6)

    def numbered_list(self, block: NumberedList) -> None:
        for number, item in enumerate(block.items, start=1):
            added = self.line(f"{number}. {item}")
            added.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            set_indent(added, 2 if self.layout.body_pt > 12 else 0, self.layout.body_pt)

    def table(self, block: Table, *, kept: bool) -> None:
        """Append a table with its name and note; `kept` ties its end to what follows."""
        if block.title:
            self.label(block.title)
        add_table(self.docx, block, self.layout.width_pt, self.layout.table_pt, with_next=kept)
        after = self.small(block.note, _LEFT)
        after.paragraph_format.keep_with_next = kept
        if not block.note:  # Word wants a paragraph between two tables; make it as thin as it can be
            set_lines(after, 4)

    def figure(self, block: Figure) -> None:
        self.label(block.drawing.title)
        held = self.docx.add_paragraph()
        held.alignment = _CENTRE
        held.paragraph_format.keep_with_next = True
        off_grid(held)
        picture = held.add_run().add_picture(BytesIO(block.drawing.png()))
        widest = Pt(self.layout.width_pt * self.layout.figure_share)
        if picture.width > widest:
            picture.height, picture.width = round(picture.height * widest / picture.width), widest
        self.small(block.drawing.caption, _CENTRE)

    def key_numbers(self, block: KeyNumbers) -> None:
        parts: list[Run] = []
        for item in block.items:
            parts += [Run(f"{item.label} "), Run(item.text, bold=True), Run(item.note and f"（{item.note}）")]
            parts.append(Run("；"))
        self.paragraph(Paragraph((*parts[:-1], Run("。"))))

    def signature(self, block: Signature) -> None:
        blanks = "　　　　　　".join(f"{name}：" for name in block.signers)
        signed = self.line(blanks)
        signed.paragraph_format.keep_with_next = True
        set_lines(signed, self.layout.pitch_pt, before_pt=self.layout.pitch_pt)
        for text in (block.organisation, "年　　月　　日"):
            added = self.line(text)
            added.alignment = _RIGHT
            added.paragraph_format.keep_together = True
            added.paragraph_format.right_indent = Pt(4 * self.layout.body_pt)

    def definitions(self, block: Definitions) -> None:
        added = self.line(block.title, "heading_1", self.layout.body_pt * 0.8)
        added.paragraph_format.keep_with_next = True
        for term, text in block.entries:
            added = self.line((Run(f"{term}：", bold=True), Run(text)), size_pt=self.layout.body_pt * 0.75)
            off_grid(added)
            set_lines(added, self.layout.body_pt * 1.1)

    def page_break(self) -> None:
        self.docx.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def block(self, block: Block, number: str, following: Block | None) -> None:
        """Append one block; a signature never stands alone on a page."""
        match block:
            case Heading():
                self.heading(block, number)
            case Paragraph():
                self.paragraph(block)
            case Finding():
                self.finding(block)
            case NumberedList():
                self.numbered_list(block)
            case Table():
                self.table(block.on_paper(), kept=isinstance(following, Signature))
            case Figure():
                self.figure(block)
            case KeyNumbers():
                self.key_numbers(block)
            case Signature():
                self.signature(block)
            case Definitions():
                self.definitions(block)
            case PageBreak():
                self.page_break()

    def masthead(self, document: Document) -> None:
        if document.classification:
            self.line(document.classification, "heading_1", self.layout.body_pt * 0.85)
        if document.kind is Kind.OFFICIAL:
            added = self.line("文号：　　　　　　〔　　　〕　　号")
            added.alignment = _CENTRE
        added = self.line(document.title, "title", self.layout.title_pt)
        added.alignment = _CENTRE
        off_grid(added)
        official = self.layout.body_pt > 12
        set_lines(added, None, before_pt=self.layout.pitch_pt if official else 0, after_pt=4)
        if document.subtitle:
            added = self.line(document.subtitle, "heading_2", self.layout.body_pt * 0.9)
            added.alignment = _CENTRE
            set_lines(added, None, after_pt=self.layout.pitch_pt / 2)

    def page(self, document: Document) -> None:
        """Set paper, margins, line grid, page numbers and the running lines."""
        section, layout = self.docx.sections[0], self.layout
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(layout.top_mm), Mm(layout.bottom_mm)
        section.left_margin, section.right_margin = Mm(layout.left_mm), Mm(layout.right_mm)
        section.footer_distance = Mm(layout.footer_mm)
        if document.kind is not Kind.BRIEF:  # on a grid finer than the type, every line would take two
            grid = section._sectPr.find(qn("w:docGrid"))
            grid.set(qn("w:type"), "lines")
            grid.set(qn("w:linePitch"), str(round(layout.pitch_pt * 20)))
        if document.watermark:
            for header in (section.header, section.even_page_header):
                self._watermark(header.paragraphs[0], document.watermark)
        if document.kind is Kind.BRIEF:
            self._brief_footer(section.footer.paragraphs[0], document)
            return
        self.docx.settings.odd_and_even_pages_header_footer = True
        self._page_number(section.footer.paragraphs[0], _RIGHT)
        self._page_number(section.even_page_footer.paragraphs[0], _LEFT)

    def _watermark(self, paragraph: Any, text: str) -> None:
        paragraph.alignment = _RIGHT
        run = paragraph.add_run(text)
        set_font(run, self.fonts["body"]["name"], 10)
        run.font.color.rgb = RGBColor(0x99, 0x99, 0x99)

    def _page_number(self, paragraph: Any, align: Any) -> None:
        font = self.fonts["page_number"]
        paragraph.alignment = align
        for text in ("　— ", None, " —　"):
            if text is None:
                add_field(paragraph, "PAGE", font["name"], font["size_pt"])
            else:
                set_font(paragraph.add_run(text), font["name"], font["size_pt"])

    def _brief_footer(self, paragraph: Any, document: Document) -> None:
        set_borders(paragraph, top=(4, 4))
        blanks = "　　　　　　".join(f"{name}：" for name in document.signers)
        for place, text in enumerate(filter(None, (document.footer, blanks))):
            run = paragraph.add_run()
            if place:
                run.add_break()
            run.add_text(text)
            set_font(run, self.fonts["body"]["name"], 8)


def write_docx(document: Document) -> bytes:
    """Return the document as .docx; charts are pictures, headings carry outline levels."""
    writer = _Writer(document)
    properties = writer.docx.core_properties
    properties.title, properties.author = document.title.replace("\n", " "), document.organisation
    keywords = "；".join(f"{name} {value}" for name, value in document.properties.items())
    properties.keywords = keywords[:_PROPERTY_LIMIT]
    writer.page(document)
    writer.masthead(document)
    numbers, following = number_headings(document.blocks), (*document.blocks[1:], None)
    for block, number, after in zip(document.blocks, numbers, following, strict=True):
        writer.block(block, number, after)
    stream = BytesIO()
    writer.docx.save(stream)
    return stream.getvalue()
