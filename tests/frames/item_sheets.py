"""A dataset of one paper with item marks, drawn from known curves, for tests of what is said about items."""

import numpy as np
import polars as pl

from frames.small_county import dataset, table
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.engine import opened
from zhiheng.frames.item_matrix import ItemMatrix, item_matrices
from zhiheng.frames.population import prepare

CALIBER = caliber_from_body({}, key="test")


def drawn(n: int, slopes: list[float], where: list[list[float]], *, seed: int) -> np.ndarray:
    """Marks of `n` pupils with normal ability: as many as the steps passed; shape (n, items)."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n)
    columns = []
    for a, steps in zip(slopes, where, strict=True):
        reached = a * theta + rng.logistic(size=n)
        columns.append((reached[:, None] > a * np.array(steps)).sum(axis=1))
    return np.column_stack(columns).astype(float)


def sheets(marks: np.ndarray, *, full: list[int], gender: list[str] | None = None) -> dict[str, pl.LazyFrame]:
    """Pupils' item marks as a dataset: the first half of the pupils in a school in town, the others in a village."""
    n, k = marks.shape
    totals = [float(total) for total in np.nan_to_num(marks).sum(axis=1)]
    tables = dataset(
        {"甲": {"math": totals[: n // 2]}, "乙": {"math": totals[n // 2 :]}},
        full_marks={"math": sum(full)},
        traits={"gender": gender} if gender else None,
    )
    pupil, item = np.nonzero(~np.isnan(marks))
    tables["item_marks"] = table(
        "item_marks",
        {
            "pupil": pupil.tolist(),
            "subject": ["math"] * len(pupil),
            "item": item.tolist(),
            "raw_mark": (marks[pupil, item] * 100).astype(int).tolist(),
        },
    )
    tables["items"] = table(
        "items",
        {
            "subject": ["math"] * k,
            "item": list(range(k)),
            "label": [str(number) for number in range(1, k + 1)],
            "kind": ["open"] * k,
            "full_mark": [points * 100 for points in full],
        },
    )
    return tables


def papers(tables: dict[str, pl.LazyFrame]) -> list[ItemMatrix]:
    """The papers of a dataset under the plain 口径."""
    own = opened(tables)
    return list(item_matrices(own["item_marks"], own["items"], prepare(own, CALIBER)))
