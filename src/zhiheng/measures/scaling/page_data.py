"""What the page of a calibrated paper says: its finding and the rows of its tables. Computes no estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhiheng.base.components import printed
from zhiheng.base.components.ledger import Column
from zhiheng.frames.scaling import FITS, MISFITS, REVERSED
from zhiheng.standards.subjects import subject_name

FIT_TAGS = {FITS: (FITS, "green"), MISFITS: (MISFITS, "amber"), REVERSED: (REVERSED, "red")}
CLASS_TAGS = {"C": ("C 明显", "red"), "B": ("B 中等", "amber"), "A": ("A 可忽略", "")}
GROUPINGS = {"gender": "性别", "area": "城乡"}
GROUPS = {
    "male": "男生", "female": "女生", "city": "城区学生", "town": "镇区学生", "village": "乡村学生",
}  # fmt: skip
TOO_FEW = (
    "没有可以比较的两组：每组要有 100 名以上答完全卷的学生，并且知道性别，或知道学校在城区、镇区还是乡村。"
)
NAMED = 4
"""Items named in a title; the others are counted."""

ITEMS = [
    Column("label", "题号"),
    Column("full_mark", "满分", "points", places=0, phone=False),
    Column("a", "区分度 a", "points", places=2),
    Column("a_limits", "95%区间", "interval", places=2, phone=False),
    Column("b", "难度 b", "figure"),
    Column("b_limits", "95%区间", "interval", places=2, phone=False),
    Column("fit", "合不合模型", "tag"),
    Column("rmsea", "失拟大小", "points", places=3, phone=False),
    Column("p", "S-X² 的 p", "figure", phone=False, shown=False),
]
STEPS = [
    Column("label", "题号"),
    Column("step", "到这一档"),
    Column("b", "难度 b", "points", places=2),
    Column("b_limits", "95%区间", "interval", places=2),
]
FAIR = [
    Column("label", "题号"),
    Column("by", "比较"),
    Column("size", "等级", "tag"),
    Column("favours", "有利于"),
    Column("difference", "同分学生差（分）", "signed", places=2),
    Column("delta", "MH Δ", "signed", places=2, phone=False),
    Column("p", "MH 的 p", "figure", phone=False),
    Column("uniform", "逻辑回归 一致", "figure", phone=False),
    Column("nonuniform", "逻辑回归 随水平变", "figure", phone=False),
]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper's part of the tables.

    Attributes
    ----------
    head : its row of `scaling`.
    items : `scaling_items`, the first step of each item; `steps` has all of them.
    fairness : `fairness`, the plainest first.
    """

    subject: str
    head: Mapping[str, Any]
    items: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    curves: pl.DataFrame
    information: pl.DataFrame
    fairness: list[dict[str, Any]]

    def labels(self, fit: str) -> list[str]:
        """Return the labels of the items with a word of fit."""
        return [item["label"] for item in self.items if item["fit"] == fit]


def paper_of(tables: Mapping[str, pl.DataFrame], subject: str) -> Paper:
    """Return what the tables hold of one paper."""
    own = {name: table.filter(subject=subject) for name, table in tables.items()}
    steps = own["scaling_items"]
    return Paper(
        subject,
        own["scaling"].row(0, named=True),
        steps.filter(step=1).to_dicts(),
        steps.to_dicts(),
        own["scaling_curves"],
        own["scaling_information"],
        own["fairness"].sort("ets_class", "item", descending=[True, False]).to_dicts(),
    )


def finding(paper: Paper) -> str:
    """Return the title: the items to read again, the most urgent reason first."""
    name = subject_name(paper.subject)
    if not paper.head["converged"]:
        return f"{name}：没有标定结果"
    favoured: dict[str, list[str]] = {}
    for row in paper.fairness:
        if row["ets_class"] == "C":
            favoured.setdefault(_favoured(row), []).append(row["label"])
    said = [
        f"第 {_listed(labels)} 题{what}"
        for labels, what in (
            (paper.labels(REVERSED), "越会的学生越容易失分，先核对答案"),
            (paper.labels(MISFITS), "不合模型"),
            *((labels, f"明显有利于{group}") for group, labels in favoured.items()),
        )
        if labels
    ]
    return f"{name}：" + ("；".join(said) or f"{paper.head['items']} 题都合模型，没有题明显偏向一组学生")


def _favoured(row: Mapping[str, Any]) -> str:
    return GROUPS[row[row["favours"]]] if row["favours"] else ""


def _listed(labels: Sequence[str]) -> str:
    return "、".join(labels[:NAMED]) + (f" 等 {len(labels)}" if len(labels) > NAMED else "")


def item_rows(paper: Paper) -> list[dict[str, Any]]:
    """Return one row per item; an item of several steps says its easiest and hardest."""
    every = pl.DataFrame(paper.steps) if paper.steps else pl.DataFrame(schema={"item": pl.Int32})
    return [_item(row, every.filter(item=row["item"])["b"].to_list()) for row in paper.items]


def _item(row: Mapping[str, Any], steps: list[float]) -> dict[str, Any]:
    single = len(steps) == 1
    ends = [printed.points(b, 2) for b in (steps[0], steps[-1])]
    return {
        "label": row["label"],
        "full_mark": row["full_mark"],
        "a": row["a"],
        "a_limits": (row["a_lo"], row["a_hi"]),
        "b": ends[0] if single else f"{ends[0]} 至 {ends[1]}",
        "b_limits": (row["b_lo"], row["b_hi"]) if single else None,
        "fit": FIT_TAGS.get(row["fit"]),
        "rmsea": row["rmsea"],
        "p": _chance(row["p"]),
    }


def step_rows(paper: Paper) -> list[dict[str, Any]]:
    """Return one row per step of the items that have several."""
    several = {row["item"] for row in paper.steps if row["step"] > 1}
    return [
        {
            "label": row["label"],
            "step": f"第 {row['step']} 档（约 {printed.points(row['from_mark'])} 分）",
            "b": row["b"],
            "b_limits": (row["b_lo"], row["b_hi"]),
        }
        for row in paper.steps
        if row["item"] in several
    ]


def fair_rows(paper: Paper) -> list[dict[str, Any]]:
    """Return one row per item and pair of groups."""
    return [
        {
            "label": row["label"],
            "by": f"{GROUPINGS[row['by']]}：{GROUPS[row['focal']]}、{GROUPS[row['reference']]}",
            "size": CLASS_TAGS.get(row["ets_class"]),
            "favours": _favoured(row),
            "difference": row["mean_difference"],
            "delta": row["delta"],
            "p": _chance(row["p"]),
            "uniform": _chance(row["uniform_p"]),
            "nonuniform": _chance(row["nonuniform_p"]),
        }
        for row in paper.fairness
    ]


def _chance(p: float | None) -> str:
    """Return a p-value as printed: three digits, never 0."""
    if p is None:
        return printed.MISSING
    return "<0.001" if p < 0.001 else printed.points(p, 3)
