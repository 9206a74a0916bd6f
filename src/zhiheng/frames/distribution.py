"""DISTRIBUTION: how many pupils of a unit lie in each band of marks and in each grade A to E.

Bands of marks have a fixed width; grades are the county's own equal shares, never set against a standard.
"""

import narwhals as nw

from zhiheng.frames.caliber import PER, Caliber
from zhiheng.frames.engine import as_schema, gathered, settled
from zhiheng.frames.population import TOTAL_NUMBER, Population
from zhiheng.frames.results import DISTRIBUTION
from zhiheng.frames.schema import HUNDREDTHS, TOTAL
from zhiheng.frames.units import by_unit, named_subjects

LEVELS = ("county", "town", "school_type", "area", "school", "class")


def distribution_of(population: Population, levels: tuple[str, ...] = LEVELS) -> nw.LazyFrame:
    """Return the DISTRIBUTION table; only bands that hold a pupil have a row.

    `band` counts from 0 at the bottom. The last band of width includes the full mark. Grade 0 is A; a grade
    ends with all pupils tied with the last of its share, so equal marks are never split.
    """
    rows = population.rows.filter(~nw.col("mark").is_null())
    cuts = settled(_grade_cuts(rows, population.caliber))
    graded = rows.join(cuts, on="subject", how="inner")
    cells = settled(
        graded.with_columns(
            _band(population.caliber).cast(nw.Int32).alias("width"),
            _grade(population.caliber).cast(nw.Int32).alias("grade"),
        )
        .group_by("school", "class", "in_school", "in_class", "subject", "width", "grade")
        .agg(nw.len().cast(nw.Int64).alias("count"), nw.col("full_mark").max())
    )
    parts = []
    for level in levels:
        for kind in ("width", "grade"):
            counted = by_unit(cells, level, population, _COUNTED, also_by=(kind,))
            parts.append(counted.rename({kind: "band"}).with_columns(nw.lit(kind).alias("kind")))
    table = nw.concat(parts, how="vertical")
    table = _with_limits(table, named_subjects(gathered(cuts), population), population.caliber).sort(
        "level", "unit", "subject", "kind", "band"
    )
    return as_schema({name: table[name] for name in DISTRIBUTION}, DISTRIBUTION)


_COUNTED = (nw.col("count").sum(), nw.col("full_mark").max())


def _width(caliber: Caliber, total: str | int) -> nw.Expr:
    widths = caliber.total_band_width * HUNDREDTHS, caliber.band_width * HUNDREDTHS
    return (
        nw.when(nw.col("subject") == total)
        .then(nw.lit(widths[0]))
        .otherwise(nw.lit(widths[1]))
        .cast(nw.Int64)
    )


def _band(caliber: Caliber) -> nw.Expr:
    """Whole widths below the mark; the full mark belongs to the band under it."""
    width = _width(caliber, TOTAL_NUMBER)
    last = (nw.col("full_mark").cast(nw.Int64) - 1) // width
    return nw.min_horizontal(nw.col("mark").cast(nw.Int64) // width, last)


def _grade_cuts(rows: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    """Per subject the lowest mark of each grade but the last, columns cut_0, cut_1 …"""
    counts = (
        rows.filter(nw.col("in_school"))
        .group_by("subject", "mark")
        .agg(nw.len().cast(nw.Int64).alias("pupils"))
    )
    all_of = nw.col("pupils").sum().over("subject")
    below = nw.col("pupils").cum_sum().over("subject", order_by="mark")
    placed_marks = counts.with_columns(
        all_of.alias("all"), (all_of - below + nw.col("pupils")).alias("reached")
    )
    shares = [sum(caliber.grade_shares[: k + 1]) for k in range(len(caliber.grade_shares) - 1)]
    return placed_marks.group_by("subject").agg(
        *(
            nw.when(nw.col("reached") >= (nw.col("all") * (2 * int(share * PER)) + PER) // (2 * PER))
            .then(nw.col("mark"))
            .max()
            .alias(f"cut_{k}")
            for k, share in enumerate(shares)
        )
    )


def _grade(caliber: Caliber) -> nw.Expr:
    below = [
        (nw.col("mark") < nw.col(f"cut_{k}")).cast(nw.Int32) for k in range(len(caliber.grade_shares) - 1)
    ]
    return sum(below[1:], below[0]) if below else nw.lit(0)


def _with_limits(table: nw.DataFrame, cuts: nw.DataFrame, caliber: Caliber) -> nw.DataFrame:
    """Add `from` and `to` in points: [from, to) for widths, lowest and highest mark limits for grades."""
    last = len(caliber.grade_shares) - 1
    table = table.join(cuts, on="subject", how="left")
    low, high = nw.lit(0), nw.col("full_mark").cast(nw.Int64)
    grade_from, grade_to = low.cast(nw.Int64), high
    for k in range(last):
        grade_from = (
            nw.when(nw.col("band") == k).then(nw.col(f"cut_{k}").cast(nw.Int64)).otherwise(grade_from)
        )
        grade_to = (
            nw.when(nw.col("band") == k + 1).then(nw.col(f"cut_{k}").cast(nw.Int64)).otherwise(grade_to)
        )
    width = _width(caliber, TOTAL)
    start = nw.col("band").cast(nw.Int64) * width
    grade = nw.col("kind") == "grade"
    return table.with_columns(
        (nw.when(grade).then(grade_from).otherwise(start) / HUNDREDTHS).alias("from"),
        (
            nw.when(grade)
            .then(grade_to)
            .otherwise(nw.min_horizontal(start + width, nw.col("full_mark").cast(nw.Int64)))
            / HUNDREDTHS
        ).alias("to"),
    )
