"""BETWEEN: how far schools of the county lie apart in each subject.

From the group table only. It says nothing of why; intakes differ.
"""

from collections.abc import Collection

import narwhals as nw
import numpy as np

from zhiheng.core.equity import between_school_share, cv, school_gap
from zhiheng.core.moments import ratio
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema, gathered
from zhiheng.frames.results import BETWEEN
from zhiheng.frames.schema import HUNDREDTHS

AREAS = ("city", "town", "village")


def between_of(groups: nw.LazyFrame, schools: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    """Return the BETWEEN table, one row per subject.

    The gap is the mean of the most urban kind of place that has schools less that of the most rural.
    """
    areas = gathered(schools.select(nw.col("school").cast(nw.String).alias("unit"), "area"))
    table = gathered(groups.filter(nw.col("level") == "school")).join(areas, on="unit", how="left")
    rows = []
    for (subject,), block in table.sort("unit").group_by("subject"):
        marked = block.filter((nw.col("taken") > 0) & ~nw.col("mean_taken").is_null())
        n, total, squares = (marked[name].to_numpy() for name in ("taken", "sum", "sum_squares"))
        area = np.array(marked["area"].to_list(), dtype=object)
        ends = area_ends(area.tolist())
        high, low = area == ends[0], area == ends[1]
        gap = school_gap(n[high], total[high], n[low], total[low], caliber.level)
        known = ends[0] is not None
        rows.append(
            {
                "subject": subject,
                "by": "school",
                "units": len(n),
                "cv": cv(ratio(total, n), n),
                "share": between_school_share(n, total, squares),
                "gap_high": ends[0],
                "gap_low": ends[1],
                "gap": gap.difference / HUNDREDTHS if known else np.nan,
                "gap_lo": gap.lo / HUNDREDTHS if known else np.nan,
                "gap_hi": gap.hi / HUNDREDTHS if known else np.nan,
            }
        )
    return as_schema({name: [row[name] for row in rows] for name in BETWEEN}, BETWEEN).sort("subject")


def area_ends(areas: Collection[str | None]) -> tuple[str | None, str | None]:
    """Return the most urban and the most rural kind of place among these; twice None where there is only one."""
    present = [word for word in AREAS if word in areas]
    return (present[0], present[-1]) if len(present) > 1 else (None, None)
