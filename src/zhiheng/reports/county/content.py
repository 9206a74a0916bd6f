"""全县质量分析报告: the eleven sections of reports.md §3. A section without ground says why in one sentence."""

from collections.abc import Callable

from zhiheng.files.document import Block, Definitions, Document, Finding, Heading, Kind
from zhiheng.reports.county.background import background, papers
from zhiheng.reports.county.conclusions import appendix, measures, problem_list, targets
from zhiheng.reports.county.findings import groups, overall, progress, schools, subjects
from zhiheng.reports.facts.composites import schemes_of
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.provenance import definitions, footer, in_force, properties, subtitle

_SECTIONS: tuple[tuple[str, Callable[[ExamFacts], list[Block]]], ...] = (
    ("基本情况", background),
    ("命题与试卷质量", papers),
    ("总体情况", overall),
    ("学校类型与校际比较", schools),
    ("学科分析", subjects),
    ("增值与进步", progress),
    ("群体", groups),
    ("目标达成", targets),
    ("问题清单", problem_list),
    ("整改措施", measures),
    ("附录：口径与数据说明", appendix),
)


def build(facts: ExamFacts) -> Document:
    """Return the county's report."""
    results = facts.results
    schemes = schemes_of(results.caliber, comparing=not results.exam.compulsory)
    blocks: list[Block] = [Finding(facts.headline)]
    for title, section in _SECTIONS:
        blocks.append(Heading(title))
        blocks += section(facts)
    return Document(
        title=f"{results.exam.name}质量分析报告",
        subtitle=subtitle(results, "供局党组和教研室使用"),
        kind=Kind.REPORT,
        blocks=tuple(blocks),
        footer=footer(results, schemes),
        organisation=results.exam.organisation,
        definitions=Definitions(definitions(results, schemes).entries + in_force(results).entries),
        properties=properties(results, facts.changes),
    )
