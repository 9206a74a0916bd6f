"""领导一页纸: what happened, what is certain, what is not, what to decide. Arranges facts; computes nothing."""

from zhiheng.files.document import (
    Block,
    Column,
    Document,
    Finding,
    Heading,
    Kind,
    NumberedList,
    Table,
    chinese_numeral,
    paragraph,
)
from zhiheng.files.number_formats import MARK, PERCENT, POINTS, POINTS_CHANGE
from zhiheng.reports.facts.exam import Change, ExamFacts
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.provenance import definitions, footer, properties, subtitle

SIGNERS = ("经办", "审核", "签发")


def build(facts: ExamFacts) -> Document:
    """Return the page for the bureau's leaders."""
    results = facts.results
    blocks: list[Block] = [
        paragraph(attendance(facts), indent=False),
        Finding(facts.headline),
        subject_table(facts),
    ]
    blocks += _listed("可以确认的", facts.confirmed, "这次没有哪一项差异超出区间，不宜下确定结论。")
    blocks += _listed("尚不能下结论的", facts.open_questions, "没有。")
    blocks += [
        Heading(f"请您决定的{chinese_numeral(len(facts.decisions[:3]))}件事", numbered=False),
        decision_table(facts, 3),
    ]
    return Document(
        title=f"{results.exam.name}一页简报",
        subtitle=subtitle(results, "供局党组审阅"),
        kind=Kind.BRIEF,
        blocks=tuple(blocks),
        footer=footer(results),
        organisation=results.exam.organisation,
        signers=SIGNERS,
        definitions=definitions(results),
        properties=properties(results),
    )


def _listed(title: str, statements: tuple[Statement, ...], otherwise: str) -> list[Block]:
    if not statements:
        return [Heading(title.removesuffix("的"), numbered=False), paragraph(otherwise, indent=False)]
    heading = Heading(f"{title}{chinese_numeral(len(statements))}条".replace("二条", "两条"), numbered=False)
    return [heading, NumberedList(tuple(each.sentence for each in statements))]


def attendance(facts: ExamFacts) -> str:
    """Return 应考, 实考, 参考率, and the schools whose absences matter."""
    county = facts.county
    text = (
        f"应考 {county.expected:,} 人，实考 {county.taken:,} 人，参考率 {PERCENT.text(county.participation)}"
    )
    low = facts.low_participation
    if not low:
        return text + "。"
    named = "、".join(f"{row.name} {PERCENT.text(row.participation)}" for row in low[:2])
    rest = f"等 {len(low)} 所学校" if len(low) > 2 else ""
    return f"{text}（{named}{rest}缺考较多，其成绩两种口径并列）。"


def subject_table(facts: ExamFacts) -> Table:
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
        rows.append(
            (
                row.subject_name,
                row.mean_taken,
                row.mean_expected.value,
                row.rates["pass"].value,
                row.rates["low"].value,
                change_text(facts.changes.get(subject, ())),
            )
        )
    against = f"可比变化与{facts.earlier_name}相比。" if facts.earlier_name else ""
    return Table("", columns, tuple(rows), note=against, sheet="学科")


def change_text(changes: tuple[Change, ...]) -> str:
    """Return the changes an interval supports; 无法区分 where none is, 无可比数据 where nothing compares."""
    if not changes:
        return "无可比数据"
    told = [
        f"{each.label} {POINTS_CHANGE.text(each.estimate.value)}（{POINTS.range(each.estimate.lo, each.estimate.hi)}）"
        for each in changes
        if each.direction
    ]
    return "；".join(told) or "无法区分"


def decision_table(facts: ExamFacts, count: int) -> Table:
    """Return 事项, 责任人, 时限 of the most urgent decisions."""
    columns = (Column("事项", width=2.0), Column("责任人"), Column("时限"))
    rows = tuple(
        (each.matter, each.owner, f"{each.due_on.month}月{each.due_on.day}日")
        for each in facts.decisions[:count]
    )
    return Table("", columns, rows, sheet="请决定事项")
