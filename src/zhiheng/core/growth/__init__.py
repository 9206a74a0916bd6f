"""Growth percentiles (成长百分位): exact quantile regression of a score on earlier scores, and what follows from it."""

from zhiheng.core.growth.norms import PERCENTILES, GrowthNorms, growth_norms
from zhiheng.core.growth.percentiles import GrowthPercentiles, growth_percentiles, place
from zhiheng.core.growth.projections import growth_curves, growth_to_target, projected_scores
from zhiheng.core.growth.pupils import PupilErrors, pupil_errors, simulated_pupil_errors
from zhiheng.core.growth.refusals import GrowthRefused, NoSpread, TooFewStudents
from zhiheng.core.growth.schools import BootstrapGrowth, SchoolGrowth, bootstrap_growth, school_growth
from zhiheng.core.growth.splines import Spline, spline_of

__all__ = [
    "PERCENTILES",
    "BootstrapGrowth",
    "GrowthNorms",
    "GrowthPercentiles",
    "GrowthRefused",
    "NoSpread",
    "PupilErrors",
    "SchoolGrowth",
    "Spline",
    "TooFewStudents",
    "bootstrap_growth",
    "growth_curves",
    "growth_norms",
    "growth_percentiles",
    "growth_to_target",
    "place",
    "projected_scores",
    "pupil_errors",
    "school_growth",
    "simulated_pupil_errors",
    "spline_of",
]
