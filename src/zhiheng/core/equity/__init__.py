"""How unevenly something is spread over schools: one number for a county, and how sure it is.

Not about pupils' marks inside a school; for those see `moments`.
"""

from zhiheng.core.equity.between import (
    Gap,
    between_school_share,
    between_school_share_interval,
    school_gap,
)
from zhiheng.core.equity.bottom import BottomShare, bottom_share
from zhiheng.core.equity.inequality import EquityError, cv, gini, lorenz, quantile_ratio
from zhiheng.core.equity.resampling import bootstrap_interval
from zhiheng.core.equity.summary import Estimate, Inequality, inequality
from zhiheng.core.equity.theil import TheilParts, theil, theil_parts

__all__ = [
    "BottomShare",
    "EquityError",
    "Estimate",
    "Gap",
    "Inequality",
    "TheilParts",
    "between_school_share",
    "between_school_share_interval",
    "bootstrap_interval",
    "bottom_share",
    "cv",
    "gini",
    "inequality",
    "lorenz",
    "quantile_ratio",
    "school_gap",
    "theil",
    "theil_parts",
]
