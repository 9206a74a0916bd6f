"""Item response theory over a cluster: executors keep the coded answers and count, the driver climbs.

Of pupils only counts come home: marks that occur, expected pupils by category and node, information lost.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TypeVar

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from zhiheng.core.irt.calibrated import MOST, TOLERANCE, Calibration, calibrated, items_of
from zhiheng.core.irt.errors import ParameterErrors, errors_from, lost_information
from zhiheng.core.irt.estimation import ONE_IN_FIVE, GuessingPrior, State, table_of
from zhiheng.core.irt.items import Array, Items, curves
from zhiheng.core.irt.posterior import Counts, expected_counts
from zhiheng.core.irt.responses import CannotCalibrate, Sheets, model_of_each, sheets_of
from zhiheng.frames.cluster.adding import added_up, numbers_of

T = TypeVar("T")
SHEETS = "rows binary, pupils binary"


@dataclass(frozen=True)
class ClusterFit(Calibration):
    """A test calibrated on a cluster.

    se : standard errors, as `IrtFit.se`; the others are those of `Calibration`.
    """

    se: ParameterErrors


@dataclass(frozen=True, slots=True)
class _Tallies:
    """What occurs: mark → pupils, for each item; and pupils with an answer, by group."""

    of_items: tuple[Counter[float], ...]
    of_groups: Counter[str]

    def __add__(self, other: "_Tallies") -> "_Tallies":
        of_items = tuple(a + b for a, b in zip(self.of_items, other.of_items, strict=True))
        return _Tallies(of_items, self.of_groups + other.of_groups)


def fit_irt_on(
    frame: DataFrame,
    items: Sequence[str],
    *,
    model: str | Sequence[str],
    group: str | None = None,
    prior: GuessingPrior = ONE_IN_FIVE,
    tolerance: float = TOLERANCE,
    most: int = MOST,
) -> ClusterFit:
    """Calibrate a test whose pupils are on a cluster, as `core.irt.fit_irt` does in one process.

    Answers are coded once and kept by the executors (a byte or two an answer); each step counts them anew.

    Parameters
    ----------
    frame : one row per pupil. items : a column of marks for each, null for no answer.
    group : column of labels, taken as texts and in their order; pupils without one are left out.
    Others as in `fit_irt`.

    Raises
    ------
    CannotCalibrate
        As `fit_irt`; also where nobody has an answer.
    """
    known = frame.select(*items) if group is None else frame.select(*items, group).dropna(subset=[group])
    tallies = added_up(known, lambda batch: _tallies(batch, items, group))
    if tallies is None or not tallies.of_groups:
        raise CannotCalibrate("没有任何学生作答，无法估计参数。请核对各题的列名。")
    blank = items_of(tallies.of_items, model_of_each(model, len(items)), items)
    groups = sorted(tallies.of_groups)
    coded = known.mapInArrow(_coder(blank, groups, group), SHEETS).cache()
    try:
        found = calibrated(
            lambda table: _counts(coded, table, len(items)),
            blank,
            tallies.of_items,
            group_names=groups,
            n_used=float(tallies.of_groups.total()),
            prior=prior,
            tolerance=tolerance,
            most=most,
        )
        return ClusterFit(**vars(found), se=_errors(coded, found))
    finally:
        coded.unpersist()


def _tallies(batch: pa.RecordBatch, items: Sequence[str], group: str | None) -> _Tallies:
    marks = numbers_of(batch, items)
    answered = ~np.isnan(marks)
    return _Tallies(
        tuple(_tally(own[there]) for own, there in zip(marks.T, answered.T, strict=True)),
        _tally(_labels(batch, group)[answered.any(axis=1)]),
    )


def _tally(values: np.ndarray) -> Counter:
    found, pupils = np.unique(values, return_counts=True)
    return Counter(dict(zip(found.tolist(), pupils.tolist(), strict=True)))


def _labels(batch: pa.RecordBatch, group: str | None) -> np.ndarray:
    if group is None:
        return np.full(batch.num_rows, "")
    return batch.column(group).to_numpy(zero_copy_only=False).astype(str)


def _coder(
    blank: Items, groups: Sequence[str], group: str | None
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Code batches of answers, one row a batch: its sheets and how many pupils have each, as bytes."""
    kind = _kind(len(groups) + int(blank.n_categories.sum()))

    def coded(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in (some for some in batches if some.num_rows):
            labels = np.searchsorted(groups, _labels(batch, group))
            marks = numbers_of(batch, blank.names)
            sheets = sheets_of(marks, blank, labels, len(groups), np.ones(len(marks)))
            yield pa.RecordBatch.from_pydict(
                {"rows": [sheets.rows.astype(kind).tobytes()], "pupils": [sheets.weights.tobytes()]}
            )

    return coded


def _kind(last_row: int) -> np.dtype:
    """The smallest whole numbers that can point to every row of the table."""
    return np.min_scalar_type(last_row)


def _sheets(batch: pa.RecordBatch, n_items: int, last_row: int) -> Iterator[Sheets]:
    """The sheets of every row of coded answers; nobody is looked up by `sheet_of`."""
    for rows, pupils in zip(*(batch.column(name).to_pylist() for name in ("rows", "pupils")), strict=True):
        places = np.frombuffer(rows, _kind(last_row)).reshape(-1, 1 + n_items)
        yield Sheets(places.astype(np.int32), np.frombuffer(pupils), np.empty(0, dtype=np.int64))


def _counts(coded: DataFrame, table: Array, n_items: int) -> Counts:
    def counts(batch: pa.RecordBatch) -> Counts:
        sheets = _sheets(batch, n_items, len(table) - 1)
        return reduce(add, (expected_counts(table, own.rows, own.weights) for own in sheets))

    return _of_all(coded, counts)


def _errors(coded: DataFrame, found: Calibration) -> ParameterErrors:
    state = State(found.items, found.abilities)
    table = table_of(state, curves(found.items, found.abilities.theta))
    n_items = len(found.items.names)

    def lost(batch: pa.RecordBatch) -> Array:
        sheets = _sheets(batch, n_items, len(table) - 1)
        return reduce(add, (lost_information(state, own) for own in sheets))

    counts = _counts(coded, table, n_items)
    return errors_from(state, counts, _of_all(coded, lost), found.prior)


def _of_all(coded: DataFrame, sums: Callable[[pa.RecordBatch], T]) -> T:
    total = added_up(coded, sums)
    assert total is not None, "nobody has an answer"
    return total
