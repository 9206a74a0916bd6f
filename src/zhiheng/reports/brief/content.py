"""领导一页纸: what happened, what is certain, what is not, what to decide. Arranges facts; computes nothing."""

from zhiheng.charts.drawing import figure
from zhiheng.files.document import (
    Block,
    Document,
    Finding,
    Heading,
    Kind,
    NumberedList,
    chinese_numeral,
    paragraph,
)
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.figures import area_gap_bars
from zhiheng.reports.provenance import definitions, footer, properties, subtitle
from zhiheng.reports.tables.attendance import attendance
from zhiheng.reports.tables.decisions import decision_table
from zhiheng.reports.tables.units import subject_table

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
    chart = area_gap_bars(results)
    if chart is not None:
        blocks.append(figure(chart))
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
        properties=properties(results, facts.changes),
    )


def _listed(title: str, statements: tuple[Statement, ...], otherwise: str) -> list[Block]:
    if not statements:
        return [Heading(title.removesuffix("的"), numbered=False), paragraph(otherwise, indent=False)]
    heading = Heading(f"{title}{chinese_numeral(len(statements))}条".replace("二条", "两条"), numbered=False)
    return [heading, NumberedList(tuple(each.sentence for each in statements))]
