"""Build the tables of a dataset from gathered cells, matched pupils and the exam's papers. Writes nothing."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import polars as pl

from zhiheng.evidence.datasets.dimensions import Dimensions, freeze, roster_pupils
from zhiheng.evidence.datasets.gathering import SHEET, Gathered
from zhiheng.evidence.datasets.marking import (
    ABSENT,
    PLACE,
    UNREAD,
    item_marks,
    item_sums,
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
    people = _people(gathered, matched)
    missing = _missing_from_sheets(people, gathered, matched, exam.starts_on)
    frozen = freeze(pl.concat([people, missing.people]), on=exam.starts_on)
    number_of = _numbers(gathered, matched, frozen.pupil_index)
    cells = pl.concat([_numbered(gathered.marks, number_of), _unread(gathered, number_of)])
    whole = subject_marks(cells, papers.select("subject", "full_mark", "is_scale"), gathered.sheets)
    parts, sums, problems = _items(gathered, number_of, items)
    summed = with_item_sums(whole.frame, sums, gathered.sheets)
    absent = _absences(frozen, missing.people, summed.frame, gathered, exam)
    tables = {
        "marks": pl.concat([summed.frame.select(absent.frame.columns), absent.frame]).sort(
            "subject", "pupil"
        ),
        "item_marks": parts,
        "pupils": frozen.pupils,
        "schools": frozen.schools,
        "classes": frozen.classes,
        "teaching": frozen.teaching,
        "papers": papers,
        "items": items,
    }
    told = (*whole.problems, *problems, *summed.problems, *missing.problems, *absent.problems)
    return Built({name: table.select(list(TABLES[name])) for name, table in tables.items()}, told)


def _numbers(gathered: Gathered, matched: Matched, index: pl.DataFrame) -> pl.Series:
    """Return the dataset's pupil number of every person, by person; null for those not accepted."""
    known = matched.frame.select("person", pl.col("pupil").alias("pupil_id")).join(
        index, on="pupil_id", how="left"
    )
    persons = pl.DataFrame({"person": range(_persons(gathered))}, schema={"person": pl.Int32})
    return persons.join(known, on="person", how="left", maintain_order="left")["pupil"]


def _persons(gathered: Gathered) -> int:
    highest = gathered.people["person"].max()
    return highest + 1 if isinstance(highest, int) else 0


def _numbered(cells: pl.DataFrame, number_of: pl.Series) -> pl.DataFrame:
    """Put the pupil's number in the place of the person; cells of persons not accepted go."""
    numbers = number_of.gather(cells["person"]).alias("pupil")
    return cells.drop("person").insert_column(0, numbers).filter(pl.col("pupil").is_not_null())


def _items(
    gathered: Gathered, number_of: pl.Series, items: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """Settle items subject by subject, so that a county's millions of cells are never in hand all at once.

    Returns the item marks in order, the sum of every pupil's items, and what was told.
    """
    empty = pl.DataFrame(schema=TABLES["item_marks"].to_polars())
    few_words = pl.col("subject", "option").cast(pl.Categorical)
    parts = [empty.with_columns(few_words)]
    sums = [item_sums(empty)]
    problems: list[Problem] = []
    for subject in items["subject"].unique().sort():
        own = items.filter(pl.col("subject") == subject)
        cells = gathered.item_marks.filter(pl.col("subject") == subject).drop("subject")
        settled = item_marks(_numbered(cells, number_of), own, gathered.sheets)
        parts.append(settled.frame.select(empty.columns).with_columns(few_words))
        sums.append(item_sums(settled.frame))
        problems += settled.problems
    return pl.concat(parts), pl.concat(sums), problems


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


def _unread(gathered: Gathered, number_of: pl.Series) -> pl.DataFrame:
    """A row for every pupil of a sheet whose cell in one of the sheet's subject columns gave no mark and no status."""
    columns = gathered.headers.filter(pl.col("item").is_null() & pl.col("subject").is_not_null())
    people = gathered.people.select("person", "upload", pl.col("sheet_index").alias("sheet"), "row")
    due = people.join(columns.select(*SHEET, "subject").unique(), on=SHEET)
    unread = due.join(gathered.marks, on=["person", "subject"], how="anti").select(
        "person",
        "subject",
        pl.lit(None, pl.Int32).alias("raw_mark"),
        pl.lit(None, pl.Float64).alias("scale_score"),
        pl.lit(UNREAD).alias("status"),
        *SHEET,
        "row",
        pl.lit(None, pl.Int32).alias("column"),
    )
    return _numbered(unread, number_of)


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


def _absences(
    frozen: Dimensions, missing: pl.DataFrame, marks: pl.DataFrame, gathered: Gathered, exam: Exam
) -> _Absences:
    """Status 缺考 for every subject a pupil was due in and no sheet says anything about.

    A pupil is due in the subjects of their class. Where pupils choose subjects (高中), only those whom no sheet
    names at all are counted absent.
    """
    where = frozen.pupils.select("pupil", "class")
    unnamed = frozen.pupil_index.join(missing, left_on="pupil_id", right_on="pupil", how="semi").select(
        "pupil"
    )
    taught = marks.join(where, on="pupil").select("class", "subject").unique()
    candidates = where if exam.grade <= LAST_COMPULSORY_GRADE else where.join(unnamed, on="pupil", how="semi")
    due = candidates.join(taught, on="class").join(marks, on=["pupil", "subject"], how="anti")
    frame = due.select(
        "pupil",
        "subject",
        pl.lit(None, pl.Int32).alias("raw_mark"),
        pl.lit(None, pl.Float64).alias("scale_score"),
        pl.lit(ABSENT).alias("status"),
        *(pl.lit(None, pl.Int32).alias(c) for c in PLACE),
    )
    partly = due.join(unnamed, on="pupil", how="anti").group_by("subject").len()
    first = marks.drop_nulls("upload").sort(SHEET).unique("subject", keep="first", maintain_order=True)
    order = {code: place for place, code in enumerate(subjects())}
    told = partly.join(first, on="subject").join(gathered.sheets, on=SHEET)
    rows = told.select("subject", "len", "file", "sheet_name").iter_rows()
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
