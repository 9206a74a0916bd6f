"""Build the tables of a dataset from gathered cells, matched pupils and the exam's papers. Writes nothing."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import polars as pl

from zhiheng.evidence.datasets.dimensions import freeze, roster_pupils
from zhiheng.evidence.datasets.gathering import Gathered
from zhiheng.evidence.datasets.marking import (
    ABSENT,
    PLACE,
    UNREAD,
    item_marks,
    subject_marks,
    with_item_sums,
)
from zhiheng.evidence.exams.models import Exam
from zhiheng.files.problems import Cell, Problem
from zhiheng.frames.schema import HUNDREDTHS, TABLES
from zhiheng.registry.matching.services import Matched
from zhiheng.standards.subjects import subject_name, subjects

LAST_COMPULSORY_GRADE = 9
"""Up to here every pupil is due in every paper; later pupils choose subjects."""


@dataclass(frozen=True, slots=True)
class Built:
    """The tables of `frames.schema.TABLES` and what was told on the way."""

    tables: dict[str, pl.DataFrame]
    problems: tuple[Problem, ...]


def build(gathered: Gathered, matched: Matched, exam: Exam) -> Built:
    """Build the tables. The exam's papers and items must be settled before."""
    papers, items = papers_table(exam), items_table(exam)
    cells = _cells(gathered, matched)
    plain_papers = papers.select("subject", "full_mark", pl.col("is_scale"))
    whole = subject_marks(
        pl.concat(
            [cells.filter(pl.col("item").is_null()).drop("item", "option"), _unread(gathered, matched)]
        ),
        plain_papers,
    )
    parts = item_marks(cells.filter(pl.col("item").is_not_null()).drop("scale_score", "status"), items)
    summed = with_item_sums(whole.frame, parts.frame)
    people = _people(gathered, matched)
    missing = _missing_from_sheets(people, gathered, matched, exam.starts_on)
    absent = _absences(people, missing.people, summed.frame, exam)
    frozen = freeze(pl.concat([people, missing.people]), on=exam.starts_on)
    tables = {
        "marks": _numbered(
            pl.concat([summed.frame.select(absent.frame.columns), absent.frame]), frozen.pupil_index
        ),
        "item_marks": _numbered(parts.frame, frozen.pupil_index),
        "pupils": frozen.pupils,
        "schools": frozen.schools,
        "classes": frozen.classes,
        "teaching": frozen.teaching,
        "papers": papers,
        "items": items,
    }
    problems = (
        *whole.problems,
        *parts.problems,
        *summed.problems,
        *missing.problems,
        *absent.problems,
    )
    return Built({name: _conformed(name, table) for name, table in tables.items()}, problems)


