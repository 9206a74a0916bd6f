"""Text tables: encoding, separator and cells of a .csv or .txt. Values stay text; it guesses no types."""

import csv
import io

from zhiheng.files.limits import Limits, corrupt, refusal

ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = ",\t;|"


def read_delimited(file: str, data: bytes, limits: Limits) -> list[list[str]]:
    """Return the cells of a text table, rows of equal length.

    Raises
    ------
    Refused
        Too large, or not text in UTF-8, UTF-16 or GB18030.
    """
    if len(data) > limits.text_bytes:
        raise refusal(
            "file.too_large",
            file,
            f"文本表格有 {len(data) // 1_000_000} MB",
            f"不超过 {limits.text_bytes // 1_000_000} MB",
            "按学校或学科分成几个文件再上传",
        )
    text = decode(file, data)
    shared: dict[str, str] = {}  # equal cells share one string
    rows = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)):
            rows.append([shared.setdefault(c, c) for c in map(plain, cells)])
    except csv.Error as error:
        raise corrupt(file) from error
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits.cells:
        raise refusal(
            "sheet.too_large",
            file,
            f"表格有 {len(rows)} 行、{width} 列",
            "一张成绩表的大小",
            "检查分隔符，或分成几个文件再上传",
        )
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def decode(file: str, data: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without mark), UTF-16, or GB18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\n\0" in data and any(mark.encode("utf-16-le") in data for mark in SEPARATORS):
        encodings = ("utf-16-le",)
    elif b"\0" in data[:4096]:
        raise corrupt(file)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise corrupt(file)


def separator(text: str) -> str:
    """Return the separator that most evenly cuts the first lines."""
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    return max(
        SEPARATORS,
        key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)),
    )


def plain(cell: str) -> str:
    """Undo ="0123" and a leading apostrophe or tab, the tricks that keep leading zeros in a text table."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell.removeprefix("'")
