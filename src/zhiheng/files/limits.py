"""How much an upload may hold, and the refusal of one that cannot be read.

It decides nothing about content; a refusal is a problem with a sentence, never a traceback.
"""

from dataclasses import dataclass

from zhiheng.files.problems import Cell, Problem, declare

declare(
    {
        "file.archive": "压缩格式打不开，需先解压或改用 zip",
        "file.corrupt": "文件已损坏或内容与扩展名不符",
        "file.encrypted": "文件设有打开密码",
        "file.format": "不是可读取的表格格式",
        "file.macro": "文件带有宏；只读取数据，宏不会运行",
        "file.missing": "找不到文件",
        "file.picture": "图片不能读取",
        "file.too_large": "文件超过可读取的大小",
        "file.zip_bomb": "压缩包展开后大得异常",
        "sheet.too_large": "工作表范围过大",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes beyond which a file is refused before it is parsed, so that reading stays under 1 GB.

    Attributes
    ----------
    file_bytes, unpacked_bytes, text_bytes : bytes of one file, of all its parts unpacked, of one text table.
    ratio : unpacked over packed size above which a large archive is taken for a bomb.
    cells : rows × columns of one sheet, empty cells included.
    entries : files in one archive.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 700_000_000
    text_bytes: int = 100_000_000
    ratio: int = 400
    ratio_floor: int = 50_000_000
    cells: int = 13_000_000
    entries: int = 3_000


LIMITS = Limits()


class Refused(Exception):
    """A file or sheet that cannot be read; `problem` says why in Chinese."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def refusal(code: str, file: str, found: str, expected: str, fix: str, *, sheet: str = "") -> Refused:
    """Return a refusal of a file, or of one sheet in it."""
    return Refused(Problem(code, Cell(file, sheet), found, expected, fix))


def corrupt(file: str) -> Refused:
    """Return the refusal of a damaged file."""
    return refusal(
        "file.corrupt",
        file,
        "文件打不开，可能已损坏",
        "能用 Excel 或 WPS 打开的表格",
        "用 Excel 或 WPS 打开后另存为 .xlsx 再上传",
    )
