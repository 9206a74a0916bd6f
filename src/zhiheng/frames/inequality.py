"""EQUITY: how unevenly marks lie between the schools of a county in each subject, each figure with its interval.

The numbers are `core.equity`. Figures of the county only; which school stands where is not said.
"""

from collections.abc import Iterator

import narwhals as nw
import numpy as np
import polars as pl

from zhiheng.core.equity import (
    Estimate,
    between_school_share,
    between_school_share_interval,
    bootstrap_interval,
    inequality,
    school_gap,
    theil_parts,
)
from zhiheng.core.equity.summary import FEWEST
from zhiheng.core.moments import ratio
from zhiheng.frames.between import AREAS, area_ends
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema, gathered
from zhiheng.frames.schema import HUNDREDTHS

SEED = 2026
"""Of the bootstrap: the same data give the same limits."""
NONE = float("nan")

EQUITY = nw.Schema(
    {
        "subject": nw.String(),
        "measure": nw.String(),  # one of MEASURES
        "value": nw.Float64(),
        "lo": nw.Float64(),
        "hi": nw.Float64(),
        "schools": nw.Int64(),
        "n": nw.Int64(),  # pupils with a mark
    }
)
EQUITY_AREAS = nw.Schema(
    {
        "subject": nw.String(),
        "area": nw.String(),
        "schools": nw.Int64(),
        "n": nw.Int64(),
        "mean": nw.Float64(),  # points
        "theil": nw.Float64(),  # between the schools of this area
        "weight": nw.Float64(),  # what it counts in the county's
    }
)
"""The areas that Theil's index is split by; none in a subject where one has too few pupils to be shown."""
MEASURES = (
    "between_school_share",
    "school_cv",
    "school_gini",
    "school_theil",
    "theil_between_areas",  # share of the index
    "school_ratio_90_10",
    "urban_rural_gap",  # standard deviations of pupils; the most urban area less the most rural
)


def inequality_of(groups: nw.LazyFrame, schools: nw.LazyFrame, caliber: Caliber) -> dict[str, nw.LazyFrame]:
    """Return the tables `equity` and `equity_areas`.

    Parameters
    ----------
    groups : GROUPS with at least the levels county and school.
    schools : of the dataset.
    """
    table = nw.to_native(gathered(groups))
    areas = nw.to_native(gathered(schools.select(nw.col("school").cast(nw.String).alias("unit"), "area")))
    spread = dict(table.filter(level="county").select("subject", "sd").iter_rows())
    marked = (
        table.filter(
            (pl.col("level") == "school") & (pl.col("taken") > 0) & pl.col("mean_taken").is_not_null()
        )
        .join(areas, on="unit", how="left")
        .sort("subject", "unit")
    )
    figures, parts = [], []
    for (subject,), block in marked.group_by("subject", maintain_order=True):
        own = list(_areas(block, caliber))
        parts += [{"subject": subject, **row} for row in own]
        found = _figures(block, spread[subject], bool(own), caliber)
        size = {"schools": block.height, "n": int(block["taken"].sum())}
        figures += [
            {"subject": subject, "measure": name, "value": each.value, "lo": each.lo, "hi": each.hi, **size}
            for name, each in found.items()
        ]
    return {
        "equity": as_schema({name: [row[name] for row in figures] for name in EQUITY}, EQUITY),
        "equity_areas": as_schema(
            {name: [row[name] for row in parts] for name in EQUITY_AREAS}, EQUITY_AREAS
        ),
    }


def _figures(block: pl.DataFrame, sd: float, by_area: bool, caliber: Caliber) -> dict[str, Estimate]:
    n, total, squares = (block[name].to_numpy() for name in ("taken", "sum", "sum_squares"))
    share = between_school_share(n, total, squares)
    limits = between_school_share_interval(n, total, squares, caliber.level)
    uneven = inequality(ratio(total, n), n, rng=np.random.default_rng(SEED), level=caliber.level)
    found = {
        "between_school_share": Estimate(share, *limits),
        "school_cv": uneven.cv,
        "school_gini": uneven.gini,
        "school_theil": uneven.theil,
        "school_ratio_90_10": uneven.ratio_90_10,
    }
    if by_area:
        area = np.array(block["area"].to_list(), dtype=object)
        found["theil_between_areas"] = _between_areas(n, total, area, caliber.level)
        found["urban_rural_gap"] = _gap(n, total, area, sd, caliber.level)
    return {name: found[name] for name in MEASURES if name in found}


def _areas(block: pl.DataFrame, caliber: Caliber) -> Iterator[dict]:
    """Yield every area with its own index; nothing unless all schools have one and no few pupils could be told from it."""
    sizes = dict(block.group_by("area").agg(pl.col("taken").sum()).iter_rows())
    if not sizes.keys() <= set(AREAS) or len(sizes) < 2 or not _may_be_told(block, caliber.min_group):
        return
    n, total = block["taken"].to_numpy(), block["sum"].to_numpy()
    parts = theil_parts(ratio(total, n), block["area"].to_list(), n)
    found = dict(zip(parts.groups, zip(parts.own, parts.weight, strict=True), strict=True))
    for word in filter(sizes.__contains__, AREAS):
        rows = block.filter(area=word)
        own, weight = found[word]
        yield {
            "area": word,
            "schools": rows.height,
            "n": sizes[word],
            "mean": rows["sum"].sum() / sizes[word] / HUNDREDTHS,
            "theil": own,
            "weight": weight,
        }


def _may_be_told(block: pl.DataFrame, minimum: int) -> bool:
    """Tell whether no area leads to few pupils, even for somebody who takes its shown schools away from it."""
    small = block.filter(pl.col("taken") < minimum).group_by("area").agg(pl.len(), pl.col("taken").sum())
    return small.filter((pl.col("len") < 2) | (pl.col("taken") < minimum)).is_empty()


def _between_areas(n: np.ndarray, total: np.ndarray, area: np.ndarray, level: float) -> Estimate:
    def share(times: np.ndarray) -> float:
        parts = theil_parts(ratio(total, n), area, n * times)
        return parts.between / parts.total if parts.total > 0 else NONE

    value = share(np.ones(len(n), dtype=np.int64))
    if len(n) < FEWEST:
        return Estimate(value, NONE, NONE)
    lo, hi = bootstrap_interval(share, len(n), rng=np.random.default_rng(SEED), level=level)
    return Estimate(value, float(lo), float(hi))


def _gap(n: np.ndarray, total: np.ndarray, area: np.ndarray, sd: float, level: float) -> Estimate:
    high, low = (area == end for end in area_ends(area.tolist()))
    gap = school_gap(n[high], total[high], n[low], total[low], level)
    points = sd * HUNDREDTHS
    return Estimate(*(limit / points if points else NONE for limit in gap))
