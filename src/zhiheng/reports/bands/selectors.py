"""Read the bands of the total over the county, small counts withheld. No unit below the county, no rank."""

from dataclasses import dataclass

import polars as pl

from zhiheng.base.scopes import Scope
from zhiheng.core.masking import suppressed
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.analyses.selectors import latest_analysis, result_tables
from zhiheng.standards.subjects import TOTAL


@dataclass(frozen=True, slots=True)
class Band:
    """Marks from `low` up to but without `high` (the last band with its upper end); `count` None where withheld."""

    exam: Exam
    low: float
    high: float
    count: int | None


def bands_of(exam: Exam, scope: Scope) -> list[Band]:
    """Return the bands of an exam's total over the county, highest first.

    Counts under 10 are withheld, and with them so many neighbours that the number of pupils gives none away.
    """
    analysis = latest_analysis(exam)
    if analysis is None:
        return []
    table = result_tables(analysis, scope).get("distribution")
    if table is None:
        return []
    rows = table.filter(
        (pl.col("level") == "county") & (pl.col("subject") == TOTAL) & (pl.col("kind") == "width")
    ).sort("band", descending=True)
    # The reader's table may withhold small bands already; what it still shows is looked at as the parts of a whole.
    hidden = suppressed(rows["count"].fill_null(0).to_numpy())
    return [
        Band(exam, row["from"], row["to"], None if gone else row["count"])
        for row, gone in zip(rows.iter_rows(named=True), hidden, strict=True)
    ]


def county_bands(scope: Scope) -> list[Band]:
    """Return the bands of every analysed exam of the county but sampled ones, which tell levels only."""
    exams = exams_visible(scope).filter(school=None, state="analysed").exclude(kind="monitoring")
    return [band for exam in exams for band in bands_of(exam, scope)]
