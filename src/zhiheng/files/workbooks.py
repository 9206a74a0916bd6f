"""Open what people send: a workbook, a text table, a folder or a zip, as grids of typed cells.

It knows nothing about score sheets. What cannot be read is refused with a sentence (`Refused`).
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import olefile

from zhiheng.files.delimited import decode, read_delimited
from zhiheng.files.html_tables import read_html
from zhiheng.files.limits import LIMITS, Limits, Refused, corrupt, refusal
from zhiheng.files.ods_parts import ods_parts
from zhiheng.files.parsing import encrypted, parsed
from zhiheng.files.problems import Cell, Problem
from zhiheng.files.sheets import Grid
from zhiheng.files.xlsx_parts import SheetParts, sheet_parts, survey
from zhiheng.files.xml_tables import NAMESPACE, read_xml

PICTURES = {"png", "jpg", "jpeg", "gif", "bmp", "heic", "webp", "tif", "tiff"}
ARCHIVES = {"rar", "7z", "tar", "gz", "tgz", "bz2"}
WORKBOOKS = {"xlsx", "xlsm", "xls", "ods"}
TEXTS = {"csv", "txt", "tsv"}
_UNSEEN = ("~$", ".", "__MACOSX", "Thumbs.db", "desktop.ini")
_NEVER_SENT = {"yaml", "yml", "json", "md", "parquet", "log", "lnk", "ini"}
PICTURE_MARKS = (b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1")
FEW_CELLS = 10
"""A workbook with fewer cells than these, and a picture, is a picture of a table."""
LONGEST_HEAD = 200_000
"""Bytes in which a web page must have come to its first table."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was sent: on disk (`path`) or inside an archive (`data`), or the reason it is refused."""

    name: str
    path: Path | None = None
    data: bytes | None = None
    refused: Problem | None = None

    @property
    def suffix(self) -> str:
        """The extension in lower case, without the dot."""
        return PurePosixPath(self.name).suffix.lower().removeprefix(".")

    @property
    def size(self) -> int:
        """Bytes as stored."""
        if self.data is not None:
            return len(self.data)
        return self.path.stat().st_size if self.path else 0

    def read(self) -> bytes:
        """Return the bytes."""
        return self.data if self.data is not None else self.path.read_bytes() if self.path else b""


def open_source(path: str | Path, *, limits: Limits = LIMITS) -> Iterator[Source]:
    """Yield every file in a folder, a zip (names in UTF-8 or GBK) or the one file itself, sorted by name.

    A file that cannot be taken out of its archive comes with `refused` set. Names are relative to the folder.
    Inside folders and archives, files no school sends as a table (descriptions, system files) are passed over.
    """
    path = Path(path)
    if path.is_dir():
        for inner in sorted(p for p in path.rglob("*") if p.is_file()):
            relative = inner.relative_to(path)
            seen = not any(part.startswith(_UNSEEN) for part in relative.parts)
            if seen and inner.suffix.lower().removeprefix(".") not in _NEVER_SENT:
                yield from _unpacked(Source(relative.as_posix(), inner), limits)
    elif not path.is_file():
        problem = refusal("file.missing", path.name, "找不到这个文件", "存在的文件", "检查路径").problem
        yield Source(path.name, refused=problem)
    else:
        yield from _unpacked(Source(path.name, path), limits)


def _unpacked(source: Source, limits: Limits, depth: int = 0) -> Iterator[Source]:
    """Yield the files of a zip, or the source itself."""
    if source.suffix != "zip":
        yield source
        return
    try:
        with zipfile.ZipFile(source.path or io.BytesIO(source.read())) as archive:
            check_unpacked_size(source.name, archive, limits)
            for entry in sorted(archive.infolist(), key=entry_name):
                inner = entry_name(entry)
                parts = PurePosixPath(inner)
                unseen = any(part.startswith(_UNSEEN) for part in parts.parts)
                if entry.is_dir() or unseen or parts.suffix.lower().removeprefix(".") in _NEVER_SENT:
                    continue
                yield from _entry(archive, entry, f"{source.name}/{inner}", limits, depth)
    except Refused as refused:
        yield Source(source.name, refused=refused.problem)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, EOFError):
        yield Source(source.name, refused=corrupt(source.name).problem)


def _entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, limits: Limits, depth: int
) -> Iterator[Source]:
    if entry.flag_bits & 1:
        yield Source(name, refused=encrypted(name).problem)
        return
    try:
        data = archive.read(entry)
    except Exception:  # zlib, lzma and bz2 each raise their own
        yield Source(name, refused=corrupt(name).problem)
        return
    inner = Source(name, data=data)
    if inner.suffix == "zip" and depth:
        problem = refusal("file.archive", name, "压缩包里还有多层压缩包", "最多两层", "解压后再上传").problem
        yield Source(name, refused=problem)
    else:
        yield from _unpacked(inner, limits, depth + 1)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a zip entry; names not marked as UTF-8 were written in GBK on a Chinese Windows."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def check_unpacked_size(file: str, archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive whose directory promises too much, before anything is unpacked."""
    entries = archive.infolist()
    unpacked = sum(e.file_size for e in entries)
    packed = max(1, sum(e.compress_size for e in entries))
    bomb = unpacked > limits.ratio_floor and unpacked / packed > limits.ratio
    if bomb or unpacked > limits.unpacked_bytes or len(entries) > limits.entries:
        raise refusal(
            "file.zip_bomb" if bomb else "file.too_large",
            file,
            f"展开后有 {unpacked // 1_000_000} MB、{len(entries)} 个部分",
            f"不超过 {limits.unpacked_bytes // 1_000_000} MB 的正常文件",
            "删除多余的空白行列和图片后另存，或分成几个文件再上传",
        )


