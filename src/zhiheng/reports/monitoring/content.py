"""抽样监测等级报告: levels by subject for the county and groups of pupils. No marks, no school, no order."""

from zhiheng.files.document import (
    Block,
    Cell,
    Column,
    Definitions,
    Document,
    Finding,
    Heading,
    Kind,
    Table,
    paragraph,
)
from zhiheng.files.number_formats import COUNT, PERCENT
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.levels import LEVELS, LevelShares, level_shares
from zhiheng.reports.facts.results import Results
from zhiheng.reports.provenance import footer, properties, subtitle
from zhiheng.standards.subjects import subject_name

SAMPLED = "本次为抽样监测，只报告等级，结论到全县和学生群体为止；不比较学校，不排名次。"
COLUMNS = (
    Column("范围", width=1.6),
    Column("实考", COUNT),
    *(Column(level, PERCENT, interval=True) for level in LEVELS),
)


def build(facts: ExamFacts) -> Document:
    """Return the report of a sampled monitoring."""
    results = facts.results
    told = {subject: level_shares(results, subject) for subject in results.subjects}
    filing = f"备案号 {results.exam.filing_number}。" if results.exam.filing_number else ""
    basis = f"抽样办法：{results.exam.basis.rstrip('。')}。" if results.exam.basis else ""
    blocks: list[Block] = [Finding(_headline(told)), paragraph(SAMPLED + filing + basis)]
    for subject, shares in told.items():
        title = f"{subject_name(subject)}各等级比例"
        blocks += [
            Heading(subject_name(subject)),
            Table(title, COLUMNS, _rows(shares), sheet=subject_name(subject)),
        ]
    blocks += [Heading("口径与数据说明"), definitions(results)]
    return Document(
        title=f"{results.exam.name}等级报告",
        subtitle=subtitle(results, "供局党组和教研室使用"),
        kind=Kind.REPORT,
        blocks=tuple(blocks),
        footer=footer(results),
        organisation=results.exam.organisation,
        definitions=definitions(results),
        properties=properties(results),
    )


def definitions(results: Results) -> Definitions:
    """Return how the levels are drawn under the 口径 in force."""
    caliber = results.caliber
    lines = [("优秀", caliber.excellent), ("良好", caliber.good), ("合格", caliber.pass_)]
    drawn = "，".join(f"{name}为满分的{float(line) * 100:g}%以上" for name, line in lines if line is not None)
    return Definitions(
        (
            ("等级", f"{drawn}，其余为待提高；每人只在一个等级里。"),
            ("比例", "该等级人数÷实考人数；95%区间没有计入整班抽样带来的误差。"),
            ("不列的", f"不足{caliber.min_group}人的群体；学校和班级。"),
        )
    )


def _headline(told: dict[str, list[LevelShares]]) -> str:
    parts = []
    for subject, shares in told.items():
        low = shares[0].shares[-1] if shares else None
        if low is not None:
            limits = PERCENT.range(low.lo, low.hi)
            parts.append(f"{subject_name(subject)}待提高的占{PERCENT.text(low.value)}（{limits}）")
    return "；".join(parts) + "。" if parts else "抽到的人数太少，不作结论。"


def _rows(shares: list[LevelShares]) -> tuple[tuple[Cell, ...], ...]:
    return tuple((each.name, each.n, *each.shares) for each in shares)
