"""How a number is printed: digits, rounding half up, sign and unit, and the same for a spreadsheet.

Not for computing: values come in finished, a rate as a share from 0 to 1.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from zhiheng.core.rounding import half_up

MISSING = "—"
"""Printed where there is no value. Never 0, never an empty cell."""

MINUS = "−"
"""A minus sign as wide as a plus; a hyphen is lost before ～."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Digits and dress of one column.

    Attributes
    ----------
    decimals : digits behind the point, after `percent` has multiplied by 100.
    percent : the value is a share; print it times 100 with a percent sign.
    points : the value is a difference of two shares; print it times 100 as 个百分点.
    signed : print + before positive values.
    """

    decimals: int = 0
    percent: bool = False
    points: bool = False
    signed: bool = False

    def text(self, value: float | None) -> str:
        """Return the printed number, rounded half up (四舍五入) on its decimal digits; — for no value.

        >>> PERCENT.text(0.44445), MARK.text(72.775), COUNT.text(5551)
        ('44.45%', '72.78', '5,551')
        """
        if value is None or not math.isfinite(value):
            return MISSING
        hundredfold = self.percent or self.points
        # The factor 100 is applied to decimal digits: 0.575 times 100 is not 57.5 in binary.
        share = Decimal(repr(half_up(float(value), self.decimals + 2 * hundredfold)))
        rounded = (share * (100 if hundredfold else 1)).quantize(Decimal(1).scaleb(-self.decimals))
        sign = "+" if self.signed and rounded > 0 else ""
        unsigned_zero = abs(rounded) if rounded == 0 else rounded
        return f"{sign}{unsigned_zero:,}".replace("-", MINUS) + ("%" if self.percent else "")

    def range(self, lo: float | None, hi: float | None) -> str:
        """Return an interval, `57.60%～60.20%`; — where either end is missing."""
        ends = self.text(lo), self.text(hi)
        return MISSING if MISSING in ends else "～".join(ends)

    @property
    def excel(self) -> str:
        """The same as a spreadsheet's number format; points are stored times 100 (see `cell`)."""
        digits = "0" if self.percent or self.decimals else "#,##0"
        body = digits + ("." + "0" * self.decimals if self.decimals else "") + ("%" if self.percent else "")
        return f"+{body};-{body};{body}" if self.signed else body

    def cell(self, value: float) -> float:
        """Return what a spreadsheet cell holds so that `excel` shows the printed number."""
        return value * 100 if self.points else value


COUNT = NumberFormat()
MARK = NumberFormat(decimals=2)
MARK_CHANGE = NumberFormat(decimals=2, signed=True)
PERCENT = NumberFormat(decimals=2, percent=True)
PERCENT_SHORT = NumberFormat(decimals=1, percent=True)
POINTS = NumberFormat(decimals=2, points=True)
POINTS_CHANGE = NumberFormat(decimals=2, points=True, signed=True)
COEFFICIENT = NumberFormat(decimals=2)
SHARE = NumberFormat(decimals=3)
