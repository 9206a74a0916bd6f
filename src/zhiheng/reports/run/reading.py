"""Take a folder's files into a batch and read it; ask a person about what is doubtful."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.services import batch_open, batch_read, upload_add
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.papers import papers_told
from zhiheng.files.sheets import ROLES

SKIPPED_NAMES = ("~$", ".", "Thumbs.db")
Ask = Callable[[str], bool]
DOUBTFUL = 0.6
"""Columns understood with less confidence are asked about."""
UNREAD = {"ignore", "sequence"}


def batch_from_folder(*, folder: Path, purpose: str, exam: Exam | None = None, progress: Any) -> Batch:
    """Take every file of a folder (or one file) into a new batch and read it.

    What is known of the exam's papers beforehand is told to the reading, so that marks above full are found.
    """
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    batch = batch_open(purpose=purpose, title=folder.stem, exam_id=exam.id if exam else None)
    if exam:
        papers_told(batch, exam)
    for path in files:
        if not path.name.startswith(SKIPPED_NAMES) and path.suffix.lower() not in {".yaml", ".yml"}:
            name = path.name if path == folder else str(path.relative_to(folder))
            upload_add(batch=batch, name=name, content=path.read_bytes())
    batch_read(batch, progress=progress)
    batch.refresh_from_db()
    return batch


def columns_ask(batch: Batch, ask: Ask) -> None:
    """Ask about every column that is to be read with little confidence; one that is refused is not read."""
    for sheet in [s for u in batch.uploads.all() for s in u.sheets.all()]:
        for column in sheet.reading["columns"]:
            if column["role"] not in UNREAD and column["confidence"] < DOUBTFUL:
                place = f"{sheet.upload.name} ›「{sheet.name}」› {column['header']}"
                if not ask(f"{place}：当作“{ROLES[column['role']]}”读取？"):
                    column["role"] = "ignore"
        sheet.save(update_fields=["reading"])
