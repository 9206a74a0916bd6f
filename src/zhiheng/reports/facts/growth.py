"""Value added and growth of schools as the tables of a run from an earlier test hold them. Nothing is computed."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from zhiheng.core.value_added.verdicts import ALIKE, HIGH, LOW
from zhiheng.files.document import Estimate
from zhiheng.files.number_formats import COUNT, NumberFormat
from zhiheng.reports.facts.measured import WITHHELD, number
from zhiheng.reports.facts.telling import NOTHING
from zhiheng.standards.subjects import subject_name

POINTS_ADDED = NumberFormat(decimals=1, signed=True)
"""Value added to a tenth of a point, as the pages of growth print it."""
_LIMITS = NumberFormat(decimals=1)
_SURE = {
    HIGH: "显著高于全县起点相同的学生",
    ALIKE: "与全县无显著差异",
    LOW: "显著低于全县起点相同的学生",
}


@dataclass(frozen=True, slots=True)
class SchoolGrowth:
    """One school in one subject.

    Attributes
    ----------
    unit : the school's number in the dataset, as text.
    pupils, matched : with a mark now; of these, with every earlier one. None where withheld from this reader.
    added : points above pupils elsewhere who started alike; empty where withheld.
    verdict : 显著高, 无显著差异, 显著低; "" where withheld.
    percentile : median growth percentile, 1 to 99; empty where too few.
    reason : why something is withheld; "" where all is told.
    """

    unit: str
    subject: str
    pupils: int | None
    matched: int | None
    added: Estimate
    verdict: str
    percentile: Estimate
    reason: str

    @property
    def sentence(self) -> str:
        """What the intervals say of the school, or why nothing is said."""
        name, added, percentile = subject_name(self.subject), self.added, self.percentile
        if added.value is None:
            told = f"{name}增值不列：{self.reason or WITHHELD}"
        else:
            limits = _LIMITS.range(added.lo, added.hi)
            told = (
                f"{name}增值 {POINTS_ADDED.text(added.value)} 分（95%区间 {limits}），{_SURE[self.verdict]}"
            )
        if percentile.value is not None:
            limits = COUNT.range(percentile.lo, percentile.hi)
            told += f"；成长百分位中位 {COUNT.text(percentile.value)}（95%区间 {limits}）"
        return f"{told}。"


def growth_by_school(tables: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], SchoolGrowth]:
    """Return the schools of `value_added` beside those of `growth`, by (unit, subject); empty without the tables."""
    if "value_added" not in tables:
        return {}
    added, growth = (tables[name].filter(level="school") for name in ("value_added", "growth"))
    percentiles = growth.select("unit", "subject", "median", "lo", "hi", "note")
    both = added.join(percentiles, on=["unit", "subject"], how="left", suffix="_growth")
    return {
        (row["unit"], row["subject"]): SchoolGrowth(
            row["unit"],
            row["subject"],
            row["pupils"],
            row["matched"],
            _estimate(row["effect"], row["lo"], row["hi"]),
            row["verdict"],
            _estimate(row["median"], row["lo_growth"], row["hi_growth"]),
            row["reason"] or row["note"] or "",
        )
        for row in both.iter_rows(named=True)
    }


def withheld(growth: SchoolGrowth) -> SchoolGrowth:
    """Return a school of which this reader may know nothing."""
    return SchoolGrowth(growth.unit, growth.subject, None, None, NOTHING, "", NOTHING, WITHHELD)


def refusals(tables: Mapping[str, pl.DataFrame], subject: str) -> tuple[str, ...]:
    """Return why schools could not be compared in a subject at all; () where they could."""
    if "value_added" not in tables:
        return ()
    refused = tables["value_added"].filter(level="county", unit="school", subject=subject)
    return tuple(refused["reason"])


def method_of(tables: Mapping[str, pl.DataFrame], subject: str) -> str:
    """Return how value added of schools was measured in a subject that has any: hlm or ols."""
    return str(tables["value_added"].filter(level="school", subject=subject)["method"][0])


def _estimate(value: float | None, lo: float | None, hi: float | None) -> Estimate:
    return Estimate(number(value), number(lo), number(hi))
