"""A folder of sheets → batch → dataset → analysis → documents, each step by the service the site uses too."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from zhiheng.base.errors import Explained
from zhiheng.base.installation import installation_prepare
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import problems_of
from zhiheng.base.intake.services import (
    batch_confirm,
    batch_open,
    batch_read,
    marked_copy_of,
    papers_tell,
    upload_add,
)
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.services import exam_from_batch, exam_from_file
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import latest_analysis, open_tables
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.registry.rosters.services import roster_import
from zhiheng.reports.documents.services import documents_make, documents_of

EXAM_FILES = ("考试.yaml", "exam.yaml")
COUNTY_KINDS = ("brief", "hearing", "county")
SCHOOL_REPORTS_AT_ONCE = 300
TOO_MANY_SCHOOLS = (
    f"学校超过 {SCHOOL_REPORTS_AT_ONCE} 所，学校报告没有逐校生成；需要时运行 zhiheng report --kind school。"
)
SKIPPED_NAMES = ("~$", ".", "Thumbs.db")


class NothingAccepted(Explained):
    """Not one row could be taken, or there is no such exam."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made.

    Attributes
    ----------
    counts : rows_in, rows_accepted, rows_listed, pupils, schools, problems.
    paths : every file written for the user, in order.
    """

    exam: str
    dataset: dict[str, Any]
    counts: dict[str, int]
    paths: tuple[Path, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "exam": self.exam,
            "dataset": self.dataset,
            "counts": self.counts,
            "paths": [str(path) for path in self.paths],
            "notes": list(self.notes),
        }

    def as_text(self) -> str:
        """Return the same for a person."""
        c = self.counts
        lines = [
            f"{self.exam}：数据第{self.dataset['version']}版" if self.dataset else self.exam,
            f"读入 {c['rows_in']} 行 = 采用 {c['rows_accepted']} 行 + 列出 {c['rows_listed']} 行；"
            f"{c['schools']} 所学校，{c['pupils']} 名学生；问题 {c['problems']} 条",
            *self.notes,
            *[f"  {path}" for path in self.paths],
        ]
        return "\n".join(lines)


def batch_from_folder(*, folder: Path, purpose: str, exam: Exam | None = None, progress: Any) -> Batch:
    """Take every file of a folder (or one file) into a new batch and read it.

    What is known of the exam's papers beforehand is told to the reading, so that marks above full are found.
    """
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    batch = batch_open(purpose=purpose, title=folder.stem, exam_id=exam.id if exam else None)
    if exam:
        papers = list(exam.papers.all())
        papers_tell(
            batch=batch,
            full_marks={p.subject: float(p.full_mark) for p in papers if p.full_mark},
            is_scale=[p.subject for p in papers if p.is_scale],
        )
    for path in files:
        if not path.name.startswith(SKIPPED_NAMES) and path.suffix.lower() not in {".yaml", ".yml"}:
            name = path.name if path == folder else str(path.relative_to(folder))
            upload_add(batch=batch, name=name, content=path.read_bytes())
    batch_read(batch, progress=progress)
    batch.refresh_from_db()
    return batch


def folder_analyse(
    *, folder: Path, out: Path, exam_file: Path | None, ask: Callable[[str], bool] | None, progress: Any
) -> RunResult:
    """Run the main job on a folder.

    Parameters
    ----------
    exam_file : description of the exam; looked for in the folder, else inferred from the sheets.
    ask : asked before a doubtful column is read; None takes what recognition is sure of, and files a test
        whose basis is missing for the bureau's own check, marked as such.

    Raises
    ------
    NothingAccepted
        No row could be taken.
    zhiheng.base.guard.services.Refused
        The law does not allow this test, or its basis is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    progress.steps(["识别", "入库", "分析", "文档"])
    with progress.step("识别"):
        installation_prepare()
        exam = _exam_described(folder, exam_file, basis_later=ask is None)
        batch = batch_from_folder(folder=folder, purpose="scores", exam=exam, progress=progress)
        if not batch.rows_accepted:
            listed = _write_problems(batch, out)
            raise NothingAccepted(
                f"没有读到可用的成绩。问题清单：{listed[0] if listed else '没有找到表格文件'}"
            )
        if ask:
            _ask_doubtful(batch, ask)
    with progress.step("入库"):
        dataset = _publish(batch, exam, progress, basis_later=ask is None)
    with progress.step("分析"):
        analysis = analysis_run(dataset=dataset)
    many = dataset.manifest["counts"]["schools"] > SCHOOL_REPORTS_AT_ONCE
    with progress.step("文档"):
        documents_make(analysis=analysis, kinds=COUNTY_KINDS if many else None, progress=progress)
    paths = [
        *_write_problems(batch, out),
        *_write_tables(analysis, out),
        *_copy_documents(analysis, out, None),
    ]
    notes = [note for note in (dataset.exam.basis_pending, TOO_MANY_SCHOOLS if many else "") if note]
    return _result(dataset, batch, paths, notes=tuple(notes))


def scores_folder_import(*, folder: Path, exam_file: Path | None, progress: Any) -> RunResult:
    """Take scores into the data home without analysing them."""
    installation_prepare()
    exam = _exam_described(folder, exam_file)
    batch = batch_from_folder(folder=folder, purpose="scores", exam=exam, progress=progress)
    return _result(_publish(batch, exam, progress), batch, [])


