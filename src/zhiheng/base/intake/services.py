"""Take uploads in, read them, let a person confirm what they are, and let them go when their time is over.

Knows sheets and problems; which pupil a row is, and what an exam is, later stages know.
"""

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now, today
from zhiheng.base.errors import Explained
from zhiheng.base.intake import memory, recent
from zhiheng.base.intake.changes import reading_changed
from zhiheng.base.intake.contents import content_of, contents_forget, tasks_of
from zhiheng.base.intake.models import Batch, Sheet, Upload, present
from zhiheng.base.intake.reading import (
    UNSEALED,
    UploadRead,
    read_uploads,
    reading_from_json,
    reading_to_json,
    sources,
)
from zhiheng.base.intake.recording import upload_problems_replace
from zhiheng.base.intake.saying import said_in
from zhiheng.base.intake.selectors import as_problem, present_sheets, present_uploads
from zhiheng.base.storage import home, seal
from zhiheng.files.limits import Refused
from zhiheng.files.marked_copy import marked_copy
from zhiheng.files.problems import Problem

KEEP = dt.timedelta(days=365)
"""How long the sealed content of an upload is kept. Its hash, readings and problems stay."""
STRAY = dt.timedelta(days=1)
UNREAD = {"scores": {"notes", "empty"}, "roster": {"empty"}}
"""Kinds of sheets that hold nothing for a purpose. Lists of schools and of teaching read as notes; rosters take them."""


class IntakeRefused(Explained):
    """A batch or upload is not in a state in which this can be done."""


def batch_open(
    *,
    purpose: str,
    title: str,
    school_id: UUID | None = None,
    exam_id: UUID | None = None,
    by: Any = None,
) -> Batch:
    """Open a batch for uploads. `purpose`: scores or roster."""
    return Batch.objects.create(
        purpose=purpose,
        title=title[:160],
        school_id=school_id,
        exam_id=exam_id,
        created_at=now(),
        created_by=by,
    )


