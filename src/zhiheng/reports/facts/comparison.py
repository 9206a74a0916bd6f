"""How each school stands to the county given its size, and the middle half of a type. Never an order of schools."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results
from zhiheng.standards.loader import load


class Standing(StrEnum):
    """What the county's spread supports for a group of this size."""

    ABOVE = "显著高"
    SAME = "无法区分"
    BELOW = "显著低"
    TOO_FEW = "人数不足"
    WITHHELD = "不列"


@dataclass(frozen=True, slots=True)
class SchoolStanding:
    """One school, its class, and the limits between which its mean would not be told apart from the county's."""

    school: Measured
    standing: Standing
    deviation: float | None  # points, mean_taken minus the county's
    lo: float | None  # points, limits of the funnel at this n
    hi: float | None


def funnel_limits(centre: float, sd: float, n: int, level: float) -> tuple[float, float]:
    """Return centre ± z·sd/√n: where the mean of n pupils drawn from the whole county would fall.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
    """
    half = float(ndtri((1 + level) / 2)) * sd / np.sqrt(n)
    return centre - half, centre + half


def standings(results: Results, subject: str) -> tuple[SchoolStanding, ...]:
    """Return every school's class in a subject, in the bureau's order of schools."""
    county = results.county(subject)
    found = []
    for school in results.level("school", subject):
        if school.masked:
            found.append(SchoolStanding(school, Standing.WITHHELD, None, None, None))
            continue
        if county.mean_taken is None or county.sd is None or school.mean_taken is None:
            continue
        deviation = school.mean_taken - county.mean_taken
        if school.taken < results.caliber.min_group:
            found.append(SchoolStanding(school, Standing.TOO_FEW, None, None, None))
            continue
        lo, hi = funnel_limits(county.mean_taken, county.sd, school.taken, results.caliber.level)
        above, below = school.mean_taken > hi, school.mean_taken < lo
        standing = Standing.ABOVE if above else Standing.BELOW if below else Standing.SAME
        found.append(SchoolStanding(school, standing, deviation, lo, hi))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Band:
    """The schools of one type in one subject, without names.

    Attributes
    ----------
    schools : how many there are.
    mean : mean of all their pupils; None where there are too few schools to hide any.
    q1, q3 : the middle half of the schools' means; None likewise.
    """

    schools: int
    mean: float | None
    q1: float | None
    q3: float | None


def quartiles(means: Sequence[float]) -> tuple[float, float]:
    """Return the quartiles of school means by the median-unbiased rule (Hyndman & Fan, type 8).

    At ¼ and ¾ that rule always falls between two schools, so a printed quartile is never one school's own figure.
    """
    q1, q3 = np.quantile(np.asarray(means), [0.25, 0.75], method="median_unbiased")
    return float(q1), float(q3)


def type_band(results: Results, school_type: str, subject: str) -> Band:
    """Return the band of a school type; without figures where it has fewer schools than the rule asks for."""
    means = [
        row.mean_taken
        for row in results.level("school", subject)
        if row.mean_taken is not None
        and row.taken >= results.caliber.min_group
        and results.schools.get(row.unit, {}).get("school_type") == school_type
    ]
    whole = results.unit("school_type", school_type, subject)
    if len(means) < load("reporting")["same_type_schools"]["minimum"] or whole is None:
        return Band(len(means), None, None, None)
    return Band(len(means), whole.mean_taken, *quartiles(means))
