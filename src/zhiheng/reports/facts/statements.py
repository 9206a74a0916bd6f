"""Sentences that say what an interval supports and no more. One function per kind of statement.

A statement is certain where its 95 % interval leaves zero out; else it says that nothing can be told apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from zhiheng.core.intervals import mean_difference_interval
from zhiheng.core.moments import standard_deviation
from zhiheng.files.document import Estimate
from zhiheng.files.number_formats import COEFFICIENT, MARK, PERCENT, NumberFormat
from zhiheng.frames.schema import HUNDREDTHS
from zhiheng.reports.facts.changes import Change, Changes
from zhiheng.reports.facts.measured import Measured, Tag, number
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.telling import NOTHING, direction, estimates_apart, strength
from zhiheng.standards.loader import load
from zhiheng.standards.subjects import subject_name


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence with the numbers it rests on.

    Attributes
    ----------
    key : the kind: area_gap, knowledge, low_rate, group_gap, change, low_participation, alpha, …
    text : Chinese, without the closing 。
    estimate : the difference or value with its limits; `unit` is what it is counted in.
    n : pupils it rests on.
    certain : the interval supports it.
    short : the same as a phrase for a headline, without subject and interval; "" where it never leads.
    weight : how far zero lies outside the interval, in half widths; larger is said first.
    """

    key: str
    subject: str
    text: str
    estimate: Estimate
    n: int
    unit: str
    certain: bool
    weight: float
    short: str = ""

    @property
    def sentence(self) -> str:
        """The text with its full stop."""
        return self.text + "。"


def means_apart(a: Measured, b: Measured) -> Estimate:
    """Return mean_taken of a minus that of b, with Welch's interval from exact sums."""
    if a.mean_taken is None or b.mean_taken is None:
        return NOTHING
    n = np.array([a.taken, b.taken])
    sums, squares = np.array([a.mark_sum, b.mark_sum]), np.array([a.mark_squares, b.mark_squares])
    sd = standard_deviation(n, sums, squares, sample=True) / HUNDREDTHS
    limits = mean_difference_interval(a.mean_taken, sd[0], n[0], b.mean_taken, sd[1], n[1])
    return Estimate(a.mean_taken - b.mean_taken, number(float(limits.lo)), number(float(limits.hi)))


def _size_with_interval(difference: Estimate, style: NumberFormat, unit: str) -> str:
    """Return a difference known to leave zero out as its size: `8.31 分（95%区间 6.20～10.42）`."""
    lo, hi = sorted((abs(difference.lo or 0.0), abs(difference.hi or 0.0)))
    return f"{style.text(abs(difference.value or 0.0))} {unit}（95%区间 {style.range(lo, hi)}）"


def _undecided(difference: Estimate, style: NumberFormat, unit: str) -> str:
    """Return a difference that cannot be told from zero, with its sign, and that it cannot."""
    signed = replace(style, signed=True).text(difference.value)
    return f"{signed} {unit}，区间 {style.range(difference.lo, difference.hi)} 包含 0，尚不能区分"


def area_gaps(results: Results) -> Iterable[Statement]:
    """The gap between areas in each subject: 城乡差距."""
    for subject in results.subjects:
        gap = results.gaps.get(subject)
        if gap is None or gap.gap.value is None or gap.gap.lo is None:
            continue
        sign = direction(gap.gap)
        high, low = (gap.high, gap.low) if sign >= 0 else (gap.low, gap.high)
        name = subject_name(subject)
        if sign:
            text = f"{name}均分{high}比{low}高 {_size_with_interval(gap.gap, MARK, '分')}"
        else:
            text = f"{name}均分{high}减{low}为 {_undecided(gap.gap, MARK, '分')}"
        yield Statement(
            "area_gap",
            subject,
            text,
            gap.gap,
            results.county(subject).taken,
            "分",
            bool(sign),
            strength(gap.gap),
            short=f"{low}差距明显" if sign else "",
        )


