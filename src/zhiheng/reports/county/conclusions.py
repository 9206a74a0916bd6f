"""The end of the county's report: targets, problems with what to look into, measures with owner and days, appendix."""

from zhiheng.files.document import Block, Column, Table, paragraph
from zhiheng.files.number_formats import COUNT
from zhiheng.reports.clock import due_on
from zhiheng.reports.facts.causes import UNKNOWN, to_look_into
from zhiheng.reports.facts.composites import schemes_of
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.provenance import definitions, in_force
from zhiheng.reports.tables.decisions import decision_table

_PROBLEMS = {
    "change": ("与上次相比有变化", "全县"),
    "knowledge": ("知识点失分集中", "全县"),
    "area_gap": ("城乡有差距", "城区与乡村学校"),
    "low_participation": ("参考率偏低", "所列学校"),
    "low_rate": ("低分率偏高", "全县"),
    "group_gap": ("群体有差距", "所列群体"),
    "suspect_key": ("答案存疑", "该题全体考生"),
}
"""Kind of statement → its name as a problem, and whom it concerns."""


def targets(_: ExamFacts) -> list[Block]:
    """Return 目标达成: none was set, and none may be of 升学."""
    return [paragraph("本次没有设定目标。升学指标不得下达（义务教育质量评价指南等），只比较过程与均衡目标。")]


def problems(facts: ExamFacts) -> tuple[Statement, ...]:
    """Return what is established or must be checked, as the list of problems. Value added alone makes none."""
    return tuple(
        each
        for each in facts.statements
        if each.key in _PROBLEMS and (each.certain or each.key == "suspect_key")
    )


def problem_list(facts: ExamFacts) -> list[Block]:
    """Return 问题清单: problem, evidence, scope, and where to look for its cause."""
    columns = (Column("问题"), Column("证据", width=3.0), Column("范围"), Column("原因核查方向", width=1.6))
    rows = []
    for each in problems(facts):
        name, scope = _PROBLEMS[each.key]
        rows.append((name, each.sentence, scope, to_look_into(each)))
    note = f"{UNKNOWN}原因由教研员到校核实后填写。"
    return (
        [Table("问题清单", columns, tuple(rows), note=note)] if rows else [paragraph("没有可以确认的问题。")]
    )


def measures(facts: ExamFacts) -> list[Block]:
    """Return 整改措施: who does what by when, and when it is looked at again."""
    due = due_on(facts.results.exam.ended_on, "party_group")
    text = f"考试结束后十四天内（{due.month}月{due.day}日前）提交局党组；整改措施同期落实到学校。"
    return [paragraph(text), decision_table(facts, len(facts.decisions), "整改与决定事项", checked=True)]


def appendix(facts: ExamFacts) -> list[Block]:
    """Return 附录: who was left out, how the data came in, definitions and every parameter in force."""
    county, results = facts.county, facts.results
    left = f"{county.subject_name}不计入 {county.excluded:,} 人，缓考 {county.deferred:,} 人，作弊 {county.cheat:,} 人。"
    schemes = schemes_of(results.caliber, comparing=not results.exam.compulsory)
    return [paragraph(left), *_intake(facts), definitions(results, schemes), in_force(results)]


def _intake(facts: ExamFacts) -> list[Block]:
    intake = facts.results.intake
    if intake is None:
        return []
    text = (
        f"成绩表共读入 {intake.rows_in:,} 行，采用 {intake.rows_accepted:,} 行，"
        f"列出待核 {intake.rows_listed:,} 行。"
    )
    if not intake.problems:
        return [paragraph(text)]
    rows = tuple(intake.problems.items())
    listed = Table("数据质量问题", (Column("问题", width=2.0), Column("处", COUNT)), rows, sheet="数据质量")
    return [paragraph(text), listed]
