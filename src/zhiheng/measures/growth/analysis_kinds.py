"""The analysis of two linked tests: growth of pupils, value added by schools."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from zhiheng.base.definitions.models import Definition
from zhiheng.frames.growth import growth_of
from zhiheng.frames.linked import linked
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.analyses.kinds import AnalysisKind, Tables

GROWTH = "growth"


def _make(tables: Tables, baseline: Tables | None, definition: Definition) -> dict[str, nw.LazyFrame]:
    if baseline is None:
        raise ValueError("growth is measured from a baseline")
    caliber = caliber_of(definition)
    return growth_of(linked(tables, baseline, caliber), caliber)


def _observed(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    growth = results["growth"].filter(pl.col("level").is_in(["county", "school"]))
    nothing = pl.lit(None, pl.Float64)
    return growth.select(
        pl.lit("median_growth").alias("indicator"),
        "level",
        "unit",
        "subject",
        pl.col("median").alias("value"),
        nothing.alias("numerator"),
        nothing.alias("denominator"),
        "n",
        "lo",
        "hi",
    )


KINDS = (AnalysisKind(GROWTH, "增值与成长", "2026.1", _make, _observed),)
