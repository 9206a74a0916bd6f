"""Item response theory (项目反应理论): calibrate tests, measure pupils, judge items, link tests.

Arrays in, frozen results out. Which items to use, and what to do about a bad one, people decide.
"""

from zhiheng.core.irt.ability import Measures, measure
from zhiheng.core.irt.ability_distribution import Abilities
from zhiheng.core.irt.calibration import IrtFit, fit_irt
from zhiheng.core.irt.errors import ParameterErrors
from zhiheng.core.irt.estimation import GuessingPrior
from zhiheng.core.irt.information import expected_marks, item_information, test_information
from zhiheng.core.irt.item_fit import MeanSquares, ScoreFit, mean_squares, score_fit
from zhiheng.core.irt.items import Items, items_from
from zhiheng.core.irt.joining import joined_marks
from zhiheng.core.irt.linking import Link, link, relinked
from zhiheng.core.irt.person_fit import standardized_likelihood
from zhiheng.core.irt.responses import CannotCalibrate

__all__ = [
    "Abilities",
    "CannotCalibrate",
    "GuessingPrior",
    "IrtFit",
    "Items",
    "Link",
    "MeanSquares",
    "Measures",
    "ParameterErrors",
    "ScoreFit",
    "expected_marks",
    "fit_irt",
    "item_information",
    "items_from",
    "joined_marks",
    "link",
    "mean_squares",
    "measure",
    "relinked",
    "score_fit",
    "standardized_likelihood",
    "test_information",
]
