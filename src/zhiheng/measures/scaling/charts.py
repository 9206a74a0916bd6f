"""Charts of a calibrated paper: curves of the items worth a look, and where along ability the paper measures well."""

import polars as pl

from zhiheng.base.components import printed
from zhiheng.base.components.charting import ChartCard
from zhiheng.charts.data import Axis, ChartData, Kind, Reference
from zhiheng.files.number_formats import COEFFICIENT, PERCENT_SHORT
from zhiheng.frames.scaling import MISFITS, REVERSED
from zhiheng.measures.scaling.page_data import Paper

PRECISE = 1 / 0.33**2
"""Information at which an ability is known to ±0.33: about 9 parts in 10 of what pupils differ by is no error."""
ABILITY = Axis("能力 θ（本次学生平均 0，标准差 1）", "", COEFFICIENT)
SHOWN = 4


def item_curves(paper: Paper) -> ChartCard | None:
    """Return how the share earned rises with ability, for the items with a reason and the sharpest and flattest."""
    if not paper.items:
        return None
    by_slope = sorted(paper.items, key=lambda item: item["a"])
    flat, sharp = by_slope[0], by_slope[-1]
    reasons = [item for word in (REVERSED, MISFITS) for item in paper.items if item["fit"] == word]
    picked = {item["item"]: item["label"] for item in (sharp, flat, *reasons)}
    chosen = dict(list(picked.items())[:SHOWN])
    rows = tuple(
        (f"第{label}题", theta, share)
        for item, label in chosen.items()
        for theta, share in paper.curves.filter(item=item).select("theta", "share").iter_rows()
    )
    title = (
        f"第 {sharp['label']} 题最能分出高低（a＝{printed.points(sharp['a'], 2)}），"
        f"第 {flat['label']} 题最不能（a＝{printed.points(flat['a'], 2)}）"
    )
    chart = ChartData(
        Kind.CURVES, title, rows, ABILITY, Axis("得分率", "", PERCENT_SHORT, 0, 1), n=paper.head["n"],
        note="曲线越陡，越分得出会与不会；越靠右，题越难；往下走的先核对答案",
    )  # fmt: skip
    return ChartCard("item-curves", chart)


def information(paper: Paper) -> ChartCard | None:
    """Return how much the paper tells along ability."""
    if paper.information.is_empty():
        return None
    precise = paper.information.filter(pl.col("information") >= PRECISE)["theta"]
    best = paper.information.sort("information")["theta"][-1]
    if precise.is_empty():
        title = f"没有一段能力量得准，最准处在 {printed.points(best)}"
    else:
        ends = [printed.points(theta) for theta in (precise[0], precise[-1])]
        title = f"对能力 {ends[0]} 到 {ends[1]} 的学生量得准，两头不准"
    rows = tuple(("信息量", *row) for row in paper.information.select("theta", "information").iter_rows())
    chart = ChartData(
        Kind.CURVES, title, rows, ABILITY, Axis("信息量", "", COEFFICIENT), n=paper.head["items"], counted="题",
        note="1÷√信息量是那里的标准误", references=(Reference("y", PRECISE, "标准误 0.33，约合信度 0.9"),),
    )  # fmt: skip
    return ChartCard("information", chart)
