"""Read published datasets: their tables, their units, and the way from a number back to its cells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import OuterRef, QuerySet, Subquery

from zhiheng.base.intake.models import Batch
from zhiheng.base.scopes import Scope
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.storing import dataset_folder, tables_intact
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.files.problems import column_letters
from zhiheng.frames.schema import TABLES


@dataclass(frozen=True, slots=True)
class SourceCell:
    """Where one mark stands: the upload, the 0-based sheet of that workbook, and the cell as Excel shows it."""

    upload_id: UUID
    file: str
    sheet: int
    row: int
    column: int

    @property
    def address(self) -> str:
        """D17."""
        return f"{column_letters(self.column)}{self.row}"


def tables(dataset: Dataset) -> dict[str, pl.LazyFrame]:
    """Return the tables of a dataset by name, as `frames.schema.TABLES` describes them."""
    folder = dataset_folder(dataset.id)
    return {name: pl.scan_parquet(folder / f"{name}.parquet") for name in TABLES}


def verify(dataset: Dataset) -> bool:
    """Tell whether the files of a published dataset are those that were published."""
    return tables_intact(dataset.id, dataset.sha256)


def newest_datasets() -> "QuerySet[Dataset]":
    """Return the newest published version of every exam."""
    newest = (
        Dataset.objects.filter(exam=OuterRef("exam"), state="published").order_by("-version").values("pk")[:1]
    )
    return Dataset.objects.filter(pk=Subquery(newest)).select_related("exam")


def datasets_visible(scope: Scope) -> "QuerySet[Dataset]":
    """Return the published datasets of the exams a scope may open. What of one is seen, `restrict` decides."""
    published = Dataset.objects.filter(state="published", exam__in=exams_visible(scope))
    return published.select_related("exam", "exam__school")


def newest_of(exam: Exam) -> Dataset | None:
    """Return the newest published version of one exam."""
    return newest_datasets().filter(exam=exam).first()


def version_followed(batch: Batch, exam: Exam) -> Dataset | None:
    """Return the version that a batch would correct; none where a school sends its own part of a county's exam."""
    return newest_of(exam) if batch.school_id in (None, exam.school_id) else None


def school_units(dataset: Dataset) -> dict[str, tuple[UUID, str]]:
    """Return unit → (school id, name): units are the dataset's integers as text."""
    rows = tables(dataset)["schools"].select("school", "uuid", "name").collect().iter_rows()
    return {str(number): (UUID(school), name) for number, school, name in rows}


def class_units(dataset: Dataset) -> dict[str, tuple[UUID, UUID]]:
    """Return unit → (class id, school id)."""
    found = tables(dataset)
    rows = found["classes"].join(
        found["schools"].select("school", pl.col("uuid").alias("school_uuid")), on="school"
    )
    return {
        str(number): (UUID(klass), UUID(school))
        for number, klass, school in rows.select("class", "uuid", "school_uuid").collect().iter_rows()
    }


def pupil_ids(dataset: Dataset, pupils: Iterable[int]) -> dict[int, UUID]:
    """Return the registry's ids of pupils of a dataset. Names are asked of `registry.pupils.selectors.names_of`."""
    rows = (
        tables(dataset)["pupils"]
        .filter(pl.col("pupil").is_in(list(pupils)))
        .select("pupil", "uuid")
        .collect()
    )
    return {number: UUID(pupil) for number, pupil in rows.iter_rows()}


def pupil_numbers(dataset: Dataset, pupils: Iterable[UUID]) -> dict[UUID, int]:
    """Return the dataset's integers of pupils; those not in it are left out."""
    wanted = [str(p) for p in pupils]
    rows = tables(dataset)["pupils"].filter(pl.col("uuid").is_in(wanted)).select("uuid", "pupil").collect()
    return {UUID(pupil): number for pupil, number in rows.iter_rows()}


def cell_of(dataset: Dataset, pupil: int, subject: str, item: int | None = None) -> SourceCell | None:
    """Return where a mark stands; None when no sheet says it (a pupil of the roster counted absent)."""
    name = "marks" if item is None else "item_marks"
    rows = tables(dataset)[name].filter((pl.col("pupil") == pupil) & (pl.col("subject") == subject))
    if item is not None:
        rows = rows.filter(pl.col("item") == item)
    found = rows.select("upload", "sheet", "row", "column").collect()
    return next(_source_cells(dataset, found), None)


def cells_behind(
    dataset: Dataset,
    *,
    subject: str,
    school: int | None = None,
    klass: int | None = None,
    item: int | None = None,
) -> pl.DataFrame:
    """Return what a number of the county, a school or a class was made from, one row per mark.

    Columns: pupil, raw_mark, scale_score (subjects), status (subjects), file, sheet (0-based), row, column. No names.
    """
    found = tables(dataset)
    marks = found["marks"] if item is None else found["item_marks"].filter(pl.col("item") == item)
    pupils = found["pupils"].select("pupil", "school", "class")
    if school is not None:
        pupils = pupils.filter(pl.col("school") == school)
    if klass is not None:
        pupils = pupils.filter(pl.col("class") == klass)
    uploads = _uploads(dataset)
    names = pl.LazyFrame(
        {"upload": range(len(uploads)), "file": [u["name"] for u in uploads]},
        schema={"upload": pl.Int32, "file": pl.String},
    )
    rows = (
        marks.filter(pl.col("subject") == subject)
        .join(pupils, on="pupil")
        .join(names, on="upload", how="left")
    )
    return rows.drop("subject", "school", "class").sort("upload", "sheet", "row", nulls_last=True).collect()


def _source_cells(dataset: Dataset, rows: pl.DataFrame) -> Iterator[SourceCell]:
    uploads = _uploads(dataset)
    for upload, sheet, row, column in rows.iter_rows():
        if upload is not None:
            told = uploads[upload]
            yield SourceCell(UUID(told["id"]), told["name"], sheet, row, column or 0)


def _uploads(dataset: Dataset) -> list[dict[str, Any]]:
    return list(dataset.manifest["uploads"])
