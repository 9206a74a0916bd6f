"""What the pages of growth show: sentences, charts and rows, from the tables a reader may see. Computes no estimate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhiheng.base.components import printed
from zhiheng.base.components.charting import ChartCard
from zhiheng.base.components.ledger import Column
from zhiheng.charts.data import Axis, ChartData, Kind, Reference, Tone
from zhiheng.core.value_added.verdicts import ALIKE, HIGH, LOW
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.files.number_formats import COUNT, MARK
from zhiheng.measures.analyses.models import Analysis
from zhiheng.standards.subjects import TOTAL, subject_name, subjects

TONES = {HIGH: Tone.HIGH, LOW: Tone.LOW, ALIKE: Tone.PLAIN}
TAGS = {HIGH: (HIGH, "green"), LOW: (LOW, "red"), ALIKE: (ALIKE, "")}
METHODS = {"hlm": "多层模型（学校随机效应，已向全县收缩）", "ols": "回归残差的学校平均（单位不足 20 个）"}
EXPECTED = 50
# An order by a figure would be a ranking of schools or classes: these columns do not sort.
COLUMNS = [
    Column("name", "学校"),
    Column("matched", "两次都有 / 本次", "figure", sortable=False, phone=False),
    Column("match_rate", "匹配率", "percent", places=0, sortable=False, phone=False),
    Column("effect", "增值（分）", "signed", sortable=False),
    Column("limits", "95%区间", "interval", sortable=False),
    Column("verdict", "判断", "tag"),
    Column("median", "成长百分位（中位）", "points", places=0, sortable=False),
    Column("median_limits", "95%区间", "interval", places=0, sortable=False, phone=False),
    Column("reason", "说明", wrap=True, sortable=False),
]
CURVES = {0.9: "第90百分位", 0.75: "第75百分位", 0.5: "中位", 0.25: "第25百分位", 0.1: "第10百分位"}


@dataclass(frozen=True, slots=True)
class Units:
    """Names of schools and classes of a dataset by unit, in the bureau's order."""

    schools: Mapping[str, str]
    classes: Mapping[str, str]

    @classmethod
    def of(cls, analysis: Analysis) -> "Units":
        """Read them from the dataset's own dimensions."""
        tables = datasets.tables(analysis.dataset)
        schools = tables["schools"].sort("order", "school").select("school", "name").collect()
        named = dict(zip(schools["school"].cast(pl.String), schools["name"], strict=True))
        classes = tables["classes"].sort("school", "number").select("class", "school", "label").collect()
        return cls(
            named,
            {str(klass): f"{named[str(school)]} {label}" for klass, school, label in classes.iter_rows()},
        )


