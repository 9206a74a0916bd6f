"""Add up where the rows are: the one way numbers of many rows come to the driver.

Knows nothing of what is added; anything that pickles and has a `+` will do.
"""

import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import add
from typing import Any, TypeVar

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import TaskContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as columns

T = TypeVar("T")
PARTS = "place int, part binary"
TOGETHER = 32
"""Partitions added up by one executor before the driver sees them: of p partitions p / 32 sums come home."""


def added_up(frame: DataFrame, sums: Callable[[pa.RecordBatch], T]) -> T | None:
    """Return the sum over all rows, None where there is no row.

    Rows are added by partition, 32 neighbouring partitions together, and those on the driver, always in that order:
    a frame partitioned in the same way gives the same bits.

    Parameters
    ----------
    sums : of a batch of rows; runs on the executors, one thread a task.
    """

    def of_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        numba.set_num_threads(1)  # one task a core: more threads would hinder the neighbours
        parts = [sums(batch) for batch in batches if batch.num_rows]
        if parts:
            place = _context().partitionId()
            yield pa.RecordBatch.from_pydict(
                {"place": pa.array([place], pa.int32()), "part": [pickle.dumps(reduce(add, parts))]}
            )

    def of_neighbours(table: pa.Table) -> pa.Table:
        place = table.column("place").to_numpy()
        return pa.table(
            {"place": pa.array([place.min()], pa.int32()), "part": [pickle.dumps(_in_order(table))]}
        )

    parts = frame.mapInArrow(of_partition, PARTS)
    neighbours = columns.floor(parts.place / TOGETHER)
    home = parts.groupBy(neighbours).applyInArrow(of_neighbours, PARTS).toArrow()
    return _in_order(home) if home.num_rows else None


def numbers_of(batch: pa.RecordBatch | pa.Table, names: Sequence[str]) -> NDArray[np.float64]:
    """Columns of a batch as floats, shape (n_rows, n_columns); NaN where there is nothing."""
    table = [batch.column(name).to_numpy(zero_copy_only=False).astype(float) for name in names]
    return np.column_stack(table)


def _in_order(table: pa.Table) -> Any:
    order = np.argsort(table.column("place").to_numpy())
    parts = table.column("part").to_pylist()
    return reduce(add, (pickle.loads(parts[at]) for at in order))


def _context() -> TaskContext:
    context = TaskContext.get()
    assert context is not None, "runs on an executor"
    return context