@transaction.atomic
def upload_add(
    *,
    batch: Batch,
    name: str,
    content: bytes,
    school_id: UUID | None = None,
    by: str = "",
    supersede: bool = False,
) -> Upload:
    """Seal one file and put it into the batch; a zip is one file.

    The same bytes again are the upload that is there.

    Parameters
    ----------
    school_id : the school that sent the file, where it is known.
    by : the name of who sent it.
    supersede : the file takes the place of what this school sent before, which is kept; else it is one more.

    Raises
    ------
    IntakeRefused
        The batch has been published.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == "published":
        raise IntakeRefused(f"“{batch.title}”已经入库，不能再加文件。请新建一批，入库后成为新的版本。")
    sha256 = hashlib.sha256(content).hexdigest()
    same = batch.uploads.filter(present(), sha256=sha256, school_id=school_id).first()
    if same is not None:
        return same
    upload = Upload(
        batch=batch,
        name=_plain_name(name),
        size=len(content),
        sha256=sha256,
        school_id=school_id,
        uploaded_at=now(),
        uploaded_by=by[:60],
        keep_until=today() + KEEP,
    )
    seal(content, str(upload.pk))
    upload.save()
    if supersede and school_id is not None:
        batch.uploads.filter(present(), school_id=school_id).exclude(pk=upload.pk).update(
            superseded_by=upload
        )
    Batch.objects.filter(pk=batch.pk).update(state="open")
    audit_write(
        action="upload.add",
        object=upload,
        school_id=school_id,
        detail={"batch": batch.pk, "sha256": sha256, "size": len(content), "sent_by": by[:60]},
    )
    return upload


def papers_tell(*, batch: Batch, full_marks: Mapping[str, float], is_scale: Collection[str] = ()) -> Batch:
    """Tell a batch what its exam says of the papers; readings from now on check marks against it.

    Parameters
    ----------
    full_marks : subject code → points.
    is_scale : subject codes whose plain marks are scale scores: no range rule, no rounding.
    """
    batch.papers = {"full_marks": dict(full_marks), "is_scale": sorted(is_scale)}
    batch.save(update_fields=["papers"])
    return batch


def batch_read(batch: Batch, progress: Any = None) -> Batch:
    """Read every upload of a batch: store what each sheet is, its problems and counts.

    Safe to run again: readings a person confirmed stay. `progress.advance` is told the uploads done.
    """
    Batch.objects.filter(pk=batch.pk).update(state="reading")
    uploads = present_uploads(batch)
    size = sum(upload.size for upload in uploads)
    results = read_uploads(tasks_of(uploads, memory.remembered()), size=size)
    kinds: dict[str, str] = {}  # layout → kind
    keeper = recent.Keeper()
    for done, (upload, read) in enumerate(zip(uploads, results, strict=True), 1):
        _upload_store(upload, read)
        for records in read.sheets:
            kinds[records.reading.layout] = records.reading.kind
            keeper.add(records)
        if progress is not None:
            progress.advance(done, len(uploads))
    memory.used(kinds)
    batch.state = "mapping" if set(kinds.values()) - UNREAD[batch.purpose] else "failed"
    batch.save(update_fields=["state"])
    batch_count(batch)
    keeper.keep(recent.fingerprint(batch, present_sheets(uploads)))
    return batch


@transaction.atomic
def sheet_confirm(*, sheet: Sheet, changes: Mapping[str, Any], by: Any = None) -> Sheet:
    """Take a person's word for what a sheet is, read it again and renew its problems and counts.

    Parameters
    ----------
    changes : may hold `kind`, `columns` (column number → fields to replace: role, subject, item, full_mark)
        and `context` (what holds for all rows: school, grade, class, subject). Empty: the proposal was right.

    Raises
    ------
    IntakeRefused
        The batch has been published, or a word in `changes` is unknown.
    """
    upload = sheet.upload
    if upload.batch.state == "published":
        raise IntakeRefused(f"“{upload.batch.title}”已经入库，不能再改列的含义。请新建一批重新上传。")
    reading = reading_changed(reading_from_json(sheet.reading), changes)
    sheet.reading, sheet.kind, sheet.confirmed = reading_to_json(reading), reading.kind, True
    sheet.save()
    (read,) = read_uploads(tasks_of([upload], {}), size=upload.size)
    _upload_store(upload, read)
    batch_count(upload.batch)
    audit_write(
        action="sheet.confirm",
        user=by,
        object=sheet,
        school_id=upload.school_id,
        detail={"upload": upload.pk, "sheet": sheet.index, "kind": sheet.kind},
    )
    return Sheet.objects.get(upload=upload, index=sheet.index)


@transaction.atomic
def batch_confirm(*, batch: Batch, by: Any = None) -> Batch:
    """Confirm the readings of a batch. What a person confirmed is remembered for sheets of the same layout.

    Without a person (`by` None, the command line) nothing is remembered: nobody looked.

    Raises
    ------
    IntakeRefused
        Nothing was read.
    """
    if batch.state in ("open", "reading", "failed"):
        raise IntakeRefused(f"“{batch.title}”还没有读到可用的表，不能确认。")
    if by is not None:
        memory.remember(batch, by)
    Sheet.objects.filter(present("upload__"), upload__batch=batch).update(confirmed=True)
    batch.state, batch.confirmed_at, batch.confirmed_by = "confirmed", now(), by
    batch.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    audit_write(
        action="batch.confirm",
        user=by,
        object=batch,
        school_id=batch.school_id,
        detail={"rows_in": batch.rows_in, "accepted": batch.rows_accepted, "listed": batch.rows_listed},
    )
    return batch


def uploads_expire(today: dt.date) -> int:
    """Remove the sealed content of uploads whose retention is over; return how many.

    What a killed process left goes as well, after a day: sealed files no upload knows, unpacked archives.
    """
    _strays_remove()
    gone = 0
    for upload in Upload.objects.filter(keep_until__lt=today):
        if not (home() / "uploads" / str(upload.pk)).exists():
            continue
        with transaction.atomic():
            audit_write(
                action="upload.expire",
                object=upload,
                school_id=upload.school_id,
                detail={"sha256": upload.sha256, "keep_until": upload.keep_until},
            )
            contents_forget(upload)
        gone += 1
    return gone


def marked_copy_of(upload: Upload, target: Path, *, by: Any = None, purpose: str = "退回修改") -> list[Path]:
    """Write the workbook with its bad cells coloured and commented; return the paths written.

    A zip gives one workbook for every file in it that has problems, beside `target` under the file's own name.
    A file that cannot be opened, or has no problems, gives none. Names leave the system: it is on record.

    Raises
    ------
    zhiheng.base.intake.contents.ContentGone
        The upload's retention date has passed.
    """
    problems: dict[str, list[Problem]] = {}
    for row in upload.problems.all():
        problems.setdefault(row.file, []).append(as_problem(row))
    with transaction.atomic():
        written = list(_marked(upload, problems, target))
        if written:
            audit_write(
                action="names.export",
                user=by,
                object=upload,
                school_id=upload.school_id,
                detail={"files": len(written)},
                purpose=purpose,
            )
    return written


@transaction.atomic
def _upload_store(upload: Upload, read: UploadRead) -> None:
    """Replace what is known of an upload by what was read now."""
    upload.sheets.filter(index__gte=len(read.sheets)).delete()
    for index, records in enumerate(read.sheets):
        reading = records.reading
        Sheet.objects.update_or_create(
            upload=upload,
            index=index,
            defaults={
                "name": reading.sheet[:120],
                "kind": reading.kind,
                "layout": reading.layout,
                "reading": reading_to_json(reading),
                "said": said_in(records),
                "rows_in": records.rows_in,
                "rows_accepted": records.rows_accepted,
                "rows_listed": records.rows_listed,
            },
        )
    problems = [*read.about_files, *(problem for records in read.sheets for problem in records.problems)]
    names = (name for records in read.sheets for name in records.people["name"].drop_nulls())
    upload_problems_replace(upload, problems, names=names)


def batch_count(batch: Batch) -> None:
    """Renew the counts of a batch: the sums over the sheets of its present uploads."""
    sums = Sheet.objects.filter(present("upload__"), upload__batch=batch).aggregate(
        rows_in=Sum("rows_in", default=0),
        rows_accepted=Sum("rows_accepted", default=0),
        rows_listed=Sum("rows_listed", default=0),
    )
    for name, value in sums.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(sums))


def _plain_name(name: str) -> str:
    """Return the name with its folders, without a way out of them."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(parts)[-255:] or "未命名"


def _marked(upload: Upload, problems: Mapping[str, list[Problem]], target: Path) -> Iterator[Path]:
    for source in sources(upload.name, content_of(upload)):
        own = problems.get(source.name)
        if not own or source.refused:
            continue
        name = PurePosixPath(source.name)
        path = target if source.name == upload.name else target.parent / f"{name.stem}.标注.xlsx"
        try:
            yield marked_copy(source, own, path)
        except Refused:
            continue


def _strays_remove() -> None:
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    long_ago = now().timestamp() - STRAY.total_seconds()
    for path in (home() / "uploads").glob("*"):
        if path.name not in known and path.stat().st_mtime < long_ago:
            path.unlink()
    for folder in Path(tempfile.gettempdir()).glob(f"{UNSEALED}*"):
        if folder.stat().st_mtime < long_ago:
            shutil.rmtree(folder, ignore_errors=True)
