"""The analysis of an exam of the whole county: how unevenly its marks lie between schools."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from zhiheng.base.definitions.models import Definition
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import groups_of
from zhiheng.frames.inequality import inequality_of
from zhiheng.frames.population import prepare
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.analyses.kinds import AnalysisKind, Tables

EQUITY = "equity"


def _make(tables: Tables, baseline: Tables | None, definition: Definition) -> dict[str, nw.LazyFrame]:
    caliber = caliber_of(definition)
    own = opened(tables)
    groups = groups_of(prepare(own, caliber), ("county", "school"))
    return inequality_of(groups, own["schools"], caliber)


def _observed(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    nothing = pl.lit(None, pl.Float64)
    return (
        results["equity"]
        .filter(pl.col("value").is_not_null())
        .select(
            pl.col("measure").alias("indicator"),
            pl.lit("county").alias("level"),
            pl.lit("").alias("unit"),
            "subject",
            "value",
            nothing.alias("numerator"),
            nothing.alias("denominator"),
            "n",
            "lo",
            "hi",
        )
    )


KINDS = (AnalysisKind(EQUITY, "校际均衡", "2026.1", _make, _observed),)
