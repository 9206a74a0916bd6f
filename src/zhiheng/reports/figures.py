"""Charts that documents share: facts in, ChartData out. Titles say the finding; nothing is computed."""

from collections.abc import Sequence

from zhiheng.charts.data import Axis, ChartData, Kind, Reference, Tone
from zhiheng.files.number_formats import COEFFICIENT, COUNT, MARK
from zhiheng.reports.facts.comparison import Standing
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.telling import direction
from zhiheng.standards.subjects import subject_name

_LABELS = Axis("")
_TONES = {Standing.ABOVE: Tone.HIGH, Standing.BELOW: Tone.LOW}
HARD, DISCRIMINATING = 0.4, 0.2
"""Quadrant lines of metrics §4: below 0.4 难, below 0.20 区分度低."""


def score_histogram(results: Results, subject: str) -> ChartData | None:
    """Return how many pupils fall in each band of marks; None where the analysis has no bands."""
    rows = tuple((row["from"], row["to"], row["count"]) for row in results.bands("county", "", subject))
    county = results.county(subject)
    if not rows or county.mean_taken is None:
        return None
    name = subject_name(subject)
    half = f"一半学生在 {MARK.text(county.q1)}～{MARK.text(county.q3)} 分之间"
    return ChartData(
        Kind.HISTOGRAM,
        f"{name}：{half}",
        rows,
        Axis(name, "分"),
        Axis("人数", "人", COUNT),
        county.taken,
        references=(Reference("x", county.mean_taken, f"均分 {MARK.text(county.mean_taken)}"),),
    )


def type_boxes(results: Results, subject: str) -> ChartData | None:
    """Return quartiles by school type, without names of schools; types under the 口径's minimum are left out."""
    few = results.caliber.min_group
    kept = [row for row in results.level("school_type", subject) if row.taken >= few and row.q1 is not None]
    if len(kept) < 2:
        return None
    rows = tuple((row.name, row.lowest, row.q1, row.median, row.q3, row.highest, row.taken) for row in kept)
    name = subject_name(subject)
    return ChartData(
        Kind.BOX,
        f"各类学校中间一半学生的{name}{'相互重叠' if _overlap(kept) else '没有共同的分数段'}",
        rows,
        Axis(name, "分"),
        _LABELS,
        results.county(subject).taken,
        note="方框为中间一半学生，竖线为中位数，横线两端为最低和最高",
    )


def _overlap(types: Sequence[Measured]) -> bool:
    """Whether the middle halves of all types share a stretch."""
    halves = [(row.q1, row.q3) for row in types if row.q1 is not None and row.q3 is not None]
    return max(q1 for q1, _ in halves) < min(q3 for _, q3 in halves)


def area_gap_bars(results: Results) -> ChartData | None:
    """Return the most urban schools' mean minus the most rural ones' in each subject with its interval, as marks."""
    gaps = [
        gap for subject in results.subjects if (gap := results.gaps.get(subject)) and gap.gap.lo is not None
    ]
    if not gaps:
        return None
    rows = tuple(
        (
            subject_name(gap.subject),
            gap.gap.value,
            gap.gap.lo,
            gap.gap.hi,
            (Tone.TOLD if direction(gap.gap) else Tone.PLAIN).value,
        )
        for gap in gaps
    )
    told = [gap for gap in gaps if direction(gap.gap)]
    of_all = (
        "各科" if len(gaps) == len(results.subjects) else "、".join(subject_name(gap.subject) for gap in gaps)
    )
    title = (
        f"{len(told)} 科城乡差距可以区分，{len(gaps) - len(told)} 科不能"
        if len(told) < len(gaps)
        else f"{of_all}城乡差距可以区分"
    )
    return ChartData(
        Kind.BAR,
        title if told else f"{of_all}城乡差距不能区分",
        rows,
        Axis(f"{gaps[0].high}均分减{gaps[0].low}均分", "分"),
        _LABELS,
        results.county(results.main_subject).taken,
        interval="黑线为95%区间，跨过 0 的不能区分",
        references=(Reference("x", 0.0, "无差距"),),
        names=(("value", "城乡差距"),),
    )


def school_funnel(facts: ExamFacts) -> ChartData | None:
    """Return each school's mean against its size, with the limits of that size; names are left out."""
    told = [each for each in facts.standings if each.lo is not None]
    county = facts.county
    if len(told) < 2 or county.mean_taken is None:
        return None
    rows = tuple(
        (
            "",
            each.school.taken,
            each.school.mean_taken,
            each.lo,
            each.hi,
            _TONES.get(each.standing, Tone.PLAIN).value,
        )
        for each in sorted(told, key=lambda each: each.school.taken)
    )
    counts = facts.standing_counts()
    return ChartData(
        Kind.FUNNEL,
        f"{len(told)} 所学校：{counts[Standing.ABOVE]} 所显著高，{counts[Standing.BELOW]} 所显著低，{counts[Standing.SAME]} 所无法区分",
        rows,
        Axis("实考人数", "人", COUNT),
        Axis(f"{county.subject_name}均分", "分"),
        county.taken,
        interval="虚线为该人数下的95%区间",
        note="▲ 显著高，▼ 显著低，● 无法区分；不标校名",
        references=(Reference("y", county.mean_taken, f"全县 {MARK.text(county.mean_taken)}"),),
    )


def item_quadrants(results: Results, subject: str) -> ChartData | None:
    """Return difficulty against discrimination of the items of a paper."""
    items = [item for item in results.items if item.subject == subject and item.discrimination is not None]
    if not items:
        return None
    rows = tuple(
        (
            item.label,
            item.facility.value,
            item.discrimination,
            (Tone.LOW if (item.discrimination or 0) < DISCRIMINATING else Tone.PLAIN).value,
        )
        for item in items
    )
    weak = [item.label for item in items if (item.discrimination or 0) < DISCRIMINATING]
    name = subject_name(subject)
    title = f"{name}第{'、'.join(weak)}题区分度低于 0.20" if weak else f"{name}各题区分度都在 0.20 以上"
    return ChartData(
        Kind.QUADRANTS,
        title,
        rows,
        Axis("难度（得分率）", "", COEFFICIENT, 0.0, 1.0),
        Axis("区分度", "", COEFFICIENT),
        items[0].n,
        note="点旁为题号；难度越高越易",
        references=(Reference("x", HARD, "0.40"), Reference("y", DISCRIMINATING, "0.20")),
    )
