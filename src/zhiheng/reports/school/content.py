"""学校分析报告: own school beside the county and the middle half of its type; never another school's name or figure."""

import datetime as dt
from collections.abc import Sequence

from zhiheng.charts.data import Axis, ChartData, Kind, Tone
from zhiheng.charts.drawing import figure
from zhiheng.files.document import (
    Block,
    Cell,
    Column,
    Document,
    Finding,
    Heading,
    KeyNumber,
    KeyNumbers,
    Table,
    paragraph,
)
from zhiheng.files.document import Kind as DocumentKind
from zhiheng.files.number_formats import COEFFICIENT, COUNT, MARK, MARK_CHANGE, PERCENT, PERCENT_SHORT
from zhiheng.reports.facts.comparison import Standing
from zhiheng.reports.facts.composites import schemes_of
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.school import SchoolFacts, SubjectSlice, WeakPoint, school_facts
from zhiheng.reports.facts.telling import direction
from zhiheng.reports.provenance import definitions, footer, properties, subtitle
from zhiheng.reports.tables.changes import place_change_table
from zhiheng.reports.tables.composites import school_composite_table
from zhiheng.reports.tables.growth import own_growth_table
from zhiheng.reports.tables.units import class_table, rates_table
from zhiheng.standards.loader import load

_TONES = {Standing.ABOVE: Tone.HIGH, Standing.BELOW: Tone.LOW}
BAND_NOTE = "◆ 本校，灰带为同类校中段（中间一半），竖线为全县"
TOO_FEW_NOTE = "◆ 本校，竖线为全县；同类校太少，不列"


def build(exam: ExamFacts, school: str) -> Document:
    """Return the report of one school (its number in the dataset, as text), for its own people."""
    facts = school_facts(exam, school)
    results = facts.results
    schemes = schemes_of(results.caliber, comparing=False)
    blocks: list[Block] = [
        Finding(facts.headline + facts.moved),
        *_overview(facts),
        *_classes(facts),
        *_knowledge(facts),
        *_to_do(facts),
        Heading("口径与数据说明"),
        definitions(results, schemes),
    ]
    return Document(
        title=f"{facts.name}\n{results.exam.name}分析报告",
        subtitle=subtitle(results, f"仅供{facts.name}使用"),
        kind=DocumentKind.REPORT,
        blocks=tuple(blocks),
        watermark=f"{facts.name}　{exam.today:%Y-%m-%d}",
        footer=footer(results, schemes),
        organisation=results.exam.organisation,
        definitions=definitions(results, schemes),
        properties=properties(results, facts.since) | {"学校": facts.name},
    )


def _overview(facts: SchoolFacts) -> list[Block]:
    main = facts.main.own
    blocks: list[Block] = [
        Heading("总体情况" if facts.alone else "本校与全县、同类校"),
        KeyNumbers(
            (
                KeyNumber("应考", main.expected, COUNT, "人"),
                KeyNumber("实考", main.taken, COUNT, "人"),
                KeyNumber("参考率", main.participation, PERCENT),
                KeyNumber(f"{main.subject_name}均分（实考）", main.mean_taken, MARK),
                KeyNumber(
                    f"{main.subject_name}均分（应考）", main.mean_expected.value, MARK, note="缺考按 0 分"
                ),
            )
        ),
    ]
    if not facts.alone:
        blocks.append(_comparison_table(facts))
        chart = band_chart(facts.headline, facts.subjects, fewest=facts.results.caliber.min_group)
        blocks += [figure(chart)] if chart is not None else []
    changed = [(each.own.subject_name, each.change) for each in facts.subjects if each.change]
    if facts.since and changed:
        blocks.append(place_change_table("本校在全县位置的变化", "学科", facts.since, changed, "变化"))
    blocks += _growth(facts)
    blocks.append(
        rates_table("本校一分三率", "学科", [each.own for each in facts.subjects], True, "本校一分三率")
    )
    scored = school_composite_table(facts)
    return [*blocks, scored] if scored else blocks


def _growth(facts: SchoolFacts) -> list[Block]:
    """Return the school's own value added and growth in a sentence and by subject; nothing where not measured."""
    baseline, main = facts.results.baseline, facts.main.growth
    if baseline is None or main is None:
        return []
    subjects = [each.growth for each in facts.subjects if each.growth]
    told = any(each.added.value is not None for each in subjects)
    sentence = paragraph(f"以{baseline.exam}为起点，{main.sentence}")
    return [sentence, own_growth_table(subjects)] if told else [sentence]


def _comparison_table(facts: SchoolFacts) -> Table:
    columns = (
        Column("学科"),
        Column("实考", COUNT),
        Column("本校", MARK, "均分", interval=True),
        Column("全县", MARK, "均分"),
        Column("同类校", MARK, "均分"),
        Column("下四分位", MARK, "同类校中段"),
        Column("上四分位", MARK, "同类校中段"),
        Column("与全县比较"),
    )
    rows = []
    for each in facts.subjects:
        band = each.band
        rows.append(
            (
                each.own.subject_name,
                each.own.taken,
                each.own.mean,
                each.county.mean.value,
                band.mean,
                band.q1,
                band.q3,
                each.standing.value,
            )
        )
    schools = facts.main.band.schools
    if facts.main.band.q1 is None:
        note = "同类校不足规定所数，为免推知他校，不列同类校数值。"
    else:
        note = f"同类校为{facts.school_type} {schools} 所（含本校），中段为各校均分的中间一半，不列校名。"
    return Table("本校与全县、同类校比较", columns, tuple(rows), note=note, sheet="比较")


