"""Papers: their quality, what their blueprints cover, their items and knowledge points."""

from zhiheng.files.document import Cell, Column, Table
from zhiheng.files.number_formats import COEFFICIENT, COUNT, MARK, PERCENT, PERCENT_SHORT
from zhiheng.reports.facts.measured import ItemFact
from zhiheng.reports.facts.results import Results
from zhiheng.standards.subjects import subject_name

ITEM_KINDS = {"choice": "单选", "multiple": "多选", "open": "非选择"}
TAG_KINDS = {"knowledge": "知识点", "ability": "能力层次"}


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
        if paper.items
    )
    return Table(
        "试卷质量", columns, rows, note="难度为得分率，越高越易。只计有小题分的学科。", sheet="试卷质量"
    )


def blueprint_table(results: Results, subject: str, kind: str) -> Table | None:
    """Return what share of the marks each ability level or knowledge point carries; None without a blueprint."""
    tags = results.tags("county", "", subject, kind)
    full = sum(tag.full_mark for tag in tags)
    if not full:
        return None
    columns = (
        Column(TAG_KINDS[kind], width=1.5),
        Column("题数", COUNT),
        Column("分值", MARK),
        Column("占比", PERCENT_SHORT),
        Column("全县得分率", COEFFICIENT, interval=True),
    )
    rows = tuple((tag.tag, tag.items, tag.full_mark, tag.full_mark / full, tag.rate) for tag in tags)
    name = f"{subject_name(subject)}{TAG_KINDS[kind]}"
    return Table(f"{name}覆盖", columns, rows, note="得分率低的在前。", sheet=name)


def item_table(results: Results, subject: str) -> Table | None:
    """Return every item of a paper: what it asks, how it went, and the wrong option chosen most.

    The workbook has the share of every option too.
    """
    items = [item for item in results.items if item.subject == subject]
    if not items:
        return None
    options = sorted({option for item in items for option in results.options(subject, item.item)} - {""})
    columns = (
        Column("题号"),
        Column("题型"),
        Column("满分", MARK),
        Column("知识点", width=1.5),
        Column("能力"),
        Column("均分", MARK, paper=False),
        Column("得分率", COEFFICIENT, interval=True),
        Column("预估", COEFFICIENT),
        Column("区分度", COEFFICIENT),
        Column("最多错选"),
        *(Column(option or "未选", PERCENT, "选择率", paper=False) for option in (*options, "") if options),
    )
    name = subject_name(subject)
    return Table(
        f"{name}小题",
        columns,
        tuple(_item_row(results, item, (*options, "") if options else ()) for item in items),
        note="得分率即难度，越高越易。最多错选：选得最多的错误选项及其人数占比。",
        sheet=f"{name}小题",
    )


def _item_row(results: Results, item: ItemFact, options: tuple[str, ...]) -> tuple[Cell, ...]:
    facility = item.facility.value
    shares = results.options(item.subject, item.item)
    return (
        item.label,
        ITEM_KINDS.get(item.kind, "—"),
        item.full_mark,
        item.knowledge or "—",
        item.ability or "—",
        None if facility is None else facility * item.full_mark,
        item.facility,
        item.expected_facility,
        item.discrimination,
        f"{item.top_wrong} {PERCENT_SHORT.text(item.top_wrong_share)}" if item.top_wrong else "—",
        *(shares.get(option) for option in options),
    )
