"""What has changed since an earlier exam, in places relative to the county: the only thing two papers share.

Means and rates of different papers are never compared: a harder paper would look like a fall. All figures here are in
the county's own standard deviations (σ) of each exam. The two exams count as separate; where the same pupils sat both,
the intervals are wider than they need be, never narrower.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from zhiheng.core.intervals import mean_interval
from zhiheng.core.moments import standard_deviation
from zhiheng.files.document import Estimate
from zhiheng.frames.schema import HUNDREDTHS, TOTAL
from zhiheng.reports.facts.description import ExamDescription
from zhiheng.reports.facts.measured import Gap, Measured
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.telling import NOTHING, direction, estimates_apart
from zhiheng.standards.loader import load


@dataclass(frozen=True, slots=True)
class Change:
    """One unit (or the gap of two areas) in one subject: before, now, and now minus before; in σ.

    `before` and `now` of a unit are its standardised place z̄, of a gap the gap; `n_before` and `n` sat the papers.
    `many_absent` : the participation of either exam lies under the warning line, which alone may move a place.
    """

    unit: str
    name: str
    subject: str
    before: Estimate
    now: Estimate
    by: Estimate
    n_before: int
    n: int
    many_absent: bool = False

    @property
    def direction(self) -> int:
        """1 where the whole interval of the change lies above zero, −1 below, 0 where it does not tell."""
        return direction(self.by)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that compares with the earlier exam.

    Attributes
    ----------
    earlier, dataset_version : which exam, which version of its data.
    gaps : by subject, the gap between the most urban and the most rural schools.
    types, schools : by subject, the place of each school type and school; schools in the bureau's order.
    """

    earlier: ExamDescription
    dataset_version: str
    gaps: dict[str, Change]
    types: dict[str, tuple[Change, ...]]
    schools: dict[str, tuple[Change, ...]]

    def school(self, unit: str, subject: str) -> Change | None:
        """Return the change of one school (its number in the later dataset, as text); None where none compares."""
        return next((each for each in self.schools.get(subject, ()) if each.unit == unit), None)


def changes_since(results: Results, earlier: Results) -> Changes:
    """Return what compares between two exams the caller vouches for: same kind, same grade, same population."""
    subjects = [
        subject
        for subject in results.subjects_and_total
        if subject in earlier.subjects_and_total and _comparable(results, earlier, subject)
    ]
    return Changes(
        earlier.exam,
        earlier.dataset_version,
        {subject: gap for subject in subjects if (gap := _gap_change(results, earlier, subject))},
        {subject: tuple(_places(results, earlier, "school_type", subject)) for subject in subjects},
        {subject: tuple(_places(results, earlier, "school", subject)) for subject in subjects},
    )


def _comparable(results: Results, earlier: Results, subject: str) -> bool:
    """A total compares with a total of the same subjects only."""
    return subject != TOTAL or results.subjects == earlier.subjects


def _gap_change(results: Results, earlier: Results, subject: str) -> Change | None:
    """Return the change of the urban–rural gap, where both exams have one between the same two areas."""
    gap, before = results.gaps.get(subject), earlier.gaps.get(subject)
    if gap is None or before is None or (gap.high, gap.low) != (before.high, before.low):
        return None
    county, county_before = results.county(subject), earlier.county(subject)
    now, then = _in_sd(gap, county), _in_sd(before, county_before)
    by = estimates_apart(now, then)
    if by.value is None:
        return None
    return Change("", f"{gap.high}减{gap.low}", subject, then, now, by, county_before.taken, county.taken)


def _in_sd(gap: Gap, county: Measured) -> Estimate:
    if not county.sd or gap.gap.value is None or gap.gap.lo is None or gap.gap.hi is None:
        return NOTHING
    return Estimate(gap.gap.value / county.sd, gap.gap.lo / county.sd, gap.gap.hi / county.sd)


def _places(results: Results, earlier: Results, level: str, subject: str) -> Iterable[Change]:
    """Yield the change of place of every unit of a level that both exams tell of, groups under the minimum left out."""
    fewest = results.caliber.min_group
    for row in results.level(level, subject):
        before = earlier.unit(level, _unit_in(results, earlier, level, row.unit), subject)
        if before is None or min(row.taken, before.taken) < fewest:
            continue
        now, then = place(row, results.county(subject)), place(before, earlier.county(subject))
        by = estimates_apart(now, then)
        if by.value is not None:
            absent = _many_absent(row) or _many_absent(before)
            yield Change(row.unit, row.name, subject, then, now, by, before.taken, row.taken, absent)


def _many_absent(row: Measured) -> bool:
    line = load("reporting")["participation_warning"]["value"]
    return row.participation is not None and row.participation < line


def _unit_in(results: Results, earlier: Results, level: str, unit: str) -> str:
    """Return the earlier dataset's number of a school; other units are named by words."""
    return earlier.unit_of_school.get(results.schools[unit]["uuid"], "") if level == "school" else unit


def place(row: Measured, county: Measured) -> Estimate:
    """Return where a unit stands in its county: (mean − county's mean)/σ over those who sat, with its interval."""
    if row.z_mean is None or row.mean_taken is None or county.mean_taken is None or not county.sd:
        return NOTHING
    n, total, squares = (np.array([each]) for each in (row.taken, row.mark_sum, row.mark_squares))
    sd = standard_deviation(n, total, squares, sample=True) / HUNDREDTHS
    limits = mean_interval(np.array([row.mean_taken]), sd, n)
    lo, hi = float(limits.lo[0]), float(limits.hi[0])
    if np.isnan(lo):
        return Estimate(row.z_mean, None, None)
    return Estimate(row.z_mean, (lo - county.mean_taken) / county.sd, (hi - county.mean_taken) / county.sd)
