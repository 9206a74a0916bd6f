"""The middle of the county's report: the whole, types of schools, subjects, progress, groups of pupils."""

from zhiheng.charts.data import ChartData
from zhiheng.charts.drawing import figure
from zhiheng.files.document import Block, Heading, NumberedList, paragraph
from zhiheng.files.number_formats import MARK, PERCENT, PERCENT_SHORT
from zhiheng.measures.growth.page_data import METHODS
from zhiheng.reports import figures
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.growth import method_of, refusals
from zhiheng.reports.facts.results import Results
from zhiheng.reports.tables.changes import (
    NOT_COMPARED,
    gap_change_table,
    place_change_table,
    progress_table,
)
from zhiheng.reports.tables.composites import composite_table
from zhiheng.reports.tables.growth import school_growth_table
from zhiheng.reports.tables.papers import blueprint_table, item_table
from zhiheng.reports.tables.units import (
    balance_table,
    ends_table,
    levels_table,
    rates_table,
    standing_table,
)
from zhiheng.standards.subjects import subject_name

LEVELS = {"school_type": "学校类型", "area": "区域", "town": "乡镇"}


def overall(facts: ExamFacts) -> list[Block]:
    """Return 总体情况."""
    results = facts.results
    rows = [results.county(subject) for subject in results.subjects_and_total]
    blocks: list[Block] = [rates_table("全县一分三率", "学科", rows, True, "一分三率")]
    blocks += _drawn(figures.score_histogram(results, results.main_subject))
    blocks += _listed(facts, "change", "low_rate")
    if not facts.changes:
        return [*blocks, paragraph(NOT_COMPARED)]
    return [*blocks, gap_change_table(facts.changes)] if facts.changes.gaps else blocks


def schools(facts: ExamFacts) -> list[Block]:
    """Return 学校类型与校际比较. Towns, with a school or two each, are told apart above compulsory education only."""
    results, main = facts.results, facts.results.main_subject
    levels = [level for level in LEVELS if level != "town" or not results.exam.compulsory]
    blocks: list[Block] = []
    for level in levels:
        rows = [row for row in results.level(level, main) if row.taken >= results.caliber.min_group]
        if len(rows) > 1:
            first = LEVELS[level]
            blocks.append(rates_table(f"各{first}{subject_name(main)}成绩", first, rows, False, first))
    blocks += _scored(facts, levels)
    blocks += _drawn(figures.type_boxes(results, main), figures.area_gap_bars(results))
    blocks += _listed(facts, "area_gap")
    if results.gaps:
        blocks.append(balance_table(results))
    return blocks + _drawn(figures.school_funnel(facts)) + [standing_table(facts)]


def _scored(facts: ExamFacts, levels: list[str]) -> list[Block]:
    """Return both ends and 综合分 of types of schools, and above compulsory education of schools."""
    results = facts.results
    scored = [*levels[:1], *([] if results.exam.compulsory else ["school"])]
    blocks: list[Block] = [ends_table(results, level, _first(level)) for level in scored]
    tables = (composite_table(facts, level, _first(level)) for level in scored)
    return [*blocks, *(table for table in tables if table)]


def _first(level: str) -> str:
    return LEVELS.get(level, "学校")


def subjects(facts: ExamFacts) -> list[Block]:
    """Return 学科分析: levels of all subjects, then knowledge points and items of those that have them."""
    results = facts.results
    itemised = [subject for subject in results.subjects if results.tags("county", "", subject)]
    others = "、".join(subject_name(subject) for subject in results.subjects if subject not in itemised)
    blocks: list[Block] = [levels_table(results)]
    for subject in itemised:
        blocks += [Heading(subject_name(subject), 2), *_subject(facts, subject)]
    return [*blocks, paragraph(f"{others}没有双向细目表和小题分，知识点无法分析。")] if others else blocks


def _subject(facts: ExamFacts, subject: str) -> list[Block]:
    results, row = facts.results, facts.results.county(subject)
    if row.masked:
        return [paragraph(f"{row.warning}。")]
    low, passed = row.rates["low"], row.rates["pass"]
    told = (each.sentence for each in facts.statements if each.key == "knowledge" and each.subject == subject)
    tables = (blueprint_table(results, subject, "knowledge"), item_table(results, subject))
    return [
        paragraph(
            f"实考 {row.taken:,} 人，均分 {MARK.text(row.mean.value)}（95%区间 {MARK.range(row.mean.lo, row.mean.hi)}），"
            f"及格率 {PERCENT.text(passed.value)}（{PERCENT.range(passed.lo, passed.hi)}），"
            f"低分率 {PERCENT.text(low.value)}（{PERCENT.range(low.lo, low.hi)}）。"
        ),
        *map(paragraph, told),
        *filter(None, tables),
    ]


def progress(facts: ExamFacts) -> list[Block]:
    """Return 增值与进步: value added where a lawful baseline is there, and places in the county then and now."""
    blocks, since, main = _value_added(facts.results), facts.changes, facts.results.main_subject
    if since is None or not since.schools.get(main):
        return blocks
    types = [(each.name, each) for each in since.types[main]]
    title = f"各类学校{subject_name(main)}位置的变化"
    return [
        *blocks,
        *([place_change_table(title, "学校类型", since, types, "类型变化")] if len(types) > 1 else []),
        progress_table(facts, since, main),
    ]


def _value_added(results: Results) -> list[Block]:
    """Say what value added starts from and how it is measured, then every school's; or that nothing may serve."""
    if results.baseline is None:
        return [
            paragraph(
                "增值需要合法的入学基线（如生地结业到中考、一模到中考），本次没有，不作增值判断，也不以均分高低代替。"
            )
        ]
    start = f"增值以{results.baseline.exam}（数据{results.baseline.dataset_version}）为起点"
    measured = [
        subject
        for subject in results.subjects_and_total
        if any(each.pupils for each in results.school_growth(subject))
    ]
    if not measured:
        why = refusals(results.tables, results.main_subject)
        return [paragraph(f"{start}。{''.join(why)}")]
    shown = measured[-1]
    schools = results.school_growth(shown)
    matched, pupils = sum(each.matched or 0 for each in schools), sum(each.pupils or 0 for each in schools)
    text = (
        f"{start}，方法为{METHODS[method_of(results.tables, shown)]}。本次{subject_name(shown)}有成绩的 {pupils:,} 人中，"
        f"{matched:,} 人两次成绩都有，匹配率 {PERCENT_SHORT.text(matched / pupils)}。"
    )
    return [paragraph(text), school_growth_table(results, shown)]


def groups(facts: ExamFacts) -> list[Block]:
    """Return 群体: pupils by trait, groups under the 口径's minimum left out."""
    results, few = facts.results, facts.results.caliber.min_group
    all_rows = results.level("group", results.main_subject)
    rows = [row for row in all_rows if row.taken >= few]
    if not rows:
        return [paragraph("数据中没有性别、随迁、留守、寄宿等字段，群体无法分析。")]
    left_out = len(all_rows) - len(rows)
    hidden = f"有 {left_out} 个群体不足 {few} 人或可推知，不列。" if left_out else ""
    label = subject_name(results.main_subject)
    return [
        rates_table(f"各群体{label}成绩", "群体", rows, False, "群体", hidden),
        *_listed(facts, "group_gap"),
    ]


def _drawn(*charts: ChartData | None) -> list[Block]:
    return [figure(chart) for chart in charts if chart is not None]


def _listed(facts: ExamFacts, *keys: str) -> list[Block]:
    found = tuple(each.sentence for each in facts.statements if each.key in keys)
    return [NumberedList(found)] if found else []
