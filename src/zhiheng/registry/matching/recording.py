"""Keep with a batch the problems that matching, rosters and datasets found in its uploads."""

from collections.abc import Iterable

from zhiheng.base.intake.models import Batch, ProblemRow, Upload
from zhiheng.files.problems import Problem


def problems_record(
    batch: Batch, problems: Iterable[Problem], uploads: Iterable[Upload], *, codes: tuple[str, ...]
) -> None:
    """Replace the batch's problems whose code begins with one of `codes` by these, in the caller's transaction."""
    for code in codes:
        batch.problems.filter(code__startswith=code).delete()
    by_name = {upload.name: upload for upload in uploads}
    ProblemRow.objects.bulk_create(
        [
            ProblemRow(
                batch=batch,
                upload=_upload_of(problem.place.file, by_name),
                file=problem.place.file[:255],
                sheet=problem.place.sheet[:120],
                row=problem.place.row,
                column=problem.place.column,
                code=problem.code,
                found=problem.found[:300],
                expected=problem.expected[:300],
                fix=problem.fix[:300],
                blocks_row=problem.blocks_row,
            )
            for problem in problems
        ],
        batch_size=2000,
    )


def _upload_of(file: str, by_name: dict[str, Upload]) -> Upload | None:
    """Return the upload of a file, or the archive the file came in."""
    return by_name.get(file) or next((u for name, u in by_name.items() if file.startswith(name)), None)
