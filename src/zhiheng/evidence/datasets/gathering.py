"""Put the records of many sheets into one frame of rows and one of marks, each knowing its upload.

It changes no value and judges nothing but which exam a row belongs to.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from zhiheng.base.intake.models import Sheet, Upload
from zhiheng.evidence.datasets import problems as _codes  # noqa: F401
from zhiheng.files.problems import Cell, Problem
from zhiheng.files.sheets import BLUEPRINT_SCHEMA, MARKS_SCHEMA, PEOPLE_SCHEMA, Records, SheetReading

SCORED = ("scores", "items")
UPLOAD = pl.Int32()
HEADERS: dict[str, pl.DataType] = {
    "upload": UPLOAD,
    "sheet_index": pl.Int32(),
    "subject": pl.String(),
    "item": pl.String(),
    "full_mark": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the uploads of a batch say.

    Attributes
    ----------
    uploads : in the order they came; of two that differ the later counts.
    people : `PEOPLE_SCHEMA` and upload; `person` is unique over all sheets.
    marks : `MARKS_SCHEMA` and upload, of those persons.
    blueprint : `BLUEPRINT_SCHEMA` and upload.
    headers : upload, sheet_index, subject, item, full_mark (points) as the headers of mark columns say.
    rows_in, rows_accepted, rows_listed : of all sheets; the first is always the sum of the others.
    listed : person of `people` rows set aside here, with `problems` that say why.
    """

    uploads: tuple[Upload, ...]
    people: pl.DataFrame
    marks: pl.DataFrame
    blueprint: pl.DataFrame
    headers: pl.DataFrame
    rows_in: int
    rows_accepted: int
    rows_listed: int
    listed: frozenset[int] = frozenset()
    problems: tuple[Problem, ...] = field(default=())


def gather(sheets: Iterable[tuple[Sheet, Records]]) -> Gathered:
    """Concatenate what sheets hold, in the order their uploads came."""
    sheets = list(sheets)
    uploads = _in_order({sheet.upload_id: sheet.upload for sheet, _ in sheets}.values())
    place = {upload.pk: number for number, upload in enumerate(uploads)}
    sheets.sort(key=lambda pair: (place[pair[0].upload_id], pair[0].index))
    people, marks, blueprints, headers = [], [], [], []
    persons = 0
    for sheet, records in sheets:
        index = pl.lit(sheet.index, pl.Int32).alias("sheet_index")
        upload = pl.lit(place[sheet.upload_id], UPLOAD).alias("upload")
        blueprints.append(records.blueprint.with_columns(upload))
        if records.reading.kind not in SCORED:
            continue
        shift = (pl.col("person") + persons).cast(pl.Int32)
        people.append(records.people.with_columns(shift, index, upload))
        marks.append(records.marks.with_columns(shift, index, upload))
        headers.append(_headers(records.reading, place[sheet.upload_id], sheet.index))
        persons += _persons(records.people)
    return Gathered(
        uploads=tuple(uploads),
        people=_concat(people, PEOPLE_SCHEMA),
        marks=_concat(marks, MARKS_SCHEMA),
        blueprint=_concat(blueprints, BLUEPRINT_SCHEMA),
        headers=pl.concat([pl.DataFrame(schema=HEADERS), *headers]),
        rows_in=sum(r.rows_in for _, r in sheets),
        rows_accepted=sum(r.rows_accepted for _, r in sheets),
        rows_listed=sum(r.rows_listed for _, r in sheets),
    )


def _in_order(uploads: Iterable[Upload]) -> list[Upload]:
    """Sort by arrival; a file whose name goes on from another's, 最终版(改) from 最终版, counts as sent after it."""
    uploads = list(uploads)

    def arrival(upload: Upload) -> tuple[dt.datetime, int, str]:
        stem = _stem(upload)
        earlier = [other.uploaded_at for other in uploads if stem.startswith(_stem(other))]
        return max(earlier), len(stem), upload.name

    return sorted(uploads, key=arrival)


def _stem(upload: Upload) -> str:
    return upload.name.rsplit(".", 1)[0]


def _persons(people: pl.DataFrame) -> int:
    """How many person numbers a sheet uses."""
    highest = people["person"].max()
    return int(highest) + 1 if isinstance(highest, int) else 0


def _concat(frames: list[pl.DataFrame], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    empty = pl.DataFrame(schema=schema | {"upload": UPLOAD})
    return pl.concat([empty, *(frame.select(empty.columns) for frame in frames)], rechunk=True)


def _headers(reading: SheetReading, upload: int, sheet_index: int) -> pl.DataFrame:
    subject = reading.context.get("subject")
    rows = [
        (upload, sheet_index, column.subject or subject, column.item, column.full_mark)
        for column in reading.columns
        if column.role in ("raw_mark", "scale_score", "item_mark", "option", "score")
    ]
    return pl.DataFrame(rows, schema=HEADERS, orient="row")


def of_exam(gathered: Gathered, name: str) -> Gathered:
    """Keep the rows of one exam in uploads that hold several; the others are listed.

    An upload that names one exam only is taken as it is: a file's name or title seldom repeats the exam's.
    """
    several = (pl.col("exam").drop_nulls().n_unique() > 1).over("upload")
    mixed = gathered.people.filter(several & pl.col("exam").is_not_null())
    said = mixed["exam"].unique()
    wanted = [text for text in said if text == name] or [
        text for text in said if text in name or name in text
    ]
    if not wanted:
        return gathered
    other = mixed.filter(~pl.col("exam").is_in(wanted))
    problems = [
        Problem(
            "dataset.exam_other",
            Cell(file, sheet, first),
            f"{rows}行属于“{exam}”",
            f"本次考试“{name}”",
            "不用改；要分析那一次考试，请另建考试",
            blocks_row=True,
        )
        for file, sheet, exam, first, rows in other.group_by("file", "sheet", "exam", maintain_order=True)
        .agg(pl.col("row").min().alias("first"), pl.len())
        .iter_rows()
    ]
    kept = gathered.people.join(other.select("person"), on="person", how="anti", maintain_order="left")
    return replace(
        gathered,
        people=kept,
        marks=gathered.marks.join(kept.select("person"), on="person", how="semi", maintain_order="left"),
        listed=frozenset(other["person"]),
        problems=tuple(problems),
    )
