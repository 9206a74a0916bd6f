"""Who was due and who sat, over the county and where too many were missing."""

from zhiheng.files.document import Column, Table
from zhiheng.files.number_formats import (
    COUNT,
    MARK,
    PERCENT,
)
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.measured import WITHHELD
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


def attendance_table(results: Results) -> Table:
    """Return who was due and who sat, subject by subject."""
    names = {
        "roll": "在籍",
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
        Column("权重", MARK, paper=False),
        *(Column(title, COUNT) for title in names.values()),
        Column("参考率", PERCENT),
    )
    rows = []
    for subject in results.subjects_and_total:
        row = results.county(subject)
        counts = (None if row.masked else getattr(row, name) for name in names)
        rows.append((row.subject_name, row.full_mark, results.weight(subject), *counts, row.participation))
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
