"""FAIRNESS: items that favour one of two groups of pupils who earned the same total (题目功能差异).

The numbers are `core.dif`. Not a comparison of the groups' results.
"""

from collections.abc import Iterable, Iterator

import narwhals as nw
import numpy as np
import polars as pl

from zhiheng.core.dif import FEWEST, DifAnalysis, differential_functioning
from zhiheng.frames.between import area_ends
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema
from zhiheng.frames.item_matrix import ItemMatrix

FAIRNESS = nw.Schema(
    {
        "subject": nw.String(),
        "by": nw.String(),  # gender, area
        "reference": nw.String(),  # male; the most urban kind of place there is
        "focal": nw.String(),  # female; the most rural
        "n_reference": nw.Int64(),
        "n_focal": nw.Int64(),
        "item": nw.Int32(),
        "label": nw.String(),
        "ets_class": nw.String(),  # A, B, C; "" where it cannot be said
        "favours": nw.String(),  # focal, reference, or "" (class A or none)
        "delta": nw.Float64(),  # ETS scale, items of two marks; negative: harder for the focal group
        "delta_se": nw.Float64(),
        "mean_difference": nw.Float64(),  # focal minus reference among equal totals, points
        "standardized": nw.Float64(),  # the same in standard deviations of the item's marks
        "p": nw.Float64(),  # Mantel–Haenszel, or Mantel for more than two marks
        "uniform_p": nw.Float64(),  # logistic: a shift alike for all totals
        "nonuniform_p": nw.Float64(),  # logistic: one that changes with the total
        "r2_change": nw.Float64(),
    }
)


def fairness_of(papers: Iterable[ItemMatrix], schools: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    """Return the table: a row per paper, grouping and item, only where both groups are large enough to be compared."""
    area = nw.to_native(schools.select("school", "area").collect("polars"))
    rows = [
        {"subject": paper.subject, **pair, **row}
        for paper in papers
        for pair, marks, is_focal in _pairs(paper, area, max(FEWEST, caliber.min_group))
        for row in _rows(paper.items, differential_functioning(marks, is_focal))
    ]
    return as_schema({name: [row[name] for row in rows] for name in FAIRNESS}, FAIRNESS)


def _pairs(
    paper: ItemMatrix, area: pl.DataFrame, fewest: int
) -> Iterator[tuple[dict, np.ndarray, np.ndarray]]:
    """Yield what is compared, the marks of both groups (whole sheets only) and who is of the focal one."""
    whole = ~np.isnan(paper.marks).any(axis=1)
    marks, pupils = paper.marks[whole], paper.pupils.filter(pl.Series(whole))
    words = {
        "gender": pupils["gender"].to_list(),
        "area": pupils.join(area, on="school", how="left", maintain_order="left")["area"].to_list(),
    }
    ends = {"gender": ("male", "female"), "area": area_ends(words["area"])}
    for by, values in words.items():
        reference, focal = ends[by]
        own = np.array(values, dtype=object)
        if reference and min((own == reference).sum(), (own == focal).sum()) >= fewest:
            kept = (own == reference) | (own == focal)
            pair = {"by": by, "reference": reference, "focal": focal}
            yield pair, marks[kept], (own == focal)[kept]


def _rows(items: pl.DataFrame, found: DifAnalysis) -> Iterator[dict]:
    for at, own in enumerate(items.iter_rows(named=True)):
        mh, logistic = found.mantel_haenszel[at], found.logistic[at]
        yield {
            "n_reference": found.n_reference,
            "n_focal": found.n_focal,
            "item": own["item"],
            "label": own["label"],
            "ets_class": found.ets_class[at],
            "favours": found.favours[at],
            "delta": mh.delta,
            "delta_se": mh.delta_se,
            "mean_difference": mh.mean_difference,
            "standardized": mh.standardized,
            "p": mh.p,
            "uniform_p": logistic.uniform_p,
            "nonuniform_p": logistic.nonuniform_p,
            "r2_change": logistic.r2_change,
        }
