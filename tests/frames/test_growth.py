"""Growth of schools from two linked tests: a school that truly teaches better is found, a small one is withheld."""

import numpy as np
import polars as pl
import pytest

from frames.small_county import dataset
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.growth import growth_of
from zhiheng.frames.linked import linked

CALIBER = caliber_from_body({}, key="test")
SIZES = {"甲": 150, "乙": 150, "丙": 150, "丁": 12}
ADDED = {"甲": 0.8, "乙": 0.0, "丙": -0.8, "丁": 0.0}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    rng = np.random.default_rng(7)
    before: dict[str, dict[str, list]] = {}
    after: dict[str, dict[str, list]] = {}
    for school, size in SIZES.items():
        start = rng.normal(0, 1, size)
        before[school] = {"biology": list(np.round(60 + 12 * start + rng.normal(0, 4, size)).clip(0, 100))}
        gained = start * 0.7 + ADDED[school] + rng.normal(0, 0.6, size)
        after[school] = {"math": list(np.round(60 + 12 * gained).clip(0, 100))}
    before["乙"]["biology"][0] = None
    uuids = [f"p{i}" for i in range(sum(SIZES.values()))]
    made = [
        {**each, "pupils": each["pupils"].with_columns(pl.Series("uuid", uuids))}
        for each in (dataset(after), dataset(before))
    ]
    found = growth_of(linked(*made, CALIBER), CALIBER)
    return {name: table.collect().to_native() for name, table in found.items()}


def of(tables: dict[str, pl.DataFrame], unit: str) -> dict:
    return tables["growth"].row(
        by_predicate=(pl.col("level") == "school") & (pl.col("unit") == unit) & (pl.col("subject") == "math"),
        named=True,
    )


def test_the_county_grows_by_fifty(tables):
    county = tables["growth"].filter((pl.col("level") == "county") & (pl.col("subject") == "math"))
    assert county["n"].to_list() == [sum(SIZES.values()) - 1]  # one pupil has no earlier mark
    assert county["median"][0] == pytest.approx(50, abs=2)


def test_schools_that_added_more_and_less_are_told_apart(tables):
    high, same, low = (of(tables, unit) for unit in "012")
    assert high["lo"] > 50
    assert same["lo"] < 50 < same["hi"]
    assert low["hi"] < 50


def test_a_school_with_too_few_pupils_keeps_its_number_and_says_why(tables):
    small = of(tables, "3")
    assert (small["n"], small["median"], small["lo"]) == (12, None, None)
    assert small["note"] == "两次成绩都有的学生不足 20 人，不出结果"


def test_curves_of_higher_levels_never_lie_below_lower_ones(tables):
    curves = (
        tables["growth_curves"]
        .filter(pl.col("subject") == "math")
        .pivot(on="tau", index="start", values="score")
    )
    assert curves.height == 41
    steps = np.diff(curves.drop("start").to_numpy(), axis=1)
    assert (steps >= 0).all()


def test_too_few_pupils_in_both_tests_give_a_sentence():
    pair = dataset({"甲": {"math": [60, 70, 80, 90]}})
    tables = {**pair, "pupils": pair["pupils"].with_columns(pl.Series("uuid", ["a", "b", "c", "d"]))}
    found = growth_of(linked(tables, tables, CALIBER), CALIBER)["growth"].collect().to_native()
    assert found["n"].to_list() == [0, 0]
    assert all("学生太少" in note for note in found["note"])
