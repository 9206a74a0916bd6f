"""VALUE_ADDED: how much better a school's pupils do than pupils elsewhere who started alike, from two linked tests.

The numbers and the rules of who is shown are `core.value_added`; here pupils are only handed to it.
"""

import narwhals as nw
import numpy as np
import polars as pl

from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.units import ValueAdded, value_added
from zhiheng.core.value_added.verdicts import Rules
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import as_schema
from zhiheng.frames.linked import PRIOR, Linked

UNITS = ("school", "class")
VALUE_ADDED = nw.Schema(
    {
        "level": nw.String(),
        "unit": nw.String(),
        "subject": nw.String(),
        "pupils": nw.Int64(),  # with a mark now
        "matched": nw.Int64(),  # of these, with every earlier subject
        "match_rate": nw.Float64(),
        "effect": nw.Float64(),  # points of the later paper; null where withheld
        "sd": nw.Float64(),
        "lo": nw.Float64(),
        "hi": nw.Float64(),
        "verdict": nw.String(),  # 显著高, 无显著差异, 显著低; "" where withheld
        "reliability": nw.Float64(),
        "method": nw.String(),  # hlm or ols; "" where nothing could be estimated
        "icc": nw.Float64(),
        "reason": nw.String(),  # why withheld
        "notes": nw.String(),
    }
)


def value_added_of(linked: Linked, caliber: Caliber) -> nw.LazyFrame:
    """Return the table of two linked tests: a row per unit and subject, in the order of units, never of figures.

    Where a subject allows no estimate for schools (or classes), a row of the county with that word as its unit says why.
    """
    table = nw.to_native(linked.rows.collect("polars")).sort("subject", "school", "class", "pupil")
    rules = Rules(min_match=float(caliber.match_min), min_pupils=caliber.growth_min, level=caliber.level)
    parts = []
    for (subject,), rows in table.group_by("subject", maintain_order=True):
        points = linked.spread[str(subject)]
        prior = rows.select(pl.col(f"^{PRIOR}.*$").fill_null(np.nan)).to_numpy()
        for level in UNITS:
            units = rows[level].to_list()
            try:
                found = value_added(rows["score"].to_numpy() * points, prior, units, rules=rules)
            except CannotEstimate as refused:
                parts.append(_refused(level, str(subject), str(refused)))
            else:
                parts.append(_told(level, str(subject), found))
    told = pl.concat(parts) if parts else pl.DataFrame(schema=list(VALUE_ADDED))
    return as_schema({name: told[name].to_list() for name in VALUE_ADDED}, VALUE_ADDED)


def _told(level: str, subject: str, found: ValueAdded) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "level": level,
            "unit": [str(unit) for unit in found.units],
            "subject": subject,
            "pupils": found.pupils,
            "matched": found.matched,
            "match_rate": found.match_rate,
            "effect": found.effect,
            "sd": found.sd,
            "lo": found.lo,
            "hi": found.hi,
            "verdict": found.verdict,
            "reliability": found.reliability,
            "method": found.method,
            "icc": found.icc,
            "reason": found.reason,
            "notes": " ".join(found.notes),
        }
    )


def _refused(level: str, subject: str, why: str) -> pl.DataFrame:
    words = dict.fromkeys(("verdict", "method", "notes"), "")
    nothing = dict.fromkeys(("match_rate", "effect", "sd", "lo", "hi", "reliability", "icc"), np.nan)
    row = {
        "level": "county",
        "unit": level,
        "subject": subject,
        "pupils": 0,
        "matched": 0,
        **nothing,
        **words,
    }
    return pl.DataFrame([{**row, "reason": why}]).select(list(VALUE_ADDED))
