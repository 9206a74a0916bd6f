"""From the bytes of uploads to readings and records, on as many processes as pay. Knows no database.

What a sheet is and what it holds is decided in `zhiheng.files`; here it is only applied and kept in order.
"""

import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from zhiheng.files.extract import extract
from zhiheng.files.limits import Refused
from zhiheng.files.problems import Problem
from zhiheng.files.recognise import recognise
from zhiheng.files.sheets import ColumnReading, Grid, Records, SheetReading
from zhiheng.files.workbooks import Source, macro_note, open_source, open_workbook

PARALLEL_BYTES = 4_000_000
"""Below this size a second process costs more than it saves."""
UNSEALED = "zhiheng-unsealed-"
"""How the private folders begin in which archives are unpacked."""
AHEAD = 3
"""Uploads unsealed ahead of the one whose result is awaited, per process."""


@dataclass(frozen=True, slots=True)
class UploadTask:
    """One upload to read.

    Attributes
    ----------
    content : the plain bytes.
    settled : number of the sheet in the upload → the reading to use as it is.
    remembered : layout → a reading a person confirmed.
    papers : what the exam says of its papers, as `extract` takes it: full_marks, is_scale.
    """

    name: str
    content: bytes
    settled: Mapping[int, SheetReading] = field(default_factory=dict)
    remembered: Mapping[str, SheetReading] = field(default_factory=dict)
    papers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadRead:
    """What one upload gave: its sheets in order, and what is to be said of whole files."""

    sheets: tuple[Records, ...]
    about_files: tuple[Problem, ...]


def read_uploads(tasks: Iterable[UploadTask], *, size: int) -> Iterator[UploadRead]:
    """Yield what each upload gave, in order. `size` is the sum of the uploads' bytes.

    Processes are spawned: Polars does not survive a fork.
    """
    processes = min(os.cpu_count() or 1, 4)
    if size < PARALLEL_BYTES or processes == 1:
        yield from map(read_upload, tasks)
        return
    waiting: deque[Future[UploadRead]] = deque()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for task in tasks:
            waiting.append(pool.submit(read_upload, task))
            if len(waiting) > AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_upload(task: UploadTask) -> UploadRead:
    """Read every sheet of one upload."""
    sheets: list[Records] = []
    about_files: list[Problem] = []
    for grid in _grids(task.name, task.content, about_files):
        reading = task.settled.get(len(sheets)) or recognise(grid, task.remembered)
        sheets.append(extract(grid, reading, **task.papers))
    return UploadRead(tuple(sheets), tuple(about_files))


def grids(name: str, content: bytes) -> Iterator[Grid]:
    """Yield the sheets of an upload as they stand; files that cannot be read are passed over."""
    return _grids(name, content, [])


def _grids(name: str, content: bytes, about_files: list[Problem]) -> Iterator[Grid]:
    for source in sources(name, content):
        try:
            yield from open_workbook(source)
        except Refused as error:
            about_files.append(error.problem)
        if source.suffix == "xlsm":
            about_files.append(macro_note(source.name))


def sources(name: str, content: bytes) -> Iterator[Source]:
    """Yield the files of an upload. Only an archive is ever unsealed to disk: a private folder, removed after."""
    if not name.lower().endswith(".zip"):
        yield Source(name, data=content)
        return
    with tempfile.TemporaryDirectory(prefix=UNSEALED) as folder:  # readable by its owner only
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        yield from open_source(path)


def reading_to_json(reading: SheetReading) -> dict[str, Any]:
    """Return a reading as JSON holds it."""
    return asdict(reading)


def reading_from_json(data: Mapping[str, Any]) -> SheetReading:
    """Return the reading that `reading_to_json` wrote. JSON knows lists only; a reading holds tuples."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    fields["columns"] = tuple(ColumnReading(**column) for column in data["columns"])
    return SheetReading(**fields)
