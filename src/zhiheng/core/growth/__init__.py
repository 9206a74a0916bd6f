"""Growth percentiles (成长百分位): exact quantile regression of a score on earlier scores, and what follows from it."""

from zhiheng.core.growth.norms import PERCENTILES, GrowthNorms, growth_norms
from zhiheng.core.growth.percentiles import GrowthPercentiles, growth_percentiles, place
from zhiheng.core.growth.refusals import GrowthRefused, NoSpread, TooFewStudents
from zhiheng.core.growth.splines import Spline, spline_of

__all__ = [
    "PERCENTILES",
    "GrowthNorms",
    "GrowthPercentiles",
    "GrowthRefused",
    "NoSpread",
    "Spline",
    "TooFewStudents",
    "growth_norms",
    "growth_percentiles",
    "place",
    "spline_of",
]
