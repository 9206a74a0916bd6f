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
from zhiheng.files.sheets import BLUEPRINT_SCHEMA, PEOPLE_SCHEMA, Records, SheetReading

SCORED = ("scores", "items")
MARKED = ("raw_mark", "scale_score", "item_mark", "option", "score")
SHEET = ["upload", "sheet"]
HEADERS: dict[str, pl.DataType] = {
    "upload": pl.Int32(),
    "sheet": pl.Int32(),
    "subject": pl.String(),
    "item": pl.String(),
    "full_mark": pl.Float64(),
}
_PLACE: dict[str, pl.DataType] = dict.fromkeys(["upload", "sheet", "row", "column"], pl.Int32())
MARKS: dict[str, pl.DataType] = {
    "person": pl.Int32(),
    "subject": pl.String(),
    "raw_mark": pl.Int32(),
    "scale_score": pl.Float64(),
    "status": pl.String(),
    **_PLACE,
}
ITEM_MARKS: dict[str, pl.DataType] = {
    "person": pl.Int32(),
    # A county's items are millions of rows of a few words: written once each.
    "subject": pl.Categorical(),
    "item": pl.Categorical(),
    "raw_mark": pl.Int32(),
    "option": pl.Categorical(),
    **_PLACE,
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the uploads of a batch say. A sheet is named by `upload`, an index into `uploads`, and `sheet`.

    Attributes
    ----------
    uploads : in the order they came; of two that differ the later counts.
    sheets : upload, sheet, file, sheet_name.
    people : `PEOPLE_SCHEMA` and upload; `person` counts from 0 over all sheets.
    marks, item_marks : what cells say of those persons, as `MARKS` and `ITEM_MARKS`.
    blueprint : `BLUEPRINT_SCHEMA` and upload.
    headers : what the headers of mark columns say, as `HEADERS`; full_mark in points.
    rows_in, rows_accepted, rows_listed : of all sheets; the first is always the sum of the others.
    """

    uploads: tuple[Upload, ...]
    sheets: pl.DataFrame
    people: pl.DataFrame
    marks: pl.DataFrame
    item_marks: pl.DataFrame
    blueprint: pl.DataFrame
    headers: pl.DataFrame
    rows_in: int
    rows_accepted: int
    rows_listed: int
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is kept of one sheet while the others are read; the records themselves are let go."""

    sheet: Sheet
    reading: SheetReading
    people: pl.DataFrame
    marks: pl.DataFrame
    item_marks: pl.DataFrame
    blueprint: pl.DataFrame
    counts: tuple[int, int, int]


def gather(sheets: Iterable[tuple[Sheet, Records]]) -> Gathered:
    """Concatenate what sheets hold, in the order their uploads came; one sheet at a time."""
    taken = [_taken(sheet, records) for sheet, records in sheets]
    uploads = _in_order({t.sheet.upload_id: t.sheet.upload for t in taken}.values())
    place = {upload.pk: number for number, upload in enumerate(uploads)}
    taken.sort(key=lambda t: (place[t.sheet.upload_id], t.sheet.index))
    frames: dict[str, list[pl.DataFrame]] = {
        name: [] for name in ("people", "marks", "item_marks", "blueprint", "headers")
    }
    persons = 0
    for t in taken:
        upload = pl.lit(place[t.sheet.upload_id], pl.Int32).alias("upload")
        shift = (pl.col("person") + persons).cast(pl.Int32)
        frames["people"].append(t.people.with_columns(shift, upload))
        frames["marks"].append(t.marks.with_columns(shift, upload))
        frames["item_marks"].append(t.item_marks.with_columns(shift, upload))
        frames["blueprint"].append(t.blueprint.with_columns(upload))
        frames["headers"].append(_headers(t.reading, place[t.sheet.upload_id], t.sheet.index))
        persons += _persons(t.people)
    rows_in, accepted, listed = (sum(t.counts[n] for t in taken) for n in range(3))
    return Gathered(
        uploads=tuple(uploads),
        sheets=pl.DataFrame(
            [(place[t.sheet.upload_id], t.sheet.index, t.reading.file, t.reading.sheet) for t in taken],
            schema={"upload": pl.Int32, "sheet": pl.Int32, "file": pl.String, "sheet_name": pl.String},
            orient="row",
        ),
        people=_concat(frames["people"], PEOPLE_SCHEMA | {"upload": pl.Int32()}),
        marks=_concat(frames["marks"], MARKS),
        item_marks=_concat(frames["item_marks"], ITEM_MARKS),
        blueprint=_concat(frames["blueprint"], BLUEPRINT_SCHEMA | {"upload": pl.Int32()}),
        headers=_concat(frames["headers"], HEADERS),
        rows_in=rows_in,
        rows_accepted=accepted,
        rows_listed=listed,
    )


def _taken(sheet: Sheet, records: Records) -> _Taken:
    scored = records.reading.kind in SCORED
    index = pl.lit(sheet.index, pl.Int32)
    people = records.people if scored else records.people.clear()
    marks = (records.marks if scored else records.marks.clear()).with_columns(
        index.alias("sheet"), pl.lit(None, pl.Int32).alias("upload")
    )
    whole = marks.filter(pl.col("item").is_null())
    items = marks.filter(pl.col("item").is_not_null())
    return _Taken(
        sheet,
        records.reading,
        people.with_columns(index.alias("sheet_index")),
        whole.select(pl.col(name).cast(kind) for name, kind in MARKS.items()),
        items.select(pl.col(name).cast(kind) for name, kind in ITEM_MARKS.items()),
        records.blueprint,
        (records.rows_in, records.rows_accepted, records.rows_listed),
    )


def _concat(frames: list[pl.DataFrame], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    empty = pl.DataFrame(schema=schema)
    return pl.concat([empty, *(frame.select(empty.columns) for frame in frames)])


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


def _headers(reading: SheetReading, upload: int, sheet_index: int) -> pl.DataFrame:
    subject = reading.context.get("subject")
    rows = [
        (upload, sheet_index, column.subject or subject, column.item, column.full_mark)
        for column in reading.columns
        if reading.kind in SCORED and column.role in MARKED
    ]
    return pl.DataFrame(rows, schema=HEADERS, orient="row")


def rows_of(gathered: Gathered, persons: set[int]) -> int:
    """Count the sheet rows of persons: one each, more where a pupil stands in several rows of a long sheet."""
    wanted = pl.DataFrame({"person": sorted(persons)}, schema={"person": pl.Int32})
    columns = ["person", "upload", "sheet", "row"]
    frames = (
        gathered.people.rename({"sheet": "sheet_name", "sheet_index": "sheet"}),
        gathered.marks,
        gathered.item_marks,
    )
    rows = (frame.select(columns).join(wanted, on="person", how="semi") for frame in frames)
    return pl.concat(rows).unique().height


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
        marks=gathered.marks.join(other, on="person", how="anti", maintain_order="left"),
        item_marks=gathered.item_marks.join(other, on="person", how="anti", maintain_order="left"),
        rows_listed=gathered.rows_listed + rows_of(gathered, set(other["person"])),
        problems=tuple(problems),
    )
