"""Levels of a sampled monitoring: which share of pupils reached 优秀, 良好, 合格 or none of them.

No marks, no schools: sampled monitoring tells of the county and of groups of pupils only.
"""

from dataclasses import dataclass

from zhiheng.core.intervals import wilson_interval
from zhiheng.files.document import Estimate
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results

LEVELS = ("优秀", "良好", "合格", "待提高")
UNITS = ("county", "school_type", "area", "group")
"""Whom levels are told of. Towns, schools, classes and teachers are not among them."""


@dataclass(frozen=True, slots=True)
class LevelShares:
    """One unit in one subject: `n` pupils sat, and the share on each of `LEVELS`, 0 to 1, with 95 % limits."""

    name: str
    subject: str
    n: int
    shares: tuple[Estimate, ...]


def level_shares(results: Results, subject: str) -> list[LevelShares]:
    """Return the levels in a subject: the county, then types, areas and groups of at least the least number."""
    least = results.caliber.min_group
    return [
        _shares(row, results.caliber.good_exclusive)
        for level in UNITS
        for row in results.level(level, subject)
        if row.taken >= least
    ]


def _shares(row: Measured, good_exclusive: bool) -> LevelShares:
    excellent, good, passed = (row.rates[name].count or 0 for name in ("excellent", "good", "pass"))
    good_only = good if good_exclusive else max(good - excellent, 0)
    counts = (excellent, good_only, passed - excellent - good_only, row.taken - passed)
    limits = [wilson_interval(count, row.taken) for count in counts]
    return LevelShares(
        row.name,
        row.subject,
        row.taken,
        tuple(
            Estimate(count / row.taken, float(limit.lo), float(limit.hi))
            for count, limit in zip(counts, limits, strict=True)
        ),
    )
