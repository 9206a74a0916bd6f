"""Pupils' item marks made ready for item analysis: who answered, what the whole sheet earned, who is high and low.

No statistics yet. Absent pupils and cheats are not here; neither is anybody outside the population.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from zhiheng.frames.caliber import PER
from zhiheng.frames.engine import gathered, settled
from zhiheng.frames.population import TAKEN, Population, numbered
from zhiheng.frames.units import named_subjects

OBJECTIVE = ("choice", "multiple")


@dataclass(frozen=True, slots=True)
class Responses:
    """Item marks of one exam under one 口径.

    Attributes
    ----------
    marks : one row per pupil and item: pupil, subject (number), item, mark, full_mark (hundredths), option, school, class, in_school,
        in_class, and of the pupil's sheet: total, whole, high, low.
    sheets : one row per pupil and subject: total, odd, even, objective (hundredths), whole (has every item),
        high and low (in the extreme groups; only whole sheets that count at school level), and the unit columns.
    items : the items, `subject` as a number; `table` is the same gathered, `subject` as text.
    """

    marks: nw.LazyFrame
    sheets: nw.LazyFrame
    items: nw.LazyFrame
    table: nw.DataFrame


def responses_of(tables: Mapping[str, nw.LazyFrame], population: Population) -> Responses:
    """Join item marks with the population and mark the extreme groups by the total of the items."""
    items = numbered(tables["items"], population.numbers)
    wanted = items.group_by("subject").agg(nw.len().cast(nw.Int64).alias("items"))
    sat = population.rows.filter(nw.col("fate") == TAKEN).select(
        "pupil", "subject", "school", "class", "in_school", "in_class"
    )
    marks = numbered(
        tables["item_marks"].select("pupil", "subject", "item", nw.col("raw_mark").alias("mark"), "option"),
        population.numbers,
    ).join(
        items.select("subject", "item", "full_mark", nw.col("kind").is_in(OBJECTIVE).alias("is_objective")),
        on=["subject", "item"],
        how="inner",
    )
    sheets = (
        _sums(marks)
        .join(sat, on=["pupil", "subject"], how="inner")
        .join(wanted, on="subject", how="inner")
        .with_columns((nw.col("marked") == nw.col("items")).alias("whole"))
        .drop("marked", "items")
    )
    sheets = settled(_extremes(settled(sheets), population))
    beside = sheets.drop("odd", "even", "objective")
    return Responses(
        marks=settled(marks.drop("is_objective").join(beside, on=["pupil", "subject"], how="inner")),
        sheets=sheets,
        items=items,
        table=named_subjects(gathered(items), population).sort("subject", "item"),
    )


def _sums(marks: nw.LazyFrame) -> nw.LazyFrame:
    mark = nw.col("mark")
    return marks.group_by("pupil", "subject").agg(
        mark.count().cast(nw.Int64).alias("marked"),
        mark.sum().cast(nw.Int64).alias("total"),
        nw.when(nw.col("item") % 2 == 0).then(mark).sum().cast(nw.Int64).alias("even"),
        nw.when(nw.col("item") % 2 == 1).then(mark).sum().cast(nw.Int64).alias("odd"),
        nw.when(nw.col("is_objective")).then(mark).sum().cast(nw.Int64).alias("objective"),
    )


def _extremes(sheets: nw.LazyFrame, population: Population) -> nw.LazyFrame:
    """Mark the top and bottom share by total, everybody tied at the cut included."""
    eligible = nw.col("whole") & nw.col("in_school")
    share = int(population.caliber.discrimination_share * PER)
    counts = sheets.filter(eligible).group_by("subject", "total").agg(nw.len().cast(nw.Int64).alias("pupils"))
    n = nw.col("pupils").sum().over("subject")
    upto = nw.col("pupils").cum_sum().over("subject", order_by="total")
    cuts = (
        counts.with_columns(
            nw.max_horizontal((n * (2 * share) + PER) // (2 * PER), nw.lit(1)).alias("size"),
            upto.alias("upto"),
            (n - upto + nw.col("pupils")).alias("from_here"),
        )
        .group_by("subject")
        .agg(
            nw.when(nw.col("from_here") >= nw.col("size")).then(nw.col("total")).max().alias("high_from"),
            nw.when(nw.col("upto") >= nw.col("size")).then(nw.col("total")).min().alias("low_to"),
        )
    )
    return (
        sheets.join(cuts, on="subject", how="left")
        .with_columns(
            (eligible & (nw.col("total") >= nw.col("high_from"))).alias("high"),
            (eligible & (nw.col("total") <= nw.col("low_to"))).alias("low"),
        )
        .drop("high_from", "low_to")
    )
