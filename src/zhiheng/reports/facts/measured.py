"""One unit measured in one subject, read from the result tables and named. Nothing is computed here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhiheng.files.document import Estimate
from zhiheng.frames.schema import HUNDREDTHS
from zhiheng.standards.subjects import subject_name

RATES = ("excellent", "good", "pass", "low", "top", "all_pass", "bottom")
WITHHELD = "人数少或可推知，不列"
"""Printed for a group of few pupils, and for one that would lead to such a group, where the reader may not see them."""
SMALL = "人数少，仅供参考"
"""Printed beside the figures of few pupils where the reader may see those pupils."""


def number(value: Any) -> float | None:
    """Return a float, or None for null and NaN."""
    return None if value is None or math.isnan(value) else float(value)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its count, what it is divided by, and its 95 % limits."""

    count: int | None
    denominator: float | None
    value: float | None
    lo: float | None
    hi: float | None

    @property
    def estimate(self) -> Estimate:
        """Value and limits as a table cell."""
        return Estimate(self.value, self.lo, self.hi)


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything a document may say of one unit in one subject.

    Marks in points, rates as shares. `mean` is over the 口径's denominator and carries its interval;
    `mean_taken` (实考) and `mean_expected` (应考, absent = 0) stand beside each other wherever both are shown.
    `deviation` (离均差), `over_mean_ratio` (超均率) and `z_mean` (in σ) set the mean beside the county's; `above_mean`
    pupils lie above that mean.
    Of a `masked` unit nothing may be said: figures are None and counts 0. A `small` one carries a warning.
    """

    level: str
    unit: str
    name: str
    subject: str
    roll: int
    expected: int
    taken: int
    absent: int
    deferred: int
    cheat: int
    excluded: int
    participation: float | None
    full_mark: float | None
    mark_sum: int
    mark_squares: int
    mean: Estimate
    mean_taken: float | None
    mean_expected: Estimate
    score_rate: float | None
    rates: Mapping[str, Rate]
    sd: float | None
    cv: float | None
    z_mean: float | None
    deviation: float | None
    over_mean_ratio: float | None
    above_mean: int | None
    q1: float | None
    median: float | None
    q3: float | None
    lowest: float | None
    highest: float | None
    masked: bool = False
    small: bool = False

    @property
    def warning(self) -> str:
        """Why figures are missing or weak, as printed; "" for most units."""
        return WITHHELD if self.masked else SMALL if self.small else ""

    @property
    def name_and_warning(self) -> str:
        """The name, and the warning in brackets where there is one."""
        return f"{self.name}（{self.warning}）" if self.warning else self.name

    @property
    def subject_name(self) -> str:
        """The subject as printed."""
        return subject_name(self.subject)


def _count(value: Any) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def _rate(row: Mapping[str, Any], name: str) -> Rate:
    return Rate(
        _count(row[f"{name}_count"]),
        number(row["taken" if name == "bottom" else "denominator"]),
        number(row[f"{name}_rate"]),
        number(row[f"{name}_lo"]),
        number(row[f"{name}_hi"]),
    )


def measured(row: Mapping[str, Any], name: str) -> Measured:
    """Return one row of the GROUPS table under the name its unit has in print."""
    full_mark = number(row["full_mark"])
    return Measured(
        level=row["level"],
        unit=row["unit"],
        name=name,
        subject=row["subject"],
        **{
            key: int(row[key] or 0)
            for key in ("roll", "expected", "taken", "absent", "deferred", "cheat", "excluded")
        },
        participation=number(row["participation"]),
        full_mark=None if full_mark is None else full_mark / HUNDREDTHS,
        mark_sum=int(row["sum"] or 0),
        mark_squares=int(row["sum_squares"] or 0),
        mean=Estimate(number(row["mean"]), number(row["mean_lo"]), number(row["mean_hi"])),
        mean_taken=number(row["mean_taken"]),
        mean_expected=Estimate(
            number(row["mean_expected"]), number(row["mean_expected_lo"]), number(row["mean_expected_hi"])
        ),
        score_rate=number(row["score_rate"]),
        rates={name: _rate(row, name) for name in RATES},
        sd=number(row["sd"]),
        cv=number(row["cv"]),
        z_mean=number(row["z_mean"]),
        deviation=number(row["deviation"]),
        over_mean_ratio=number(row["over_mean_ratio"]),
        above_mean=_count(row["above_mean_count"]),
        q1=number(row["q1"]),
        median=number(row["median"]),
        q3=number(row["q3"]),
        lowest=number(row["min"]),
        highest=number(row["max"]),
        masked=bool(row.get("masked")),
        small=bool(row.get("small")),
    )


@dataclass(frozen=True, slots=True)
class Tag:
    """Score rate of one knowledge point or ability level in one unit; `full_mark` points hang on it."""

    subject: str
    kind: str
    tag: str
    items: int
    full_mark: float
    n: int
    rate: Estimate


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One item over the county, under the label the paper gives it; `item` is its number in the dataset, `kind` is choice, multiple, open or ""."""

    subject: str
    item: int
    label: str
    kind: str
    knowledge: str
    ability: str
    full_mark: float
    n: int
    facility: Estimate
    discrimination: float | None
    expected_facility: float | None
    top_wrong: str
    top_wrong_share: float | None
    suspect_key: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """How uneven schools are in one subject: 差异系数, between-school share, and the gap of two areas in points."""

    subject: str
    units: int
    cv: float | None
    share: float | None
    high: str
    low: str
    gap: Estimate


@dataclass(frozen=True, slots=True)
class PaperFact:
    """Quality of one paper; marks in points."""

    subject: str
    n: int
    items: int
    facility: float | None
    expected_facility: float | None
    alpha: float | None
    sem: float | None
    discrimination: float | None
    facility_objective: float | None
    facility_subjective: float | None
    note: str
