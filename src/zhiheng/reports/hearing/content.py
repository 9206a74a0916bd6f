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
from zhiheng.reports.facts.causes import UNKNOWN, to_look_into
from zhiheng.reports.facts.comparison import Standing
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.provenance import definitions, footer, properties
from zhiheng.reports.tables.attendance import attendance, participation_table
from zhiheng.reports.tables.decisions import decision_table
from zhiheng.reports.tables.units import subject_table

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
        properties=properties(results, facts.changes),
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
        paragraph(attendance(facts)),
        paragraph(Run(facts.headline, bold=True), standing),
        subject_table(facts, "各科成绩"),
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
        blocks += [participation_table(facts)]
    return blocks


def _causes(facts: ExamFacts) -> list[Block]:
    found = dict.fromkeys(f"{asked}。" for each in facts.confirmed if (asked := to_look_into(each)))
    if not found:
        return [Heading("原因"), paragraph(UNKNOWN)]
    return [
        Heading("原因"),
        paragraph(UNKNOWN + "建议教研室会同有关科室从以下方面核实："),
        NumberedList(tuple(found)),
    ]


def _matters(facts: ExamFacts) -> list[Block]:
    count = len(facts.decisions[:3])
    return [
        Heading("提请审议事项"),
        paragraph(f"提请局党组审议以下{chinese_numeral(count)}项：".replace("二项", "两项")),
        decision_table(facts, count, "提请审议事项"),
    ]
