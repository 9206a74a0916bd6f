"""全县质量分析报告: the eleven sections of reports.md §3. A section without ground says why in one sentence."""

from collections.abc import Callable

from zhiheng.charts.data import ChartData
from zhiheng.charts.drawing import figure
from zhiheng.files.document import (
    Block,
    Column,
    Document,
    Finding,
    Heading,
    KeyNumber,
    KeyNumbers,
    Kind,
    NumberedList,
    Table,
    paragraph,
)
from zhiheng.files.number_formats import COUNT, MARK, PERCENT
from zhiheng.reports import figures, tables
from zhiheng.reports.clock import due_on
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.provenance import definitions, footer, properties, subtitle
from zhiheng.standards.subjects import subject_name

KNOWLEDGE_SHOWN = 5


def build(facts: ExamFacts) -> Document:
    """Return the county's report."""
    results = facts.results
    blocks: list[Block] = [Finding(facts.headline)]
    for title, section in _SECTIONS:
        blocks.append(Heading(title))
        blocks += section(facts)
    return Document(
        title=f"{results.exam.name}质量分析报告",
        subtitle=subtitle(results, "供局党组和教研室使用"),
        kind=Kind.REPORT,
        blocks=tuple(blocks),
        footer=footer(results),
        organisation=results.exam.organisation,
        definitions=definitions(results),
        properties=properties(results),
    )


def _figures(*charts: ChartData | None) -> list[Block]:
    return [figure(chart) for chart in charts if chart is not None]


def _sentences(facts: ExamFacts, *keys: str) -> tuple[str, ...]:
    return tuple(each.sentence for each in facts.statements if each.key in keys)


def _background(facts: ExamFacts) -> list[Block]:
    exam, county = facts.results.exam, facts.county
    kind = (
        "本次为抽样监测，均值和比率另有抽样误差。"
        if exam.sampled
        else "本次为全体考试，区间表示同样规模的学生再考一次可能的变化。"
    )
    filing = f"备案号 {exam.filing_number}。" if exam.filing_number else ""
    ended = f"{exam.ended_on.year}年{exam.ended_on.month}月{exam.ended_on.day}日结束。"
    names = "、".join(subject_name(subject) for subject in facts.results.subjects)
    blocks: list[Block] = [
        paragraph(f"{exam.name}考{names}，{ended}{filing}{kind}"),
        KeyNumbers(
            (
                KeyNumber("应考", None if county.masked else county.expected, COUNT, "人"),
                KeyNumber("实考", None if county.masked else county.taken, COUNT, "人"),
                KeyNumber("参考率", county.participation, PERCENT),
                KeyNumber(
                    f"{county.subject_name}均分（实考）",
                    county.mean_taken,
                    MARK,
                    f"满分 {MARK.text(county.full_mark)}",
                ),
                KeyNumber(
                    f"{county.subject_name}均分（应考）", county.mean_expected.value, MARK, "缺考按 0 分"
                ),
            )
        ),
        tables.attendance_table(facts.results),
    ]
    if facts.low_participation:
        blocks += [paragraph(tables.attendance(facts)), tables.participation_table(facts)]
    return blocks


def _papers(facts: ExamFacts) -> list[Block]:
    results = facts.results
    if not results.papers:
        return [paragraph("没有收到小题分，难度、区分度、信度和可疑答案都无法分析。")]
    blocks: list[Block] = [tables.paper_table(results)]
    suspects = _sentences(facts, "suspect_key")
    if suspects:
        blocks += [
            paragraph("下列题目请学科教研员先核对标准答案，核实以前不下发该题结论："),
            NumberedList(suspects),
        ]
    else:
        blocks.append(paragraph("没有发现答案存疑的题目。"))
    weak = _sentences(facts, "alpha")
    if weak:
        blocks.append(NumberedList(weak))
    return blocks + _figures(*(figures.item_quadrants(results, subject) for subject in results.papers))


def _overall(facts: ExamFacts) -> list[Block]:
    results = facts.results
    rows = [results.county(subject) for subject in results.subjects_and_total]
    blocks: list[Block] = [tables.rates_table("全县一分三率", "学科", rows, True, "一分三率")]
    blocks += _figures(figures.score_histogram(results, results.main_subject))
    told = _sentences(facts, "change", "low_rate")
    if told:
        blocks.append(NumberedList(told))
    if not facts.earlier_name:
        blocks.append(paragraph("没有可比的上一次考试，不作升降比较。"))
    return blocks


def _schools(facts: ExamFacts) -> list[Block]:
    results, main = facts.results, facts.results.main_subject
    few = results.caliber.min_group
    blocks: list[Block] = []
    for level, title, first in (
        ("school_type", "各类学校", "学校类型"),
        ("area", "城乡", "区域"),
        ("town", "各乡镇", "乡镇"),
    ):
        rows = [row for row in results.level(level, main) if row.taken >= few]
        if len(rows) > 1 and not (level == "town" and results.exam.compulsory):
            blocks.append(tables.rates_table(f"{title}{subject_name(main)}成绩", first, rows, False, title))
    blocks += _figures(figures.type_boxes(results, main), figures.area_gap_bars(results))
    gaps = _sentences(facts, "area_gap")
    if gaps:
        blocks.append(NumberedList(gaps))
    if results.gaps:
        blocks.append(tables.balance_table(results))
    return blocks + _figures(figures.school_funnel(facts)) + [tables.standing_table(facts)]


