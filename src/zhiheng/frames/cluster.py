"""Estimators of `core` over a Spark cluster: executors send sums and counted cells, never pupils' rows.

Needs PySpark (the extra `spark`); nothing else imports this module. The group tables need nothing from here: they
run on Spark frames as they are.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as columns

from zhiheng.core.growth import PERCENTILES, GrowthNorms, growth_norms, place, spline_of
from zhiheng.core.value_added import CrossProducts, MixedFit, cross_products, fit_cross_products
from zhiheng.core.value_added.errors import CannotEstimate

PART = "part binary"


def mixed_model_on(
    frame: DataFrame,
    y: str,
    X: Sequence[str],
    groups: Sequence[str],
    *,
    random_slopes: Mapping[str, Sequence[int]] | None = None,
    reml: bool = True,
) -> MixedFit:
    """Fit `core.value_added.mixed_model` to the rows of a cluster, from cross-products gathered once.

    Parameters
    ----------
    frame : one row per pupil. Rows with a missing number or label are left out.
    y, X : columns; a constant is put before X, so column j of X is j + 1 in `random_slopes`.
    groups : columns of labels.

    Raises
    ------
    CannotEstimate
        As `mixed_model`; also where no row is complete.
    """

    def sums(batch: pa.RecordBatch) -> CrossProducts:
        numbers = [batch.column(name).to_numpy(zero_copy_only=False) for name in X]
        table = np.column_stack([np.ones(batch.num_rows), *numbers])
        labels = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in groups}
        own = batch.column(y).to_numpy(zero_copy_only=False)
        return cross_products(own, table, labels, random_slopes=random_slopes)

    complete = frame.select(y, *X, *groups).dropna()
    parts = _gathered(complete, sums)
    if not parts:
        raise CannotEstimate("没有一行是完整的（成绩、自变量、分组都有）。请核对各列。")
    return fit_cross_products(reduce(add, parts), reml=reml, columns=["常数", *X])


def growth_norms_on(
    frame: DataFrame, priors: Sequence[str], current: str, *, taus: Sequence[float] = tuple(PERCENTILES)
) -> GrowthNorms:
    """Fit growth norms from counted cells: pupils alike in every score are one cell with a count.

    Scale scores come in whole points, so a cohort of any size has about as many cells as one of a county. The same
    norms as `core.growth.growth_norms` gives for the rows.

    Parameters
    ----------
    frame : one row per pupil of one cohort.
    priors : columns of earlier scores, oldest first. current : column of the score studied.
    """
    cells = frame.groupBy(*priors, current).agg(columns.count("*").alias("pupils")).toArrow()
    table = [cells.column(name).to_numpy().astype(float) for name in (*priors, current, "pupils")]
    prior, weights = np.column_stack(table[:-2]), table[-1]
    splines = tuple(
        spline_of(scores, weights, sitting=f"第 {term} 次前测")
        for term, scores in enumerate(prior.T, start=1)
    )
    return growth_norms(prior, table[-2], splines, taus=np.asarray(taus), weights=weights)


def growth_percentiles_on(
    frame: DataFrame, norms: GrowthNorms, priors: Sequence[str], current: str
) -> DataFrame:
    """Return the frame with `growth_percentile` (1 to 99, null without the latest earlier score), placed by executors."""
    kept = norms.as_dict()

    def placed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        own = GrowthNorms.from_dict(kept)
        for batch in batches:
            scores = [
                batch.column(name).to_numpy(zero_copy_only=False).astype(float) for name in (*priors, current)
            ]
            growth = place(own, np.column_stack(scores[:-1]), scores[-1]).percentile
            yield batch.append_column("growth_percentile", pa.array(growth, from_pandas=True))

    schema = ", ".join(f"`{name}` {kind}" for name, kind in frame.dtypes)
    return frame.mapInArrow(placed, f"{schema}, growth_percentile double")


def _gathered(frame: DataFrame, sums: Callable[[pa.RecordBatch], CrossProducts]) -> list[CrossProducts]:
    """Return the sums of each partition, added up where the rows are."""

    def added(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        parts = [sums(batch) for batch in batches if batch.num_rows]
        if parts:
            yield pa.RecordBatch.from_pydict({"part": [pickle.dumps(reduce(add, parts))]})

    return [pickle.loads(row.part) for row in frame.mapInArrow(added, PART).collect()]
