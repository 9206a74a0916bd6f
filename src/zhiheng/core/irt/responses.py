"""Answers as estimation wants them: categories coded, equal answer sheets counted once, hopeless items refused.

Knows nothing of models beyond how many categories each takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.irt.items import DICHOTOMOUS, MODELS, OTHER_NAMES, Array, Items
from zhiheng.core.irt.posterior import Rows


class CannotCalibrate(ValueError):
    """The answers do not allow the model asked for; the message is a Chinese sentence for the user."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """Answer sheets, each different one once.

    Attributes
    ----------
    rows : see `posterior.Rows`; shape (n_sheets, 1 + n_items).
    weights : shape (n_sheets,), pupils with that sheet (sum of their weights).
    sheet_of : shape (n_pupils,), the sheet of each pupil; −1 for a pupil who answered nothing.
    """

    rows: Rows
    weights: Array
    sheet_of: NDArray[np.int64]


def model_of_each(model: str | Sequence[str], n_items: int) -> tuple[str, ...]:
    """Normalise the names of models, one for each item."""
    asked = [model] * n_items if isinstance(model, str) else list(model)
    if len(asked) != n_items:
        raise ValueError(f"{len(asked)} models for {n_items} items")
    models = tuple(OTHER_NAMES.get(name.lower(), name.lower()) for name in asked)
    unknown = set(models) - set(MODELS)
    if unknown:
        raise ValueError(f"unknown models {sorted(unknown)}; known are {', '.join(MODELS)}")
    return models


def checked_categories(
    found: Sequence[Sequence[float]], models: Sequence[str], names: Sequence[str]
) -> tuple[tuple[float, ...], ...]:
    """Categories of each item: the marks `found` in it, ascending. Marks nobody earned are no category.

    Raises
    ------
    CannotCalibrate
        An item nobody answered, one that all answered alike, or more than two marks where the model knows two.
    """
    for marks, model, name in zip(found, models, names, strict=True):
        if len(marks) == 0:
            raise CannotCalibrate(f"{name}没有任何学生作答，无法估计参数。请去掉这道题后重新计算。")
        if len(marks) == 1:
            raise CannotCalibrate(
                f"{name}所有作答学生都得 {marks[0]:g} 分，分不出高低，无法估计参数。请去掉这道题后重新计算。"
            )
        if model in DICHOTOMOUS and len(marks) > 2:
            raise CannotCalibrate(
                f"{name}出现了 {len(marks)} 种得分，{model.upper()} 模型只适用于两种得分（对、错）的题。"
                "请为这道题改用 GRM、PCM 或 GPCM 模型。"
            )
    return tuple(tuple(marks) for marks in found)


def sheets_of(
    responses: Array, items: Items, group: NDArray[np.int64], n_groups: int, weights: Array
) -> Sheets:
    """Code the answers of pupils to calibrated items; equal sheets are counted once.

    Raises
    ------
    CannotCalibrate
        A mark that is not among the item's categories.
    """
    missing = n_groups + int(items.n_categories.sum())
    rows = np.empty((len(responses), 1 + len(items.names)), dtype=np.int32)
    rows[:, 0] = group
    for item, (first, marks) in enumerate(zip(items.start, items.categories, strict=True)):
        rows[:, 1 + item] = _coded(responses[:, item], marks, items.names[item], n_groups + first, missing)
    answered = np.flatnonzero((rows[:, 1:] != missing).any(axis=1) & (weights > 0))
    sheet_of = np.full(len(responses), -1)
    first, sheet_of[answered] = _distinct(rows[answered], items, n_groups)
    counted = np.bincount(sheet_of[answered], weights[answered]).astype(float)
    return Sheets(np.ascontiguousarray(rows[answered][first]), counted, sheet_of)


def _coded(
    answers: Array, marks: tuple[float, ...], name: str, first: int, missing: int
) -> NDArray[np.int64]:
    place = np.searchsorted(marks, answers)
    blank = np.isnan(answers)
    at = np.minimum(place, len(marks) - 1)
    strange = ~blank & (np.asarray(marks)[at] != answers)
    if strange.any():
        allowed = "、".join(f"{mark:g}" for mark in marks)
        raise CannotCalibrate(
            f"{name}出现得分 {answers[strange][0]:g}，标定时这道题只有 {allowed} 分。请核对这一列。"
        )
    return np.where(blank, missing, first + at)


def _distinct(rows: Rows, items: Items, n_groups: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First place of every different row, and which of them each row is.

    Rows are told apart by one mixed-radix number; where there may be more than 2⁶² of them, hardly two pupils
    answer alike and every row stands for itself.
    """
    sizes = [n_groups, *(items.n_categories + 1)]
    if np.log2(np.array(sizes, dtype=float)).sum() >= 62:
        every = np.arange(len(rows))
        return every, every
    number = np.zeros(len(rows), dtype=np.int64)
    starts = [0, *(n_groups + items.start)]
    for column, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        number = number * size + np.minimum(rows[:, column] - start, size - 1)
    _, first, which = np.unique(number, return_index=True, return_inverse=True)
    return first, which


def as_matrix(responses: ArrayLike) -> Array:
    """Responses as floats; says what is wrong with the shape."""
    x = np.asarray(responses, dtype=float)
    if x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"responses have shape {x.shape}, expected (n_pupils, n_items)")
    if np.isinf(x).any():
        raise ValueError("responses must be finite or NaN")
    return x
