"""The first sections of the county's report: who was examined, and how good the papers were."""

from zhiheng.charts.drawing import figure
from zhiheng.files.document import Block, KeyNumber, KeyNumbers, NumberedList, paragraph
from zhiheng.files.number_formats import COUNT, MARK, PERCENT
from zhiheng.reports import figures
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.tables.attendance import attendance, attendance_table, participation_table
from zhiheng.reports.tables.papers import blueprint_table, paper_table
from zhiheng.standards.subjects import subject_name


def background(facts: ExamFacts) -> list[Block]:
    """Return 基本情况: the exam, who was due and who sat."""
    county, results = facts.county, facts.results
    blocks: list[Block] = [
        paragraph(_the_exam(facts)),
        KeyNumbers(
            (
                KeyNumber("应考", None if county.masked else county.expected, COUNT, "人"),
                KeyNumber("实考", None if county.masked else county.taken, COUNT, "人"),
                KeyNumber("参考率", county.participation, PERCENT),
                KeyNumber(
                    f"{county.subject_name}均分（实考）",
                    county.mean_taken,
                    MARK,
                    note=f"满分 {MARK.text(county.full_mark)}",
                ),
                KeyNumber(
                    f"{county.subject_name}均分（应考）", county.mean_expected.value, MARK, note="缺考按 0 分"
                ),
            )
        ),
        attendance_table(results),
    ]
    if facts.low_participation:
        blocks += [paragraph(attendance(facts)), participation_table(facts)]
    return blocks


def _the_exam(facts: ExamFacts) -> str:
    exam = facts.results.exam
    names = "、".join(subject_name(subject) for subject in facts.results.subjects)
    ended = f"{exam.ended_on.year}年{exam.ended_on.month}月{exam.ended_on.day}日结束。"
    filing = f"备案号 {exam.filing_number}。" if exam.filing_number else ""
    basis = f"{exam.basis.rstrip('。')}。" if exam.basis else ""
    kind = "本次为全体考试，区间表示同样规模的学生再考一次可能的变化。"
    return f"{exam.name}考{names}，{ended}{filing}{basis}{kind}"


def papers(facts: ExamFacts) -> list[Block]:
    """Return 命题与试卷质量: what the blueprints cover, difficulty, reliability, keys in doubt."""
    results = facts.results
    itemised = [subject for subject, paper in results.papers.items() if paper.items]
    if not itemised:
        return [paragraph("没有收到小题分，难度、区分度、信度和可疑答案都无法分析。")]
    blocks: list[Block] = [paper_table(results)]
    suspects = _sentences(facts, "suspect_key")
    if suspects:
        blocks += [
            paragraph("下列题目请学科教研员先核对标准答案，核实以前不下发该题结论："),
            NumberedList(suspects),
        ]
    else:
        blocks.append(paragraph("没有发现答案存疑的题目。"))
    if weak := _sentences(facts, "alpha"):
        blocks.append(NumberedList(weak))
    for subject in itemised:
        covered = blueprint_table(results, subject, "ability")
        chart = figures.item_quadrants(results, subject)
        blocks += [*([covered] if covered else []), *([figure(chart)] if chart else [])]
    return blocks


def _sentences(facts: ExamFacts, key: str) -> tuple[str, ...]:
    return tuple(each.sentence for each in facts.statements if each.key == key)
