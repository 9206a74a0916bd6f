"""The analysis every exam has: 一分三率, composites, distributions, items, under its 口径."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from zhiheng.base.definitions.models import Definition
from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import Caliber, caliber_from_body
from zhiheng.frames.schema import TOTAL
from zhiheng.measures.analyses.kinds import AnalysisKind, Tables

EXAM = "exam"
OBSERVED = {
    # indicator → (value, numerator, denominator, low, high) columns of the groups table
    "mean": ("mean", None, "taken", "mean_lo", "mean_hi"),
    "participation_rate": ("participation", "taken", "expected", None, None),
    "excellent_rate": ("excellent_rate", "excellent_count", "denominator", "excellent_lo", "excellent_hi"),
    "pass_rate": ("pass_rate", "pass_count", "denominator", "pass_lo", "pass_hi"),
    "low_rate": ("low_rate", "low_count", "denominator", "low_lo", "low_hi"),
}
OBSERVED_LEVELS = ("county", "town", "school")


def caliber_of(definition: Definition) -> Caliber:
    """Return the 口径 a definition holds."""
    return caliber_from_body(
        definition.body, key=definition.key, version=definition.version, title=definition.title
    )


def _make(tables: Tables, baseline: Tables | None, definition: Definition) -> dict[str, nw.LazyFrame]:
    return analyse(tables, caliber_of(definition))


def _observed(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    groups = results["groups"].filter(pl.col("level").is_in(OBSERVED_LEVELS))
    return pl.concat(
        groups.select(
            pl.lit(indicator).alias("indicator"),
            "level",
            "unit",
            pl.col("subject").fill_null(TOTAL),
            *(
                (pl.col(column) if column else pl.lit(None)).cast(pl.Float64).alias(name)
                for name, column in zip(
                    ("value", "numerator", "denominator", "lo", "hi"), columns, strict=True
                )
            ),
            pl.col("taken").alias("n"),
        )
        for indicator, columns in OBSERVED.items()
    )


KINDS = (AnalysisKind(EXAM, "成绩分析", "2026.1", _make, _observed),)
