"""口径: the named set of parameters under which marks become rates. Read from a Definition's body.

Nothing here computes a rate; a caliber only says how, and refuses what cannot be meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from zhiheng.standards.loader import load
from zhiheng.standards.subjects import subject_name

DENOMINATORS = {
    "taken": "实考人数",
    "expected": "应考人数（缺考按 0 分）",
    "cohort_adjusted": "起始年级人数＋转入－转出",
    "roll_minus_pct": "学籍人数扣除一定比例",
    "trim_lowest": "去差均分：去掉最低的一部分",
}
SCHOOL_STAGES = {"primary": "小学", "junior": "初中", "senior": "高中"}
GUEST_RULES = {
    "class_only": "不计入学校比较，计入班级诊断",
    "excluded": "都不计入",
    "included": "都计入",
}
SD_KINDS = {"population": "÷n（普查）", "sample": "÷(n−1)（抽样）"}
TRIM_WITHIN = {"school": "各校", "class": "各班"}
PER = 10_000
"""Thresholds are whole ten-thousandths, so that comparing a mark with one is integer arithmetic."""


class CaliberError(ValueError):
    """A parameter cannot be meant. `for_user` is a Chinese sentence naming the field."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(f"{field_name}: {sentence}")
        self.field = field_name
        self.for_user = f"口径参数“{LABELS.get(field_name, field_name)}”（{field_name}）{sentence}"


LABELS = {
    "school_stages": "学段",
    "excellent": "优秀线",
    "good": "良好线",
    "good_exclusive": "良好率不含优秀",
    "pass": "及格线",
    "low": "低分线",
    "top": "特优线",
    "bottom": "后段学生比例",
    "denominator": "分母",
    "denominator_share": "扣除比例",
    "trim_count": "去掉人数",
    "trim_within": "去差范围",
    "cheat_counts": "作弊计入实考",
    "guests": "借读生",
    "transferred_in": "转入生计入",
    "repeat": "往届生计入",
    "sd": "标准差",
    "min_group": "最少人数",
    "level": "区间置信水平",
    "composites": "综合分方案",
    "subject_weights": "学科权重",
    "discrimination_share": "高低分组比例",
    "band_width": "分数段宽",
    "total_band_width": "总分分数段宽",
    "grade_shares": "等级人数比例",
    "alpha_warning": "信度提示线",
    "growth_min": "增值最少人数",
    "match_min": "增值最低匹配率",
}


@dataclass(frozen=True, slots=True)
class Caliber:
    """One 口径. Thresholds are shares of the full mark, 0 to 1; widths are points.

    `pass_` is spelt `pass` in a Definition. A threshold of None means the rate is not reported.
    """

    key: str
    version: int
    title: str
    school_stages: tuple[str, ...] = tuple(SCHOOL_STAGES)
    excellent: Decimal = Decimal("0.80")
    good: Decimal | None = Decimal("0.70")
    good_exclusive: bool = True
    pass_: Decimal = Decimal("0.60")
    low: Decimal = Decimal("0.40")
    top: Decimal | None = Decimal("0.95")
    bottom: Decimal = Decimal("0.30")
    denominator: str = "taken"
    denominator_share: Decimal = Decimal(0)
    trim_count: int = 0
    trim_within: str = "school"
    cheat_counts: bool = True
    guests: str = "class_only"
    transferred_in: bool = True
    repeat: bool = False
    sd: str = "population"
    min_group: int = 10
    level: float = 0.95
    composites: tuple[str, ...] = ()
    subject_weights: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    discrimination_share: Decimal = Decimal("0.27")
    band_width: int = 10
    total_band_width: int = 50
    grade_shares: tuple[Decimal, ...] = (Decimal("0.2"),) * 5
    alpha_warning: float = 0.70
    growth_min: int = 20
    match_min: Decimal = Decimal("0.80")

    def __post_init__(self) -> None:
        _check_lines(self)
        _check_denominator(self)
        _check_words(self)
        _check_sizes(self)
        _check_composites(self)

    @property
    def sample_sd(self) -> bool:
        """Whether σ divides by n − 1."""
        return self.sd == "sample"

    def line(self, name: str) -> int | None:
        """Threshold `name` (excellent, good, pass, low, top) in ten-thousandths; None where not reported."""
        share = getattr(self, "pass_" if name == "pass" else name)
        return None if share is None else int(share * PER)


