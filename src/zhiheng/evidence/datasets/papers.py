"""Settle papers and items before a dataset is built: what nobody described is proposed from the sheets, and told."""

from collections.abc import Iterable
from decimal import Decimal

import polars as pl

from zhiheng.evidence.datasets.gathering import SHEET, Gathered
from zhiheng.evidence.exams.models import Exam, Item, Paper
from zhiheng.evidence.exams.papers import PaperPlan, full_mark_proposed, items_set, papers_set
from zhiheng.files.problems import Cell, Problem
from zhiheng.frames.schema import HUNDREDTHS
from zhiheng.standards.subjects import subject_name


def papers_settle(exam: Exam, gathered: Gathered) -> list[Problem]:
    """Make papers for subjects without one, fill in missing full marks, and give papers the items sheets describe."""
    problems: list[Problem] = []
    for subject, blueprint in _by_subject(gathered.blueprint, exam):
        paper = exam.papers.filter(subject=subject).first() or _paper_made(exam, subject)
        items_set(paper, blueprint)
    known = {paper.subject: paper for paper in exam.papers.all()}
    for subject in _subjects(gathered):
        if subject not in known or (known[subject].full_mark is None and not known[subject].is_scale):
            problems += _full_mark_settle(exam, subject, known.get(subject), gathered)
    for paper in exam.papers.all():
        problems += _items_settle(paper, gathered)
    return problems


def _subjects(gathered: Gathered) -> list[str]:
    """Subjects any cell names, those of whole marks first."""
    named = (gathered.marks["subject"], gathered.item_marks["subject"].unique().cast(pl.String).sort())
    return list(
        dict.fromkeys(
            subject for column in named for subject in column.drop_nulls().unique(maintain_order=True)
        )
    )


def with_only_subject(marks: pl.DataFrame, exam: Exam) -> pl.DataFrame:
    """Give marks whose sheet names no subject the exam's one paper; without one they stay out."""
    subjects = list(exam.papers.values_list("subject", flat=True))
    if len(subjects) == 1:
        return marks.with_columns(pl.col("subject").fill_null(pl.lit(subjects[0], marks.schema["subject"])))
    return marks.drop_nulls("subject")


def _by_subject(blueprint: pl.DataFrame, exam: Exam) -> Iterable[tuple[str, pl.DataFrame]]:
    """Blueprint rows per subject; of two uploads the later replaces the earlier, and a key row alone adds nothing to a full one."""
    rows = with_only_subject(blueprint, exam)
    for subject in rows["subject"].unique(maintain_order=True):
        own = rows.filter(pl.col("subject") == subject)
        merged = own.group_by("label", maintain_order=True).agg(pl.exclude("label").drop_nulls().last())
        yield subject, merged


def _paper_made(exam: Exam, subject: str) -> Paper:
    papers_set(exam, [PaperPlan(subject)])
    return exam.papers.get(subject=subject)


def _full_mark_settle(exam: Exam, subject: str, paper: Paper | None, gathered: Gathered) -> list[Problem]:
    """Take the full mark from the header, else from the items, else propose one from the highest mark."""
    header = gathered.headers.filter((pl.col("subject") == subject) & pl.col("item").is_null())[
        "full_mark"
    ].drop_nulls()
    own = gathered.marks.filter(pl.col("subject") == subject)
    of_items = [i.full_mark for i in paper.items.all()] if paper else []
    base = PaperPlan(subject) if paper is None else PaperPlan(subject, None, paper.in_total, paper.weight)
    if header.len():
        _paper_save(exam, base, Decimal(str(header.mode().sort()[-1])))
        return []
    if of_items and all(full is not None for full in of_items):
        _paper_save(exam, base, sum((full for full in of_items if full is not None), Decimal(0)))
        return []
    marks = own["raw_mark"].drop_nulls()
    place = _first_sheet(own, gathered)
    if not marks.len():
        papers_set(
            exam, [PaperPlan(subject, None, False, base.weight, own["scale_score"].is_not_null().any())]
        )
        return []
    highest, lowest = _points(marks.max()), _points(marks.min())
    full = full_mark_proposed(highest, lowest)
    if full is None:
        papers_set(exam, [PaperPlan(subject, None, False, base.weight, True)])
        found = (
            f"{subject_name(subject)}最高{highest:g}分、最低{lowest:g}分，不像有满分的原始分，按量尺分处理"
        )
        return [
            Problem("dataset.scale_assumed", place, found, "满分或“量尺分”的说明", "在考试的试卷设置里写明")
        ]
    _paper_save(exam, base, full)
    found = f"没有写{subject_name(subject)}的满分，最高{highest:g}分，暂按{full}分"
    return [
        Problem("dataset.full_mark_proposed", place, found, "写明的满分", "在考试的试卷设置里确认或改正满分")
    ]


def _first_sheet(cells: pl.DataFrame, gathered: Gathered) -> Cell:
    """Return the sheet of the first of these cells; no place where there is none."""
    found = cells.head(1).join(gathered.sheets, on=SHEET, how="inner").select("file", "sheet_name").rows()
    return Cell(*found[0]) if found else Cell("")


def _points(hundredths: object) -> float:
    return hundredths / HUNDREDTHS if isinstance(hundredths, int) else 0.0


def _paper_save(exam: Exam, plan: PaperPlan, full_mark: Decimal) -> None:
    papers_set(exam, [PaperPlan(plan.subject, full_mark, plan.in_total, plan.weight)])


def _items_settle(paper: Paper, gathered: Gathered) -> list[Problem]:
    """Make the items sheets use and nobody described, in the order of their columns; propose missing full marks."""
    cells = gathered.item_marks.filter(pl.col("subject") == paper.subject)
    if cells.is_empty():
        return []
    told = gathered.headers.filter(pl.col("subject") == paper.subject).drop_nulls(["item", "full_mark"])
    full_of = dict(told.select("item", "full_mark").iter_rows())
    seen = (
        cells.group_by("item", maintain_order=True)
        .agg(
            pl.col("column").min(),
            pl.col("raw_mark").max().alias("highest"),
            pl.col("option").is_not_null().any().alias("options"),
            pl.col("option").cast(pl.String).str.len_chars().max().alias("longest"),
        )
        .sort("column")
        .with_columns(pl.col("item").cast(pl.String))
    )
    known = {item.label: item for item in paper.items.all()}
    proposed: list[str] = []
    for row in seen.iter_rows(named=True):
        item = known.get(row["item"]) or Item(
            paper=paper, order=len(known), label=row["item"], kind=_kind(row)
        )
        known[row["item"]] = item
        if item.full_mark is None:
            said = full_of.get(row["item"])
            # An option item nobody gave marks for counts one point.
            item.full_mark = (
                Decimal(str(said)) if said else Decimal(row["highest"] or HUNDREDTHS) / HUNDREDTHS
            )
            if not said:
                proposed.append(row["item"])
        item.save()
    if not proposed:
        return []
    found = f"{subject_name(paper.subject)}没有写小题满分的有{len(proposed)}题（{'、'.join(proposed[:5])}{'等' if len(proposed) > 5 else ''}），暂按最高得分；选项题按1分"
    return [
        Problem(
            "dataset.item_full_mark_proposed",
            _first_sheet(cells, gathered),
            found,
            "写明的小题满分",
            "上传双向细目表，或在试卷设置里写明",
        )
    ]


def _kind(row: dict[str, object]) -> str:
    if not row["options"]:
        return "open"
    longest = row["longest"]
    return "multiple" if isinstance(longest, int) and longest > 1 else "choice"
