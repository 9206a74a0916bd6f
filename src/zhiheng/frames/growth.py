"""GROWTH: how pupils of a school did beside those who started alike (成长百分位), from two linked tests.

Describes; what the school caused it does not say. The numbers are `core.growth`.
"""

import narwhals as nw
import numpy as np
import polars as pl

from zhiheng.core.growth import GrowthPercentiles, GrowthRefused, growth_percentiles, school_growth
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema
from zhiheng.frames.linked import PRIOR, Linked

STEPS = 41
TAUS = (0.1, 0.25, 0.5, 0.75, 0.9)
GROWTH = nw.Schema(
    {
        "level": nw.String(),
        "unit": nw.String(),
        "subject": nw.String(),
        "n": nw.Int64(),  # pupils with a growth percentile
        "median": nw.Float64(),  # 1 to 99; null where too few
        "se": nw.Float64(),
        "lo": nw.Float64(),
        "hi": nw.Float64(),
        "note": nw.String(),
    }
)
GROWTH_CURVES = nw.Schema(
    {
        "subject": nw.String(),
        "tau": nw.Float64(),
        "start": nw.Float64(),  # mean of the earlier subjects, z
        "score": nw.Float64(),  # z in the later test
    }
)


def growth_of(linked: Linked, caliber: Caliber) -> dict[str, nw.LazyFrame]:
    """Return the tables `growth` and `growth_curves` of two linked tests.

    A pupil starts from the mean of the earlier subjects, and only where every one of them is there. Small schools
    (口径 `growth_min`) keep their number and a note.
    """
    parts: list[pl.DataFrame] = []
    curves: list[pl.DataFrame] = []
    rows = _started(linked)
    for (subject,), table in rows.group_by("subject", maintain_order=True):
        start, score = table["start"].to_numpy(), table["score"].to_numpy()
        try:
            growth = growth_percentiles(start, score)
        except GrowthRefused as refused:
            parts.append(_refused(str(subject), refused.for_user))
            continue
        parts += _by_unit(str(subject), table, growth, caliber)
        curves.append(_curves(str(subject), start, growth))
    return {
        "growth": as_schema(_columns(parts, GROWTH), GROWTH),
        "growth_curves": as_schema(_columns(curves, GROWTH_CURVES), GROWTH_CURVES),
    }


def _started(linked: Linked) -> pl.DataFrame:
    """Pupils' rows at home, with `start`: NaN where an earlier subject is missing. One cohort, on one machine."""
    table = nw.to_native(linked.rows.collect("polars"))
    priors = [pl.col(PRIOR + subject) for subject in linked.priors]
    start = pl.sum_horizontal(priors, ignore_nulls=False) / len(priors)
    return table.with_columns(start.fill_null(np.nan).alias("start")).sort(
        "subject", "school", "class", "pupil"
    )


def _by_unit(
    subject: str, table: pl.DataFrame, growth: GrowthPercentiles, caliber: Caliber
) -> list[pl.DataFrame]:
    parts = []
    for level in ("county", "school", "class"):
        unit = np.zeros(table.height) if level == "county" else table[level].fill_null(-1).to_numpy()
        found = school_growth(growth.percentile, unit, level=caliber.level, fewest=caliber.growth_min)
        few = f"两次成绩都有的学生不足 {caliber.growth_min} 人，不出结果"
        made = pl.DataFrame(
            {
                "level": level,
                "unit": [""] if level == "county" else [str(label) for label in found.schools],
                "subject": subject,
                "n": found.n,
                "median": found.median,
                "se": found.se,
                "lo": found.lo,
                "hi": found.hi,
                "note": np.where(np.isnan(found.median), few, ""),
            }
        )
        parts.append(made.filter(pl.col("unit") != "-1"))
    return parts


def _curves(subject: str, start: np.ndarray, growth: GrowthPercentiles) -> pl.DataFrame:
    lowest, highest = np.nanquantile(start, [0.01, 0.99])
    at = np.linspace(lowest, highest, STEPS)
    cuts = growth.norms.cuts(at)
    nearest = [int(np.argmin(np.abs(growth.norms.taus - tau))) for tau in TAUS]
    return pl.concat(
        pl.DataFrame({"subject": subject, "tau": tau, "start": at, "score": cuts[:, column]})
        for tau, column in zip(TAUS, nearest, strict=True)
    )


def _refused(subject: str, why: str) -> pl.DataFrame:
    nothing = {name: [None] for name in ("median", "se", "lo", "hi")}
    return pl.DataFrame(
        {"level": "county", "unit": "", "subject": subject, "n": 0, **nothing, "note": why},
        schema_overrides=dict.fromkeys(nothing, pl.Float64),
    )


def _columns(parts: list[pl.DataFrame], schema: nw.Schema) -> dict[str, list]:
    table = pl.concat(parts, how="vertical_relaxed") if parts else None
    return {name: [] if table is None else table[name].to_list() for name in schema}
