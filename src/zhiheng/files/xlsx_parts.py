"""What calamine does not tell of an .xlsx: true extent, hidden rows and columns, formulas never calculated.

One streaming pass over the XML, before anything is parsed. It reads no values.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from zipfile import ZipFile

CHUNK = 1 << 20
LONGEST_ROW = 64 << 20
SMALL_PART = 20_000_000

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]|<(?:\w+:)?is>")


@dataclass(slots=True)
class SheetParts:
    """What one worksheet part says about itself; all numbers 1-based.

    Attributes
    ----------
    path : of the part inside the archive; "" where rows are not kept one by one.
    last_row, last_column : extent of cells that hold a value.
    unread : (row, column, "formula" or "error") of cells that show a value only after calculation, or an error.
    """

    path: str = ""
    last_row: int = 0
    last_column: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unread: list[tuple[int, int, str]] = field(default_factory=list)


def column_number(reference: bytes) -> int:
    """Return the column of a cell reference: 28 for AB7; 0 where it has no letters."""
    number = 0
    for letter in reference:
        if not 65 <= letter <= 90:
            break
        number = number * 26 + letter - 64
    return number


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Return sheet name → path of its worksheet part inside the archive."""
    book = _small(archive, "xl/workbook.xml")
    relations = _small(archive, "xl/_rels/workbook.xml.rels")
    targets: dict[bytes, bytes] = {}
    for match in _RELATION.finditer(relations):
        attributes = _attributes(match[1])
        targets[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"")
    parts = {}
    for match in _SHEET.finditer(book):
        attributes = _attributes(match[1])
        target = next((targets[v] for k, v in attributes.items() if k.endswith(b":id") and v in targets), b"")
        path = target.decode()
        path = path.lstrip("/") if path.startswith("/") else normpath(join("xl", path))
        parts[unescaped(attributes.get(b"name", b"").decode())] = path
    return parts


def survey(archive: ZipFile, part: str) -> SheetParts:
    """Read one worksheet part as a stream and return what it says about itself."""
    found = SheetParts(part)
    head = True
    for piece in pieces(archive, part):
        if head:
            head = False
            for match in _COLUMN.finditer(piece):
                attributes = _attributes(match[1])
                if attributes.get(b"hidden") in (b"1", b"true"):
                    first, last = int(attributes[b"min"]), int(attributes[b"max"])
                    found.hidden_columns.update(range(first, min(last, first + 500) + 1))
        else:
            _row(found, piece)
    return found


def _row(found: SheetParts, piece: bytes) -> None:
    """Take in one row: everything from just after `<row` to just before the next."""
    end = piece.find(b">")
    attributes = _attributes(piece[:end])
    row = int(attributes.get(b"r", b"0")) or found.last_row + 1
    if attributes.get(b"hidden") in (b"1", b"true"):
        found.hidden_rows.add(row)
    value = max(piece.rfind(b"<v>"), piece.rfind(b":v>"), piece.rfind(b"<is>"), piece.rfind(b":is>"))
    if value < 0 and b"f>" not in piece:
        return
    found.last_row = max(found.last_row, row)
    last = piece.rfind(b' r="', 0, value if value > 0 else len(piece))
    if last >= end:
        found.last_column = max(found.last_column, column_number(piece[last + 4 : last + 8]))
    else:
        found.last_column = max(found.last_column, piece.count(b"<c>") + piece.count(b"<c "))
    if b"<f" in piece or b":f" in piece or b't="e"' in piece:
        _unread(found, row, piece)


def _unread(found: SheetParts, row: int, piece: bytes) -> None:
    column = 0
    for match in _CELL.finditer(piece):
        attributes = _attributes(match[1])
        column = column_number(attributes.get(b"r", b"")) or column + 1
        body = match[2] or b""
        if attributes.get(b"t") == b"e":
            found.unread.append((row, column, "error"))
        elif _FORMULA.search(body) and not _VALUE.search(body):
            found.unread.append((row, column, "formula"))


def pieces(archive: ZipFile, part: str) -> Iterator[bytes]:
    """Yield the text before the first row, then one piece per row, each from just after `<row`."""
    with archive.open(part) as stream:
        rest = stream.read(CHUNK)
        tag = b":row" if b"<row" not in rest and b":row" in rest else b"<row"
        while more := stream.read(CHUNK):
            *whole, rest = (rest + more).split(tag)
            yield from whole
            if len(rest) > LONGEST_ROW:
                raise ValueError("a row longer than any spreadsheet writes")
        yield from rest.split(tag)


def _small(archive: ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > SMALL_PART:
        raise ValueError(f"{name} is larger than any workbook needs")
    return archive.read(name)


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(text))


def unescaped(text: str) -> str:
    """Return the text of an XML attribute."""
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text
