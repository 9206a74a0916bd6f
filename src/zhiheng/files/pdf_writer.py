"""A Document as PDF/A-2b through Typst, with embedded Chinese fonts. The template arranges; nothing is computed there."""

import json
import re
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import typst

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
    Signature,
    Table,
    number_headings,
)
from zhiheng.files.fonts import chinese_font_folders
from zhiheng.files.table_layout import table_layout

_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes of one kind of document on A4, in points, millimetres and em."""

    base_pt: float
    title_pt: float
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    leading_em: float
    row_em: float  # above and below the text of a table row
    caption: float  # of the base size
    kept_rows: int  # tables of up to so many rows are not split between pages
    table_pt: tuple[float, ...]

    @property
    def width_pt(self) -> float:
        return (210 - self.left_mm - self.right_mm) * _POINTS_PER_MM


_LAYOUTS = {
    Kind.BRIEF: _Layout(11, 20, 18, 22, 20, 20, 0.82, 0.6, 1.0, 16, (10.5, 10, 9.5, 9, 8.5, 8)),
    Kind.REPORT: _Layout(10.5, 18, 22, 22, 22, 22, 0.8, 0.5, 0.95, 10, (10, 9.5, 9, 8.5, 8, 7.5)),
    # GB/T 9704-2012: 3号 type, 22 lines of 28.95 pt; Typst leads from the foot of one line to the head of the next.
    Kind.OFFICIAL: _Layout(16, 22, 37, 35, 28, 26, 0.81, 0.5, 0.8, 5, (12, 11, 10.5, 10, 9.5, 9)),
}


def _table(block: Table, layout: _Layout, *, kept: bool) -> dict[str, Any]:
    sized = table_layout(block, layout.width_pt, layout.table_pt)
    columns = [
        {
            "title": column.title,
            "group": column.group,
            "text": column.format is None,
            "centred": column.interval,
            "share": share,
            "indent_em": indent,
        }
        for column, share, indent in zip(block.columns, sized.shares, sized.indents_em, strict=True)
    ]
    groups, place = [], 0
    for title, span in block.header_groups:
        groups.append({"title": title, "span": span, "column": block.columns[place].title})
        place += span
    return {
        "type": "table",
        "title": block.title,
        "note": block.note,
        "columns": columns,
        "groups": groups,
        "rows": block.printed(),
        "kept": kept,
        "size_pt": sized.size_pt,
    }


def _figure(block: Figure, layout: _Layout, pictures: dict[str, bytes]) -> dict[str, Any]:
    svg = block.drawing.svg()
    name = f"figure-{len(pictures)}.svg"
    pictures[name] = svg.encode()
    drawn = re.search(r'<svg[^>]*\swidth="([\d.]+)"', svg)
    width = min(float(drawn.group(1)) * 0.75, layout.width_pt) if drawn else layout.width_pt
    return {
        "type": "figure",
        "title": block.drawing.title,
        "caption": block.drawing.caption,
        "file": name,
        "width_pt": width,
    }


def _prepared(
    block: Block, number: str, following: Block | None, layout: _Layout, pictures: dict[str, bytes]
) -> dict[str, Any]:
    """Return one block as the template takes it: strings only. A signature never stands alone on a page."""
    match block:
        case Heading():
            return {"type": "heading", "level": block.level, "number": number, "text": block.text}
        case Paragraph():
            runs = [asdict(run) for run in block.runs]
            return {"type": "paragraph", "indent": block.indent, "kept": block.leads, "runs": runs}
        case Finding():
            return {"type": "finding", "text": block.text}
        case NumberedList():
            return {"type": "list", "items": list(block.items)}
        case Table():
            return _table(block.on_paper(), layout, kept=isinstance(following, Signature))
        case Figure():
            return _figure(block, layout, pictures)
        case KeyNumbers():
            items = [{"label": item.label, "value": item.text, "note": item.note} for item in block.items]
            return {"type": "numbers", "items": items}
        case Signature():
            return {"type": "signature", "signers": list(block.signers), "organisation": block.organisation}
        case Definitions():
            entries = [{"term": term, "text": text} for term, text in block.entries]
            return {"type": "definitions", "title": block.title, "entries": entries}
        case PageBreak():
            return {"type": "page_break"}


@cache
def _template() -> bytes:
    return files(__package__).joinpath("templates/document.typ").read_bytes()


@cache
def _compiler() -> Any:
    """Return the compiler that holds the fonts: loading them anew for each document costs a tenth of a second.

    Its stub does not know that the input may be several files, so it goes untyped.
    """
    return typst.Compiler(font_paths=list(chinese_font_folders()), ignore_system_fonts=True)


def write_pdf(document: Document) -> bytes:
    """Return the document as PDF/A-2b.

    Raises
    ------
    FontsMissing
        The Chinese fonts are not installed.
    """
    layout = _LAYOUTS[document.kind]
    pictures: dict[str, bytes] = {}
    numbers, following = number_headings(document.blocks), (*document.blocks[1:], None)
    prepared = {
        "title": document.title,
        "subtitle": document.subtitle,
        "kind": document.kind.value,
        "classification": document.classification,
        "organisation": document.organisation,
        "footer": document.footer,
        "watermark": document.watermark,
        "signers": list(document.signers),
        "keywords": [f"{name} {value}" for name, value in document.properties.items()],
        "layout": asdict(layout),
        "blocks": [
            _prepared(block, number, after, layout, pictures)
            for block, number, after in zip(document.blocks, numbers, following, strict=True)
        ],
    }
    text = json.dumps(prepared, ensure_ascii=False, allow_nan=False).encode()
    sources = {"main": _template(), "document.json": text, **pictures}
    pdf: bytes = _compiler().compile(input=sources, format="pdf", pdf_standards="a-2b", pdf_tags=False)
    return pdf
