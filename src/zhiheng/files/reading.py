"""Read a folder, an archive or files into records and problems: the whole intake without a database.

Large input is read on several spawned processes; the result does not depend on that.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from zhiheng.files.extract import extract
from zhiheng.files.limits import LIMITS, Limits, Refused
from zhiheng.files.problems import Problem, column_letters
from zhiheng.files.recognise import recognise, subject_of, subjects_read
from zhiheng.files.sheets import MARKS_SCHEMA, Records, SheetReading
from zhiheng.files.workbooks import Source, macro_note, open_source, open_workbook
from zhiheng.standards.subjects import subject_name, subjects

PARALLEL_BYTES = 3_000_000
COLUMNS = (
    "file", "sheet", "row", "school", "grade", "class", "name", "ticket", "student_no",
    "subject", "item", "raw_mark", "scale_score", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes
    ----------
    sheets : one per sheet, in order of file and sheet.
    problems : of files that could not be read and of all sheets.
    files : every file looked at, refused ones too.
    """

    sheets: tuple[Records, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]

    def records(self) -> pl.DataFrame:
        """Return accepted marks in long form: columns as in `COLUMNS`, marks in points, subjects by name."""
        names = {code: s.name for code, s in subjects().items()}
        frames = []
        for sheet in self.sheets:
            who = sheet.people.select("person", "school", "grade", "class", "name", "ticket", "student_no")
            frames.append(
                sheet.marks.join(who, on="person", how="left", maintain_order="left").select(
                    pl.col("subject").cast(pl.String).replace(names) if name == "subject"
                    else (pl.col("raw_mark") / 100) if name == "raw_mark"
                    else pl.col(name).cast(pl.String) if MARKS_SCHEMA.get(name) == pl.Categorical
                    else pl.col(name)
                    for name in COLUMNS
                )
            )  # fmt: skip
        return pl.concat(frames) if frames else pl.DataFrame(schema=_records_schema())

    def as_json(self) -> dict[str, Any]:
        """Return the stable form: `sheets` and `problems`, plain values only."""
        return {
            "sheets": [_sheet_json(sheet) for sheet in self.sheets],
            "problems": [
                {
                    "code": p.code,
                    "file": p.place.file,
                    "sheet": p.place.sheet,
                    "cell": p.place.address,
                    "found": p.found,
                    "expected": p.expected,
                    "fix": p.fix,
                }
                for p in self.problems
            ],
        }

    @property
    def summary(self) -> str:
        """One Chinese sentence: how much was looked at, and how many problems there are."""
        rows = sum(s.rows_in for s in self.sheets)
        said = f"有 {len(self.problems)} 个问题" if self.problems else "没有发现问题"
        return f"共检查 {len(self.files)} 个文件、{len(self.sheets)} 张表、{rows} 行，{said}。"


def _records_schema() -> dict[str, pl.DataType]:
    kinds: dict[str, pl.DataType] = {"row": pl.Int32(), "raw_mark": pl.Float64(), "scale_score": pl.Float64()}
    return {name: kinds.get(name, pl.String()) for name in COLUMNS}


def read_source(
    paths: str | Path | Iterable[str | Path],
    *,
    mapping: Mapping[str, SheetReading] | None = None,
    full_marks: Mapping[str, float] | None = None,
    limits: Limits = LIMITS,
    workers: int | None = None,
) -> Reading:
    """Read everything under some paths.

    Parameters
    ----------
    mapping : layout → a reading a person confirmed.
    full_marks : subject code or name → full mark in points.
    workers : processes; by default as many as there are processors once the input is large, else none.
    """
    files = tuple(read_each(paths, mapping=mapping, full_marks=full_marks, limits=limits, workers=workers))
    sheets = tuple(sheet for own in files for sheet in own.sheets)
    return Reading(
        sheets, tuple(p for own in files for p in own.problems), tuple(f for own in files for f in own.files)
    )


def read_each(
    paths: str | Path | Iterable[str | Path],
    *,
    mapping: Mapping[str, SheetReading] | None = None,
    full_marks: Mapping[str, float] | None = None,
    limits: Limits = LIMITS,
    workers: int | None = None,
) -> Iterator[Reading]:
    """Yield one `Reading` per file, in order: what is too large to hold at once can be stored piece by piece."""
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    sources = [source for path in given for source in open_source(path, limits=limits)]
    read = partial(read_file, mapping=dict(mapping or {}), full_marks=dict(full_marks or {}), limits=limits)
    yield from _each(read, sources, workers)


def read_file(
    source: Source,
    *,
    mapping: Mapping[str, SheetReading],
    full_marks: Mapping[str, float],
    limits: Limits = LIMITS,
) -> Reading:
    """Read one file. Never raises for what a file contains: what cannot be read is a problem."""
    sheets: list[Records] = []
    problems: list[Problem] = []
    try:
        for grid in open_workbook(source, limits=limits):
            sheets.append(extract(grid, recognise(grid, mapping), full_marks=full_marks))
    except Refused as refused:
        problems.append(refused.problem)
    if source.suffix == "xlsm" and sheets:
        problems.append(macro_note(source.name))
    problems += [p for sheet in sheets for p in sheet.problems]
    return Reading(tuple(sheets), tuple(problems), (source.name,))


def _each(
    read: Callable[[Source], Reading], sources: Sequence[Source], workers: int | None
) -> Iterator[Reading]:
    """Apply `read` to every source, in order; large input on spawned processes (Polars must not be forked)."""
    if workers is None:
        large = len(sources) > 1 and sum(s.size for s in sources) > PARALLEL_BYTES
        workers = min(os.cpu_count() or 1, len(sources), 8) if large else 1
    if workers <= 1:
        yield from map(read, sources)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(read, sources, chunksize=max(1, len(sources) // (workers * 8)))


def _sheet_json(sheet: Records) -> dict[str, Any]:
    reading = sheet.reading
    named = [subject_name(code) for code in subjects_read(reading)]
    named += [subject_name(c) for c in sheet.marks["subject"].unique(maintain_order=True).to_list() if c]
    named += [subject_name(c) for c in sheet.blueprint["subject"].unique(maintain_order=True).to_list() if c]
    return {
        "file": reading.file,
        "sheet": reading.sheet,
        "kind": reading.kind,
        "header_rows": list(reading.header_rows),
        "columns": [
            {
                "column": str(c.column) if reading.transposed else column_letters(c.column),
                "header": c.header,
                "role": c.role,
                "subject": subject_name(code) if (code := subject_of(c, reading)) else None,
                "item": c.item,
                "confidence": c.confidence,
            }
            for c in reading.columns
        ],
        "subjects": list(dict.fromkeys(named)),
        "pupils": pupils(sheet.people),
        "rows_in": sheet.rows_in,
        "rows_accepted": sheet.rows_accepted,
        "rows_listed": sheet.rows_listed,
    }


def pupils(people: pl.DataFrame) -> int:
    """Return how many different pupils a sheet names; the same one in several exams counts once."""
    if people["exam"].n_unique() < 2:
        return people.height
    return people.select("school", "grade", "class", "name", "ticket", "student_no").n_unique()


def readings_by_layout(sheets: Iterable[Records]) -> dict[str, SheetReading]:
    """Return confirmed readings in the form `read_source` takes as `mapping`."""
    return {s.reading.layout: replace(s.reading, context={}) for s in sheets if s.reading.layout}
