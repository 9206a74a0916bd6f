"""Charts of equity: how much lies between schools by subject, the gap of town and country, and both over the years."""

from collections.abc import Mapping, Sequence

import polars as pl

from zhiheng.base.components.charting import ChartCard
from zhiheng.charts.data import Axis, ChartData, Kind, Reference, Tone
from zhiheng.files.number_formats import MARK_CHANGE, PERCENT_SHORT
from zhiheng.measures.equity.page_data import subjects_of, text
from zhiheng.measures.equity.selectors import Year
from zhiheng.standards.subjects import subject_name

SCHOOLS = "区间：换一批同类的学校，这个数会动多少"


def shares(tables: Mapping[str, pl.DataFrame], subject: str) -> ChartCard | None:
    """Return the share between schools of every subject with its interval, the one of the page marked."""
    rows = _known(tables, "between_school_share")
    if not rows:
        return None
    high, low = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    title = f"{subject_name(high['subject'])}最多：{text('between_school_share', high['value'])} 在学校之间"
    if len(rows) > 1:
        title += f"；{subject_name(low['subject'])}最少：{text('between_school_share', low['value'])}"
    chart = ChartData(
        Kind.BAR, title, _bars(rows, subject), Axis("校际差异率", "", PERCENT_SHORT, 0), Axis(""),
        n=rows[0]["schools"], counted="校", interval="横线为 95% 区间", note=f"{SCHOOLS}；区间重叠的学科分不出多少",
    )  # fmt: skip
    return ChartCard("shares", chart)


def gaps(tables: Mapping[str, pl.DataFrame], subject: str) -> ChartCard | None:
    """Return the gap of town and country in every subject."""
    rows = _known(tables, "urban_rural_gap")
    if not rows:
        return None
    told = sum(row["lo"] is not None and row["lo"] > 0 for row in rows)
    ends = tables["equity_areas"]["area"].to_list()
    between = "城区与乡村" if {"city", "village"} <= set(ends) else "最靠城与最靠乡的两组"
    limits = "横线为 95% 区间"
    if any(row["lo"] is None for row in rows):
        limits += "；没有横线的，是一组里只有一所学校"
    title = f"{between}：{len(rows)} 项里有 {told} 项的差距可以区分"
    chart = ChartData(
        Kind.BAR, title, _bars(rows, subject), Axis("城乡差距", "标准差", MARK_CHANGE), Axis(""),
        n=rows[0]["schools"], counted="校", interval=limits,
        note=SCHOOLS, references=(Reference("x", 0.0, "没有差距"),),
    )  # fmt: skip
    return ChartCard("gaps", chart)


def trend(years: Sequence[Year]) -> ChartCard | None:
    """Return the share between schools year by year with its interval."""
    figures = [
        (year.exam, year.figures["between_school_share"])
        for year in years
        if "between_school_share" in year.figures
    ]
    if len(figures) < 2:
        return None
    first, last = figures[0][1], figures[-1][1]
    title = f"{len(figures)} 年：校际差异率从 {text('between_school_share', first.value)} 到 {text('between_school_share', last.value)}"
    chart = ChartData(
        Kind.BAR, title,
        tuple((f"{exam.ended_on.year}年", seen.value, seen.lo, seen.hi, "") for exam, seen in figures),
        Axis("校际差异率", "", PERCENT_SHORT, 0), Axis(""), n=len(figures), counted="年",
        interval="横线为 95% 区间", note="区间重叠，就还不能说变大或变小",
    )  # fmt: skip
    return ChartCard("trend", chart)


def _known(tables: Mapping[str, pl.DataFrame], measure: str) -> list[dict]:
    found = tables["equity"].filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
    rows = {row["subject"]: row for row in found.to_dicts()}
    return [rows[subject] for subject in subjects_of(tables) if subject in rows]


def _bars(rows: Sequence[Mapping], subject: str) -> tuple[tuple, ...]:
    return tuple(
        (
            subject_name(row["subject"]),
            row["value"],
            row["lo"],
            row["hi"],
            Tone.SELF.value if row["subject"] == subject else "",
        )
        for row in rows
    )
