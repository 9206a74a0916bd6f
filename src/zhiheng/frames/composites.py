"""COMPOSITES: 一分三率综合分 of units from the group table, by the schemes a 口径 lists.

Formulas are in `core.composites`, schemes in `standards/composites.yaml`; this only brings them together.
"""

import json
from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np

from zhiheng.core.composites import (
    Composite,
    best_ratio,
    exclusive_bands,
    rank_points,
    weighted_sum,
    z_composite,
)
from zhiheng.core.rounding import half_up_array
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema, gathered
from zhiheng.frames.results import COMPOSITES, WEIGHTED
from zhiheng.standards.loader import load

LEVELS = ("county", "town", "school_type", "area", "school", "class", "teacher")
Rows = dict[str, np.ndarray]


def composites_of(
    groups: nw.LazyFrame, schools: nw.LazyFrame, classes: nw.LazyFrame, caliber: Caliber
) -> nw.LazyFrame:
    """Return the COMPOSITES table: every scheme of the caliber for every unit and subject.

    Units are compared with units of the same level in the same subject; where the best of them has fewer than
    `min_group` pupils a note says so. `same_type` compares schools and classes within their school type.
    """
    schemes = {row["key"]: row["body"] for row in load("composites")}
    table = gathered(groups.filter(nw.col("level").is_in(LEVELS)))
    kinds = _school_types(schools, classes)
    parts = []
    for (level, _), block in table.group_by("level", "subject"):
        rows = {name: block[name].to_numpy() for name in block.columns}
        for key in caliber.composites:
            parts += [
                _rows(rows, name, made, schemes[key])
                for name, made in _evaluated(key, schemes[key], rows, kinds.get(str(level), {}), caliber)
            ]
    whole = _stacked(parts)
    if caliber.subject_weights:
        whole = _stacked([whole, _over_subjects(whole, caliber)])
    return as_schema(whole, COMPOSITES).sort("level", "unit", "subject", "scheme")


def _evaluated(
    key: str, scheme: Mapping[str, Any], rows: Rows, kind_of: Mapping[str, str], caliber: Caliber
) -> list[tuple[str, Composite]]:
    weights, kind = scheme["weights"], scheme["kind"]
    values = {
        "mean": rows["mean"],
        "score_percent": rows["score_rate"] * 100,
        **{f"{name}_percent": rows[f"{name}_rate"] * 100 for name in ("excellent", "good", "pass", "low")},
    }
    if kind == "weighted_sum":
        return [(key, weighted_sum(values, weights))]
    if rows["level"][0] == "county":
        return []
    if kind == "exclusive_bands":
        return [(key, exclusive_bands(_bands(rows, caliber), weights, rows["roll"]))]
    if kind == "rank_points":
        return [(key, rank_points(values, weights, first=scheme["first"], step=scheme["step"]))]
    same = [kind_of.get(unit, "") for unit in rows["unit"]] if scheme["among"] == "same_type" else None
    small = rows["denominator"] < caliber.min_group
    return [
        (key, best_ratio(values, weights, kinds=same, small=small)),
        (f"{key}_z", z_composite(values, weights)),
    ]


def _bands(rows: Rows, caliber: Caliber) -> Rows:
    """Pupils by the highest of the lines 优秀, 良好, 及格 they reach."""
    excellent, passed = rows["excellent_count"], rows["pass_count"]
    good = rows["good_count"] if caliber.good_exclusive else rows["good_count"] - excellent
    return {"excellent": excellent, "good": good, "pass": passed - good - excellent}


def _rows(rows: Rows, name: str, made: Composite, scheme: Mapping[str, Any]) -> Rows:
    value = half_up_array(made.value, scheme["places"])
    n = len(value)
    parts = [
        json.dumps({part: _number(each[row]) for part, each in made.parts.items()}, ensure_ascii=False)
        for row in range(n)
    ]
    return {
        "level": rows["level"],
        "unit": rows["unit"],
        "subject": rows["subject"],
        "scheme": np.array([name] * n, dtype=object),
        "value": value,
        "parts": np.array(parts, dtype=object),
        "note": np.array(made.note, dtype=object),
    }


def _over_subjects(rows: Rows, caliber: Caliber) -> Rows:
    """Σ weight × composite over the weighted subjects; only for units that have all of them."""
    weights = {subject: float(weight) for subject, weight in caliber.subject_weights.items() if weight}
    by_unit: dict[tuple[str, str, str], dict[str, float]] = {}
    for level, unit, subject, scheme, value in zip(
        *(rows[name] for name in ("level", "unit", "subject", "scheme", "value")), strict=True
    ):
        if subject in weights and not np.isnan(value):
            by_unit.setdefault((level, unit, scheme), {})[subject] = value
    complete = {unit: values for unit, values in by_unit.items() if values.keys() == weights.keys()}
    added = [{s: weights[s] * value for s, value in values.items()} for values in complete.values()]
    level, unit, scheme = (
        (np.array(words, dtype=object) for words in zip(*complete, strict=True))
        if complete
        else (np.array([], dtype=object),) * 3
    )
    n = len(complete)
    return {
        "level": level,
        "unit": unit,
        "subject": np.array([WEIGHTED] * n, dtype=object),
        "scheme": scheme,
        "value": np.array([sum(parts.values()) for parts in added], dtype=float),
        "parts": np.array([json.dumps(parts, ensure_ascii=False) for parts in added], dtype=object),
        "note": np.array([""] * n, dtype=object),
    }


def _school_types(schools: nw.LazyFrame, classes: nw.LazyFrame) -> dict[str, dict[str, str]]:
    """School type of each school and class, by the text of its number."""
    types = gathered(schools.select("school", "school_type"))
    of_school = dict(
        zip(types["school"].to_list(), (kind or "" for kind in types["school_type"].to_list()), strict=True)
    )
    own = gathered(classes.select("class", "school"))
    return {
        "school": {str(school): kind for school, kind in of_school.items()},
        "class": {
            str(number): of_school.get(school, "")
            for number, school in zip(own["class"].to_list(), own["school"].to_list(), strict=True)
        },
    }


def _stacked(parts: list[Rows]) -> Rows:
    return {
        name: np.concatenate([part[name] for part in parts]) if parts else np.array([], dtype=kind)
        for name, kind in (
            *((word, object) for word in ("level", "unit", "subject", "scheme", "parts", "note")),
            ("value", float),
        )
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
