"""Write what a run made into the user's folder: problems, marked copies, result tables, documents."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.services import marked_copy_of
from zhiheng.files.problems import Problem
from zhiheng.files.text_tables import write_csv
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import open_tables
from zhiheng.reports.documents.services import documents_of


def problems_write(problems: Sequence[Problem], marked: Iterable[Batch], out: Path) -> list[Path]:
    """Write the list of problems, and a marked copy of every workbook of the batches that has some."""
    if not problems:
        return []
    listed = out / "问题清单.csv"
    write_csv(_list_of(problems), listed)
    written = [listed]
    for upload in (u for b in marked for u in b.uploads.filter(problems__isnull=False).distinct()):
        copy = out / "标注副本" / Path(upload.name).with_suffix(".标注.xlsx")
        copy.parent.mkdir(parents=True, exist_ok=True)
        written += marked_copy_of(upload, copy)
    return list(dict.fromkeys(written))


def _list_of(problems: Iterable[Problem]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "文件": p.place.file,
                "工作表": p.place.sheet,
                "单元格": p.place.address,
                "问题": p.found,
                "应为": p.expected,
                "怎么改": p.fix,
                "代码": p.code,
                "整行未采用": "是" if p.blocks_row else "",
            }
            for p in problems
        ]
    )


def tables_write(analysis: Analysis, out: Path) -> list[Path]:
    """Write every result table that has rows as .csv."""
    folder = out / "结果表"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in open_tables(analysis).items():
        if table.height:
            path = folder / f"{name}.csv"
            write_csv(table, path)
            written.append(path)
    return written


def documents_copy(analysis: Analysis, out: Path, kinds: tuple[str, ...] | None = None) -> list[Path]:
    """Copy the documents of an analysis, of the kinds asked for, under the names a reader sees."""
    written = []
    for document, path, name in documents_of(analysis):
        if kinds is None or document.kind in kinds:
            target = out / "文档" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            written.append(target)
    return written
