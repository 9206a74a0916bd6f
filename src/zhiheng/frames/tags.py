"""TAGS: score rate of each knowledge point and ability level of the blueprint, by unit.

A pupil counts in a tag with a mark in all of its items.
"""

import narwhals as nw

from zhiheng.core.intervals import mean_interval
from zhiheng.core.moments import ratio, standard_deviation
from zhiheng.frames.engine import as_schema, settled
from zhiheng.frames.population import Population
from zhiheng.frames.responses import Responses
from zhiheng.frames.results import TAGS
from zhiheng.frames.units import by_unit

LEVELS = ("county", "school_type", "area", "school", "class")
KINDS = ("knowledge", "ability")


def tags_of(responses: Responses, population: Population) -> nw.LazyFrame:
    """Return the TAGS table."""
    parts = [_of_kind(responses, kind, population) for kind in KINDS]
    table = nw.concat(parts, how="vertical").sort("level", "unit", "subject", "kind", "tag")
    n, total, squares, full = (table[name].to_numpy() for name in ("n", "sum", "squares", "full_mark"))
    rate = ratio(total, n * full)
    spread = ratio(standard_deviation(n, total, squares, sample=True), full)
    lo, hi = mean_interval(rate, spread, n, population.caliber.level)
    known = {
        name: table[name] for name in ("level", "unit", "subject", "kind", "tag", "items", "full_mark", "n")
    }
    return as_schema({**known, "score_rate": rate, "lo": lo.clip(0, 1), "hi": hi.clip(0, 1)}, TAGS)


def _of_kind(responses: Responses, kind: str, population: Population) -> nw.DataFrame:
    items = responses.items.filter(~nw.col(kind).is_null() & (nw.col(kind) != "")).select(
        "subject", "item", nw.col(kind).alias("tag"), nw.col("full_mark").cast(nw.Int64).alias("item_full")
    )
    sizes = items.group_by("subject", "tag").agg(
        nw.len().cast(nw.Int64).alias("items"), nw.col("item_full").sum().alias("full_mark")
    )
    marked = responses.marks.filter(~nw.col("mark").is_null())
    of_pupil = (
        marked.join(items.drop("item_full"), on=["subject", "item"], how="inner")
        .group_by("pupil", "subject", "tag", "school", "class", "in_school", "in_class")
        .agg(nw.len().cast(nw.Int64).alias("marked"), nw.col("mark").cast(nw.Int64).sum().alias("sum"))
        .join(sizes, on=["subject", "tag"], how="inner")
        .filter(nw.col("marked") == nw.col("items"))
    )
    mark = nw.col("sum")
    cells = settled(
        of_pupil.group_by(
            "school", "class", "in_school", "in_class", "subject", "tag", "items", "full_mark"
        ).agg(
            nw.len().cast(nw.Int64).alias("n"),
            mark.sum(),
            (mark * mark).sum().alias("squares"),
        )
    )
    added = [nw.col(name).sum() for name in ("n", "sum", "squares")]
    parts = [
        by_unit(cells, level, population, added, also_by=("tag", "items", "full_mark")) for level in LEVELS
    ]
    return nw.concat(parts, how="vertical").with_columns(nw.lit(kind).alias("kind"))
