"""一分三率综合分 on the worked example D1 and on the examples of the schemes."""

import numpy as np
import pytest

from zhiheng.core.composites import (
    best_ratio,
    exclusive_bands,
    index_delta,
    rank_points,
    weighted_sum,
    z_composite,
)
from zhiheng.core.rounding import half_up_array

TAKEN = {
    "mean": [655 / 9, 58.90],
    "score_percent": [655 / 9, 58.90],
    "pass_percent": [700 / 9, 60],
    "excellent_percent": [400 / 9, 20],
    "excellent85_percent": [300 / 9, 10],
}
EXPECTED = TAKEN | {"mean": [65.50, 58.90], "pass_percent": [70, 60], "excellent_percent": [40, 20]}
W433 = {"mean": 0.4, "pass_percent": 0.3, "excellent_percent": 0.3}


@pytest.mark.parametrize(
    ("values", "weights", "printed"),
    [
        (TAKEN, {"pass_percent": 0.50, "score_percent": 0.45, "excellent85_percent": 0.05}, [73.31, 57.01]),
        (TAKEN, W433, [65.78, 47.56]),
        (EXPECTED, W433, [59.20, 47.56]),
        (TAKEN, {"mean": 0.4, "pass_percent": 0.4, "excellent_percent": 0.2}, [69.11, 51.56]),
    ],
    ids=["S_value", "433", "433 expected", "442"],
)
def test_weighted_sums_of_the_example(values, weights, printed):
    assert half_up_array(weighted_sum(values, weights).value, 2).tolist() == printed


def test_ratio_to_the_best_of_the_example():
    made = best_ratio(TAKEN, {"mean": 40, "pass_percent": 30, "excellent_percent": 30})
    assert half_up_array(made.value, 2).tolist() == [100, 69.02]
    assert made.note == ("", "")


def test_the_best_is_sought_among_schools_of_one_type():
    values = {"pass_percent": [90, 60, 45], "good_percent": [40, 20, 10], "excellent_percent": [30, 20, 20]}
    made = best_ratio(
        values, {"pass_percent": 70, "good_percent": 20, "excellent_percent": 10}, kinds=["城", "乡", "乡"]
    )
    assert made.value.tolist() == [100, 100, 70 * 0.75 + 20 * 0.5 + 10]


def test_a_best_of_zero_gives_zero_and_says_so():
    made = best_ratio({"mean": [60, 50], "excellent_percent": [0, 0]}, {"mean": 70, "excellent_percent": 30})
    assert made.value[0] == 70
    assert "最高值为 0" in made.note[0]


def test_a_best_of_few_pupils_is_named():
    made = best_ratio({"mean": [90, 60]}, {"mean": 100}, small=[True, False])
    assert "人数很少" in made.note[1]


def test_sum_of_three_rates_of_the_scheme():
    bands = {"excellent": [3, 1], "good": [2, 2], "pass": [2, 3]}
    made = exclusive_bands(bands, {"excellent": 2, "good": 1.5, "pass": 1}, [10, 10])
    assert made.value.tolist() == [110, 80]
    assert np.isnan(exclusive_bands(bands, {"excellent": 2}, [0, 10]).value[0])


def test_points_for_places_share_the_better_place():
    made = rank_points({"mean": [80, 70, 70, 60, np.nan]}, {"mean": 1})
    assert made.value[:4].tolist() == [15, 14, 14, 12]
    assert np.isnan(made.value[4])
    assert rank_points({"mean": np.arange(20.0)}, {"mean": 1}).value.min() == 0


def test_index_change_starts_at_82_and_moves_at_most_3_each():
    now, before = {"pass": [0.10], "low": [0.00]}, {"pass": [0.00], "low": [0.01]}
    assert index_delta(now, before, {"pass": 100, "low": -100}).value.tolist() == [82 + 3 + 1]


def test_z_version_has_no_yardstick_unit():
    plain = z_composite({"mean": [80.0, 70, 60]}, {"mean": 100})
    moved = z_composite({"mean": [90.0, 70, 60]}, {"mean": 100})
    assert plain.value[1] == 50
    assert moved.value.sum() == pytest.approx(150)
    assert "不起区分作用" in z_composite({"mean": [70, 70]}, {"mean": 1}).note[0]
