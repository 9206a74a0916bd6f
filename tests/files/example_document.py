"""A document with every kind of block, small enough to check cell by cell."""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any

from zhiheng.files.document import (
    Column,
    Definitions,
    Document,
    Estimate,
    Figure,
    Finding,
    Heading,
    KeyNumber,
    KeyNumbers,
    Kind,
    NumberedList,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
    paragraph,
)
from zhiheng.files.number_formats import COUNT, MARK, PERCENT

TABLE = Table(
    "各科成绩",
    (
        Column("学科"),
        Column("实考", COUNT),
        Column("实考", MARK, "均分"),
        Column("应考", MARK, "均分"),
        Column("及格率", PERCENT, interval=True),
    ),
    (
        ("语文", 5392, 84.625, 82.1, Estimate(0.783, 0.772, 0.794)),
        ("数学", 5390, 71.8, None, Estimate(0.589, 0.5759, 0.6021)),
    ),
    note="第二行小字为95%区间。",
    sheet="学科",
)


def _png() -> bytes:
    """One grey pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Square:
    """The simplest drawing there is."""

    title: str = "一个方块"
    caption: str = "n＝1"

    def svg(self) -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'

    def png(self) -> bytes:
        return _png()

    def table(self) -> Table:
        return Table(self.title, (Column("名称"), Column("数值", MARK)), (("甲", 1.5),))

    def native(self, workbook: Any, sheet: str, first_row: int) -> Any | None:
        return None


def example(kind: Kind = Kind.REPORT) -> Document:
    return Document(
        title="2027届九年级一模质量分析",
        subtitle="安禾县教育局教研室 · 数据第2版",
        kind=kind,
        blocks=(
            paragraph("局党组：", indent=False),
            Finding("数学低分率上升，集中在函数。"),
            Heading("总体情况"),
            Paragraph((Run("应考 5,551 人，"), Run("实考 5,392 人", bold=True), Run("。"))),
            TABLE,
            Heading("城乡差距", 2),
            NumberedList(("第一条。", "第二条。")),
            KeyNumbers((KeyNumber("应考", 5551, COUNT, "人"), KeyNumber("参考率", 0.9713, PERCENT))),
            Figure(Square()),
            Heading("提请审议事项"),
            PageBreak(),
            Signature(("拟稿", "核稿", "签发"), "安禾县教育局教研室"),
            Definitions((("及格率", "得分≥60%满分的人数÷实考人数"),)),
        ),
        footer="口径 county_80_60_40 第1版",
        organisation="安禾县教育局",
        signers=("经办", "审核", "签发"),
        watermark="张三 2026-11-20",
        definitions=Definitions((("及格率", "得分≥60%满分的人数÷实考人数"),)),
        properties={"数据版本": "第2版", "方法版本": "0.1"},
    )


def as_stream(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
