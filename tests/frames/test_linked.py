"""Two tests of one cohort: pupils are found by their own ids, scores stand on one scale."""

import numpy as np
import polars as pl
import pytest

from frames.small_county import A, B, dataset
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.linked import linked

CALIBER = caliber_from_body({}, key="test")


def named(tables: dict[str, pl.LazyFrame], uuids: list[str]) -> dict[str, pl.LazyFrame]:
    return {**tables, "pupils": tables["pupils"].with_columns(pl.Series("uuid", uuids))}


def rows_of(current, baseline) -> pl.DataFrame:
    found = linked(current, baseline, CALIBER)
    return found.rows.collect().to_native().sort("subject", "pupil")


LATER = named(dataset({"甲": {"math": A}, "乙": {"math": B}}), [f"p{i}" for i in range(20)])


def test_scores_are_standard_deviations_from_the_county():
    # D1 of the metrics: mean 65.47, σ 22.38 over the 19 who sat; 85 is z .873.
    found = linked(LATER, LATER, CALIBER)
    assert found.spread["math"] == pytest.approx(22.38, abs=0.005)
    rows = found.rows.collect().to_native()
    math = rows.filter(pl.col("subject") == "math").sort("pupil")
    assert math.height == 19
    assert math["score"].mean() == pytest.approx(0, abs=1e-12)
    assert math["score"][2] == pytest.approx(0.873, abs=0.0005)
    assert math["prior_math"].to_list() == math["score"].to_list()


def test_pupils_are_found_by_their_own_id_in_another_school():
    moved = dataset({"乙": {"biology": B}, "甲": {"biology": A}})  # other numbers for pupils and schools
    earlier = named(moved, [f"p{i}" for i in [*range(10, 20), *range(10)]])
    rows = rows_of(LATER, earlier).filter(pl.col("subject") == "math")
    assert rows["prior_biology"].to_list() == pytest.approx(rows["score"].to_list())


def test_a_pupil_without_an_earlier_mark_stays_with_an_empty_prior():
    earlier = named(dataset({"甲": {"biology": A}}), [f"p{i}" for i in range(10)])
    rows = rows_of(LATER, earlier).filter(pl.col("subject") == "math")
    assert rows.height == 19
    assert rows["prior_biology"].null_count() == 10


def test_shifting_and_scaling_a_paper_changes_nothing():
    half = named(
        dataset(
            {
                "甲": {"math": [None if x is None else x / 2 + 5 for x in A]},
                "乙": {"math": [x / 2 + 5 for x in B]},
            }
        ),
        [f"p{i}" for i in range(20)],
    )
    np.testing.assert_allclose(rows_of(half, half)["score"], rows_of(LATER, LATER)["score"], atol=1e-12)


def test_a_paper_in_which_all_are_equal_tells_nobody_apart():
    flat = named(dataset({"甲": {"math": A, "art": [60] * 10}}), [f"p{i}" for i in range(10)])
    found = linked(flat, flat, CALIBER)
    assert "prior_art" not in found.rows.collect_schema().names()
