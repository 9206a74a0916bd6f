"""The tables an analysis leaves behind: their columns. Pages and documents read these, and never compute.

A rate always travels as its count beside its denominator; `lo` and `hi` are 95 % limits. A unit is
named by (level, unit): the dataset's integer for schools, classes and teachers (as text), the word itself for towns,
school types, areas and pupil groups, "" for the county.
"""

import narwhals as nw

LEVELS = {
    "county": "全县",
    "town": "乡镇",
    "school_type": "学校类型",
    "area": "城镇乡",
    "school": "学校",
    "class": "班级",
    "teacher": "教师",
    "group": "学生群体",  # unit is "gender:female", "migrant:yes", "boarding:no" …
    "school_group": "校内群体",  # unit is "<school>|gender:female"
}

_UNIT = {"level": nw.String(), "unit": nw.String(), "subject": nw.String()}
_RATE = ("excellent", "good", "pass", "low", "top", "all_pass", "above_mean", "bottom")

GROUPS = nw.Schema(
    {
        **_UNIT,
        "expected": nw.Int64(),  # 应考
        "taken": nw.Int64(),  # 实考
        "absent": nw.Int64(),
        "deferred": nw.Int64(),
        "cheat": nw.Int64(),
        "excluded": nw.Int64(),  # 免考、借读 and others outside the comparison
        "participation": nw.Float64(),
        "full_mark": nw.Int64(),  # hundredths
        "sum": nw.Int64(),  # hundredths, over `taken`
        "sum_squares": nw.Int64(),  # hundredths squared
        "mean": nw.Float64(),  # points, over the definition's denominator
        "mean_taken": nw.Float64(),
        "mean_expected": nw.Float64(),
        "mean_lo": nw.Float64(),
        "mean_hi": nw.Float64(),
        "mean_expected_lo": nw.Float64(),
        "mean_expected_hi": nw.Float64(),
        "score_rate": nw.Float64(),  # 0 to 1
        "denominator": nw.Float64(),  # the count rates are divided by
        # all_pass (全科及格) only beside the total; above_mean and bottom are of those who sat.
        **{
            f"{name}_{part}": (nw.Int64() if part == "count" else nw.Float64())
            for name in _RATE
            for part in ("count", "rate", "lo", "hi")
        },
        "over_mean_ratio": nw.Float64(),
        "deviation": nw.Float64(),
        "mean_ratio": nw.Float64(),
        "sd": nw.Float64(),
        "cv": nw.Float64(),
        "z_mean": nw.Float64(),
        "min": nw.Float64(),
        "q1": nw.Float64(),
        "median": nw.Float64(),
        "q3": nw.Float64(),
        "max": nw.Float64(),
        "scale_mean": nw.Float64(),
        "scale_sd": nw.Float64(),
        "scale_n": nw.Int64(),
        "roll": nw.Int64(),  # 学籍人数
    }
)
"""groups.parquet: everything about a unit in a subject or the total, under one 口径."""

WEIGHTED = "weighted"
"""Subject code of a composite added up over subjects with the weights of the 口径."""

COMPOSITES = nw.Schema(
    {**_UNIT, "scheme": nw.String(), "value": nw.Float64(), "parts": nw.String(), "note": nw.String()}
)
"""composites.parquet: 一分三率综合分 by scheme; `parts` is JSON component → what it adds to the value.

Beside each scheme `x` that compares with the best unit stands `x_z`, in which no unit is the yardstick.
"""

DISTRIBUTION = nw.Schema(
    {
        **_UNIT,
        "kind": nw.String(),
        "band": nw.Int32(),
        "from": nw.Float64(),
        "to": nw.Float64(),
        "count": nw.Int64(),
    }
)
"""distribution.parquet: score bands (kind "width") and the county's own A–E bands (kind "grade")."""

PAPER_STATS = nw.Schema(
    {
        "subject": nw.String(),
        "n": nw.Int64(),
        "items": nw.Int64(),
        "facility": nw.Float64(),
        "alpha": nw.Float64(),
        "split_half": nw.Float64(),
        "sem": nw.Float64(),  # points
        "discrimination": nw.Float64(),
        "facility_objective": nw.Float64(),
        "facility_subjective": nw.Float64(),
        "expected_facility": nw.Float64(),
        "note": nw.String(),
    }
)
ITEM_STATS = nw.Schema(
    {
        **_UNIT,
        "item": nw.Int32(),
        "n": nw.Int64(),
        "sum": nw.Int64(),  # hundredths
        "facility": nw.Float64(),
        "facility_lo": nw.Float64(),
        "facility_hi": nw.Float64(),
        "discrimination": nw.Float64(),  # 27 % groups; county only
        "n_high": nw.Int64(),
        "n_low": nw.Int64(),
        "item_rest_r": nw.Float64(),  # county only
        "zero_count": nw.Int64(),
        "full_count": nw.Int64(),
        "top_wrong": nw.String(),  # the wrong option chosen most; county only
        "top_wrong_share": nw.Float64(),
        "suspect_key": nw.Boolean(),
        "reason": nw.String(),  # why the key is suspected, in Chinese
    }
)
"""item_stats.parquet: by county, school type, school and class."""

OPTIONS = nw.Schema(
    {
        "subject": nw.String(),
        "item": nw.Int32(),
        "option": nw.String(),  # "" is an omit
        "count": nw.Int64(),
        "share": nw.Float64(),
        "high_share": nw.Float64(),
        "low_share": nw.Float64(),
        "mean_rest": nw.Float64(),  # mean of the other items of those who chose it, 0 to 1
        "is_key": nw.Boolean(),
    }
)
TAGS = nw.Schema(
    {
        **_UNIT,
        "kind": nw.String(),  # knowledge, ability
        "tag": nw.String(),
        "items": nw.Int64(),
        "full_mark": nw.Int64(),  # hundredths
        "n": nw.Int64(),
        "score_rate": nw.Float64(),
        "lo": nw.Float64(),
        "hi": nw.Float64(),
    }
)
"""tags.parquet: score rate of a knowledge point or ability level."""

BETWEEN = nw.Schema(
    {
        "subject": nw.String(),
        "by": nw.String(),  # school
        "units": nw.Int64(),
        "cv": nw.Float64(),  # of unit means, weighted by pupils
        "share": nw.Float64(),  # between-school share of variance (intraclass correlation)
        "gap_high": nw.String(),
        "gap_low": nw.String(),
        "gap": nw.Float64(),  # points, city minus village; limits rest on schools, not pupils
        "gap_lo": nw.Float64(),
        "gap_hi": nw.Float64(),
    }
)

RESULTS: dict[str, nw.Schema] = {
    "groups": GROUPS,
    "composites": COMPOSITES,
    "distribution": DISTRIBUTION,
    "paper_stats": PAPER_STATS,
    "item_stats": ITEM_STATS,
    "options": OPTIONS,
    "tags": TAGS,
    "between": BETWEEN,
}