def band_chart(headline: str, slices: Sequence[SubjectSlice], *, fewest: int) -> ChartData | None:
    """Return own score rates inside the middle half of schools of the same type, which go without names.

    Means are of those who sat the paper, as shares of the full mark, so that subjects stand on one axis.

    Parameters
    ----------
    slices : subjects in print order, the total last.
    fewest : subjects taken by fewer pupils are left out; None where none is left.
    """
    rows = tuple(
        (
            each.own.subject_name,
            *(
                None if mean is None else mean / each.own.full_mark
                for mean in (each.own.mean_taken, each.band.q1, each.band.q3, each.county.mean_taken)
            ),
            _TONES.get(each.standing, Tone.PLAIN).value,
        )
        for each in slices
        if each.own.full_mark and each.own.mean_taken is not None and each.own.taken >= fewest
    )
    if not rows:
        return None
    main = slices[-1]
    return ChartData(
        Kind.BAND,
        headline.rstrip("。"),
        rows,
        Axis("得分率", "", PERCENT_SHORT),
        Axis(""),
        main.own.taken,
        note=BAND_NOTE if any(each.band.q1 is not None for each in slices) else TOO_FEW_NOTE,
    )


def _classes(facts: SchoolFacts) -> list[Block]:
    if not any(each.classes for each in facts.subjects):
        return [Heading("班级"), paragraph("数据中没有班级，不列班级表。")]
    return [Heading("班级"), class_table(facts)]


def _knowledge(facts: SchoolFacts) -> list[Block]:
    columns = [
        Column("知识点", width=1.5),
        Column("题数", COUNT),
        Column("本校得分率", COEFFICIENT, interval=True),
    ]
    if not facts.alone:
        columns += [
            Column("全县得分率", COEFFICIENT),
            Column("本校减全县", MARK_CHANGE, interval=True),
            Column("判断"),
        ]
    blocks: list[Block] = [Heading("失分最多的知识点")]
    for each in facts.subjects:
        rows = tuple((*_weak_row(point)[: len(columns)], *point.by_class) for point in each.weak_points)
        if rows:
            name = each.own.subject_name
            by_class = (Column(row.name, COEFFICIENT, "各班得分率", paper=False) for row in each.classes)
            title, sheet = f"{name}得分率最低的知识点", f"{name}知识点"
            blocks.append(Table(title, (*columns, *by_class), rows, sheet=sheet))
    if len(blocks) == 1:
        blocks.append(paragraph("没有双向细目表和小题分，知识点无法分析。"))
    return blocks


_WORDS = {-1: "低于全县", 0: "无法区分", 1: "高于全县"}


def _weak_row(point: WeakPoint) -> tuple[Cell, ...]:
    told = _WORDS[direction(point.apart)]
    return (point.own.tag, point.own.items, point.own.rate, point.county.value, point.apart, told)


def _to_do(facts: SchoolFacts) -> list[Block]:
    """Return what the school fills in: causes along the teaching chain, and its measures with owner and date."""
    below = [
        f"{each.own.subject_name}“{point.own.tag}”"
        for each in facts.subjects
        for point in each.weak_points
        if point.below
    ]
    if facts.alone:
        focus = "先看本校得分率最低的几个知识点。"
    elif below:
        focus = f"本校低于全县且可以区分的知识点：{'、'.join(below)}。"
    else:
        focus = "没有哪个知识点可以确认低于全县，先看本校得分率最低的几项。"
    due = facts.results.exam.ended_on + dt.timedelta(days=load("reporting")["school_report"]["days"])
    return [
        Heading("学校自查与措施"),
        paragraph(focus),
        paragraph(f"请逐环节自查原因，填写三至五条措施，于{due.month}月{due.day}日前报教研室。"),
        _blank("原因自查（学校填写）", (Column("环节"), Column("发现的问题", width=4.0)), _CHAIN, "原因自查"),
        _blank(
            "整改措施（学校填写）",
            (Column("序号"), Column("措施", width=3.0), Column("责任人"), Column("时限"), Column("目标")),
            tuple(str(number) for number in range(1, 6)),
            "整改措施",
        ),
        _blank(
            "请教研室帮助的事项（学校填写）",
            (Column("序号"), Column("事项", width=4.0), Column("希望的时间")),
            ("1", "2"),
            "请求帮助",
        ),
    ]


_CHAIN = ("备课", "上课", "作业", "辅导", "检测")


def _blank(title: str, columns: tuple[Column, ...], rows: tuple[str, ...], sheet: str) -> Table:
    """Return a form: the first column filled, the others for the school's hand."""
    empty = ("",) * (len(columns) - 1)
    return Table(title, columns, tuple((row, *empty) for row in rows), sheet=sheet)
