"""Which kinds of analysis there are: each is declared in the `analysis_kinds` module of some folder of this stage.

Knows how a run of each kind is made from tables, not when it is made or where its results lie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import narwhals as nw
import polars as pl

from zhiheng.base.definitions.models import Definition
from zhiheng.base.discovery import stage_modules

Tables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnalysisKind:
    """One kind of analysis.

    Attributes
    ----------
    code : as stored, `exam`.
    title : as shown, 成绩分析.
    method_version : changes whenever the same data and definition would give other numbers.
    make : (tables, baseline tables or None, 口径) → result tables by name, rows lazy.
    observed : result tables → what goes to the database, one row per indicator and unit: indicator, level, unit,
        subject, value, numerator, denominator, n, lo, hi. Levels and units as in the result tables.
    """

    code: str
    title: str
    method_version: str
    make: Callable[[Tables, Tables | None, Definition], Mapping[str, nw.LazyFrame]]
    observed: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]


@cache
def analysis_kinds() -> dict[str, AnalysisKind]:
    """Return every kind by code."""
    return {
        kind.code: kind
        for module in stage_modules("zhiheng.measures", "analysis_kinds")
        for kind in module.KINDS
    }
