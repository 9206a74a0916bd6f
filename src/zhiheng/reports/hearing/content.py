"""党组汇报稿: 总体情况, 主要问题, 原因, 提请审议事项, in the layout of a 公文 with its signature field."""

from zhiheng.files.document import (
    Block,
    Document,
    Heading,
    Kind,
    NumberedList,
    Run,
    Signature,
    chinese_numeral,
    paragraph,
)
from zhiheng.reports import tables
from zhiheng.reports.facts.comparison import Standing
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.provenance import definitions, footer, properties
from zhiheng.standards.subjects import subject_name

SIGNERS = ("拟稿", "核稿", "签发")


def build(facts: ExamFacts) -> Document:
    """Return the text for the party group."""
    results = facts.results
    blocks: list[Block] = [
        paragraph("局党组：", indent=False),
        paragraph(f"现将{results.exam.name}质量分析情况汇报如下。"),
        *_overall(facts),
        *_problems(facts),
        *_causes(facts),
        *_matters(facts),
        Signature(SIGNERS, results.exam.organisation + results.exam.office),
    ]
    return Document(
        title=f"关于{results.exam.name}质量分析情况的汇报",
        subtitle="",
        kind=Kind.OFFICIAL,
        blocks=tuple(blocks),
        footer=footer(results),
        organisation=results.exam.organisation,
        definitions=definitions(results),
        properties=properties(results),
    )


def _overall(facts: ExamFacts) -> list[Block]:
    counts = facts.standing_counts()
    schools = sum(counts.values())
    standing = (
        f"{schools} 所学校中，{counts[Standing.ABOVE]} 所与全县相比显著高，{counts[Standing.BELOW]} 所显著低，"
        f"{counts[Standing.SAME]} 所无法区分"
        + (f"，{counts[Standing.TOO_FEW]} 所人数不足" if counts[Standing.TOO_FEW] else "")
        + (f"，{counts[Standing.WITHHELD]} 所人数少或可推知，不列" if counts[Standing.WITHHELD] else "")
        + "。"
    )
    return [
        Heading("总体情况"),
        paragraph(tables.attendance(facts)),
        paragraph(Run(facts.headline, bold=True), standing),
        tables.subject_table(facts, "各科成绩"),
        paragraph(f"本报告所用{footer(facts.results)}。"),
    ]


def _problems(facts: ExamFacts) -> list[Block]:
    blocks: list[Block] = [Heading("主要问题")]
    if facts.confirmed:
        blocks += [
            Heading("可以确认的", 2),
            NumberedList(tuple(each.sentence for each in facts.confirmed)),
        ]
    else:
        blocks.append(paragraph("这次没有哪一项差异超出区间，不宜下确定结论。"))
    blocks += [
        Heading("尚不能下结论的", 2),
        NumberedList(tuple(each.sentence for each in facts.open_questions)),
    ]
    if facts.low_participation:
        blocks += [tables.participation_table(facts)]
    return blocks


_DIRECTIONS = {
    "knowledge": "{subject}失分集中的知识点，核查教学进度、课堂落实和讲评是否到位",
    "area_gap": "城乡差距较大的学科，核查师资配备、班额和教研覆盖",
    "low_participation": "参考率偏低的学校，核查缺考学生去向和原因",
    "group_gap": "有差距的学生群体，核查帮扶和家校联系记录",
    "low_rate": "{subject}低分率较高，核查需要关注的学生名单和辅导记录",
    "change": "{subject}与上次相比的变化，核查教学安排有无调整",
}


def _causes(facts: ExamFacts) -> list[Block]:
    directions = tuple(
        dict.fromkeys(
            _DIRECTIONS[each.key].format(subject=subject_name(each.subject)) + "。"
            for each in facts.confirmed
            if each.key in _DIRECTIONS
        )
    )
    text = "成绩数据只说明差异在哪里、有多大，不能单独说明原因。"
    if not directions:
        return [Heading("原因"), paragraph(text)]
    return [
        Heading("原因"),
        paragraph(text + "建议教研室会同有关科室从以下方面核实："),
        NumberedList(directions),
    ]


def _matters(facts: ExamFacts) -> list[Block]:
    count = len(facts.decisions[:3])
    return [
        Heading("提请审议事项"),
        paragraph(f"提请局党组审议以下{chinese_numeral(count)}项：".replace("二项", "两项")),
        tables.decision_table(facts, count, "提请审议事项"),
    ]
