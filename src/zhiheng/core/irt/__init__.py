"""Item response theory (项目反应理论): calibrate tests, measure pupils, judge items, link tests.

Arrays in, frozen results out. Which items to use, and what to do about a bad one, people decide.
"""

from zhiheng.core.irt.calibration import IrtFit, fit_irt
from zhiheng.core.irt.responses import CannotCalibrate

__all__ = ["CannotCalibrate", "IrtFit", "fit_irt"]