def open_workbook(source: str | Path | Source, *, limits: Limits = LIMITS) -> Iterator[Grid]:
    """Yield the sheets of one file as grids, in order; values as typed in the file, formulas by cached value.

    Raises
    ------
    Refused
        Picture, archive, encrypted, damaged, unknown format or too large: the problem says which.
    """
    if not isinstance(source, Source):
        source = Source(Path(source).name, Path(source))
    if source.refused:
        raise Refused(source.refused)
    _check_format(source)
    if source.size > limits.file_bytes:
        raise refusal(
            "file.too_large",
            source.name,
            f"文件有 {source.size // 1_000_000} MB",
            f"不超过 {limits.file_bytes // 1_000_000} MB",
            "删除图片和无关工作表，或分成几个文件再上传",
        )
    data = source.read()
    filled = 0
    for grid in _grids_of(source, data, limits):
        filled += sum(cell != "" for row in grid.rows[:FEW_CELLS] for cell in row)
        yield grid
    if filled < FEW_CELLS and _holds_picture(data):
        found = "工作簿里只有图片，图片不能读取"
        raise refusal("file.picture", source.name, found, "有数据的表格", "请发原始表格")


def _grids_of(source: Source, data: bytes, limits: Limits) -> Iterator[Grid]:
    """Yield the sheets by what the bytes are, whatever the file is called."""
    if data[:4] == b"PK\x03\x04":
        yield from _zipped(source.name, data, limits)
    elif data[:8] == _OLE:
        yield from _xls(source.name, data, limits)
    elif NAMESPACE in data[:LONGEST_HEAD] and len(data) <= limits.text_bytes:
        yield from read_xml(source.name, decode(source.name, data), limits)
    elif b"<table" in data[:LONGEST_HEAD].lower() and len(data) <= limits.text_bytes:
        yield from read_html(source.name, decode(source.name, data), limits)
    elif source.suffix in TEXTS or (source.suffix == "xls" and b"<" not in data[:200]):
        yield Grid(source.name, "", 0, list(read_delimited(source.name, data, limits)))
    else:
        raise corrupt(source.name)


def _holds_picture(data: bytes) -> bool:
    """Say whether a workbook carries a picture: a part of its archive, or within the old binary format."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith(("xl/media/", "Pictures/")) for name in archive.namelist())
    return any(mark in data for mark in PICTURE_MARKS)


def _check_format(source: Source) -> None:
    """Refuse by extension what no reader here understands, saying what to send instead."""
    name, suffix = source.name, source.suffix
    if suffix in PICTURES:
        raise refusal("file.picture", name, "图片不能读取", "Excel 或 CSV 表格", "请发原始表格")
    if suffix in ARCHIVES:
        raise refusal(
            "file.archive",
            name,
            f".{suffix} 压缩包打不开",
            ".zip 压缩包或表格",
            "解压后直接上传表格，或改压成 .zip",
        )
    if suffix in ("et", "dbf", "xlsb", "numbers"):
        raise refusal(
            "file.format",
            name,
            f".{suffix} 格式不能读取",
            ".xlsx、.xls 或 .csv",
            "用 WPS 或 Excel 打开，另存为 .xlsx 再上传",
        )
    if suffix not in WORKBOOKS | TEXTS:
        raise refusal(
            "file.format",
            name,
            f".{suffix} 不是表格" if suffix else "文件没有扩展名",
            ".xlsx、.xls 或 .csv",
            "请发原始表格",
        )


def _zipped(file: str, data: bytes, limits: Limits) -> Iterator[Grid]:
    """Yield the sheets of an .xlsx or .ods; one whose cells reach too far is refused before it is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_unpacked_size(file, archive, limits)
            parts = ods_parts(archive) if "content.xml" in archive.namelist() else _surveyed(archive)
    except Refused:
        raise
    except Exception as error:  # a damaged archive fails in many ways: zlib, key, value, decoding
        raise corrupt(file) from error
    for name, part in parts.items():
        if part.last_row * part.last_column > limits.cells:
            raise refusal(
                "sheet.too_large",
                file,
                f"工作表的内容一直延伸到第 {part.last_row} 行、第 {part.last_column} 列",
                "一张成绩表的大小",
                "删除表格下方和右侧多余的行列后另存再上传",
                sheet=name,
            )
    yield from parsed(file, data, parts)


def _surveyed(archive: zipfile.ZipFile) -> dict[str, SheetParts]:
    return {
        name: survey(archive, part) for name, part in sheet_parts(archive).items() if "worksheets" in part
    }


def _xls(file: str, data: bytes, limits: Limits) -> Iterator[Grid]:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists("EncryptedPackage"):
                raise encrypted(file)
            if not (ole.exists("Workbook") or ole.exists("Book")):
                raise corrupt(file)
    except Refused:
        raise
    except Exception as error:  # olefile raises what the damage provokes
        raise corrupt(file) from error
    if len(data) > limits.text_bytes:
        raise refusal(
            "file.too_large",
            file,
            f"文件有 {len(data) // 1_000_000} MB",
            "一份成绩表的大小",
            "另存为 .xlsx 再上传",
        )
    yield from parsed(file, data, {})


def macro_note(file: str) -> Problem:
    """Tell that a workbook carries macros, which are ignored."""
    return Problem(
        "file.macro",
        Cell(file),
        "文件带有宏",
        "不带宏的 .xlsx",
        "数据照常读取，宏不会运行；下次请另存为 .xlsx",
    )