def caliber_from_body(body: Mapping[str, Any], *, key: str, version: int = 1, title: str = "") -> Caliber:
    """Make a Caliber of a Definition's parsed body; what is not said has the default.

    Raises
    ------
    CaliberError
        An unknown parameter, or a value that cannot be meant.
    """
    unknown = sorted(set(body) - set(LABELS))
    if unknown:
        raise CaliberError(unknown[0], f"不认识，可用的参数有：{'、'.join(LABELS)}。")
    values = {("pass_" if name == "pass" else name): _parsed(name, value) for name, value in body.items()}
    return Caliber(key=key, version=version, title=title or key, **values)


def parameters(caliber: Caliber) -> tuple[tuple[str, str], ...]:
    """Every parameter of a caliber as a Chinese name and value, in a fixed order: the footer of a report."""
    return tuple(
        (label, _worded(name, getattr(caliber, "pass_" if name == "pass" else name)))
        for name, label in LABELS.items()
    )


@cache
def shipped_calibers() -> dict[str, Caliber]:
    """The calibers that come with the program, by key."""
    return {
        row["key"]: caliber_from_body(row["body"], key=row["key"], version=row["version"], title=row["title"])
        for row in load("calibers")
    }


_WORDS = {
    "denominator": DENOMINATORS,
    "guests": GUEST_RULES,
    "sd": SD_KINDS,
    "trim_within": TRIM_WITHIN,
    "school_stages": SCHOOL_STAGES,
}


def _worded(name: str, value: Any) -> str:
    if value is None:
        return "不统计"
    if isinstance(value, bool):
        return "是" if value else "否"
    words = (
        {row["key"]: row["title"] for row in load("composites")}
        if name == "composites"
        else _WORDS.get(name, {})
    )
    if isinstance(value, tuple):
        return "、".join(words.get(str(item), str(item)) for item in value) or "无"
    if isinstance(value, Mapping):
        return (
            "、".join(f"{subject_name(subject)} {weight}" for subject, weight in value.items())
            or "各科不折合"
        )
    return words.get(str(value), str(value))


_KINDS = {f.name.rstrip("_"): str(f.type) for f in fields(Caliber)}
"""Parameter → its annotation, which says how to read it."""


def _parsed(name: str, value: Any) -> Any:
    kind = _KINDS[name]
    try:
        if value is None and "None" in kind:
            return None
        if kind.startswith("Decimal"):
            return _decimal(value)
        if kind == "bool" and not isinstance(value, bool):
            raise TypeError
        if kind == "int":
            return _integer(value)
        if kind == "float":
            return float(value)
        if kind == "tuple[Decimal, ...]":
            return tuple(_decimal(item) for item in value)
        if kind.startswith("tuple"):
            return tuple(str(item) for item in value)
        if kind.startswith("Mapping"):
            return {str(subject): _decimal(weight) for subject, weight in value.items()}
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        raise CaliberError(name, f"写的是“{value}”，读不懂。") from None
    return value


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    return Decimal(str(value))


