"""Counts, sums and quartiles of every unit in every subject: whole hundredths, no rates yet.

The rows are added up twice, by class and by school and traits; larger units add up the smaller.
"""

from collections.abc import Iterable

import narwhals as nw

from zhiheng.frames.caliber import PER, Caliber
from zhiheng.frames.engine import settled
from zhiheng.frames.population import ABSENT, CHEAT, DEFERRED, EXCLUDED, TRAITS, Population
from zhiheng.frames.units import BY_TRAIT, by_unit

QUARTILES = {"q1": 0.25, "median": 0.50, "q3": 0.75}
COUNTS = ("expected", "taken", "absent", "deferred", "cheat", "roll", "marked", "used")
HITS = ("excellent", "good", "pass", "low", "top", "all_pass", "above_mean", "bottom")
SUMS = (*COUNTS, *HITS, "sum", "squares", "used_sum", "used_squares", "scale_n", "scale_sum", "scale_squares")


def group_sums(population: Population, levels: Iterable[str]) -> nw.DataFrame:
    """Return one row per level, unit and subject, sorted by them.

    Columns: `COUNTS` and excluded (pupils); excellent, good, pass, low, top, all_pass (pupils, among `used`);
    above_mean, bottom (pupils, among `marked`); full_mark, sum, squares (of `marked`), used_sum, used_squares,
    min, max, q1, median, q3 (hundredths); scale_n, scale_sum, scale_squares.
    """
    levels = tuple(levels)
    rows = population.rows.join(_benchmarks(population), on="subject", how="left")
    by_class = settled(_cells(rows, ("school", "class", "in_school", "in_class"), population.caliber))
    own = rows.filter(nw.col("in_school"))
    by_trait = settled(_cells(own, ("school", "in_school", *TRAITS), population.caliber))
    marked = population.rows.filter(~nw.col("mark").is_null())
    parts = []
    for level in levels:
        cells = by_trait if level in BY_TRAIT else by_class
        sums = by_unit(cells, level, population, _added_up(cells), only_counted=False)
        quartiles = by_unit(marked, level, population, _QUARTILES)
        parts.append(sums.join(quartiles.drop("level"), on=["unit", "subject"], how="left"))
    return nw.concat(parts, how="vertical").sort("level", "unit", "subject")


def _benchmarks(population: Population) -> nw.LazyFrame:
    """Per subject: the smallest mark above the county's mean, and the largest in its lowest share."""
    rows = population.rows.filter(nw.col("in_school") & ~nw.col("mark").is_null())
    counts = settled(rows.group_by("subject", "mark").agg(nw.len().cast(nw.Int64).alias("pupils")))
    share = int(population.caliber.bottom * PER)
    below = nw.col("pupils").cum_sum().over("subject", order_by="mark")
    reached = counts.with_columns(
        below.alias("below"),
        ((nw.col("pupils").sum().over("subject") * (2 * share) + PER) // (2 * PER)).alias("wanted"),
    ).filter(nw.col("below") >= nw.col("wanted"))
    means = counts.with_columns((nw.col("mark").cast(nw.Int64) * nw.col("pupils")).alias("sum"))
    return (
        means.group_by("subject")
        .agg(nw.col("sum").sum(), nw.col("pupils").sum())
        # x > sum/n for whole x is x >= floor(sum/n) + 1.
        .select("subject", (nw.col("sum") // nw.col("pupils") + 1).alias("above_from"))
        .join(
            reached.group_by("subject").agg(nw.col("mark").min().alias("bottom_to")), on="subject", how="left"
        )
    )


def _cells(rows: nw.LazyFrame, keys: tuple[str, ...], caliber: Caliber) -> nw.LazyFrame:
    """One pass over the rows: every sum, for each combination of `keys` and subject."""
    fate, mark, scale = nw.col("fate"), nw.col("mark"), nw.col("scale_score")
    wide = mark.cast(nw.Int64)
    used, marked = nw.col("used"), ~mark.is_null()
    flags = {
        "expected": nw.col("expected"),
        "taken": nw.col("taken"),
        "absent": fate == ABSENT,
        "deferred": fate == DEFERRED,
        "cheat": fate == CHEAT,
        "excluded": fate == EXCLUDED,
        "roll": nw.col("roll"),
        "marked": marked,
        "used": used,
        **{name: used & hit for name, hit in _hits(caliber).items()},
        "all_pass": used & nw.col("all_pass"),
        "above_mean": mark >= nw.col("above_from"),
        "bottom": mark <= nw.col("bottom_to"),
    }
    amounts = {
        "sum": wide,
        "squares": wide * wide,
        "used_sum": nw.when(used).then(wide),
        "used_squares": nw.when(used).then(wide * wide),
        "scale_sum": scale,
        "scale_squares": scale * scale,
    }
    return rows.group_by(*keys, "subject").agg(
        nw.len().cast(nw.Int64).alias("due"),
        *(flag.cast(nw.Int64).sum().alias(name) for name, flag in flags.items()),
        *(amount.sum().alias(name) for name, amount in amounts.items()),
        scale.count().cast(nw.Int64).alias("scale_n"),
        nw.col("full_mark").max(),
        mark.min().alias("min"),
        mark.max().alias("max"),
    )


def _hits(caliber: Caliber) -> dict[str, nw.Expr]:
    """Whether a mark reaches a line: mark · 10000 >= line · full mark, in whole numbers."""
    mark, full = nw.col("mark").cast(nw.Int64) * PER, nw.col("full_mark").cast(nw.Int64)
    lines = {name: caliber.line(name) for name in ("excellent", "good", "pass", "low", "top")}
    hits = {name: mark >= full * line for name, line in lines.items() if line is not None}
    hits["low"] = ~hits["low"]
    if "good" in hits and caliber.good_exclusive:
        hits["good"] = hits["good"] & ~hits["excellent"]
    return hits


def _added_up(cells: nw.LazyFrame) -> list[nw.Expr]:
    """Add up cells that count; pupils of the others are excluded ones."""
    counts = nw.col("counts")
    known = [name for name in SUMS if name in cells.collect_schema().names()]
    return [
        *(nw.when(counts).then(nw.col(name)).otherwise(0).sum().alias(name) for name in known),
        nw.when(counts).then(nw.col("excluded")).otherwise(nw.col("due")).sum().alias("excluded"),
        nw.col("full_mark").max(),
        nw.when(counts).then(nw.col("min")).min().alias("min"),
        nw.when(counts).then(nw.col("max")).max().alias("max"),
    ]


_QUARTILES = [nw.col("mark").quantile(share, "linear").alias(name) for name, share in QUARTILES.items()]
