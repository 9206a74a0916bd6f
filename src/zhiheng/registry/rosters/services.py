"""Take a roster batch into the registry: schools first, then pupils, then who teaches whom."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import today
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.models import Batch, Upload
from zhiheng.base.intake.reading import grids
from zhiheng.base.intake.recording import batch_problems_replace
from zhiheng.base.intake.selectors import batch_sheets, present_uploads
from zhiheng.files.problems import Problem
from zhiheng.files.sheets import PEOPLE_SCHEMA
from zhiheng.registry.matching.services import people_match
from zhiheng.registry.pupils.services import cohorts_leave
from zhiheng.registry.rosters.lists import List, ListRow, list_of
from zhiheng.registry.rosters.pupils import PupilsImported, roster_pupils_import
from zhiheng.registry.rosters.schools import school_list_import
from zhiheng.registry.rosters.teaching import teaching_import

CODES = ("match.", "roster.")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a batch of rosters brought.

    Attributes
    ----------
    schools, pupils, teachers, teaching : how many the rosters held.
    made, claimed, moved, left : pupils new, taken over from 暂建, in another class than before, gone.
    rows_in, rows_accepted, rows_listed : of the sheets that are rosters.
    """

    schools: int = 0
    pupils: int = 0
    teachers: int = 0
    teaching: int = 0
    made: int = 0
    claimed: int = 0
    moved: int = 0
    left: int = 0
    rows_in: int = 0
    rows_accepted: int = 0
    rows_listed: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The rosters of a batch: pupils' rows as the intake read them, lists of tickets, and other lists."""

    uploads: tuple[Upload, ...]
    people: pl.DataFrame
    ticketed: pl.DataFrame
    lists: tuple[List, ...]
    rows_in: int
    rows_listed: int

    def rows(self, *kinds: str) -> list[ListRow]:
        """Rows of the lists of these kinds, in order."""
        return [row for found in self.lists if found.kind in kinds for row in found.rows]


def roster_import(*, batch: Batch, by: Any = None, on: dt.date | None = None) -> Imported:
    """Bring the rosters of a batch into the registry as of a day (today where none is given).

    In a batch of scores only pupil rosters count, and a list of tickets is none: it speaks for one exam.
    """
    on = on or today()
    sheets = _sheets(batch)
    if sheets.people.is_empty() and sheets.ticketed.is_empty() and not sheets.lists:
        return Imported()
    schools, problems = school_list_import(sheets.rows("schools"), on=on)
    pupils = _pupils(sheets, on)
    if pupils.pupils:
        cohorts_leave(on)
    tickets = people_match(sheets.ticketed, uploads=sheets.uploads, on=on, batch_id=batch.id)
    teachers, teaching, told = teaching_import(sheets.rows("teachers", "teaching"), on=on)
    problems = [*problems, *pupils.problems, *tickets.problems, *told]
    listed_rows = sum(p.blocks_row for p in problems if p.code.startswith("roster."))
    refused = sheets.people.height - len(pupils.persons) + sheets.ticketed.height - tickets.frame.height
    listed = sheets.rows_listed + refused + listed_rows
    imported = Imported(
        schools=len(schools),
        pupils=pupils.pupils,
        teachers=teachers,
        teaching=teaching,
        made=pupils.made,
        claimed=pupils.claimed,
        moved=pupils.moved,
        left=pupils.left,
        rows_in=sheets.rows_in,
        rows_accepted=sheets.rows_in - listed,
        rows_listed=listed,
        problems=tuple(problems),
    )
    _record(batch, imported, sheets, by)
    return imported


def _pupils(sheets: _Sheets, on: dt.date) -> PupilsImported:
    if sheets.people.is_empty():
        return PupilsImported(0, 0, 0, 0, 0, frozenset(), ())
    return roster_pupils_import(sheets.people, uploads=sheets.uploads, on=on)


def _sheets(batch: Batch) -> _Sheets:
    uploads = present_uploads(batch)
    place = {upload.pk: number for number, upload in enumerate(uploads)}
    people: list[pl.DataFrame] = []
    ticketed: list[pl.DataFrame] = []
    rows_in = rows_listed = persons = 0
    whole = batch.purpose == "roster"
    lists = {upload.pk: _lists(upload) for upload in uploads} if whole else {}
    for sheet, records in batch_sheets(batch, kinds=["roster"]):
        if sheet.index in lists.get(sheet.upload_id, {}):
            continue
        tickets = _are_tickets(records.people)
        if tickets and not whole:
            continue
        (ticketed if tickets else people).append(
            records.people.with_columns(
                (pl.col("person") + persons).cast(pl.Int32),
                pl.lit(sheet.index, pl.Int32).alias("sheet_index"),
                pl.lit(place[sheet.upload_id], pl.Int32).alias("upload"),
            )
        )
        persons += records.people.height
        rows_in += records.rows_in
        rows_listed += records.rows_listed
    empty = pl.DataFrame(schema=PEOPLE_SCHEMA | {"upload": pl.Int32()})
    found = tuple(entry for per_upload in lists.values() for entry in per_upload.values())
    return _Sheets(
        uploads=tuple(uploads),
        people=pl.concat([empty, *people]),
        ticketed=pl.concat([empty, *ticketed]),
        lists=found,
        rows_in=rows_in + sum(len(entry.rows) for entry in found),
        rows_listed=rows_listed,
    )


def _are_tickets(people: pl.DataFrame) -> bool:
    """A list of tickets gives numbers for one exam; it says nothing about who is enrolled."""
    return bool(people["ticket"].is_not_null().any()) and not people["gender"].is_not_null().any()


def _lists(upload: Upload) -> dict[int, List]:
    """Sheet number → the list it holds, for sheets without pupils."""
    read = ((number, list_of(grid)) for number, grid in enumerate(grids(upload.name, content_of(upload))))
    return {number: found for number, found in read if found is not None}


@transaction.atomic
def _record(batch: Batch, imported: Imported, sheets: _Sheets, by: Any) -> None:
    """Keep the problems with the batch; a batch that was nothing but rosters is done."""
    names = (name for people in (sheets.people, sheets.ticketed) for name in people["name"].drop_nulls())
    batch_problems_replace(batch, imported.problems, sheets.uploads, codes=CODES, names=names)
    if batch.purpose == "roster":
        batch.state = "published"
        batch.rows_in, batch.rows_accepted, batch.rows_listed = (
            imported.rows_in,
            imported.rows_accepted,
            imported.rows_listed,
        )
        batch.save(update_fields=["state", "rows_in", "rows_accepted", "rows_listed"])
    audit_write(
        action="roster.import",
        user=by,
        object=batch,
        school_id=batch.school_id,
        detail={
            name: getattr(imported, name)
            for name in ("schools", "pupils", "teachers", "teaching", "made", "claimed", "moved", "left")
        },
    )
