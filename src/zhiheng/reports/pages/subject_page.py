"""The page of one subject: what stands out, the key numbers, schools in a funnel, what to teach again first."""

from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse

from zhiheng.base.components import printed
from zhiheng.base.components.charting import ChartCard
from zhiheng.charts.data import Axis, ChartData, Kind, Reference, Tone
from zhiheng.files.number_formats import COUNT, MARK, PERCENT_SHORT
from zhiheng.reports.facts.comparison import SchoolStanding, Standing
from zhiheng.reports.facts.measured import WITHHELD, ItemFact, Measured
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.figures import score_histogram
from zhiheng.reports.pages.results import Reading
from zhiheng.standards.subjects import subject_name

TONES = {
    Standing.ABOVE: Tone.HIGH,
    Standing.SAME: Tone.PLAIN,
    Standing.BELOW: Tone.LOW,
    Standing.TOO_FEW: Tone.PLAIN,
    Standing.WITHHELD: Tone.PLAIN,
}
STANDING_TAGS = {
    Standing.ABOVE: ("显著高", "green"),
    Standing.SAME: ("无法区分", ""),
    Standing.BELOW: ("显著低", "red"),
    Standing.TOO_FEW: ("人数不足", ""),
    Standing.WITHHELD: (WITHHELD, ""),
}
FIRST_ITEMS = 5
RATES = (("excellent", "优秀率"), ("pass", "及格率"), ("low", "低分率"))


def where(reading: Reading, level: str, unit: str, subject: str, measure: str) -> str:
    """Return the address that explains one number: its definition, formula, parameters and source."""
    query = urlencode(
        {
            "analysis": reading.analysis.id,
            "level": level,
            "unit": unit,
            "subject": subject,
            "measure": measure,
        }
    )
    return f"{reverse('results:trace', args=[reading.exam.id])}?{query}"


def key_numbers(reading: Reading, unit: Measured) -> list[dict[str, Any]]:
    """Return the mean over both denominators and the three rates of a unit, each with its interval and origin."""
    mean = unit.mean
    half = None if mean.lo is None or mean.hi is None else (mean.hi - mean.lo) / 2
    numbers = [
        {
            "label": "平均分（实考 / 应考）",
            "value": f"{printed.points(unit.mean_taken)} / {printed.points(unit.mean_expected.value)}",
            "note": f"±{printed.points(half)}" if half is not None else "",
            "where": where(reading, unit.level, unit.unit, unit.subject, "mean"),
        }
    ]
    for name, label in RATES:
        rate = unit.rates[name]
        numbers.append(
            {
                "label": label,
                "value": printed.percent(rate.value),
                "note": printed.interval(rate.lo, rate.hi, kind="percent"),
                "where": where(reading, unit.level, unit.unit, unit.subject, name),
            }
        )
    return numbers


def finding(statements: tuple[Statement, ...], subject: str) -> str:
    """Return the finding of a subject as a title, or that nothing can be told apart."""
    said = [s.short for s in statements if s.subject == subject and s.certain and s.short]
    name = subject_name(subject)
    return f"{name}：{'，'.join(dict.fromkeys(said))}" if said else f"{name}：各类学校之间的差别都在区间之内"


def funnel(found: tuple[SchoolStanding, ...], county: Measured) -> ChartCard | None:
    """Return means against numbers of pupils. Nothing where fewer than three schools can be shown."""
    shown = [each for each in found if each.lo is not None]
    if len(shown) < 3 or county.mean_taken is None:
        return None
    apart = sum(each.standing in (Standing.ABOVE, Standing.BELOW) for each in shown)
    title = (
        f"各校均分与人数：{apart} 校可以区分，虚线内的差别不能说明问题"
        if apart
        else "各校均分与人数：都在虚线之内，不能说明问题"
    )
    rows = tuple(
        (
            each.school.name,
            each.school.taken,
            each.school.mean_taken,
            each.lo,
            each.hi,
            TONES[each.standing].value,
        )
        for each in sorted(shown, key=lambda each: each.school.taken)
    )
    chart = ChartData(
        Kind.FUNNEL, title, rows, Axis("实考人数", "人", COUNT), Axis("均分", "分", MARK),
        n=len(shown), counted="校", interval="虚线为该人数下的 95% 区间",
        references=(Reference("y", county.mean_taken, "全县"),),
    )  # fmt: skip
    return ChartCard("funnel", chart)


