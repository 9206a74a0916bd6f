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


def added_up(frame: DataFrame, sums: Callable[[pa.RecordBatch], T], *, together: int = 1) -> T | None:
    """Return the sum over all rows, None where there is no row.

    Rows are added by partition, then partitions on the driver, always in their order: a frame partitioned in the same
    way gives the same bits.

    Parameters
    ----------
    sums : of a batch of rows; runs on the executors, one thread a task.
    together : partitions that an executor adds up before the driver sees them; for sums that grow with the groups.
    """

    def of_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        numba.set_num_threads(1)  # one task a core: more threads would hinder the neighbours
        parts = [sums(batch) for batch in batches if batch.num_rows]
        if parts:
            yield _part(_context().partitionId(), reduce(add, parts)).to_batches()[0]

    def of_neighbours(table: pa.Table) -> pa.Table:
        return _part(table.column("place")[0].as_py(), _in_order(table))

    parts = frame.mapInArrow(of_partition, PARTS)
    if together > 1:
        parts = parts.groupBy(columns.floor(parts.place / together)).applyInArrow(of_neighbours, PARTS)
    home = parts.toArrow()
    return _in_order(home) if home.num_rows else None


def numbers_of(batch: pa.RecordBatch | pa.Table, names: Sequence[str]) -> NDArray[np.float64]:
    """Columns of a batch as floats, shape (n_rows, n_columns); NaN where there is nothing."""
    table = [batch.column(name).to_numpy(zero_copy_only=False).astype(float) for name in names]
    return np.column_stack(table)


def _part(place: int, sum_: Any) -> pa.Table:
    return pa.table({"place": pa.array([place], pa.int32()), "part": [pickle.dumps(sum_)]})


def _in_order(table: pa.Table) -> Any:
    order = np.argsort(table.column("place").to_numpy())
    parts = table.column("part").to_pylist()
    return reduce(add, (pickle.loads(parts[at]) for at in order))


def _context() -> TaskContext:
    context = TaskContext.get()
    assert context is not None, "runs on an executor"
    return context
