"""What the value added of all schools together allows to be said. Counts schools, sets none above another."""

from collections.abc import Iterable

from zhiheng.core.value_added.verdicts import ALIKE, HIGH, LOW
from zhiheng.reports.facts.growth import refusals
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.facts.telling import NOTHING
from zhiheng.standards.subjects import subject_name


def value_added(results: Results) -> Iterable[Statement]:
    """How many schools can be told from the county by their value added; nothing to a reader of one school."""
    if results.baseline is None:
        return
    schools = results.school_growth(results.main_subject)
    start, n = f"以{results.baseline.exam}为起点", sum(each.matched or 0 for each in schools)
    if refused := refusals(results.tables, results.main_subject):
        text = f"{start}，{refused[0].rstrip('。')}，各校教学增值尚不能下结论"
        yield Statement("value_added", "", text, NOTHING, n, "", False, 0.0)
    if len(schools) < 2:
        return
    high, low, alike = (sum(each.verdict == verdict for each in schools) for verdict in (HIGH, LOW, ALIKE))
    whole = f"{start}，{len(schools)} 所学校的{subject_name(results.main_subject)}增值"
    if high or low:
        text = f"{whole}中 {high} 所显著高、{low} 所显著低，{alike} 所区间含 0、与全县无显著差异"
    else:
        text = f"{whole}没有一所能与全县区分，尚不能下结论"
    rest = len(schools) - high - low - alike
    text += f"，{rest} 所依据不足、不列" if rest else ""
    yield Statement("value_added", "", text, NOTHING, n, "", bool(high or low), 1.0)
