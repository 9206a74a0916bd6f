"""Tables and sentences that several documents share. They pick and order facts; they compute nothing."""

from collections.abc import Iterable

from zhiheng.files.document import Column, Table
from zhiheng.files.number_formats import (
    COEFFICIENT,
    COUNT,
    MARK,
    MARK_CHANGE,
    PERCENT,
    POINTS,
    POINTS_CHANGE,
    SHARE,
)
from zhiheng.reports.facts.comparison import Standing
from zhiheng.reports.facts.exam import Change, ExamFacts
from zhiheng.reports.facts.measured import WITHHELD, Measured
from zhiheng.reports.facts.results import Results
from zhiheng.standards.subjects import subject_name


def attendance(facts: ExamFacts) -> str:
    """Return 应考, 实考, 参考率, and the schools whose absences matter."""
    county = facts.county
    if county.masked:
        return f"实考{WITHHELD}。"
    text = (
        f"应考 {county.expected:,} 人，实考 {county.taken:,} 人，参考率 {PERCENT.text(county.participation)}"
    )
    low = facts.low_participation
    if not low:
        return text + "。"
    named = "、".join(f"{row.name} {PERCENT.text(row.participation)}" for row in low[:2])
    rest = f"等 {len(low)} 所学校" if len(low) > 2 else ""
    return f"{text}（{named}{rest}，缺考较多，其成绩两种口径并列）。"


def change_text(changes: tuple[Change, ...]) -> str:
    """Return the changes an interval supports; 无法区分 where none is, 无可比数据 where nothing compares."""
    if not changes:
        return "无可比数据"
    told = [
        f"{each.label} {POINTS_CHANGE.text(each.estimate.value)}（{POINTS.range(each.estimate.lo, each.estimate.hi)}）"
        for each in changes
        if each.direction
    ]
    return "\n".join(told) or "无法区分"


def subject_table(facts: ExamFacts, title: str = "") -> Table:
    """Return 均分, 及格率, 低分率 and 可比变化 of each subject."""
    columns = (
        Column("学科"),
        Column("实考", MARK, "均分"),
        Column("应考", MARK, "均分"),
        Column("及格率", PERCENT),
        Column("低分率", PERCENT),
        Column("可比变化\n（百分点，95%区间）"),
    )
    results = facts.results
    rows = []
    for subject in results.subjects_and_total:
        row = results.county(subject)
        rates = (row.rates["pass"].value, row.rates["low"].value)
        changed = change_text(facts.changes.get(subject, ()))
        rows.append((row.subject_name, row.mean_taken, row.mean_expected.value, *rates, changed))
    against = f"可比变化与{facts.earlier_name}相比。" if facts.earlier_name else ""
    return Table(title, columns, tuple(rows), note=against, sheet="学科")


def decision_table(facts: ExamFacts, count: int, title: str = "") -> Table:
    """Return 事项, 责任人, 时限 of the most urgent decisions."""
    columns = (Column("事项", width=2.0), Column("责任人"), Column("时限"))
    rows = tuple(
        (each.matter, each.owner, f"{each.due_on.month}月{each.due_on.day}日")
        for each in facts.decisions[:count]
    )
    return Table(title, columns, rows, sheet="请决定事项")


def attendance_table(results: Results) -> Table:
    """Return who was due and who sat, subject by subject."""
    names = {
        "expected": "应考",
        "taken": "实考",
        "absent": "缺考",
        "deferred": "缓考",
        "cheat": "作弊",
        "excluded": "不计入",
    }
    columns = (
        Column("学科"),
        Column("满分", MARK),
        *(Column(title, COUNT) for title in names.values()),
        Column("参考率", PERCENT),
    )
    rows = []
    for subject in results.subjects_and_total:
        row = results.county(subject)
        counts = (None if row.masked else getattr(row, name) for name in names)
        rows.append((row.subject_name, row.full_mark, *counts, row.participation))
    note = "不计入：免考、借读、答题卡未扫描等，按口径不进入比较。总分只计各科齐全的学生。"
    return Table("各科应考与实考", columns, tuple(rows), note=note, sheet="应考实考")


def participation_table(facts: ExamFacts) -> Table:
    """Return the schools under the 参考率 line, with both means."""
    columns = (
        Column("学校"),
        Column("应考", COUNT),
        Column("实考", COUNT),
        Column("参考率", PERCENT),
        Column("按实考", MARK, "均分"),
        Column("按应考", MARK, "均分"),
    )
    rows = tuple(
        (row.name, row.expected, row.taken, row.participation, row.mean_taken, row.mean_expected.value)
        for row in facts.low_participation
    )
    label = subject_name(facts.results.main_subject)
    return Table(
        "参考率偏低的学校", columns, rows, note=f"均分为{label}，按局定学校顺序排列。", sheet="参考率偏低"
    )