def _integer(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise TypeError
    return int(value)


def _check_lines(caliber: Caliber) -> None:
    lines = {name: getattr(caliber, "pass_" if name == "pass" else name) for name in _LINE_NAMES}
    for name, share in lines.items():
        if share is None:
            continue
        if not 0 < share <= 1:
            raise CaliberError(name, f"写的是 {share}，应在 0 与 1 之间，例如 0.85。")
        if (share * PER) % 1:
            raise CaliberError(name, f"写的是 {share}，最多写四位小数。")
    known = [(name, share) for name, share in lines.items() if share is not None]
    for (lower, share), (upper, bound) in pairwise(known):
        if share > bound:
            raise CaliberError(lower, f"是 {share}，高于{LABELS[upper]} {bound}，应不高于它。")
    if not 0 < caliber.bottom < 1:
        raise CaliberError("bottom", f"写的是 {caliber.bottom}，应在 0 与 1 之间，例如 0.30。")


_LINE_NAMES = ("low", "pass", "good", "excellent", "top")


def _check_denominator(caliber: Caliber) -> None:
    _one_of("denominator", caliber.denominator, DENOMINATORS)
    _one_of("trim_within", caliber.trim_within, TRIM_WITHIN)
    if not 0 <= caliber.denominator_share < 1:
        raise CaliberError("denominator_share", f"写的是 {caliber.denominator_share}，应在 0 与 1 之间。")
    if caliber.trim_count < 0:
        raise CaliberError("trim_count", "不能是负数。")
    if caliber.denominator == "trim_lowest" and not (caliber.denominator_share or caliber.trim_count):
        raise CaliberError(
            "denominator_share", "没有写，去差均分要写明去掉的比例，或写明去掉人数（trim_count）。"
        )


def _check_words(caliber: Caliber) -> None:
    _one_of("guests", caliber.guests, GUEST_RULES)
    _one_of("sd", caliber.sd, SD_KINDS)
    for stage in caliber.school_stages:
        _one_of("school_stages", stage, SCHOOL_STAGES)


def _check_sizes(caliber: Caliber) -> None:
    if caliber.min_group < 1:
        raise CaliberError("min_group", f"写的是 {caliber.min_group}，至少为 1。")
    if not 0.5 <= caliber.level < 1:
        raise CaliberError("level", f"写的是 {caliber.level}，应在 0.5 与 1 之间，通常为 0.95。")
    if not 0 < caliber.discrimination_share <= Decimal("0.5"):
        raise CaliberError(
            "discrimination_share",
            f"写的是 {caliber.discrimination_share}，应大于 0 且不超过 0.5，通常为 0.27。",
        )
    for name in ("band_width", "total_band_width"):
        if getattr(caliber, name) < 1:
            raise CaliberError(name, "至少为 1 分。")
    if caliber.growth_min < 1:
        raise CaliberError("growth_min", f"写的是 {caliber.growth_min}，至少为 1。")
    if not 0 < caliber.match_min <= 1:
        raise CaliberError("match_min", f"写的是 {caliber.match_min}，应在 0 与 1 之间，通常为 0.80。")
    if not 0 <= caliber.alpha_warning <= 1:
        raise CaliberError("alpha_warning", f"写的是 {caliber.alpha_warning}，应在 0 与 1 之间。")
    if any(share <= 0 for share in caliber.grade_shares) or sum(caliber.grade_shares) != 1:
        raise CaliberError(
            "grade_shares", f"各等级比例都应大于 0，合计应为 1，现在合计 {sum(caliber.grade_shares)}。"
        )


def _check_composites(caliber: Caliber) -> None:
    weights = caliber.subject_weights
    if weights and (sum(weights.values()) != 1 or min(weights.values()) < 0):
        raise CaliberError("subject_weights", f"各科权重合计应为 1，现在合计 {sum(weights.values())}。")
    schemes = {row["key"]: row for row in load("composites")}
    for key in caliber.composites:
        _one_of("composites", key, {name: row["title"] for name, row in schemes.items()})
        for line, share in schemes[key]["body"].get("lines", {}).items():
            if caliber.line(line) != int(Decimal(str(share)) * PER):
                raise CaliberError(
                    "composites", f"里的“{schemes[key]['title']}”要求{LABELS[line]}为 {share}，与本口径不同。"
                )


def _one_of(name: str, word: str, allowed: Mapping[str, str]) -> None:
    if word not in allowed:
        raise CaliberError(name, f"写的是“{word}”，应为下列之一：{'、'.join(allowed)}。")
