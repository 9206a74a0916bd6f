"""The analysis of two linked tests: growth of pupils, value added by schools."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from zhiheng.base.definitions.models import Definition
from zhiheng.frames.growth import growth_of
from zhiheng.frames.linked import linked
from zhiheng.frames.value_added import value_added_of
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.analyses.kinds import AnalysisKind, Tables

GROWTH = "growth"


def _make(tables: Tables, baseline: Tables | None, definition: Definition) -> dict[str, nw.LazyFrame]:
    if baseline is None:
        raise ValueError("growth is measured from a baseline")
    caliber = caliber_of(definition)
    both = linked(tables, baseline, caliber)
    return {**growth_of(both, caliber), "value_added": value_added_of(both, caliber)}


def _observed(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    growth = results["growth"].select("level", "unit", "subject", "n", "lo", "hi", value="median")
    added = results["value_added"].select("level", "unit", "subject", "lo", "hi", n="matched", value="effect")
    known = [
        table.filter(pl.col("level").is_in(["county", "school"]) & pl.col("value").is_not_null()).select(
            "level", "unit", "subject", "value", "n", "lo", "hi", pl.lit(indicator).alias("indicator")
        )
        for indicator, table in (("median_growth", growth), ("value_added", added))
    ]
    nothing = pl.lit(None, pl.Float64)
    return pl.concat(known).with_columns(nothing.alias("numerator"), nothing.alias("denominator"))


KINDS = (AnalysisKind(GROWTH, "增值与成长", "2026.1", _make, _observed),)
