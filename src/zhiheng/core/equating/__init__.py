"""Put scores of one paper on the scale of another (等值), with standard errors.

Not for comparing papers that test different things: equating moves the scale, it does not make papers alike.
"""

from zhiheng.core.equating.loglinear import Smoothed, loglinear
from zhiheng.core.equating.methods import Equated, equate
from zhiheng.core.equating.plan import METHODS
from zhiheng.core.equating.sample import EquatingError, Sample, tabulate

__all__ = ["METHODS", "Equated", "EquatingError", "Sample", "Smoothed", "equate", "loglinear", "tabulate"]
