"""A folder of sheets → batch → dataset → analysis → documents, each step by the service the site uses too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhiheng.base.guard.services import Refused
from zhiheng.base.installation import installation_prepare
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import problems_of
from zhiheng.base.intake.services import batch_confirm
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.services import exam_file_read, exam_from_batch, exam_from_file, exam_guessed
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.registry.rosters.services import roster_import
from zhiheng.reports.documents.services import documents_make
from zhiheng.reports.run.each_school import schools_analyse
from zhiheng.reports.run.reading import Ask, batch_from_folder, columns_ask
from zhiheng.reports.run.results import (
    NothingAccepted,
    RunResult,
    counts_told,
    dataset_told,
    row_counts,
)
from zhiheng.reports.run.writing import documents_copy, problems_write, tables_write

EXAM_FILES = ("考试.yaml", "exam.yaml")
COUNTY_KINDS = ("brief", "hearing", "county")
SCHOOL_REPORTS_AT_ONCE = 300
TOO_MANY_SCHOOLS = (
    f"学校超过 {SCHOOL_REPORTS_AT_ONCE} 所，学校报告没有逐校生成；需要时运行 zhiheng report --kind school。"
)
DIVIDE = (
    "可以改为各校单独分析：每校登记为本校自己的期末考试，只写该校自己的报告，没有任何跨校的表。这样办吗？"
)


def folder_analyse(
    *, folder: Path, out: Path, exam_file: Path | None, ask: Ask | None, progress: Any
) -> RunResult:
    """Run the main job on a folder.

    Parameters
    ----------
    exam_file : description of the exam; looked for in the folder, else inferred from the sheets.
    ask : asked before a doubtful column is read, and before a test that the law leaves to each school alone is
        analysed that way; None takes what recognition is sure of, goes the lawful way, and files a test whose basis
        is missing for the bureau's own check, marked as such.

    Raises
    ------
    NothingAccepted
        No row could be taken.
    zhiheng.base.guard.services.Refused
        The law does not allow this test, or its basis is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    progress.steps(["识别", "入库", "分析", "文档"])
    later = ask is None
    with progress.step("识别"):
        installation_prepare()
        described = _exam_description(folder, exam_file)
        filed = _exam_or_refusal(described, basis_later=later) if described else None
        exam = filed if isinstance(filed, Exam) else None
        batch = batch_from_folder(folder=folder, purpose="scores", exam=exam, progress=progress)
        if not batch.rows_accepted:
            listed = problems_write(problems_of(batch), [batch], out)
            why = f"每个问题见 {listed[0]}" if listed else f"“{folder}”里没有表格文件"
            raise NothingAccepted(f"没有读到可用的成绩：{why}。")
        if filed is None:
            filed = _exam_or_refusal(exam_guessed(batch), basis_later=later)
    if isinstance(filed, Refused):
        if ask is not None and not ask(f"{filed.for_user}\n{DIVIDE}"):
            raise filed
        return schools_analyse(
            batch=batch, described=described, refused=filed, out=out, ask=ask, progress=progress
        )
    return _analyse_together(batch, filed, out, ask, progress)


def _exam_or_refusal(described: Mapping[str, Any], *, basis_later: bool) -> Exam | Refused:
    """File an exam; a refusal is returned where each school may do alone what is refused across schools."""
    try:
        return exam_from_file(described, basis_later=basis_later)
    except Refused as refused:
        if not refused.verdict.by_school:
            raise
        return refused


def _analyse_together(batch: Batch, exam: Exam, out: Path, ask: Ask | None, progress: Any) -> RunResult:
    """Publish and analyse a batch as one exam, and write everything that is written of it."""
    with progress.step("入库"):
        if ask:
            columns_ask(batch, ask)
        dataset = _publish(batch, exam, progress)
    with progress.step("分析"):
        analysis = analysis_run(dataset=dataset)
    many = dataset.manifest["counts"]["schools"] > SCHOOL_REPORTS_AT_ONCE
    with progress.step("文档"):
        documents_make(analysis=analysis, kinds=COUNTY_KINDS if many else None, progress=progress)
    paths = [
        *problems_write(problems_of(batch), [batch], out),
        *tables_write(analysis, out),
        *documents_copy(analysis, out),
    ]
    notes = [note for note in (exam.basis_pending, TOO_MANY_SCHOOLS if many else "") if note]
    return _result(dataset, batch, paths, notes=tuple(notes))


def scores_folder_import(*, folder: Path, exam_file: Path | None, progress: Any) -> RunResult:
    """Take scores into the data home without analysing them."""
    installation_prepare()
    described = _exam_description(folder, exam_file)
    exam = exam_from_file(described) if described else None
    batch = batch_from_folder(folder=folder, purpose="scores", exam=exam, progress=progress)
    return _result(_publish(batch, exam or exam_from_batch(batch), progress), batch, [])


def roster_folder_import(*, folder: Path, progress: Any) -> RunResult:
    """Take a folder of rosters into the registry."""
    installation_prepare()
    batch = batch_from_folder(folder=folder, purpose="roster", progress=progress)
    batch_confirm(batch=batch)
    imported = roster_import(batch=batch)
    if not (imported.schools or imported.pupils or imported.teachers or imported.teaching):
        raise NothingAccepted(f"“{folder}”里没有名册。成绩表请去掉 --roster 再导入。")
    counts = row_counts(batch) | {"pupils": imported.pupils, "schools": imported.schools}
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
        names = "、".join(Exam.objects.values_list("name", flat=True))
        wanted = f"没有找到已分析的考试“{exam_name}”" if exam_name else "还没有分析过考试"
        raise NothingAccepted(
            f"{wanted}。" + (f"现有考试：{names}。" if names else "请先运行 zhiheng analyse。")
        )
    documents_make(analysis=analysis, kinds=kinds, progress=progress)
    out.mkdir(parents=True, exist_ok=True)
    batch = Batch.objects.get(id=analysis.dataset.manifest["batch"])
    return _result(analysis.dataset, batch, documents_copy(analysis, out, kinds))


def _publish(batch: Batch, exam: Exam, progress: Any) -> Dataset:
    batch_confirm(batch=batch)
    roster_import(batch=batch)
    batch.exam_id = exam.id
    batch.save(update_fields=["exam_id"])
    return dataset_publish(batch=batch, exam=exam, progress=progress)


def _exam_description(folder: Path, exam_file: Path | None) -> Mapping[str, Any] | None:
    """Return what the description says: the one given, else one lying in the folder."""
    if exam_file is None and folder.is_dir():
        exam_file = next((p for name in EXAM_FILES if (p := folder / name).exists()), None)
    return exam_file_read(exam_file) if exam_file else None


def _result(dataset: Dataset, batch: Batch, paths: list[Path], notes: tuple[str, ...] = ()) -> RunResult:
    return RunResult(
        exam=dataset.exam.name,
        dataset=dataset_told(dataset),
        counts=counts_told(dataset, batch),
        paths=tuple(paths),
        notes=notes,
    )