def rates_table(
    title: str, first: str, rows: Iterable[Measured], by_subject: bool, sheet: str, note: str = ""
) -> Table:
    """Return mean and rates with their intervals, a row for each unit or for each subject."""
    columns = (
        Column(first),
        Column("实考", COUNT),
        Column("均分", MARK, interval=True),
        Column("优秀率", PERCENT, interval=True),
        Column("及格率", PERCENT, interval=True),
        Column("低分率", PERCENT, interval=True),
        Column("标准差", MARK),
        Column("变异\n系数", COEFFICIENT),
    )
    body = tuple(
        (
            row.subject_name if by_subject else row.name_and_warning,
            None if row.masked else row.taken,
            row.mean,
            *(row.rates[rate].estimate for rate in ("excellent", "pass", "low")),
            row.sd,
            row.cv,
        )
        for row in rows
    )
    return Table(title, columns, body, note=("第二行小字为95%区间。" + note), sheet=sheet)


def standing_table(facts: ExamFacts) -> Table:
    """Return schools by what their interval supports, in the bureau's order inside each class.

    In compulsory education no raw mean stands beside the name; above it does.
    """
    open_list = not facts.results.exam.compulsory
    columns = [
        Column("与全县比较"),
        Column("学校"),
        Column("类型"),
        Column("实考", COUNT),
        Column("参考率", PERCENT),
    ]
    if open_list:
        columns += [Column("均分", MARK), Column("离均差", MARK_CHANGE)]
    rows = []
    for standing in Standing:
        for each in facts.standings:
            if each.standing is not standing:
                continue
            school = each.school
            kind = facts.results.schools.get(school.unit, {}).get("school_type") or "—"
            row = (
                standing.value,
                school.name,
                kind,
                None if school.masked else school.taken,
                school.participation,
            )
            rows.append((*row, school.mean_taken, each.deviation) if open_list else row)
    note = "同一档内按局定学校顺序排列，不排名次。" + ("" if open_list else "义务教育阶段不列各校均分。")
    return Table("各校与全县比较", tuple(columns), tuple(rows), note=note, sheet="学校比较")


def balance_table(results: Results) -> Table:
    """Return how uneven schools are in each subject."""
    columns = (
        Column("学科"),
        Column("学校数", COUNT),
        Column("差异系数", SHARE),
        Column("校际差异率", PERCENT),
        Column("城乡差距（分）", MARK_CHANGE, interval=True),
        Column("判断"),
    )
    rows = []
    for subject in results.subjects_and_total:
        gap = results.gaps.get(subject)
        if gap is None:
            continue
        told = gap.gap.lo is not None and gap.gap.hi is not None and (gap.gap.lo > 0 or gap.gap.hi < 0)
        rows.append(
            (
                subject_name(subject),
                gap.units,
                gap.cv,
                gap.share,
                gap.gap,
                "可以区分" if told else "尚不能区分",
            )
        )
    first = next(iter(results.gaps.values()), None)
    ends = f"城乡差距：{first.high}均分减{first.low}均分。" if first and first.high else ""
    note = "校际差异率：学校之间的方差占总方差的比例。" + ends
    return Table(
        "校际与城乡差异",
        columns,
        tuple(rows),
        note=note,
        sheet="校际差异",
    )


def paper_table(results: Results) -> Table:
    """Return the quality of each paper with item marks."""
    columns = (
        Column("学科"),
        Column("题数", COUNT),
        Column("实际", COEFFICIENT, "难度"),
        Column("预估", COEFFICIENT, "难度"),
        Column("客观题", COEFFICIENT, "得分率"),
        Column("主观题", COEFFICIENT, "得分率"),
        Column("区分度", COEFFICIENT),
        Column("信度", COEFFICIENT),
        Column("测量误差（分）", MARK),
    )
    rows = tuple(
        (
            subject_name(paper.subject),
            paper.items,
            paper.facility,
            paper.expected_facility,
            paper.facility_objective,
            paper.facility_subjective,
            paper.discrimination,
            paper.alpha,
            paper.sem,
        )
        for paper in results.papers.values()
    )
    return Table(
        "试卷质量", columns, rows, note="难度为得分率，越高越易。只计有小题分的学科。", sheet="试卷质量"
    )


def knowledge_table(results: Results, subject: str, count: int) -> Table:
    """Return the weakest knowledge points of a subject."""
    columns = (
        Column("知识点", width=1.5),
        Column("题数", COUNT),
        Column("全县得分率", COEFFICIENT, interval=True),
    )
    rows = tuple((tag.tag, tag.items, tag.rate) for tag in results.tags("county", "", subject)[:count])
    name = subject_name(subject)
    return Table(f"{name}得分率最低的知识点", columns, rows, sheet=f"{name}知识点")
