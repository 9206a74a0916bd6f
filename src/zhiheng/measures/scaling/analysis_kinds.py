"""The analysis of an exam's item sheets by item response theory, and of items that favour a group."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from zhiheng.base.definitions.models import Definition
from zhiheng.frames.engine import opened
from zhiheng.frames.fairness import fairness_of
from zhiheng.frames.item_matrix import item_matrices
from zhiheng.frames.population import prepare
from zhiheng.frames.scaling import scaling_of
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.analyses.kinds import AnalysisKind, Tables

SCALING = "scaling"


def _make(tables: Tables, baseline: Tables | None, definition: Definition) -> dict[str, nw.LazyFrame]:
    caliber = caliber_of(definition)
    own = opened(tables)
    papers = list(item_matrices(own["item_marks"], own["items"], prepare(own, caliber)))
    return {**scaling_of(papers, caliber), "fairness": fairness_of(papers, own["schools"], caliber)}


def _observed(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    nothing = [pl.lit(None, pl.Float64).alias(name) for name in ("numerator", "denominator", "lo", "hi")]
    return (
        results["scaling"]
        .filter("converged")
        .select(
            pl.lit("ability_reliability").alias("indicator"),
            pl.lit("county").alias("level"),
            pl.lit("").alias("unit"),
            "subject",
            pl.col("reliability").alias("value"),
            "n",
            *nothing,
        )
    )


KINDS = (AnalysisKind(SCALING, "题目标定与公平", "2026.1", _make, _observed),)
