"""Items that favour a group are found, and only those; groups too small to be compared are left out."""

import numpy as np
import polars as pl
import pytest

from frames.item_sheets import CALIBER, drawn, papers, sheets
from zhiheng.frames.engine import opened
from zhiheng.frames.fairness import fairness_of

N, K = 3000, 15
GENDER = ["male", "female"] * (N // 2)


def fairness(marks: np.ndarray, gender: list[str] | None) -> pl.DataFrame:
    tables = sheets(marks, full=[1] * marks.shape[1], gender=gender)
    return fairness_of(papers(tables), opened(tables)["schools"], CALIBER).collect().to_native()


@pytest.fixture(scope="module")
def marks() -> np.ndarray:
    found = drawn(N, [1.3] * K, [[place] for place in np.linspace(-1.2, 1.2, K)], seed=21)
    rng = np.random.default_rng(22)
    girls = np.array(GENDER) == "female"
    # A third of the girls who knew it lose the mark of item 5; village pupils are given item 9.
    found[girls & (rng.random(N) < 0.45), 4] = 0
    village = np.arange(N) >= N // 2
    found[village & (rng.random(N) < 0.45), 8] = 1
    return found


def test_the_item_that_is_harder_for_girls_is_found_and_favours_boys(marks):
    found = fairness(marks, GENDER).filter(by="gender")
    large = found.filter(ets_class="C")
    assert large.select("label", "favours", "reference", "focal").rows() == [
        ("5", "reference", "male", "female")
    ]
    assert large["delta"][0] < -1.5
    assert large["mean_difference"][0] < 0
    assert large["uniform_p"][0] < 1e-6
    assert found.height == K


def test_town_and_village_are_compared_by_the_pupils_school(marks):
    found = fairness(marks, GENDER).filter(by="area", ets_class="C")
    assert found.select("label", "favours", "reference", "focal").rows() == [
        ("9", "focal", "city", "village")
    ]


def test_a_group_of_fewer_than_a_hundred_is_not_compared(marks):
    few = ["female"] * 99 + ["male"] * (N - 99)
    assert set(fairness(marks, few)["by"]) == {"area"}
    assert set(fairness(marks, None)["by"]) == {"area"}


def test_only_whole_sheets_are_compared(marks):
    gaps = marks.copy()
    gaps[: N // 2, 0] = np.nan  # nobody in town has item 1
    assert set(fairness(gaps, GENDER)["by"]) == {"gender"}
    assert fairness(gaps, GENDER)["n_focal"][0] == N // 4
