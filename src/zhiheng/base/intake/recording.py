"""Keep problems with a batch, names of pupils covered: the one way a problem gets into the database.

It judges nothing; what is wrong with a cell, whoever read, matched or published it has said.
"""

from collections.abc import Collection, Iterable

from zhiheng.base.intake.covering import names_covered
from zhiheng.base.intake.models import Batch, ProblemRow, Upload
from zhiheng.files.problems import Problem


def upload_problems_replace(upload: Upload, problems: Iterable[Problem], *, names: Iterable[str]) -> None:
    """Replace all problems of an upload, in the caller's transaction. `names`: of the pupils its sheets hold."""
    upload.problems.all().delete()
    told = list(problems)
    _store(upload.batch, [(upload, problem) for problem in told], names)


def batch_problems_replace(
    batch: Batch,
    problems: Iterable[Problem],
    uploads: Iterable[Upload],
    *,
    codes: Iterable[str],
    names: Iterable[str],
) -> None:
    """Replace the problems of a batch whose code begins with one of `codes`, in the caller's transaction.

    Parameters
    ----------
    uploads : where the problems' files are looked up; a file in an archive belongs to the archive.
    names : of the pupils whom the sheets of the batch hold.
    """
    for code in codes:
        batch.problems.filter(code__startswith=code).delete()
    by_name = {upload.name: upload for upload in uploads}
    _store(batch, [(_upload_of(problem.place.file, by_name), problem) for problem in problems], names)


def _upload_of(file: str, by_name: dict[str, Upload]) -> Upload | None:
    return by_name.get(file) or next((u for name, u in by_name.items() if file.startswith(name)), None)


def _store(batch: Batch, placed: list[tuple[Upload | None, Problem]], names: Iterable[str]) -> None:
    if placed:
        known = frozenset(names)
        rows = [_row(batch, upload, problem, known) for upload, problem in placed]
        ProblemRow.objects.bulk_create(rows, batch_size=2000)


def _row(batch: Batch, upload: Upload | None, problem: Problem, names: Collection[str]) -> ProblemRow:
    return ProblemRow(
        batch=batch,
        upload=upload,
        file=problem.place.file[:255],
        sheet=problem.place.sheet[:120],
        row=problem.place.row,
        column=problem.place.column,
        code=problem.code,
        found=names_covered(problem.found, names)[:300],
        expected=names_covered(problem.expected, names)[:300],
        fix=names_covered(problem.fix, names)[:300],
        blocks_row=problem.blocks_row,
    )
