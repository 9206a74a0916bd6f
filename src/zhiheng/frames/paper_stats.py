"""PAPER_STATS: how hard and how dependable each paper was, in one line.

From sums of whole sheets; a paper without item marks keeps its facility and says what cannot be known.
"""

import narwhals as nw
import numpy as np

from zhiheng.core.items import cronbach_alpha, measurement_error, spearman_brown
from zhiheng.core.moments import squared_deviations
from zhiheng.core.rounding import format_half_up
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema, gathered
from zhiheng.frames.population import Population
from zhiheng.frames.responses import OBJECTIVE, Responses
from zhiheng.frames.results import PAPER_STATS
from zhiheng.frames.schema import HUNDREDTHS, TOTAL
from zhiheng.frames.units import by_unit

_SUMS = ("whole_n", "whole_sum", "whole_squares", "high_sum", "low_sum")
NO_ITEMS = "没有小题分，信度、区分度和主客观题得分率无从计算"


def paper_stats_of(
    groups: nw.LazyFrame,
    cells: nw.LazyFrame,
    sheets: nw.DataFrame,
    responses: Responses,
    population: Population,
) -> nw.LazyFrame:
    """Return the PAPER_STATS table, one row per subject with a mark.

    `cells` and `sheets` are `item_stats.item_cells` and `sheet_sums`.
    """
    county = gathered(
        groups.filter((nw.col("level") == "county") & (nw.col("subject") != TOTAL) & (nw.col("taken") > 0))
    ).sort("subject")
    by_subject = {row["subject"]: row for row in sheets.iter_rows(named=True)}
    added = [nw.col(name).sum() for name in _SUMS]
    items = by_unit(cells, "county", population, added, also_by=("item",)).join(
        responses.table, on=["subject", "item"], how="inner"
    )
    rows = []
    for row in county.iter_rows(named=True):
        whole = by_subject.get(row["subject"])
        if whole is None:
            rows.append(_without_items(row))
        else:
            rows.append(
                _with_items(whole, items.filter(nw.col("subject") == row["subject"]), population.caliber)
            )
    return as_schema({name: [row.get(name) for row in rows] for name in PAPER_STATS}, PAPER_STATS)


def _without_items(row: dict) -> dict:
    return {
        "subject": row["subject"],
        "n": row["taken"],
        "items": 0,
        "facility": row["mean_taken"] / (row["full_mark"] / HUNDREDTHS) if row["full_mark"] else None,
        "note": NO_ITEMS,
    }


def _with_items(whole: dict, items: nw.DataFrame, caliber: Caliber) -> dict:
    c = {
        name: items[name].to_numpy()
        for name in ("whole_n", "whole_sum", "whole_squares", "high_sum", "low_sum")
    }
    full = items["full_mark"].to_numpy().astype(np.int64)
    n, paper = whole["sheets"], int(full.sum())
    spread = {part: _spread(n, whole, part) for part in ("total", "odd", "even")}
    alpha = cronbach_alpha(
        squared_deviations(c["whole_n"], c["whole_sum"], c["whole_squares"]), spread["total"]
    )
    objective = items["kind"].is_in(OBJECTIVE).to_numpy()
    high = c["high_sum"].sum() / whole["n_high"] if whole["n_high"] else np.nan
    low = c["low_sum"].sum() / whole["n_low"] if whole["n_low"] else np.nan
    return {
        "subject": whole["subject"],
        "n": n,
        "items": len(full),
        "facility": whole["total_sum"] / (n * paper),
        "alpha": alpha,
        "split_half": spearman_brown(*(spread[part] / n for part in ("odd", "even", "total"))),
        "sem": measurement_error(spread["total"], n, alpha) / HUNDREDTHS,
        "discrimination": (high - low) / paper,
        "facility_objective": _share(whole["objective_sum"], n * full[objective].sum()),
        "facility_subjective": _share(
            whole["total_sum"] - whole["objective_sum"], n * full[~objective].sum()
        ),
        "expected_facility": _expected(items, full),
        "note": _note(alpha, caliber),
    }


def _spread(n: int, whole: dict, part: str) -> float:
    sums = (
        np.array([value], dtype=np.int64) for value in (n, whole[f"{part}_sum"], whole[f"{part}_squares"])
    )
    return float(squared_deviations(*sums)[0])


def _share(earned: int, possible: int) -> float:
    return float(earned / possible) if possible else float("nan")


def _expected(items: nw.DataFrame, full: np.ndarray) -> float:
    """Planned facility of the paper; NaN unless every item has one."""
    planned = items["expected_facility"].to_numpy().astype(float)
    return float((planned * full).sum() / full.sum())


def _note(alpha: float, caliber: Caliber) -> str:
    if np.isnan(alpha):
        return "只有一道题或总分没有差异，信度无从计算"
    if alpha < caliber.alpha_warning:
        return f"信度 {format_half_up(alpha)} 低于 {format_half_up(caliber.alpha_warning)}，不宜据此对学生个人下结论"
    return ""