def roster_folder_import(*, folder: Path, progress: Any) -> RunResult:
    """Take a folder of rosters into the registry."""
    installation_prepare()
    batch = batch_from_folder(folder=folder, purpose="roster", progress=progress)
    batch_confirm(batch=batch)
    imported = roster_import(batch=batch)
    counts = _row_counts(batch) | {"pupils": imported.pupils, "schools": imported.schools}
    return RunResult(exam="名册", dataset={}, counts=counts)


def exam_report(
    *, exam_name: str | None, out: Path, kinds: tuple[str, ...] | None, progress: Any
) -> RunResult:
    """Write the documents of an analysed exam to a folder.

    Raises
    ------
    NothingAccepted
        No such exam, or it has not been analysed.
    """
    installation_prepare()
    exams = Exam.objects.filter(name=exam_name) if exam_name else Exam.objects.all()
    analysis = next((found for exam in exams if (found := latest_analysis(exam))), None)
    if analysis is None:
        names = "、".join(Exam.objects.values_list("name", flat=True)) or "一次也没有"
        raise NothingAccepted(f"没有找到已分析的考试“{exam_name or ''}”。现有考试：{names}。")
    documents_make(analysis=analysis, kinds=kinds, progress=progress)
    out.mkdir(parents=True, exist_ok=True)
    batch = Batch.objects.get(id=analysis.dataset.manifest["batch"])
    return _result(analysis.dataset, batch, _copy_documents(analysis, out, kinds))


def _publish(batch: Batch, exam: Exam | None, progress: Any, *, basis_later: bool = False) -> Dataset:
    batch_confirm(batch=batch)
    roster_import(batch=batch)
    exam = exam or exam_from_batch(batch, basis_later=basis_later)
    batch.exam_id = exam.id
    batch.save(update_fields=["exam_id"])
    return dataset_publish(batch=batch, exam=exam, progress=progress)


def _exam_described(folder: Path, exam_file: Path | None, *, basis_later: bool = False) -> Exam | None:
    """File the exam that a description names: the one given, else one lying in the folder."""
    if exam_file is None and folder.is_dir():
        exam_file = next((p for name in EXAM_FILES if (p := folder / name).exists()), None)
    return exam_from_file(exam_file, basis_later=basis_later) if exam_file else None


def _ask_doubtful(batch: Batch, ask: Callable[[str], bool]) -> None:
    for sheet in [s for u in batch.uploads.all() for s in u.sheets.all()]:
        for column in sheet.reading["columns"]:
            if column["role"] != "ignore" and column["confidence"] < 0.6:
                place = f"{sheet.upload.name} ›「{sheet.name}」› {column['header']}"
                if not ask(f"{place}：当作“{column['role']}”读取？"):
                    column["role"] = "ignore"
        sheet.save(update_fields=["reading"])


def _write_problems(batch: Batch, out: Path) -> list[Path]:
    """Write the list of problems, and a marked copy of every workbook that has some."""
    problems = problems_of(batch)
    if not problems:
        return []
    listed = out / "问题清单.csv"
    pl.DataFrame(
        [
            {
                "文件": p.place.file,
                "工作表": p.place.sheet,
                "单元格": p.place.address,
                "问题": p.found,
                "应为": p.expected,
                "怎么改": p.fix,
                "代码": p.code,
                "整行未采用": "是" if p.blocks_row else "",
            }
            for p in problems
        ]
    ).write_csv(listed, include_bom=True)
    written = [listed]
    for upload in batch.uploads.filter(problems__isnull=False).distinct():
        copy = out / "标注副本" / Path(upload.name).with_suffix(".标注.xlsx")
        copy.parent.mkdir(parents=True, exist_ok=True)
        written += marked_copy_of(upload, copy)
    return written


def _write_tables(analysis: Analysis, out: Path) -> list[Path]:
    folder = out / "结果表"
    folder.mkdir(exist_ok=True)
    written = []
    for name, table in open_tables(analysis).items():
        if table.height:
            path = folder / f"{name}.csv"
            table.write_csv(path, include_bom=True)
            written.append(path)
    return written


def _copy_documents(analysis: Analysis, out: Path, kinds: tuple[str, ...] | None) -> list[Path]:
    written = []
    for document, path, name in documents_of(analysis):
        if kinds is None or document.kind in kinds:
            target = out / "文档" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            written.append(target)
    return written


def _row_counts(batch: Batch) -> dict[str, int]:
    return {
        "rows_in": batch.rows_in,
        "rows_accepted": batch.rows_accepted,
        "rows_listed": batch.rows_listed,
        "problems": batch.problems.count(),
    }


def _result(dataset: Dataset, batch: Batch, paths: list[Path], notes: tuple[str, ...] = ()) -> RunResult:
    manifest = dataset.manifest
    batch.refresh_from_db()
    return RunResult(
        exam=dataset.exam.name,
        dataset={"id": str(dataset.id), "version": dataset.version, "sha256": dataset.sha256},
        counts=_row_counts(batch) | {name: manifest["counts"][name] for name in ("pupils", "schools")},
        paths=tuple(paths),
        notes=notes,
    )
