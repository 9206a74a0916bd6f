"""Mixed models over a cluster: cross-products are gathered once, the fit is the driver's."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from zhiheng.core.value_added import (
    CannotEstimate,
    CrossProducts,
    MixedFit,
    cross_products,
    fit_cross_products,
)
from zhiheng.frames.cluster.adding import added_up, numbers_of

TOGETHER = 32
"""Every partition may hold pupils of every school; so many tables of schools become one before they come home."""


def mixed_model_on(
    frame: DataFrame,
    y: str,
    X: Sequence[str],
    groups: Sequence[str],
    *,
    random_slopes: Mapping[str, Sequence[int]] | None = None,
    reml: bool = True,
) -> MixedFit:
    """Fit `core.value_added.mixed_model` to the rows of a cluster.

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
        table = np.column_stack([np.ones(batch.num_rows), numbers_of(batch, X)])
        labels = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in groups}
        return cross_products(numbers_of(batch, [y])[:, 0], table, labels, random_slopes=random_slopes)

    total = added_up(frame.select(y, *X, *groups).dropna(), sums, together=TOGETHER)
    if total is None:
        raise CannotEstimate("没有一行是完整的（成绩、自变量、分组都有）。请核对各列。")
    return fit_cross_products(total, reml=reml, columns=["常数", *X])