def _conformed(name: str, table: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[name].to_polars()
    table = table.select(list(schema)).cast(schema)
    keys = {"marks": ["subject", "pupil"], "item_marks": ["subject", "item", "pupil"]}.get(name)
    return table.sort(keys) if keys else table


def papers_table(exam: Exam) -> pl.DataFrame:
    """Return the papers as `frames.schema.PAPERS` and `is_scale`."""
    rows = [
        (
            p.subject,
            subject_name(p.subject),
            _hundredths(p.full_mark),
            p.weight,
            p.in_total and not p.is_scale,
            p.order,
            p.is_scale,
        )
        for p in exam.papers.all()
    ]
    schema = TABLES["papers"].to_polars() | {"is_scale": pl.Boolean()}
    names = [*(c for c in TABLES["papers"] if c != "is_scale"), "is_scale"]
    return pl.DataFrame(rows, schema={c: schema[c] for c in names}, orient="row")


def items_table(exam: Exam) -> pl.DataFrame:
    """Return the items of every paper as `frames.schema.ITEMS`."""
    rows = [
        (
            paper.subject,
            number,
            item.label,
            item.kind,
            _hundredths(item.full_mark),
            item.knowledge or None,
            item.ability or None,
            item.expected_facility,
            item.key or None,
        )
        for paper in exam.papers.prefetch_related("items")
        for number, item in enumerate(paper.items.all())
    ]
    return pl.DataFrame(rows, schema=TABLES["items"].to_polars(), orient="row")


def _hundredths(points: Decimal | None) -> int | None:
    return None if points is None else int(points * HUNDREDTHS)


def _cells(gathered: Gathered, matched: Matched) -> pl.DataFrame:
    """Marks of accepted rows with their pupil and full place."""
    return gathered.marks.join(
        matched.frame.select("person", "pupil"), on="person", how="inner", maintain_order="left"
    ).select(
        "pupil",
        "subject",
        "item",
        "raw_mark",
        "scale_score",
        "status",
        "option",
        "upload",
        pl.col("sheet_index").alias("sheet"),
        "row",
        "column",
        "file",
        pl.col("sheet").alias("sheet_name"),
    )


def _unread(gathered: Gathered, matched: Matched) -> pl.DataFrame:
    """A row for every pupil of a sheet whose cell in one of the sheet's subject columns gave no mark and no status."""
    columns = (
        gathered.headers.filter(pl.col("item").is_null() & pl.col("subject").is_not_null())
        .select("upload", "sheet_index", "subject")
        .unique()
    )
    due = gathered.people.join(matched.frame.select("person", "pupil"), on="person").join(
        columns, on=["upload", "sheet_index"]
    )
    read = gathered.marks.filter(pl.col("item").is_null()).select("person", "subject")
    return due.join(read, on=["person", "subject"], how="anti").select(
        "pupil",
        "subject",
        pl.lit(None, pl.Int32).alias("raw_mark"),
        pl.lit(None, pl.Float64).alias("scale_score"),
        pl.lit(UNREAD).alias("status"),
        "upload",
        pl.col("sheet_index").alias("sheet"),
        "row",
        pl.lit(None, pl.Int32).alias("column"),
        "file",
        pl.col("sheet").alias("sheet_name"),
    )


def _people(gathered: Gathered, matched: Matched) -> pl.DataFrame:
    """One row per pupil: where the last sheet found them, with the traits any sheet tells."""
    traits = ["gender", "migrant", "left_behind", "boarding"]
    rows = matched.frame.join(
        gathered.people.select("person", *traits), on="person", how="left", maintain_order="left"
    )
    return rows.group_by("pupil", maintain_order=True).agg(
        *(pl.col(c).last() for c in ("klass", "school", "enrolment")),
        *(pl.col(t).drop_nulls().first() for t in traits),
    )


@dataclass(frozen=True, slots=True)
class _Missing:
    people: pl.DataFrame
    problems: tuple[Problem, ...]


def _missing_from_sheets(people: pl.DataFrame, gathered: Gathered, matched: Matched, on: dt.date) -> _Missing:
    """Registered pupils of the classes that sat the exam whom no sheet names, told once per class."""
    roster = roster_pupils([UUID(hex=k) for k in people["klass"].unique()], on)
    missing = roster.join(people, on="pupil", how="anti")
    blank = [
        pl.lit(None, dtype).alias(name) for name, dtype in people.schema.items() if name not in roster.columns
    ]
    first_file = (
        matched.frame.join(gathered.people.select("person", "file", "sheet"), on="person")
        .unique("klass", keep="first", maintain_order=True)
        .select("klass", "file", "sheet")
    )
    counts = missing.group_by("klass").len().join(first_file, on="klass").sort("file", "sheet", "klass")
    problems = tuple(
        Problem(
            "dataset.roster_pupil_missing",
            Cell(file, sheet),
            f"名册里有{number}名学生不在任何一张表里，按缺考计",
            "名册上的每名学生一行",
            "补上这些学生，或在名册里登记转出",
        )
        for number, file, sheet in counts.select("len", "file", "sheet").iter_rows()
    )
    return _Missing(missing.with_columns(blank).select(people.columns), problems)


@dataclass(frozen=True, slots=True)
class _Absences:
    frame: pl.DataFrame
    problems: tuple[Problem, ...]


def _absences(people: pl.DataFrame, missing: pl.DataFrame, marks: pl.DataFrame, exam: Exam) -> _Absences:
    """Status 缺考 for every subject a pupil was due in and no sheet says anything about.

    A pupil is due in the subjects of their class. Where pupils choose subjects (高中), only those whom no sheet
    names at all are counted absent.
    """
    where = pl.concat([people, missing]).select("pupil", "klass")
    taught = marks.join(where, on="pupil").select("klass", "subject").unique()
    candidates = where if exam.grade <= LAST_COMPULSORY_GRADE else missing.select("pupil", "klass")
    due = candidates.join(taught, on="klass").join(
        marks.select("pupil", "subject"), on=["pupil", "subject"], how="anti"
    )
    frame = due.select(
        "pupil",
        "subject",
        pl.lit(None, pl.Int32).alias("raw_mark"),
        pl.lit(None, pl.Float64).alias("scale_score"),
        pl.lit(ABSENT).alias("status"),
        *(pl.lit(None, pl.Int32).alias(c) for c in PLACE),
    )
    partly = due.join(missing.select("pupil"), on="pupil", how="anti").group_by("subject").len()
    first = marks.sort("upload", "sheet").unique("subject", keep="first", maintain_order=True)
    order = {code: place for place, code in enumerate(subjects())}
    rows = partly.join(first.select("subject", "file", "sheet_name"), on="subject").iter_rows()
    problems = [
        Problem(
            "dataset.subject_row_missing",
            Cell(file, sheet),
            f"有{number}名学生不在{subject_name(subject)}的表里，按缺考计",
            "每科的表包括全班学生",
            "补上这些学生，或填写缓考、免考等状态",
        )
        for subject, number, file, sheet in sorted(rows, key=lambda r: order.get(r[0], len(order)))
    ]
    return _Absences(frame, tuple(problems))


def _numbered(marks: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """Replace pupil ids by the numbers of this dataset."""
    return marks.rename({"pupil": "pupil_id"}).join(index, on="pupil_id", how="inner", maintain_order="left")