def weakest_knowledge(results: Results) -> Iterable[Statement]:
    """The knowledge point lost most in each subject, where it stands apart from the next one."""
    for subject in results.subjects:
        tags = results.tags("county", "", subject)
        if len(tags) < 2:
            continue
        weakest, second = tags[0], tags[1]
        apart = estimates_apart(second.rate, weakest.rate)
        value = f"{COEFFICIENT.text(weakest.rate.value)}（95%区间 {COEFFICIENT.range(weakest.rate.lo, weakest.rate.hi)}）"
        name = subject_name(subject)
        if direction(apart) > 0:
            text = f"{name}失分最多的是“{weakest.tag}”，{results.whole}得分率 {value}{_where_lost(results, weakest)}"
        else:
            text = f"{name}“{weakest.tag}”与“{second.tag}”哪个更弱，得分率 {value} 与 {COEFFICIENT.text(second.rate.value)} 尚不能区分"
        yield Statement(
            "knowledge",
            subject,
            text,
            weakest.rate,
            weakest.n,
            "得分率",
            direction(apart) > 0,
            strength(apart),
            short=f"失分集中在“{weakest.tag}”",
        )


def _where_lost(results: Results, tag: Tag) -> str:
    """Say which school type loses it most, if the best and the worst type can be told apart."""
    types = [
        (row.name, each)
        for row in results.level("school_type", tag.subject)
        for each in results.tags("school_type", row.unit, tag.subject)
        if each.tag == tag.tag and row.taken >= results.caliber.min_group
    ]
    if len(types) < 2:
        return ""
    types.sort(key=lambda pair: pair[1].rate.value or 0)
    (low_name, low), (high_name, high) = types[0], types[-1]
    apart = estimates_apart(high.rate, low.rate)
    if direction(apart) <= 0:
        return "，各类学校之间无法区分"
    return (
        f"，{low_name}比{high_name}低 {COEFFICIENT.text(apart.value)}"
        f"（{COEFFICIENT.range(apart.lo, apart.hi)}）"
    )


def lowest_subject(results: Results) -> Iterable[Statement]:
    """The subject with the highest low-score rate, if it stands apart from the next one."""
    rows = [results.county(subject) for subject in results.subjects]
    rows = sorted(
        (row for row in rows if row.rates["low"].value is not None),
        key=lambda row: -(row.rates["low"].value or 0),
    )
    if len(rows) < 2:
        return
    worst, second = rows[0], rows[1]
    low = worst.rates["low"]
    apart = estimates_apart(low.estimate, second.rates["low"].estimate)
    if direction(apart) > 0:
        text = f"{worst.subject_name}低分率 {PERCENT.text(low.value)}（95%区间 {PERCENT.range(low.lo, low.hi)}），为各科最高"
    else:
        text = (
            f"{worst.subject_name}与{second.subject_name}低分率 {PERCENT.text(low.value)}、"
            f"{PERCENT.text(second.rates['low'].value)}，哪科更高尚不能区分"
        )
    yield Statement(
        "low_rate",
        worst.subject,
        text,
        low.estimate,
        worst.taken,
        "比例",
        direction(apart) > 0,
        strength(apart),
        short="低分率在各科中最高",
    )


PAIRS = (
    ("gender:female", "gender:male"),
    ("migrant:yes", "migrant:no"),
    ("left_behind:yes", "left_behind:no"),
    ("boarding:yes", "boarding:no"),
)


def group_gaps(results: Results) -> Iterable[Statement]:
    """Gaps between pupil groups in the total (or the only subject); groups under the 口径's minimum are left out."""
    subject = results.main_subject
    for one, other in PAIRS:
        a, b = results.unit("group", one, subject), results.unit("group", other, subject)
        if a is None or b is None or min(a.taken, b.taken) < results.caliber.min_group:
            continue
        apart = means_apart(a, b)
        if apart.value is None or apart.lo is None:
            continue
        sign = direction(apart)
        high, low = (a, b) if sign >= 0 else (b, a)
        label, counts = subject_name(subject), f"{high.name} {high.taken:,} 人、{low.name} {low.taken:,} 人"
        if sign:
            text = f"{label}均分{high.name}比{low.name}高 {_size_with_interval(apart, MARK, '分')}，{counts}"
        else:
            text = f"{label}均分{high.name}减{low.name}为 {_undecided(apart, MARK, '分')}，{counts}"
        yield Statement(
            "group_gap", subject, text, apart, a.taken + b.taken, "分", bool(sign), strength(apart)
        )


def changes(since: Changes | None, main_subject: str) -> Iterable[Statement]:
    """Changes since a comparable exam: urban–rural gaps by subject, places of school types in the total."""
    if since is None:
        return
    for subject, each in since.gaps.items():
        yield _gap_change(each, subject_name(subject), since.earlier.name)
    for each in since.types.get(main_subject, ()):
        yield _place_change(each, since.earlier.name)


