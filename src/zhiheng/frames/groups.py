"""GROUPS: everything about a unit in a subject or the total, from sums made in one pass over the rows.

Ranks, composites and comparisons are made from this table elsewhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw
import numpy as np

from zhiheng.core.intervals import mean_interval, wilson_interval
from zhiheng.core.moments import ratio, standard_deviation
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema, opened
from zhiheng.frames.population import Population, prepare
from zhiheng.frames.results import GROUPS, LEVELS
from zhiheng.frames.schema import HUNDREDTHS, TOTAL
from zhiheng.frames.sums import HITS, group_sums

Columns = dict[str, np.ndarray]


def group_stats(
    tables: Mapping[str, Any], caliber: Caliber, levels: Iterable[str] = tuple(LEVELS)
) -> nw.LazyFrame:
    """Return the GROUPS table of a dataset for the given levels (keys of `results.LEVELS`)."""
    return groups_of(prepare(opened(tables), caliber), levels)


def groups_of(population: Population, levels: Iterable[str] = tuple(LEVELS)) -> nw.LazyFrame:
    """Return the GROUPS table of a prepared population, sorted by level, unit and subject.

    The county's row is what means and deviations are compared with, so it is made even where `levels`
    does not ask for it.
    """
    levels = tuple(levels)
    caliber = population.caliber
    sums = group_sums(population, dict.fromkeys(("county", *levels)))
    c: Columns = {name: sums[name].to_numpy() for name in sums.columns}
    out: Columns = {name: c[name] for name in (*_CARRIED, *_COUNTED)}
    out["participation"] = ratio(c["taken"], c["expected"])
    out["sum_squares"] = c["squares"]
    out["denominator"] = _denominator(c, caliber)
    out |= _means(c, out["denominator"], caliber)
    out |= _rates(c, out["denominator"], caliber)
    out |= _beside_county(c, out)
    out |= {name: c[name].astype(float) / HUNDREDTHS for name in ("min", "q1", "median", "q3", "max")}
    out |= _scale(c, caliber)
    return as_schema(out, GROUPS).filter(nw.col("level").is_in(levels))


_CARRIED = ("level", "unit", "subject", "full_mark", "sum")
_COUNTED = ("expected", "taken", "absent", "deferred", "cheat", "excluded", "roll")


def _denominator(c: Columns, caliber: Caliber) -> np.ndarray:
    """The number of pupils that means and rates are divided by; 0 where no mark was given."""
    policy = {
        "taken": c["used"],
        "trim_lowest": c["used"],
        "expected": c["expected"],
        "cohort_adjusted": c["roll"],
        "roll_minus_pct": c["roll"] * float(1 - caliber.denominator_share),
    }[caliber.denominator]
    return np.where(c["marked"] > 0, policy, 0).astype(float)


def _means(c: Columns, denominator: np.ndarray, caliber: Caliber) -> Columns:
    """Means in points. Pupils of the denominator without a mark add nothing to the sums, as if they had 0."""
    expected = np.where(c["marked"] > 0, c["expected"], 0)
    sets = {
        "mean": (denominator, c["used"], c["used_sum"], c["used_squares"]),
        "mean_expected": (expected, c["marked"], c["sum"], c["squares"]),
    }
    out: Columns = {"mean_taken": ratio(c["sum"], c["marked"]) / HUNDREDTHS}
    for name, (n, known, total, squares) in sets.items():
        # A roll shorter than the pupils who sat has no spread of its own.
        whole = np.maximum(np.floor(n).astype(np.int64), known)
        sd = standard_deviation(whole, total, squares, sample=True) / HUNDREDTHS
        out[name] = ratio(total, n) / HUNDREDTHS
        out[f"{name}_lo"], out[f"{name}_hi"] = mean_interval(out[name], sd, n, caliber.level)
    out["score_rate"] = ratio(out["mean"] * HUNDREDTHS, c["full_mark"])
    sd = standard_deviation(c["marked"], c["sum"], c["squares"], sample=caliber.sample_sd) / HUNDREDTHS
    return out | {"sd": sd, "cv": ratio(sd, out["mean_taken"])}


def _rates(c: Columns, denominator: np.ndarray, caliber: Caliber) -> Columns:
    """Rates with their counts and Wilson limits. A roll shorter than the count gives 1, never more."""
    out: Columns = {}
    absent_low = denominator - c["used"] if caliber.denominator == "expected" else 0
    for name in HITS:
        if name not in c:
            count = np.full(len(denominator), np.nan)
        else:
            count = c[name] + (absent_low if name == "low" else 0)
        if name == "all_pass":
            count = np.where(c["subject"] == TOTAL, count, np.nan)
        n = c["marked"] if name in ("above_mean", "bottom") else denominator
        out[f"{name}_count"] = count
        out[f"{name}_rate"] = np.minimum(ratio(count, n), 1)
        out[f"{name}_lo"], out[f"{name}_hi"] = wilson_interval(count, n, caliber.level)
    return out


def _beside_county(c: Columns, out: Columns) -> Columns:
    """Each unit's mean against the county's in the same subject; `z_mean` is in county standard deviations."""
    at_county = np.flatnonzero(c["level"] == "county")
    place = {subject: row for subject, row in zip(c["subject"][at_county], at_county, strict=True)}
    row = np.array([place[subject] for subject in c["subject"]], dtype=np.int64)
    mean, mean_all = out["mean"], out["mean"][row]
    return {
        "deviation": mean - mean_all,
        "over_mean_ratio": ratio(mean - mean_all, mean_all),
        "mean_ratio": ratio(mean, mean_all),
        "z_mean": ratio(out["mean_taken"] - out["mean_taken"][row], out["sd"][row]),
    }


def _scale(c: Columns, caliber: Caliber) -> Columns:
    """Mean and spread of scale scores (赋分 and the like): no full mark, hence no rates."""
    n, mean = c["scale_n"], ratio(c["scale_sum"], c["scale_n"])
    variance = ratio(c["scale_squares"], n) - mean**2
    sd = np.sqrt(np.maximum(variance, 0) * (ratio(n, n - 1) if caliber.sample_sd else 1))
    return {"scale_n": n, "scale_mean": mean, "scale_sd": sd}
