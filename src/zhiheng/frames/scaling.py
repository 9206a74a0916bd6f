"""SCALING: what a paper and its items measure, by a calibration of each paper with item marks.

The numbers are `core.irt`. What did not converge keeps a sentence and no number.
"""

from collections.abc import Iterable

import narwhals as nw
import numpy as np
import polars as pl
from scipy.special import ndtri

from zhiheng.core.irt import (
    CannotCalibrate,
    IrtFit,
    ScoreFit,
    expected_marks,
    fit_irt,
    joined_marks,
    score_fit,
    test_information,
)
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema
from zhiheng.frames.item_matrix import ItemMatrix
from zhiheng.frames.schema import HUNDREDTHS

FEWEST_PUPILS, FEWEST_ITEMS = 200, 3
"""Below these no paper is calibrated; see docs/explanation/item_response.md."""
THETA = np.linspace(-3, 3, 61)
LARGE = 0.03
"""RMSEA from which an item is said not to fit; where that comes from stands with `ScoreFit.rmsea`."""
CHANCE = 0.01
"""How often a paper without any misfit may be said to have one."""
FITS, MISFITS, REVERSED = "合", "不合", "反向"
"""Follows its curve; does not; earns the more the less a pupil knows, as where the key is wrong."""

SCALING = nw.Schema(
    {
        "subject": nw.String(),
        "n": nw.Int64(),  # pupils with at least one item mark
        "whole": nw.Int64(),  # pupils with all of them, whom fit rests on
        "items": nw.Int64(),  # calibrated
        "converged": nw.Boolean(),
        "reliability": nw.Float64(),
        "loglik": nw.Float64(),
        "note": nw.String(),  # why there is nothing, or which items were left out
    }
)
SCALING_ITEMS = nw.Schema(
    {
        "subject": nw.String(),
        "item": nw.Int32(),
        "label": nw.String(),
        "model": nw.String(),  # 2pl, grm
        "full_mark": nw.Float64(),  # points
        "step": nw.Int32(),  # 1, 2, …; two marks have one step
        "from_mark": nw.Float64(),  # the mean mark of those who passed the step and no further
        "a": nw.Float64(),
        "a_lo": nw.Float64(),
        "a_hi": nw.Float64(),
        "b": nw.Float64(),
        "b_lo": nw.Float64(),
        "b_hi": nw.Float64(),
        "s_x2": nw.Float64(),
        "df": nw.Int64(),
        "p": nw.Float64(),
        "rmsea": nw.Float64(),
        "fit": nw.String(),  # one of the words above; "" where it cannot be judged
    }
)
"""One row per item and step; a and the fit stand with each step of an item."""
SCALING_CURVES = nw.Schema(
    {"subject": nw.String(), "item": nw.Int32(), "theta": nw.Float64(), "share": nw.Float64()}
)
"""Share of the full mark that pupils of ability `theta` earn."""
SCALING_INFORMATION = nw.Schema(
    {"subject": nw.String(), "theta": nw.Float64(), "information": nw.Float64(), "se": nw.Float64()}
)
"""Of the whole paper; `se` is the standard error of an ability there."""
TABLES = {
    "scaling": SCALING,
    "scaling_items": SCALING_ITEMS,
    "scaling_curves": SCALING_CURVES,
    "scaling_information": SCALING_INFORMATION,
}


def scaling_of(papers: Iterable[ItemMatrix], caliber: Caliber) -> dict[str, nw.LazyFrame]:
    """Return the tables of `TABLES`: items of two marks by 2PL, others by the graded model, marks joined."""
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    for paper in papers:
        for name, made in _paper(paper, caliber).items():
            parts[name].append(made)
    return {name: _table(parts[name], schema) for name, schema in TABLES.items()}


