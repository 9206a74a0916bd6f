"""Numbers are printed as the field prints them: half up, the same on paper and in a spreadsheet."""

import pytest

from zhiheng.files.number_formats import (
    COEFFICIENT,
    COUNT,
    MARK,
    MARK_CHANGE,
    MISSING,
    PERCENT,
    PERCENT_SHORT,
    POINTS_CHANGE,
    NumberFormat,
)


@pytest.mark.parametrize(
    ("style", "value", "printed"),
    [
        # metrics D1 (甲、乙): 655/9, 4/9, 1244/19; metrics D3: cv 0.5153
        (MARK, 655 / 9, "72.78"),
        (PERCENT, 4 / 9, "44.44%"),
        (MARK, 1244 / 19, "65.47"),
        (COEFFICIENT, 0.5153, "0.52"),
        (PERCENT, 0.11155, "11.16%"),
        (PERCENT_SHORT, 0.575, "57.5%"),
        (PERCENT_SHORT, 0.5745, "57.5%"),
        (MARK, 2.675, "2.68"),
        (MARK, 0.125, "0.13"),
        (COUNT, 5551, "5,551"),
        (MARK_CHANGE, 7.3, "+7.30"),
        (MARK_CHANGE, -6.5668, "−6.57"),
        (MARK_CHANGE, -0.001, "0.00"),
        (POINTS_CHANGE, 0.031, "+3.10"),
    ],
)
def test_rounding_is_half_up_on_decimal_digits(style: NumberFormat, value: float, printed: str) -> None:
    assert style.text(value) == printed


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_no_value_is_a_dash_never_a_word(nothing: float | None) -> None:
    assert MARK.text(nothing) == MISSING
    assert MARK.range(nothing, nothing) == MISSING


def test_a_spreadsheet_cell_shows_the_same_digits() -> None:
    assert (PERCENT.excel, PERCENT.cell(0.4444)) == ("0.00%", 0.4444)
    assert (POINTS_CHANGE.excel, POINTS_CHANGE.cell(0.031)) == ("+0.00;-0.00;0.00", 3.1)
    assert COUNT.excel == "#,##0"
