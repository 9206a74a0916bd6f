"""How the work stands, in counts and sentences: sheets, batches, classes, analysis, documents, the fourteen days.

Every figure is a count or a state. Exam means are kept off the front page (practice §6).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zhiheng.base.access import COLLECT_READ, DOCUMENTS, INTAKE, RESULTS, SCHOOLS
from zhiheng.base.clock import now, today
from zhiheng.base.components import printed
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import batches_visible, problems_visible
from zhiheng.base.scopes import Scope
from zhiheng.evidence.collections.models import Collection, Due
from zhiheng.evidence.collections.selectors import REPORTED, collections_visible, dues_visible
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.registry.pupils.selectors import near_matches
from zhiheng.registry.schools.grades import class_label
from zhiheng.registry.schools.models import Class
from zhiheng.registry.schools.page_data import large_classes, size_tag
from zhiheng.reports.clock import Clock
from zhiheng.reports.documents.earlier import facts_key
from zhiheng.reports.documents.selectors import clock_of, documents_visible
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.pages.own import own_exams
from zhiheng.reports.pages.results import county_facts
from zhiheng.standards.subjects import subject_name

WAITING = ("open", "reading", "mapping", "confirmed", "failed")
NAMED = 2
"""Names in a sentence before it says 等."""


@dataclass(frozen=True)
class Work:
    """What one person may see of the work at hand; parts that are not theirs are empty."""

    scope: Scope
    exam: Exam | None
    collection: Collection | None
    dues: list[Due]
    batches: list[Batch]
    blocking: int
    near: int
    large: list[tuple[Class, int]]
    clock: Clock | None
    analysis: Analysis | None
    facts: ExamFacts | None
    documents: int

    @classmethod
    def of(cls, scope: Scope) -> "Work":
        """Look at everything once."""
        exam = next(own_exams(scope), None) if scope.has(*RESULTS) else None
        collection = collections_visible(scope).first() if scope.has(*COLLECT_READ) else None
        batches = list(_waiting(scope)) if scope.has(*INTAKE) else []
        analysis = latest_analysis(exam) if exam else None
        return cls(
            scope=scope,
            exam=exam,
            collection=collection,
            dues=list(dues_visible(collection, scope)) if collection else [],
            batches=batches,
            blocking=problems_visible(scope).filter(batch__in=batches, blocks_row=True).count()
            if batches
            else 0,
            near=near_matches(scope).count() if scope.has(*INTAKE) else 0,
            large=large_classes(scope) if scope.has(*SCHOOLS) else [],
            clock=clock_of(exam) if exam and exam.school_id is None and scope.county else None,
            analysis=analysis,
            facts=county_facts(analysis.id, facts_key(analysis), today())
            if analysis and scope.county
            else None,
            documents=documents_visible(scope).filter(analysis=analysis).count()
            if analysis and scope.has(*DOCUMENTS)
            else 0,
        )

    def in_state(self, *states: str) -> list[Due]:
        """Return the schools' parts of the collection in these states."""
        return [due for due in self.dues if due.state in states]

    @property
    def overdue(self) -> bool:
        """Whether the collection's time is over."""
        return self.collection is not None and self.collection.due_at < now()


def _waiting(scope: Scope) -> Iterator[Batch]:
    found = batches_visible(scope).filter(state__in=WAITING)
    return (batch for batch in found if batch.created_by_id or batch.school_id is None)


def numbers(work: Work) -> list[dict[str, Any]]:
    """Return the numbers that can be computed now, at most five."""
    found = []
    if work.scope.has(*SCHOOLS):
        largest = max((n for _, n in work.large), default=0)
        note, tone = (f"最多 {largest} 人", "amber") if largest else ("没有大班额", "green")
        found.append(_number("56人以上的班", len(work.large), "schools:list", note, tone))
    if work.collection:
        found.append(_sheets_number(work, work.collection))
    if work.scope.has(*INTAKE):
        waiting = work.blocking + work.near
        note = "待识别、待确认" if work.batches else "都已入库"
        found.append(_number("未入库批次", len(work.batches), "imports:list", note))
        note = f"其中近似姓名 {work.near} 处" if work.near else ""
        found.append(_number("待确认问题", waiting, "imports:list", note, "amber" if waiting else ""))
    if work.clock and work.exam:
        found.append(_clock_number(work.clock, work.exam))
    return found


def _sheets_number(work: Work, collection: Collection) -> dict[str, Any]:
    missing = len(work.in_state("missing", "returned"))
    return {
        "label": "收表",
        "value": f"{len(work.in_state(*REPORTED))} / {len(work.dues)}",
        "unit": "校",
        "note": f"未交或退回 {missing} 校" if missing else "已收齐",
        "tone": ("red" if work.overdue else "amber") if missing else "green",
        "link": reverse("collections:detail", args=[collection.pk]),
    }


def _clock_number(clock: Clock, exam: Exam) -> dict[str, Any]:
    current = clock.current
    return {
        "label": "分析报告",
        "value": f"{max(clock.day, 0)} / {clock.days}",
        "unit": "天",
        "note": f"在{current.step.holder}" if current else "各步已完成",
        "tone": "red" if clock.late else "amber" if current else "green",
        "link": reverse("results:exam", args=[exam.id]),
    }


def _number(label: str, value: int, page: str, note: str = "", tone: str = "") -> dict[str, Any]:
    return {"label": label, "value": printed.count(value), "note": note, "tone": tone, "link": reverse(page)}


