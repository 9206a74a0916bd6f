"""Item marks of a paper as one array, pupils by items: what models of items work on.

Only for one cohort on one machine; group tables never need it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhiheng.frames.population import TAKEN, Population, numbered
from zhiheng.frames.schema import HUNDREDTHS


@dataclass(frozen=True, slots=True)
class ItemMatrix:
    """One paper with item marks.

    Attributes
    ----------
    subject : its code.
    items : item, label, kind, full_mark (hundredths), in the order of the paper.
    marks : shape (n_pupils, n_items), points; NaN where a pupil has no mark in an item.
    pupils : one row per row of `marks`: pupil, school, gender.
    """

    subject: str
    items: pl.DataFrame
    marks: NDArray[np.float64]
    pupils: pl.DataFrame


def item_matrices(
    item_marks: nw.LazyFrame, items: nw.LazyFrame, population: Population
) -> Iterator[ItemMatrix]:
    """Yield the papers that have item marks, by subject; pupils who sat and count at their school."""
    sat = population.rows.filter((nw.col("fate") == TAKEN) & nw.col("in_school"))
    cells = nw.to_native(
        numbered(item_marks.select("pupil", "subject", "item", "raw_mark"), population.numbers)
        .join(sat.select("pupil", "subject", "school", "gender"), on=["pupil", "subject"], how="inner")
        .filter(~nw.col("raw_mark").is_null())
        .collect("polars")
    )
    told = nw.to_native(items.select("subject", "item", "label", "kind", "full_mark").collect("polars")).sort(
        "subject", "item"
    )
    number = {subject: place for place, subject in population.subjects.items()}
    for (subject,), own in told.group_by("subject", maintain_order=True):
        rows = cells.filter(pl.col("subject") == number[str(subject)]).join(own.select("item"), on="item")
        if rows.height:
            yield _matrix(str(subject), own.drop("subject"), rows)


def _matrix(subject: str, items: pl.DataFrame, rows: pl.DataFrame) -> ItemMatrix:
    pupils = rows.select("pupil", "school", "gender").unique("pupil").sort("pupil")
    marks = np.full((pupils.height, items.height), np.nan)
    at = np.searchsorted(pupils["pupil"].to_numpy(), rows["pupil"].to_numpy())
    column = np.searchsorted(items["item"].to_numpy(), rows["item"].to_numpy())
    marks[at, column] = rows["raw_mark"].to_numpy() / HUNDREDTHS
    return ItemMatrix(subject, items, marks, pupils)
