"""What the page of equity says: its finding and the rows of its tables. Computes no estimate and names no school."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from zhiheng.base.components import printed
from zhiheng.base.components.ledger import Column
from zhiheng.measures.analyses.models import Observation
from zhiheng.measures.equity.selectors import Year
from zhiheng.standards.subjects import TOTAL, subject_name, subjects

AREA_WORDS = {"city": "城区学校", "town": "镇区学校", "village": "乡村学校"}
NO_AREAS = "没有城镇乡的分组：有学校没有写明在城区、镇区还是乡村，或有一组人数太少。"
# measure → name, how it is printed, how many places, how it reads
MEASURES: dict[str, tuple[str, str, int, str]] = {
    "between_school_share": ("校际差异率", "percent", 1, "学生成绩的差别里，在学校之间的那一份；0 是各校一样"),
    "urban_rural_gap": ("城乡差距（标准差）", "signed", 2, "最靠城的一组学校均分减最靠乡的一组，以学生的一个标准差为 1"),
    "school_cv": ("校际差异系数", "points", 3, "按学生数加权，典型的一所学校离全县均分多远"),
    "school_gini": ("基尼系数", "points", 3, "0 是各校均分相同"),
    "school_theil": ("泰尔指数 T", "points", 4, "0 是各校均分相同；能拆成城镇乡之间和之内"),
    "theil_between_areas": ("其中城镇乡之间", "percent", 1, "校际的不均衡里，城镇乡三组之间占的一份"),
    "school_ratio_90_10": ("90/10 倍率", "points", 2, "第 90% 位学生所在学校的均分，是第 10% 位的几倍"),
}  # fmt: skip
FIGURES = [
    Column("name", "指标", sortable=False),
    Column("value", "数值", "figure", sortable=False),
    Column("limits", "95%区间", "figure", sortable=False),
    Column("reads", "怎样读", wrap=True, phone=False, sortable=False),
]
YEARS = [
    Column("day", "考试日期", "day", sortable=False),
    Column("exam", "考试", wrap=True, phone=False, sortable=False),
    Column("schools_n", "学生", "count", phone=False, sortable=False),
    *(
        column
        for key in ("between_school_share", "school_cv", "urban_rural_gap")
        for column in (
            Column(key, MEASURES[key][0], "figure", sortable=False),
            Column(f"{key}_limits", "95%区间", "figure", phone=False, sortable=False),
        )
    ),
]
AREAS = [
    Column("name", "学校", sortable=False),
    Column("schools", "所", "count", sortable=False),
    Column("n", "学生", "count", sortable=False),
    Column("mean", "均分", "points", places=1, sortable=False),
    Column("theil", "组内泰尔指数", "points", places=4, sortable=False),
    Column("weight", "权重", "percent", sortable=False, phone=False),
]
BOTTOM = [
    Column("name", "学校", sortable=False),
    Column("n", "实考", "count", sortable=False),
    Column("count", "后段学生", "count", sortable=False),
    Column("rate", "占比", "percent", sortable=False),
    Column("limits", "95%区间", "interval_percent", sortable=False),
]


def subjects_of(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return the subjects measured: the total, then the order of the bureau."""
    places = {code: subject.order for code, subject in subjects().items()}
    return sorted(
        tables["equity"]["subject"].unique(),
        key=lambda code: (code != TOTAL, places.get(code, len(places)), code),
    )


def figures_of(tables: Mapping[str, pl.DataFrame], subject: str) -> dict[str, dict[str, Any]]:
    """Return the figures of one subject by measure."""
    return {row["measure"]: row for row in tables["equity"].filter(subject=subject).to_dicts()}


def finding(figures: Mapping[str, Mapping[str, Any]], subject: str) -> str:
    """Return the title: how much of what pupils differ by lies between schools."""
    share = figures["between_school_share"]
    name = subject_name(subject)
    if share["value"] is None:
        return f"{name}：只有 {share['schools']} 所学校有成绩，说不出学校之间差多少"
    return f"{name}：学生成绩的差别有 {text('between_school_share', share['value'])} 在学校之间（95% 区间 {limits('between_school_share', share)}）"


def text(measure: str, value: float | None) -> str:
    """Return a figure as this measure is printed."""
    _, kind, places, _ = MEASURES[measure]
    return getattr(printed, kind)(value, places)


def limits(measure: str, figure: Mapping[str, Any]) -> str:
    """Return the limits of a figure as printed; — where there are none."""
    _, kind, places, _ = MEASURES[measure]
    return printed.interval(figure["lo"], figure["hi"], kind=kind, places=places) or printed.MISSING


def figure_rows(figures: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per measure that there is."""
    return [
        {
            "name": name,
            "value": text(measure, figures[measure]["value"]),
            "limits": limits(measure, figures[measure]),
            "reads": reads,
        }
        for measure, (name, _, _, reads) in MEASURES.items()
        if measure in figures
    ]


def year_rows(years: Sequence[Year]) -> list[dict[str, Any]]:
    """Return one row per year, oldest first."""
    rows = []
    for year in years:
        row: dict[str, Any] = {
            "day": year.exam.ended_on,
            "exam": year.exam.name,
            "schools_n": max(figure.n for figure in year.figures.values()),
        }
        for measure, figure in year.figures.items():
            row[measure] = text(measure, figure.value)
            row[f"{measure}_limits"] = limits(measure, {"lo": figure.lo, "hi": figure.hi})
        rows.append(row)
    return rows


def changed(years: Sequence[Year]) -> str:
    """Say how the last two years differ; where intervals overlap, that nothing can be said."""
    if len(years) < 2:
        return "只有一年的同类考试，还看不出走势。"
    before, now = years[-2].figures, years[-1].figures
    said = [
        f"{MEASURES[measure][0]}从 {text(measure, before[measure].value)} 到 {text(measure, now[measure].value)}，"
        + _verdict(before[measure], now[measure])
        for measure in ("between_school_share", "urban_rural_gap", "school_cv")
        if measure in before and measure in now
    ]
    return "；".join(said) + "。"


def _verdict(before: Observation, now: Observation) -> str:
    if before.lo is None or before.hi is None or now.lo is None or now.hi is None:
        return "没有区间，不能说变了"
    if now.lo > before.hi:
        return "变大了"
    return "变小了" if now.hi < before.lo else "区间重叠，还不能说变了"


def area_rows(tables: Mapping[str, pl.DataFrame], subject: str) -> list[dict[str, Any]]:
    """Return one row per area, from town to country."""
    return [
        {**row, "name": AREA_WORDS[row["area"]]}
        for row in tables["equity_areas"].filter(subject=subject).to_dicts()
    ]


def bottom_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Return one row per area and type of school."""
    return [
        {
            "name": AREA_WORDS.get(row["unit"], row["unit"]),
            "n": row["taken"],
            "count": row["bottom_count"],
            "rate": row["bottom_rate"],
            "limits": (row["bottom_lo"], row["bottom_hi"]),
        }
        for row in table.sort("level", "unit").to_dicts()
    ]
