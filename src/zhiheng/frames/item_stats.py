"""ITEM_STATS: each item's facility in each unit; for the county also how it separates pupils.

Sums come from the rows in one pass; formulas are in `core.items`.
"""

import narwhals as nw
import numpy as np

from zhiheng.core.intervals import mean_interval, wilson_interval
from zhiheng.core.items import item_rest_correlation
from zhiheng.core.moments import ratio, squared_deviations, standard_deviation
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema, gathered, settled
from zhiheng.frames.population import Population
from zhiheng.frames.responses import Responses
from zhiheng.frames.results import ITEM_STATS
from zhiheng.frames.units import by_unit, named_subjects

LEVELS = ("county", "school_type", "area", "school", "class")
_KEYS = ("subject", "item")
_SUMS = ("n", "sum", "squares", "zero_count", "full_count")
_WHOLE = ("whole_n", "whole_sum", "whole_squares", "product", "high_sum", "low_sum")


def item_stats_of(
    cells: nw.LazyFrame,
    sheets: nw.DataFrame,
    responses: Responses,
    options: nw.DataFrame,
    population: Population,
) -> nw.LazyFrame:
    """Return the ITEM_STATS table.

    `cells` and `sheets` are `item_cells` and `sheet_sums`, `options` is what `options.suspicions` says of the choice items. Facility rests on everybody with a mark in the
    item; discrimination and correlation on whole sheets, as `core.items.item_analysis`.
    """
    caliber = population.caliber
    parts = []
    for level in LEVELS:
        added = [nw.col(name).sum() for name in (*_SUMS, *_WHOLE)]
        parts.append(by_unit(cells, level, population, added, also_by=("item",)))
    table = (
        nw.concat(parts, how="vertical")
        .join(responses.table.select(*_KEYS, nw.col("full_mark").cast(nw.Int64)), on=[*_KEYS], how="inner")
        .join(sheets, on="subject", how="left")
        .join(options.with_columns(nw.lit("county").alias("level")), on=["level", *_KEYS], how="left")
        .sort("level", "unit", *_KEYS)
    )
    return as_schema(_finished(table, caliber), ITEM_STATS)


def sheet_sums(responses: Responses, population: Population) -> nw.DataFrame:
    """Per subject, over whole sheets that count at school level: sums of totals and halves, sizes of the extremes."""
    total, odd, even = (nw.col(name) for name in ("total", "odd", "even"))
    sums = (
        responses.sheets.filter(nw.col("whole") & nw.col("in_school"))
        .group_by("subject")
        .agg(
            nw.len().cast(nw.Int64).alias("sheets"),
            total.sum().alias("total_sum"),
            (total * total).sum().alias("total_squares"),
            odd.sum().alias("odd_sum"),
            (odd * odd).sum().alias("odd_squares"),
            even.sum().alias("even_sum"),
            (even * even).sum().alias("even_squares"),
            nw.col("objective").sum().alias("objective_sum"),
            nw.col("high").cast(nw.Int64).sum().alias("n_high"),
            nw.col("low").cast(nw.Int64).sum().alias("n_low"),
        )
    )
    return named_subjects(gathered(sums), population)


def item_cells(responses: Responses) -> nw.LazyFrame:
    """Sums of every item in every class: of all with a mark, of whole sheets, of the extreme groups."""
    mark = nw.col("mark").cast(nw.Int64)
    whole = nw.when(nw.col("whole"))
    return settled(
        responses.marks.group_by("school", "class", "in_school", "in_class", *_KEYS).agg(
            mark.count().cast(nw.Int64).alias("n"),
            mark.sum().alias("sum"),
            (mark * mark).sum().alias("squares"),
            (mark == 0).cast(nw.Int64).sum().alias("zero_count"),
            (mark == nw.col("full_mark")).cast(nw.Int64).sum().alias("full_count"),
            nw.col("whole").cast(nw.Int64).sum().alias("whole_n"),
            whole.then(mark).sum().alias("whole_sum"),
            whole.then(mark * mark).sum().alias("whole_squares"),
            whole.then(mark * nw.col("total")).sum().alias("product"),
            nw.when(nw.col("high")).then(mark).sum().alias("high_sum"),
            nw.when(nw.col("low")).then(mark).sum().alias("low_sum"),
        )
    )


def _finished(table: nw.DataFrame, caliber: Caliber) -> dict[str, np.ndarray | nw.Series]:
    c = {name: table[name].to_numpy() for name in (*_SUMS, *_WHOLE, "full_mark", "n_high", "n_low")}
    at_county = (table["level"] == "county").to_numpy()
    lo, hi = _facility_limits(c, caliber)
    high, low = ratio(c["high_sum"], c["n_high"]), ratio(c["low_sum"], c["n_low"])
    own = {name: table[name] for name in ("level", "unit", *_KEYS, "n", "sum", "zero_count", "full_count")}
    told = {name: table[name] for name in ("top_wrong", "top_wrong_share", "suspect_key", "reason")}
    return {
        **own,
        **told,
        "facility": ratio(c["sum"], c["n"] * c["full_mark"]),
        "facility_lo": lo,
        "facility_hi": hi,
        "discrimination": np.where(at_county, ratio(high - low, c["full_mark"]), np.nan),
        "n_high": np.where(at_county, c["n_high"], np.nan),
        "n_low": np.where(at_county, c["n_low"], np.nan),
        "item_rest_r": np.where(at_county, _item_rest(table, c), np.nan),
    }


def _facility_limits(c: dict[str, np.ndarray], caliber: Caliber) -> tuple[np.ndarray, np.ndarray]:
    """Wilson limits where every mark is 0 or full; limits of a mean elsewhere, within 0 to 1."""
    spread = ratio(standard_deviation(c["n"], c["sum"], c["squares"], sample=True), c["full_mark"])
    mean = mean_interval(ratio(c["sum"], c["n"] * c["full_mark"]), spread, c["n"], caliber.level)
    rate = wilson_interval(c["full_count"], c["n"], caliber.level)
    two_valued = c["zero_count"] + c["full_count"] == c["n"]
    return (
        np.where(two_valued, rate.lo, np.maximum(mean.lo, 0)),
        np.where(two_valued, rate.hi, np.minimum(mean.hi, 1)),
    )


def _item_rest(table: nw.DataFrame, c: dict[str, np.ndarray]) -> np.ndarray:
    """From sums over whole sheets; only the county's rows have the totals of the same sheets."""
    total, squares, n = (
        table[name].fill_null(0).to_numpy().astype(np.int64)
        for name in ("total_sum", "total_squares", "sheets")
    )
    # n·Σxy − ΣxΣy in floats: hundredths of one county keep twelve digits.
    covariance = c["product"] - c["whole_sum"].astype(float) * ratio(total, n)
    spread = squared_deviations(c["whole_n"], c["whole_sum"], c["whole_squares"])
    return item_rest_correlation(spread, squared_deviations(n, total, squares), covariance)
