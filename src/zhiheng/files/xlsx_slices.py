"""Cut one worksheet of an .xlsx into workbooks of some rows each, so that a parser never holds all of it.

Rows keep their numbers; what stands below the rows, merged ranges among it, goes with the last slice.
"""

import io
import re
from collections.abc import Iterator
from itertools import islice
from zipfile import ZipFile

from zhiheng.files.xlsx_parts import pieces

_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?workbook\.xml(?:\.rels)?|xl/(?:sharedStrings|styles)\.xml"
)
_NUMBERED = re.compile(rb'[^>]*?\sr\s*=\s*"(\d+)"')


def slices(data: bytes, part: str, rows_each: int) -> Iterator[bytes]:
    """Yield workbooks that hold `rows_each` rows of the worksheet `part`; all of it where it cannot be cut."""
    with ZipFile(io.BytesIO(data)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if _KEPT.fullmatch(name)}
        rows = pieces(archive, part)
        head = next(rows)
        if b"<sheetData" not in head:
            yield data
            return
        end = b"</sheetData></worksheet>"
        numbered = _numbered(rows)
        while batch := list(islice(numbered, max(1, rows_each))):
            body = b"<row".join((head, *batch))
            yield _workbook({**kept, part: body if b"</sheetData>" in batch[-1] else body + end})


def _numbered(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Yield rows that all say their number."""
    number = 0
    for row in rows:
        said = _NUMBERED.match(row)
        number = int(said[1]) if said else number + 1
        yield row if said else b' r="%d"' % number + row


def _workbook(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with ZipFile(held, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()
