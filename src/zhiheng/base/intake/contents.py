"""The sealed bytes of uploads: opened only to read them, and gone after their retention date."""

from collections.abc import Iterable, Iterator, Mapping

from zhiheng.base.errors import Explained
from zhiheng.base.intake.models import Upload
from zhiheng.base.intake.reading import UploadTask, reading_from_json
from zhiheng.base.storage import home, unseal
from zhiheng.files.sheets import SheetReading


class ContentGone(Explained):
    """The content of the upload was removed after its retention date."""


def content_of(upload: Upload) -> bytes:
    """Return the plain bytes of an upload.

    Raises
    ------
    ContentGone
        Its retention date has passed.
    zhiheng.base.storage.SealBroken
        It was sealed with another key, or changed on disk.
    """
    try:
        return unseal(str(upload.pk))
    except FileNotFoundError as error:
        raise ContentGone(
            f"“{upload.name}”已过保存期，原文件已删除。需要时请向报送单位重新要一份。"
        ) from error


def contents_forget(upload: Upload) -> None:
    """Remove the sealed bytes of an upload."""
    (home() / "uploads" / str(upload.pk)).unlink(missing_ok=True)


def tasks_of(
    uploads: Iterable[Upload], remembered: Mapping[str, SheetReading], *, settle_all: bool = False
) -> Iterator[UploadTask]:
    """Yield what a process needs to read each upload: confirmed readings stay, with `settle_all` all of them."""
    for upload in uploads:
        sheets = upload.sheets.all() if settle_all else upload.sheets.filter(confirmed=True)
        settled = {sheet.index: reading_from_json(sheet.reading) for sheet in sheets}
        yield UploadTask(upload.name, content_of(upload), settled, remembered, upload.batch.papers)