def units_chart(results: Results, subject: str, level: str, words: str) -> ChartCard | None:
    """Return the means of areas or school types (`words` names them) with their intervals."""
    units = [unit for unit in results.level(level, subject) if unit.mean.value is not None]
    if len(units) < 2:
        return None
    rows = tuple((unit.name, unit.mean.value, unit.mean.lo, unit.mean.hi, "") for unit in units)
    county = results.county(subject)
    references = () if county.mean.value is None else (Reference("x", county.mean.value, "全县"),)
    chart = ChartData(
        Kind.BAR, _apart_title(units, words), rows, Axis("均分", "分", MARK), Axis(""), n=county.taken,
        interval="横线为 95% 区间", references=references,
    )  # fmt: skip
    return ChartCard(f"by-{level}", chart)


def _apart_title(units: list[Measured], words: str) -> str:
    """Say whether any two intervals lie apart."""
    limits = [(unit.mean.lo, unit.mean.hi, unit.name) for unit in units]
    known = [(lo, hi, name) for lo, hi, name in limits if lo is not None and hi is not None]
    if len(known) < 2:
        return f"{words}：没有可比的区间"
    lo, _, high = max(known)
    _, hi, low = min(known, key=lambda each: each[1])
    return f"{high}高于{low}，区间不重叠" if lo > hi else f"{words}的区间相互重叠，不能说明差别"


def knowledge_chart(
    results: Results, subject: str, level: str = "county", unit: str = ""
) -> ChartCard | None:
    """Return the knowledge points of a unit, weakest first."""
    tags = results.tags(level, unit, subject)[:12]
    if len(tags) < 2:
        return None
    rows = tuple((tag.tag, tag.rate.value, tag.rate.lo, tag.rate.hi, "") for tag in tags)
    chart = ChartData(
        Kind.BAR, f"失分最多的知识点：{tags[0].tag}，得分率 {printed.percent(tags[0].rate.value)}", rows,
        Axis("得分率", "", PERCENT_SHORT, lo=0, hi=1), Axis(""), n=tags[0].n, interval="横线为 95% 区间",
    )  # fmt: skip
    return ChartCard("knowledge", chart)


def _card(place: str, chart: ChartData | None) -> ChartCard | None:
    return None if chart is None else ChartCard(place, chart)


def first_items(results: Results, subject: str) -> list[ItemFact]:
    """Return what to look at first: items whose key is in doubt, then the lowest score rates."""
    items = [item for item in results.items if item.subject == subject and item.facility.value is not None]
    items.sort(key=lambda item: (not item.suspect_key, item.facility.value or 0.0))
    return items[:FIRST_ITEMS]


def type_spread(results: Results, subject: str) -> dict[str, tuple[float, float]]:
    """Return, by the item's label, the lowest and the highest score rate among types of schools, where there are several."""
    table = results.tables.get("item_stats")
    if table is None:
        return {}
    rates = table.filter(
        (pl.col("level") == "school_type") & (pl.col("subject") == subject) & pl.col("facility").is_not_null()
    )
    labels = results.dimensions["items"].select("subject", "item", "label")
    spread = (
        rates.group_by("subject", "item")
        .agg(
            pl.col("facility").min().alias("lo"),
            pl.col("facility").max().alias("hi"),
            pl.len().alias("types"),
        )
        .join(labels, on=["subject", "item"])
    )
    rows = spread.filter(pl.col("types") > 1).select("label", "lo", "hi").iter_rows()
    return {label: (lo, hi) for label, lo, hi in rows}


def subject_page(reading: Reading, subject: str) -> dict[str, Any]:
    """Return the context of the page."""
    results = reading.results
    county = results.county(subject)
    found, spread = reading.facts.standings_in[subject], type_spread(results, subject)
    return {
        "reading": reading,
        "subject": subject,
        "subject_name": subject_name(subject),
        "title": finding(reading.facts.statements, subject),
        "county": county,
        "numbers": key_numbers(reading, county),
        "funnel": funnel(found, county),
        "types": units_chart(results, subject, "school_type", "各类学校"),
        "histogram": _card("histogram", score_histogram(results, subject)),
        "areas": units_chart(results, subject, "area", "城区、镇区、乡村"),
        "knowledge": knowledge_chart(results, subject),
        "items": [(item, spread.get(item.label)) for item in first_items(results, subject)],
        "paper": results.papers.get(subject),
        "statements": [s for s in reading.facts.statements if s.subject == subject],
    }