def _paper(paper: ItemMatrix, caliber: Caliber) -> dict[str, pl.DataFrame]:
    marks = np.column_stack([joined_marks(column) for column in paper.marks.T])
    sizes = [len(np.unique(column[~np.isnan(column)])) for column in marks.T]
    kept = np.array(sizes) > 1
    fewest = max(FEWEST_PUPILS, caliber.min_group)
    if len(marks) < fewest:
        return {"scaling": _nothing(paper, f"有小题分的学生不足 {fewest} 人，不作标定")}
    if kept.sum() < FEWEST_ITEMS:
        return {"scaling": _nothing(paper, f"分得出高低的题不足 {FEWEST_ITEMS} 道，不作标定")}
    items = paper.items.filter(pl.Series(kept))
    marks = marks[:, kept]
    models = ["2pl" if size == 2 else "grm" for size in np.array(sizes)[kept]]
    try:
        fit = fit_irt(marks, model=models, names=[f"第{label}题" for label in items["label"]])
    except CannotCalibrate as refused:
        return {"scaling": _nothing(paper, str(refused))}
    if not fit.converged:
        return {"scaling": _nothing(paper, "标定没有收敛，参数一个都不能用，所以不出结果")}
    left_out = "、".join(paper.items.filter(pl.Series(~kept))["label"])
    note = f"第{left_out}题几乎人人得分相同，没有参加标定" if left_out else ""
    whole = ~np.isnan(marks).any(axis=1)
    head = {
        "subject": paper.subject,
        "n": len(marks),
        "whole": int(whole.sum()),
        "items": items.height,
        "converged": True,
        "reliability": fit.reliability,
        "loglik": fit.loglik,
        "note": note,
    }
    judged = score_fit(fit.items, marks[whole], fit.abilities) if whole.sum() >= fewest else None
    return {
        "scaling": pl.DataFrame([head]),
        "scaling_items": _items(paper.subject, items, fit, judged, caliber),
        "scaling_curves": _curves(paper.subject, items, fit),
        "scaling_information": _information(paper.subject, fit),
    }


def _items(
    subject: str, items: pl.DataFrame, fit: IrtFit, judged: ScoreFit | None, caliber: Caliber
) -> pl.DataFrame:
    z = float(ndtri((1 + caliber.level) / 2))
    b, b_se = (np.reshape(each, (items.height, -1)) for each in (fit.b, fit.se.b))
    words = _fit_words(fit, judged, z)
    rows = []
    for at, own in enumerate(items.iter_rows(named=True)):
        same = {
            "subject": subject,
            "item": own["item"],
            "label": own["label"],
            "model": fit.items.models[at],
            "full_mark": own["full_mark"] / HUNDREDTHS,
            "a": fit.a[at],
            "a_lo": fit.a[at] - z * fit.se.a[at],
            "a_hi": fit.a[at] + z * fit.se.a[at],
            "s_x2": judged.statistic[at] if judged else np.nan,
            "df": int(judged.df[at]) if judged else None,
            "p": judged.p[at] if judged else np.nan,
            "rmsea": judged.rmsea[at] if judged else np.nan,
            "fit": words[at],
        }
        for step, mark in enumerate(fit.items.categories[at][1:], start=1):
            half = z * b_se[at, step - 1]
            where = b[at, step - 1]
            limits = {"b": where, "b_lo": where - half, "b_hi": where + half}
            rows.append({**same, "step": step, "from_mark": mark, **limits})
    return pl.DataFrame(rows, infer_schema_length=None)


def _fit_words(fit: IrtFit, judged: ScoreFit | None, z: float) -> list[str]:
    """Return a word of each item; "" where it is not known. A misfit that chance makes among so many items is none."""
    if judged is None:
        words = np.full(len(fit.a), "", dtype=object)
    else:
        misfits = (judged.rmsea >= LARGE) & (judged.p * len(fit.a) < CHANCE)
        words = np.select([np.isnan(judged.rmsea), misfits], ["", MISFITS], FITS).astype(object)
    words[fit.a + z * fit.se.a < 0] = REVERSED
    return words.tolist()


def _curves(subject: str, items: pl.DataFrame, fit: IrtFit) -> pl.DataFrame:
    shares = expected_marks(fit.items, THETA) / (items["full_mark"].to_numpy() / HUNDREDTHS)[:, None]
    return pl.DataFrame(
        {
            "subject": subject,
            "item": np.repeat(items["item"].to_numpy(), len(THETA)),
            "theta": np.tile(THETA, items.height),
            "share": shares.ravel(),
        }
    )


def _information(subject: str, fit: IrtFit) -> pl.DataFrame:
    information = test_information(fit.items, THETA)
    return pl.DataFrame(
        {"subject": subject, "theta": THETA, "information": information, "se": 1 / np.sqrt(information)}
    )


def _nothing(paper: ItemMatrix, why: str) -> pl.DataFrame:
    return pl.DataFrame([{"subject": paper.subject, "items": 0, "converged": False, "note": why}])


def _table(parts: list[pl.DataFrame], schema: nw.Schema) -> nw.LazyFrame:
    table = pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()
    rows = table.height
    columns = {name: table[name].to_list() if name in table.columns else [None] * rows for name in schema}
    return as_schema(columns, schema)
