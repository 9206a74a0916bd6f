"""The Word markup python-docx has no words for: East Asian fonts, exact lines, page numbers, borders. No content."""

from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

LATIN = "Times New Roman"


def element(name: str, **attributes: str) -> Any:
    """Return an OOXML element such as `element("w:tab", val="left")`; attributes take the same prefix."""
    made = OxmlElement(name)
    prefix = name.split(":")[0]
    for key, value in attributes.items():
        made.set(qn(f"{prefix}:{key}"), value)
    return made


def set_font(run: Any, name: str, size_pt: float, *, bold: bool = False) -> None:
    """Set a run in a Chinese font by name; digits and Latin letters in Times New Roman."""
    run.font.name = LATIN
    run.font.size = Pt(size_pt)
    run.font.bold = bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def set_lines(paragraph: Any, pitch_pt: float | None, *, before_pt: float = 0, after_pt: float = 0) -> None:
    """Set exact line pitch (none: single lines) and the space around a paragraph."""
    spacing = paragraph.paragraph_format
    spacing.space_before, spacing.space_after = Pt(before_pt), Pt(after_pt)
    if pitch_pt is not None:
        spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        spacing.line_spacing = Pt(pitch_pt)


def off_grid(paragraph: Any) -> None:
    """Free a paragraph from the page's line grid, so that table rows are as high as their text."""
    paragraph._p.get_or_add_pPr().append(element("w:snapToGrid", val="0"))


def set_language(style: Any) -> None:
    """Mark a style as Chinese of the mainland: punctuation then sits in the lower left of its square."""
    style.element.get_or_add_rPr().append(element("w:lang", val="en-US", eastAsia="zh-CN"))


def set_indent(paragraph: Any, characters: float, size_pt: float) -> None:
    """Indent the first line by a number of characters, as Word counts them."""
    indent = element(
        "w:ind", firstLineChars=str(round(characters * 100)), firstLine=str(round(characters * size_pt * 20))
    )
    paragraph._p.get_or_add_pPr().append(indent)


def set_borders(paragraph: Any, **sides: tuple[int, int]) -> None:
    """Draw lines beside a paragraph: `left=(28, 8)` is 3.5 pt thick, 8 pt away (thickness in eighths)."""
    borders = element("w:pBdr")
    for side, (eighths, space) in sides.items():
        borders.append(element(f"w:{side}", val="single", sz=str(eighths), space=str(space), color="000000"))
    paragraph._p.get_or_add_pPr().append(borders)


def add_field(paragraph: Any, code: str, font: str, size_pt: float) -> None:
    """Add a field Word fills in, such as PAGE."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        set_font(run, font, size_pt)
        if kind:
            run._element.append(element("w:fldChar", fldCharType=kind))
        else:
            text = element("w:instrText")
            text.text = code
            run._element.append(text)
