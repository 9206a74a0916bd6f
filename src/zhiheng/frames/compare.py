"""Two analyses side by side, and schools against chance: what can be told apart, and what cannot.

Only for figures on one scale (same paper kind, same lines); it cannot see whether the papers were equally hard.
"""

import narwhals as nw
import numpy as np

from zhiheng.core.intervals import mean_difference_interval, rate_difference_interval
from zhiheng.core.moments import ratio, standard_deviation
from zhiheng.frames.engine import as_schema, gathered
from zhiheng.frames.schema import HUNDREDTHS

RATES = ("excellent", "good", "pass", "low")
CHANGES = nw.Schema(
    {
        "level": nw.String(),
        "unit": nw.String(),
        "subject": nw.String(),
        "measure": nw.String(),  # mean (points) or a rate (share)
        "before": nw.Float64(),
        "after": nw.Float64(),
        "change": nw.Float64(),
        "lo": nw.Float64(),
        "hi": nw.Float64(),
        "distinguishable": nw.Boolean(),  # the interval of the change leaves out 0
    }
)
FUNNEL = nw.Schema(
    {
        "unit": nw.String(),
        "subject": nw.String(),
        "n": nw.Int64(),
        "mean": nw.Float64(),
        "centre": nw.Float64(),  # the county's mean
        "lo": nw.Float64(),
        "hi": nw.Float64(),
        "verdict": nw.String(),
    }
)
HIGH, SAME, LOW = "显著高", "无法区分", "显著低"


def change(before: nw.LazyFrame, after: nw.LazyFrame, level: float = 0.95) -> nw.LazyFrame:
    """Return CHANGES between two GROUPS tables for units and subjects in both.

    The two cohorts are taken as separate groups of pupils. Means are compared only where the full mark is the same.
    """
    keys = ["level", "unit", "subject"]
    both = gathered(before).join(gathered(after), on=keys, how="inner", suffix="_after").sort(*keys)
    c = {name: both[name].to_numpy() for name in both.columns}
    parts = [_mean_change(c, level), *(_rate_change(c, name, level) for name in RATES)]
    columns = {
        name: np.concatenate([part[name] if name in part else c[name] for part in parts])
        for name in CHANGES
        if name != "distinguishable"
    }
    columns["distinguishable"] = (columns["lo"] > 0) | (columns["hi"] < 0)
    return as_schema(columns, CHANGES)


def _mean_change(c: dict[str, np.ndarray], level: float) -> dict[str, np.ndarray]:
    spread = [
        standard_deviation(c[f"taken{when}"], c[f"sum{when}"], c[f"sum_squares{when}"], sample=True)
        / HUNDREDTHS
        for when in ("", "_after")
    ]
    old, new = (
        np.where(c["full_mark"] == c["full_mark_after"], c[f"mean_taken{when}"], np.nan)
        for when in ("", "_after")
    )
    lo, hi = mean_difference_interval(new, spread[1], c["taken_after"], old, spread[0], c["taken"], level)
    return _measured("mean", old, new, lo, hi)


def _rate_change(c: dict[str, np.ndarray], name: str, level: float) -> dict[str, np.ndarray]:
    old, new = (c[f"{name}_rate{when}"].astype(float) for when in ("", "_after"))
    lo, hi = rate_difference_interval(
        c[f"{name}_count_after"], c["denominator_after"], c[f"{name}_count"], c["denominator"], level
    )
    return _measured(name, old, new, lo, hi)


def _measured(
    name: str, old: np.ndarray, new: np.ndarray, lo: np.ndarray, hi: np.ndarray
) -> dict[str, np.ndarray]:
    measure = np.array([name] * len(old), dtype=object)
    return {"measure": measure, "before": old, "after": new, "change": new - old, "lo": lo, "hi": hi}


def funnel(groups: nw.LazyFrame, *, errors: float = 2.0) -> nw.LazyFrame:
    """Return FUNNEL: each school's mean within the county's mean ± `errors` standard errors for its size.

    The standard error is the county's σ over √n: the limits that a school drawing its pupils from the county by lot
    would stay within about 95 times in 100. A verdict is about this test and this intake, not about the teaching.
    """
    table = gathered(groups)
    county = table.filter(nw.col("level") == "county").select(
        "subject", nw.col("mean_taken").alias("centre"), nw.col("sd").alias("county_sd")
    )
    schools = (
        table.filter((nw.col("level") == "school") & ~nw.col("mean_taken").is_null())
        .join(county, on="subject", how="inner")
        .sort("subject", "unit")
    )
    n, mean, centre = (schools[name].to_numpy() for name in ("taken", "mean_taken", "centre"))
    half = errors * ratio(schools["county_sd"].to_numpy(), np.sqrt(n))
    return as_schema(
        {
            "unit": schools["unit"],
            "subject": schools["subject"],
            "n": n,
            "mean": mean,
            "centre": centre,
            "lo": centre - half,
            "hi": centre + half,
            "verdict": np.where(mean > centre + half, HIGH, np.where(mean < centre - half, LOW, SAME)).astype(
                object
            ),
        },
        FUNNEL,
    )