def subjects_of(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return the subjects measured: the total, then the others in the bureau's order."""
    measured = set(tables["growth"]["subject"])
    return [code for code in (TOTAL, *subjects()) if code in measured]


def columns_of(rows: list[dict[str, Any]], first: str = "学校") -> list[Column]:
    """Return the columns; the one for remarks only where there is a remark."""
    told = [column for column in COLUMNS[1:] if column.key != "reason" or any(row["reason"] for row in rows)]
    return [Column("name", first), *told]


def unit_rows(
    tables: Mapping[str, pl.DataFrame], names: Mapping[str, str], level: str, subject: str
) -> list[dict[str, Any]]:
    """Return one row per unit, in the order of `names`: value added beside the median growth percentile."""
    added = tables["value_added"].filter(level=level, subject=subject)
    growth = (
        tables["growth"].filter(level=level, subject=subject).select("unit", "median", "lo", "hi", "note")
    )
    both = {
        row["unit"]: row
        for row in added.join(growth, on="unit", how="left", suffix="_growth").iter_rows(named=True)
    }
    return [_row(both[unit], name) for unit, name in names.items() if unit in both]


def _row(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        "name": name,
        "pupils": row["matched"],
        "matched": f"{row['matched']:,} / {row['pupils']:,}",
        "match_rate": row["match_rate"],
        "effect": row["effect"],
        "limits": None if row["effect"] is None else (row["lo"], row["hi"]),
        "verdict": TAGS.get(row["verdict"]),
        "tone": TONES.get(row["verdict"], Tone.PLAIN),
        "sd": row["sd"],
        "median": row["median"],
        "median_limits": None if row["median"] is None else (row["lo_growth"], row["hi_growth"]),
        "reason": row["reason"],
    }


def finding(rows: list[dict[str, Any]], subject: str) -> str:
    """Return the title: how many schools can be told apart, and how many cannot; of one school, what is said of it."""
    told = [row for row in rows if row["effect"] is not None]
    high, low = (sum(row["tone"] is tone for row in told) for tone in (Tone.HIGH, Tone.LOW))
    name = subject_name(subject)
    if not told:
        return f"{name}：没有一所学校可以下结论"
    if len(rows) == 1:
        (own,) = told
        sure = "与全县无显著差异" if own["tone"] is Tone.PLAIN else own["verdict"][0]
        limits = printed.interval(*own["limits"])
        return f"{name}：{own['name']}增值 {printed.signed(own['effect'])} 分（95% 区间 {limits}），{sure}"
    if not high and not low:
        return f"{name}：{len(told)} 所学校的增值都与全县无显著差异"
    same = len(told) - high - low
    return f"{name}：{high} 所学校增值显著高，{low} 所显著低，{same} 所与全县无显著差异"


def caterpillar(rows: list[dict[str, Any]], title: str) -> ChartCard | None:
    """Return every school's value added with its interval; where intervals overlap the order says nothing."""
    told = sorted((row for row in rows if row["effect"] is not None), key=lambda row: -row["effect"])
    if len(told) < 2:
        return None
    chart = ChartData(
        Kind.BAR, title,
        tuple((row["name"], row["effect"], *row["limits"], row["tone"].value) for row in told),
        Axis("增值", "分", MARK), Axis(""), n=len(told), counted="校", interval="横线为 95% 区间",
        note="区间含 0 的学校与全县无法区分，上下位置没有意义", references=(Reference("x", 0.0, "起点相同的学生平均"),),
    )  # fmt: skip
    return ChartCard("caterpillar", chart)


def funnel(rows: list[dict[str, Any]]) -> ChartCard | None:
    """Return value added against the number of pupils, with what chance alone does at that number."""
    told = sorted((row for row in rows if row["effect"] is not None), key=lambda row: row["pupils"])
    if len(told) < 3:
        return None
    half = [1.96 * row["sd"] for row in told]
    outside = sum(row["tone"] is not Tone.PLAIN for row in told)
    title = (
        f"学生越少，增值越不稳：虚线以外的有 {outside} 校"
        if outside
        else "学生越少，增值越不稳：没有学校在虚线以外"
    )
    chart = ChartData(
        Kind.FUNNEL, title,
        tuple(
            (row["name"] if row["tone"] else "", row["pupils"], row["effect"], -limit, limit, row["tone"].value)
            for row, limit in zip(told, half, strict=True)
        ),
        Axis("两次成绩都有的学生", "人", COUNT), Axis("增值", "分", MARK), n=len(told), counted="校",
        interval="虚线内与 0 无法区分", references=(Reference("y", 0.0, "起点相同的学生平均"),), names=(("value", "增值"),),
    )  # fmt: skip
    return ChartCard("funnel", chart)


def curves(tables: Mapping[str, pl.DataFrame], subject: str, n: int) -> ChartCard | None:
    """Return what pupils with each start went on to reach: the lines a growth percentile is read against."""
    table = tables["growth_curves"].filter(subject=subject)
    if table.is_empty():
        return None
    rows = tuple(
        (CURVES[tau], start, score)
        for tau in CURVES
        for start, score in table.filter(tau=tau).select("start", "score").iter_rows()
    )
    middle = table.filter(tau=0.5)["score"]
    title = (
        f"起点相同，后来也有高有低：起点从低到高，中位成绩从 {middle[0]:+.1f} 到 {middle[-1]:+.1f} 个标准差"
    )
    chart = ChartData(
        Kind.CURVES, title.replace("-", "−"), rows, Axis("起点：前一次各科标准分的平均", "标准差", MARK),
        Axis("本次成绩", "标准差", MARK), n=n, note="同一起点的学生里，成绩在第90百分位线上的，比约九成学生好",
    )  # fmt: skip
    return ChartCard("curves", chart)