def _subjects(facts: ExamFacts) -> list[Block]:
    results = facts.results
    blocks: list[Block] = []
    for subject in results.subjects:
        row = results.county(subject)
        if row.masked:
            blocks += [Heading(row.subject_name, 2), paragraph(f"{row.warning}。")]
            continue
        low, passed = row.rates["low"], row.rates["pass"]
        blocks += [
            Heading(row.subject_name, 2),
            paragraph(
                f"实考 {row.taken:,} 人，均分 {MARK.text(row.mean.value)}（95%区间 {MARK.range(row.mean.lo, row.mean.hi)}），"
                f"及格率 {PERCENT.text(passed.value)}（{PERCENT.range(passed.lo, passed.hi)}），"
                f"低分率 {PERCENT.text(low.value)}（{PERCENT.range(low.lo, low.hi)}）。"
            ),
        ]
        if results.tags("county", "", subject):
            told = [
                each.sentence
                for each in facts.statements
                if each.key == "knowledge" and each.subject == subject
            ]
            blocks += [tables.knowledge_table(results, subject, KNOWLEDGE_SHOWN), *map(paragraph, told)]
        else:
            blocks.append(paragraph("没有双向细目表和小题分，知识点无法分析。"))
    return blocks


def _progress(facts: ExamFacts) -> list[Block]:
    return [
        paragraph(
            "增值需要合法的入学基线（如生地结业到中考、一模到中考），本次没有，不作增值判断，也不以均分高低代替。"
        )
    ]


def _groups(facts: ExamFacts) -> list[Block]:
    results, few = facts.results, facts.results.caliber.min_group
    all_rows = results.level("group", results.main_subject)
    rows = [row for row in all_rows if row.taken >= few]
    if not rows:
        return [paragraph("数据中没有性别、随迁、留守、寄宿等字段，群体无法分析。")]
    hidden = (
        f"有 {len(all_rows) - len(rows)} 个群体不足 {few} 人或可推知，不列。"
        if len(rows) < len(all_rows)
        else ""
    )
    label = subject_name(results.main_subject)
    blocks: list[Block] = [tables.rates_table(f"各群体{label}成绩", "群体", rows, False, "群体", hidden)]
    told = _sentences(facts, "group_gap")
    return [*blocks, NumberedList(told)] if told else blocks


def _targets(facts: ExamFacts) -> list[Block]:
    return [paragraph("本次没有设定目标。升学指标不得下达（义务教育质量评价指南等），只比较过程与均衡目标。")]


SCOPES = {
    "change": "全县",
    "knowledge": "全县",
    "area_gap": "城区与乡村学校",
    "low_participation": "所列学校",
    "low_rate": "全县",
    "group_gap": "所列群体",
    "suspect_key": "该题全体考生",
}
_NAMES = {
    "change": "与上次相比有变化",
    "knowledge": "知识点失分集中",
    "area_gap": "城乡有差距",
    "low_participation": "参考率偏低",
    "low_rate": "低分率偏高",
    "group_gap": "群体有差距",
    "suspect_key": "答案存疑",
}


def problems(facts: ExamFacts) -> tuple[Statement, ...]:
    """Return what is established or must be checked, as the list of problems."""
    return tuple(each for each in facts.statements if each.certain or each.key == "suspect_key")


def _problem_list(facts: ExamFacts) -> list[Block]:
    columns = (Column("问题"), Column("证据", width=3.0), Column("范围"), Column("原因"))
    rows = tuple((_NAMES[each.key], each.sentence, SCOPES[each.key], "待核实") for each in problems(facts))
    note = "数据说明差异在哪里、有多大，不能说明原因；原因由教研员到校核实后填写。"
    return [Table("问题清单", columns, rows, note=note)] if rows else [paragraph("没有可以确认的问题。")]


def _measures(facts: ExamFacts) -> list[Block]:
    due = due_on(facts.results.exam.ended_on, "party_group")
    text = f"考试结束后十四天内（{due.month}月{due.day}日前）提交局党组；整改措施同期落实到学校。"
    return [paragraph(text), tables.decision_table(facts, len(facts.decisions), "整改与决定事项")]


def _appendix(facts: ExamFacts) -> list[Block]:
    county = facts.county
    left = f"{county.subject_name}不计入 {county.excluded:,} 人，缓考 {county.deferred:,} 人，作弊 {county.cheat:,} 人。"
    return [paragraph(left), definitions(facts.results)]


_SECTIONS: tuple[tuple[str, Callable[[ExamFacts], list[Block]]], ...] = (
    ("基本情况", _background),
    ("命题与试卷质量", _papers),
    ("总体情况", _overall),
    ("学校类型与校际比较", _schools),
    ("学科分析", _subjects),
    ("增值与进步", _progress),
    ("群体", _groups),
    ("目标达成", _targets),
    ("问题清单", _problem_list),
    ("整改措施", _measures),
    ("附录：口径与数据说明", _appendix),
)