_SD = "个标准差"


def gap_word(each: Change) -> str:
    """Say what became of a gap: one that turned round neither grew nor shrank."""
    before, now = each.before.value or 0.0, each.now.value or 0.0
    if not each.direction:
        return "无法区分"
    if before * now < 0:
        return "反转"
    return "扩大" if abs(now) > abs(before) else "缩小"


def _gap_change(each: Change, name: str, earlier: str) -> Statement:
    if each.direction:
        word = gap_word(each)
        text = (
            f"{name}城乡差距比{earlier}{word} {_size_with_interval(each.by, MARK, _SD)}，"
            f"由 {MARK.text(each.before.value)} 变为 {MARK.text(each.now.value)}"
        )
        return _change(each, text, f"城乡差距{word}")
    return _change(each, f"{name}城乡差距与{earlier}相比变化 {_undecided(each.by, MARK, _SD)}", "")


def _place_change(each: Change, earlier: str) -> Statement:
    label = f"{each.name}{subject_name(each.subject)}在全县的位置"
    if each.direction:
        word = "上升" if each.direction > 0 else "下降"
        text = f"{label}比{earlier}{word} {_size_with_interval(each.by, MARK, _SD)}"
    else:
        text = f"{label}与{earlier}相比变化 {_undecided(each.by, MARK, _SD)}"
    return _change(each, text, "")


def _change(each: Change, text: str, short: str) -> Statement:
    return Statement(
        "change",
        each.subject,
        text,
        each.by,
        each.n,
        "标准差",
        bool(each.direction),
        strength(each.by),
        short,
    )


def schools_under_line(results: Results) -> list[Measured]:
    """Return schools whose 参考率 is under the warning line, in the bureau's order; tiny ones are left out."""
    line = load("reporting")["participation_warning"]["value"]
    return [
        row
        for row in results.level("school", results.main_subject)
        if row.participation is not None
        and row.participation < line
        and row.expected >= results.caliber.min_group
    ]


def low_participation(results: Results) -> Iterable[Statement]:
    """Schools under the 参考率 line: both means, because absences may flatter the first."""
    for row in schools_under_line(results):
        text = (
            f"{row.name}参考率 {PERCENT.text(row.participation)}（应考 {row.expected:,} 人、实考 {row.taken:,} 人），"
            f"{row.subject_name}均分按实考 {MARK.text(row.mean_taken)}、按应考 {MARK.text(row.mean_expected.value)}，须两种口径并列"
        )
        share = Estimate(row.participation, None, None)
        missing = float(row.expected - row.taken)
        yield Statement("low_participation", row.subject, text, share, row.expected, "参考率", True, missing)


def unreliable_papers(results: Results) -> Iterable[Statement]:
    """Papers whose reliability does not carry conclusions about single pupils."""
    for subject, paper in results.papers.items():
        if paper.alpha is None or paper.alpha >= results.caliber.alpha_warning:
            continue
        text = (
            f"{subject_name(subject)}试卷信度 {COEFFICIENT.text(paper.alpha)}，低于 "
            f"{COEFFICIENT.text(results.caliber.alpha_warning)}，不宜据以评判个人"
        )
        yield Statement(
            "alpha", subject, text, Estimate(paper.alpha, None, None), paper.n, "信度", False, 1.0
        )


def suspect_keys(results: Results) -> Iterable[Statement]:
    """Items whose answer key looks wrong. A suspicion, never a certainty."""
    for item in results.items:
        if item.suspect_key:
            text = f"{subject_name(item.subject)}第{item.label}题答案存疑" + (
                f"：{item.reason}" if item.reason else ""
            )
            yield Statement("suspect_key", item.subject, text, item.facility, item.n, "得分率", False, 9.0)


def no_ground(results: Results, since: Changes | None) -> Iterable[Statement]:
    """What cannot be said for want of data, said openly."""
    n = results.county(results.main_subject).taken
    if since is None:
        yield Statement(
            "no_earlier", "", "没有可比的上一次考试，成绩是升是降尚不能下结论", NOTHING, n, "", False, 0.0
        )
    if results.baseline is None:
        text = "没有合法的入学基线，各校教学增值尚不能下结论，不得以均分高低代替"
        yield Statement("no_baseline", "", text, NOTHING, n, "", False, -1.0)