def news(work: Work) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what is urgent and what is good, strongest first, each with school, fact and owner."""
    return list(_urgent(work)), list(_good(work))


def _urgent(work: Work) -> Iterator[dict[str, Any]]:
    missing, returned = work.in_state("missing"), work.in_state("returned")
    if work.overdue and missing:
        yield _sheet_row(work, "超期", "red", f"{_names(missing)}没有交")
    for late in work.clock.late[:1] if work.clock else ():
        sentence = f"“{late.step.title}”超期 {late.days_late} 天"
        yield _row("超期", "red", sentence, late.step.holder, "documents:list")
    yield from _urgent_results(work)
    for klass, size in work.large[:1]:
        word, tone = size_tag(size)
        sentence = f"{klass.school}{class_label(klass, today())} {size} 人"
        yield _row(word, tone, sentence, "基教科", "schools:detail", klass.school_id)
    if returned:
        yield _sheet_row(work, "退回", "amber", f"{_names(returned)}退回待改")
    if missing and not work.overdue:
        yield _sheet_row(work, "未交", "amber", f"{_names(missing)}还没有交")


def _urgent_results(work: Work) -> Iterator[dict[str, Any]]:
    if work.facts is None or work.exam is None:
        return
    for item in [each for each in work.facts.statements if each.key == "suspect_key"][:1]:
        who = f"{subject_name(item.subject)}教研员"
        yield _row("存疑", "red", item.text, who, "results:items", work.exam.id, item.subject)
    for low in work.facts.low_participation[:1]:
        rate = printed.percent(low.participation)
        sentence = f"{low.name}参考率 {rate}（应考 {low.expected}，实考 {low.taken}）"
        yield _row("缺考", "amber", sentence, "基教科", "results:exam", work.exam.id)


def _sheet_row(work: Work, word: str, tone: str, sentence: str) -> dict[str, Any]:
    assert work.collection
    text = f"{work.collection.title}：{sentence}"
    return _row(word, tone, text, "学校信息员", "collections:detail", work.collection.pk)


def _good(work: Work) -> Iterator[dict[str, Any]]:
    if work.collection and work.dues and not work.in_state("missing", "returned"):
        yield _row(
            "收齐",
            "green",
            f"{work.collection.title} {len(work.dues)} 校已全部上报",
            "各学校",
            "collections:detail",
            work.collection.pk,
        )
    if work.facts and work.exam:
        full = [
            row
            for row in work.facts.results.level("school", work.facts.results.main_subject)
            if row.absent == 0
        ]
        if full:
            yield _row(
                "全员",
                "green",
                f"{full[0].name}{f'等 {len(full)} 校' if len(full) > 1 else ''}无一人缺考",
                "各学校",
                "results:exam",
                work.exam.id,
            )
        if not any(each.key == "suspect_key" for each in work.facts.statements) and work.facts.results.items:
            yield _row("无疑点", "green", "各科小题没有发现答案存疑", "教研室", "results:exam", work.exam.id)
    for step in (each for each in work.clock.steps if each.state == "done") if work.clock else ():
        yield _row("按时", "green", f"“{step.step.title}”按时完成", step.step.holder, "documents:list")
    if work.documents and work.exam:
        yield _row(
            "出稿", "green", f"{work.exam.name} {work.documents} 份文件已生成", "教研室", "documents:list"
        )
    if work.scope.has(*SCHOOLS) and not work.large and work.exam:
        yield _row("达标", "green", "没有 56 人以上的班", "基教科", "schools:list")


def loop_rows(work: Work) -> list[dict[str, Any]]:
    """Return where this round of the loop stands, stage by stage."""
    rows = []
    if work.collection:
        stuck = work.in_state("missing", "returned")
        rows.append(
            _stage(
                "证据 · 收表",
                f"{len(work.in_state('confirmed'))} / {len(work.dues)} 校已确认",
                f"{len(work.in_state('received'))} 校待确认",
                _names(stuck) if stuck else "",
                "学校信息员",
                reverse("collections:detail", args=[work.collection.pk]),
            )
        )
    if work.exam and work.scope.has(*INTAKE):
        versions = work.exam.datasets.filter(state="published").count()
        rows.append(
            _stage(
                "证据 · 入库",
                f"{versions} 版数据" if versions else "",
                f"{len(work.batches)} 批" if work.batches else "",
                f"{work.blocking} 行未采用" if work.blocking else "",
                "教研室数据经办",
                reverse("imports:list"),
            )
        )
    if work.exam:
        doubts = [each for each in work.facts.statements if each.key == "suspect_key"] if work.facts else []
        rows.append(
            _stage(
                "测量 · 分析",
                f"{work.exam.name}" if work.analysis else "",
                "" if work.analysis else "等待入库",
                doubts[0].text.partition("：")[0] if doubts else "",
                "学科教研员",
                reverse("results:exam", args=[work.exam.id]),
            )
        )
    if work.exam and work.scope.has(*DOCUMENTS):
        current = work.clock.current if work.clock else None
        rows.append(
            _stage(
                "报告 · 文件",
                f"{work.documents} 份" if work.documents else "",
                current.step.title if current else "",
                f"超期 {current.days_late} 天" if current and current.state == "late" else "",
                current.step.holder if current else "教研室",
                reverse("documents:list"),
            )
        )
    return rows


def _stage(stage: str, done: str, doing: str, stuck: str, who: str, link: str) -> dict[str, Any]:
    return {
        "stage": stage,
        "done": done or "—",
        "doing": doing or "—",
        "stuck": stuck or "—",
        "who": who,
        "link": link,
    }


def _row(word: str, tone: str, sentence: str, who: str, page: str, *args: Any) -> dict[str, Any]:
    return {"word": word, "tone": tone, "sentence": sentence, "who": who, "url": reverse(page, args=args)}


def _names(dues: list[Due]) -> str:
    names = "、".join(due.school.short_name or due.school.name for due in dues[:NAMED])
    return names + (f"等 {len(dues)} 校" if len(dues) > NAMED else "")
