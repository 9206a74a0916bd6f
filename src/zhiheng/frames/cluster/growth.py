"""Growth percentiles over a cluster: one cohort in one executor, or a cohort of any size from counted cells."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as columns

from zhiheng.core.growth import (
    PERCENTILES,
    GrowthNorms,
    GrowthRefused,
    growth_norms,
    growth_percentiles,
    place,
    spline_of,
)
from zhiheng.frames.cluster.adding import numbers_of

MOST_CELLS = 2_000_000
"""Cells one process fits in minutes; whole-point scores of one earlier test have tens of thousands."""


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

    Raises
    ------
    GrowthRefused
        More than `MOST_CELLS` cells; otherwise as `growth_norms`.
    """
    counted = frame.groupBy(*priors, current).agg(columns.count("*").alias("pupils"))
    cells = counted.limit(MOST_CELLS + 1).toArrow()
    if cells.num_rows > MOST_CELLS:
        raise GrowthRefused(
            f"各次成绩的不同组合超过 {MOST_CELLS:,} 种，合不成常模。请先把成绩四舍五入到整分，或按县、按届分开算。"
        )
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
            growth = place(own, numbers_of(batch, priors), numbers_of(batch, [current])[:, 0])
            yield batch.append_column("growth_percentile", pa.array(growth.percentile, from_pandas=True))

    return frame.mapInArrow(placed, f"{_schema(frame)}, growth_percentile double")


def growth_percentiles_by(
    frame: DataFrame, cohort: Sequence[str], priors: Sequence[str], current: str
) -> DataFrame:
    """Return the frame with growth percentiles fitted and placed within each cohort, each by one executor.

    A cohort must fit into the memory of one task: a county's does, a province's as one does not; see
    `growth_norms_on` for that.

    Parameters
    ----------
    cohort : columns that name a cohort, such as county, year and subject.
    priors : columns of earlier scores, oldest first. current : column of the score studied.

    Returns
    -------
    The rows with `growth_percentile` (1 to 99, null without the latest earlier score) and `growth_refused`: the
    sentence why a cohort has none, null elsewhere.
    """

    def of_cohort(table: pa.Table) -> pa.Table:
        refused = None
        try:
            grown = growth_percentiles(numbers_of(table, priors), numbers_of(table, [current])[:, 0])
            percentile = grown.percentile
        except GrowthRefused as why:
            percentile, refused = np.full(len(table), np.nan), why.for_user
        return table.append_column("growth_percentile", pa.array(percentile, from_pandas=True)).append_column(
            "growth_refused", pa.array([refused] * len(table), pa.string())
        )

    schema = f"{_schema(frame)}, growth_percentile double, growth_refused string"
    return frame.groupBy(*cohort).applyInArrow(of_cohort, schema)


def _schema(frame: DataFrame) -> str:
    return ", ".join(f"`{name}` {kind}" for name, kind in frame.dtypes)
